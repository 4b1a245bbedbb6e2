//! The terminal that the status line shares with the script.
//!
//! The cursor rests where the script's output has left it, and the status line is drawn from there on: on the same
//! row when that is empty, else on the next one. So whatever is to go is what follows the cursor, also after the
//! window was made narrower, and there is nothing to restore: the cursor is never hidden. Where it is not certain
//! that nothing else follows the cursor, nothing is drawn.

use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use anstyle::Style;
use rustix::fd::BorrowedFd;
use rustix::stdio::{stderr, stdout};
use rustix::termios::{tcgetpgrp, tcgetwinsize};

use super::place::{Follower, Place};
use super::width;
use crate::sys::stdio::{self, Stream};

/// A script that prints needs no other sign of life.
const QUIET: Duration = Duration::from_millis(200);
/// A terminal that is narrower or lower shows nothing.
const NARROWEST: usize = 20;
/// Removes what is drawn: all that follows the cursor.
const ERASE: &str = "\x1b[J";
/// As [`ERASE`] at the start of a line, where what somebody typed may have moved the cursor.
const ERASE_LINE: &str = "\r\x1b[J";

/// What is known of the terminal, and the one way to write to it.
pub struct Screen {
    state: Mutex<State>,
    style: Style,
    /// Told when the script's output took the line's place.
    gone: Box<dyn Fn() + Send + Sync>,
}

struct State {
    follower: Follower,
    drawn: Option<Drawn>,
    /// How many have borrowed the terminal.
    lent: usize,
    printed: Instant,
    closed: bool,
}

#[derive(PartialEq, Eq)]
struct Drawn {
    text: String,
    place: Place,
    columns: usize,
}

impl Screen {
    /// `gone` is called when the script's output took the line's place; it must not block.
    pub fn new(style: Style, gone: impl Fn() + Send + Sync + 'static) -> Self {
        let state =
            State { follower: Follower::new(), drawn: None, lent: 0, printed: Instant::now(), closed: false };
        Self { state: Mutex::new(state), style, gone: Box::new(gone) }
    }

    /// Shows a line; tells when it should be tried again, if it could not be.
    pub fn draw(&self, text: &str) -> Option<Duration> {
        let mut state = self.lock();
        if state.closed || state.lent > 0 || !in_foreground() {
            return None;
        }
        if let Some(left) = QUIET.checked_sub(state.printed.elapsed()).filter(|left| !left.is_zero()) {
            return Some(left);
        }
        let size = tcgetwinsize(stderr()).ok()?;
        let (columns, place) = (usize::from(size.ws_col), state.follower.place());
        if columns < NARROWEST || size.ws_row < 3 || !is_certain(place, columns) {
            return None;
        }
        let wanted = Drawn { text: width::cut(text, columns - 1), place, columns };
        if state.drawn.as_ref() == Some(&wanted) {
            return None;
        }
        let style = self.style;
        // Saved and restored: the cursor and the script's colours. Without wrapping, whatever the width of each
        // character. A vertical tab moves down and keeps the column, by a new row where there is none.
        let (begin, end) = match place {
            Place::Start => ("\r\x1b7\x1b[?7l", "\x1b[K\x1b[?7h\x1b8"),
            _ => ("\x0b\x1b[A\x1b7\r\n\x1b[?7l", "\x1b[K\x1b[?7h\x1b8"),
        };
        let line = format!("{begin}{style}{}{style:#}{end}", wanted.text);
        let again = if state.drawn.is_some() { state.erase() } else { "" };
        let _ = write_all(stderr(), &[again.as_bytes(), line.as_bytes()].concat());
        state.drawn = Some(wanted);
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
        if !matches!(state.follower.place(), Place::Start | Place::Somewhere) {
            let _ = write_all(stderr(), b"\n");
        }
        print();
        state.follower.set(Place::Start);
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
        let erase = state.erase();
        state.printed = Instant::now();
        state.follower.follow(bytes);
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
        state.follower.set(if at_line_start { Place::Start } else { Place::Somewhere });
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
        let erase = self.erase();
        if !erase.is_empty() {
            let _ = write_all(stderr(), erase.as_bytes());
        }
    }

    /// What removes the line; nothing when there is none.
    fn erase(&mut self) -> &'static str {
        match self.drawn.take() {
            None => "",
            Some(Drawn { place: Place::Start, .. }) => ERASE_LINE,
            Some(_) => ERASE,
        }
    }
}

/// Whether the cursor stands where the next character goes: after one in the last column a terminal still stands on
/// it, and any step loses that.
fn is_certain(place: Place, columns: usize) -> bool {
    match place {
        Place::Start | Place::Somewhere => true,
        Place::After { columns: taken, wide } => taken % columns != 0 && (taken < columns || !wide),
        Place::Unknown => false,
    }
}

/// What runs in the background must not draw over what others do.
fn in_foreground() -> bool {
    tcgetpgrp(stderr()).is_ok_and(|group| group == rustix::process::getpgrp())
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
