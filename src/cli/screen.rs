//! The terminal that the status line shares with the script: one lock, and one way to write.

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use anstyle::Style;
use rustix::stdio::stderr;
use rustix::termios::tcgetwinsize;

use super::pen::{Pen, Size};
use super::place::Place;
use super::width::Line;
use crate::repl::Above;
use crate::sys::processes::in_foreground;
use crate::sys::stdio::{self, Stream};

/// A script that prints needs no other sign of life.
const QUIET: Duration = Duration::from_millis(200);

/// The terminal.
pub struct Screen {
    state: Mutex<State>,
    /// What is printed while a line is read at a prompt.
    above: Above,
    /// Told when the script's output took the line's place.
    gone: Box<dyn Fn() + Send + Sync>,
}

struct State {
    pen: Pen,
    /// How many have borrowed the terminal.
    lent: usize,
    printed: Instant,
    closed: bool,
}

impl Screen {
    /// `gone` is called when the script's output took the line's place; it must not block.
    pub fn new(style: Style, above: Above, gone: impl Fn() + Send + Sync + 'static) -> Self {
        let state = State { pen: Pen::new(style), lent: 0, printed: Instant::now(), closed: false };
        Self { state: Mutex::new(state), above, gone: Box::new(gone) }
    }

    /// Shows a line; tells when it should be tried again, if it could not be.
    pub fn draw(&self, line: &Line) -> Option<Duration> {
        let mut state = self.lock();
        // What runs in the background must not draw over what others do.
        if state.closed || state.lent > 0 || !in_foreground(stderr()) {
            return None;
        }
        if let Some(left) = QUIET.checked_sub(state.printed.elapsed()).filter(|left| !left.is_zero()) {
            return Some(left);
        }
        let size = tcgetwinsize(stderr()).ok()?;
        let size = Size { rows: size.ws_row.into(), columns: size.ws_col.into() };
        if let Some(shown) = state.pen.draw(line, size) {
            let _ = Stream::Err.write_all(shown.as_bytes());
        }
        None
    }

    /// Takes the line away.
    pub fn hide(&self) {
        self.lock().hide();
    }

    /// Prints a line of the host's own, from the start of a line on.
    pub fn print_line(&self, line: &str) {
        if self.above.take(line.as_bytes()) {
            return;
        }
        let mut state = self.lock();
        state.fresh_line();
        let _ = Stream::Err.write_all(line.as_bytes());
    }

    /// Lends the terminal if that is possible at once: for a thread that must not wait, or may itself hold it.
    pub fn lend_if_free(&self) -> bool {
        let mut state = match self.state.try_lock() {
            Ok(state) => state,
            Err(TryLockError::Poisoned(state)) => state.into_inner(),
            Err(TryLockError::WouldBlock) => return false,
        };
        state.lend();
        true
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl stdio::Screen for Screen {
    fn write(&self, to: Stream, bytes: &[u8]) -> io::Result<()> {
        if self.above.take(bytes) {
            return Ok(());
        }
        let mut state = self.lock();
        let erase = state.pen.erase();
        state.printed = Instant::now();
        state.pen.printed(bytes);
        if erase.is_empty() {
            return to.write_all(bytes);
        }
        // At once, so that nobody sees the row empty.
        let written = to.write_all(&[erase.as_bytes(), bytes].concat());
        (self.gone)();
        written
    }

    fn lend(&self) {
        self.lock().lend();
    }

    fn take_back(&self, at_line_start: bool) {
        let mut state = self.lock();
        state.lent -= 1;
        state.pen.moved(if at_line_start { Place::Start } else { Place::Somewhere });
        (self.gone)();
    }

    fn fresh_line(&self) {
        self.lock().fresh_line();
    }

    fn close(&self) {
        let mut state = self.lock();
        state.hide();
        state.closed = true;
    }
}

impl State {
    fn lend(&mut self) {
        self.hide();
        self.lent += 1;
    }

    fn fresh_line(&mut self) {
        self.hide();
        if !matches!(self.pen.place(), Place::Start | Place::Somewhere) {
            let _ = Stream::Err.write_all(b"\n");
        }
        self.pen.moved(Place::Start);
    }

    fn hide(&mut self) {
        let erase = self.pen.erase();
        if !erase.is_empty() {
            let _ = Stream::Err.write_all(erase.as_bytes());
        }
    }
}
