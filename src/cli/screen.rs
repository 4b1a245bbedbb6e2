//! The terminal that the status line shares with the script: one lock, and one way to write.

use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use anstyle::Style;
use rustix::fd::BorrowedFd;
use rustix::stdio::{stderr, stdout};
use rustix::termios::tcgetwinsize;

use super::pen::{Pen, Size};
use super::place::Place;
use super::width::Line;
use crate::sys::processes::in_foreground;
use crate::sys::stdio::{self, Stream};

/// A script that prints needs no other sign of life.
const QUIET: Duration = Duration::from_millis(200);

/// The terminal.
pub struct Screen {
    state: Mutex<State>,
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
    pub fn new(style: Style, gone: impl Fn() + Send + Sync + 'static) -> Self {
        let state = State { pen: Pen::new(style), lent: 0, printed: Instant::now(), closed: false };
        Self { state: Mutex::new(state), gone: Box::new(gone) }
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
            let _ = write_all(stderr(), shown.as_bytes());
        }
        None
    }

    /// Takes the line away.
    pub fn hide(&self) {
        self.lock().hide();
    }

    /// Prints lines of the host's own, from the start of a line on.
    pub fn above(&self, print: impl FnOnce()) {
        let mut state = self.lock();
        state.hide();
        if !matches!(state.pen.place(), Place::Start | Place::Somewhere) {
            let _ = write_all(stderr(), b"\n");
        }
        print();
        state.pen.moved(Place::Start);
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
        let fd = match to {
            Stream::Out => stdout(),
            Stream::Err => stderr(),
        };
        let mut state = self.lock();
        let erase = state.pen.erase();
        state.printed = Instant::now();
        state.pen.printed(bytes);
        if erase.is_empty() {
            return write_all(fd, bytes);
        }
        // At once, so that nobody sees the row empty.
        let written = write_all(fd, &[erase.as_bytes(), bytes].concat());
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

    fn hide(&mut self) {
        let erase = self.pen.erase();
        if !erase.is_empty() {
            let _ = write_all(stderr(), erase.as_bytes());
        }
    }
}

fn write_all(fd: BorrowedFd<'_>, bytes: &[u8]) -> io::Result<()> {
    struct Fd<'f>(BorrowedFd<'f>);
    impl Write for Fd<'_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            Ok(rustix::io::write(self.0, bytes)?)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    Fd(fd).write_all(bytes)
}
