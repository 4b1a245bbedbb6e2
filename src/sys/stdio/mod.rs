//! What scripts print, and the terminal that they share with others.
//!
//! `print`, `io.write` and `io.stdout` have one buffer: C's.
#![allow(unsafe_code, reason = "calls into C that take no pointer but one of ours")]

mod stream;
pub mod typed;

use std::sync::{Arc, OnceLock};

pub use stream::Stream;

/// Who draws on the terminal beside what scripts print there. Called from any thread.
pub trait Screen: Send + Sync {
    /// Writes what a script printed; whatever was drawn makes way.
    #[cfg_attr(not(all(target_os = "linux", target_env = "gnu")), allow(dead_code))]
    fn write(&self, to: Stream, bytes: &[u8]) -> std::io::Result<()>;
    /// Others write to the terminal, or read from it: nothing is drawn until [`Screen::take_back`].
    fn lend(&self);
    /// They have ended; tells whether the cursor is known to be at the start of a line.
    fn take_back(&self, at_line_start: bool);
    /// Begins a new line, unless the cursor is at the start of one.
    fn fresh_line(&self);
    /// Nothing is drawn any more.
    fn close(&self);
}

static SCREEN: OnceLock<Arc<dyn Screen>> = OnceLock::new();

/// Has `screen` write what scripts print to these streams. To be called before the first Lua state is made, once;
/// tells whether this system can do it.
pub fn route(screen: Arc<dyn Screen>, streams: &[Stream]) -> bool {
    SCREEN.set(screen).is_ok() && streams.iter().all(|stream| stream.route())
}

/// The terminal, for as long as this is held, belongs to a command or to whoever types.
pub struct Lent {
    at_line_start: bool,
    with_modes: bool,
}

/// Lends the terminal.
pub fn lend() -> Lent {
    typed::lend();
    let mut lent = lend_screen();
    lent.with_modes = true;
    lent
}

/// Lends what is seen of the terminal, to who sets its modes himself.
pub fn lend_screen() -> Lent {
    flush();
    if let Some(screen) = SCREEN.get() {
        screen.lend();
    }
    Lent { at_line_start: false, with_modes: false }
}

impl Lent {
    /// What was typed ended its line.
    pub fn line_ended(&mut self) {
        self.at_line_start = true;
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(screen) = SCREEN.get() {
            screen.take_back(self.at_line_start);
        }
        if self.with_modes {
            typed::take_back();
        }
    }
}

/// Prints, for the host itself, among what scripts print.
pub fn write(to: Stream, bytes: &[u8]) {
    let written = match SCREEN.get() {
        Some(screen) => screen.write(to, bytes),
        None => to.write_all(bytes),
    };
    // Nobody reads any more, which whoever waits for a signal hears.
    drop(written);
}

/// Begins a new line on the terminal, unless the cursor is at the start of one.
pub fn fresh_line() {
    flush();
    if let Some(screen) = SCREEN.get() {
        screen.fresh_line();
    }
}

/// Writes out what scripts have printed so far.
pub fn flush() {
    // SAFETY: a null stream means all of C's open output streams; C locks each of them.
    unsafe { libc::fflush(std::ptr::null_mut()) };
}

/// Ends the process now, whatever its threads are doing: what is printed is shown if that takes no time.
pub fn exit_now(status: i32) -> ! {
    let (shown, waiting) = std::sync::mpsc::channel();
    // The buffer may be locked by a write that nobody reads.
    std::thread::spawn(move || {
        if let Some(screen) = SCREEN.get() {
            screen.close();
        }
        typed::let_go();
        flush();
        let _ = shown.send(());
    });
    let _ = waiting.recv_timeout(std::time::Duration::from_millis(100));
    // SAFETY: has no preconditions; it runs no handlers, which could wait for that buffer again.
    unsafe { libc::_exit(status) }
}

/// Whether standard output is a pipe that nobody reads any more.
pub fn reader_is_gone() -> bool {
    let mut out = libc::pollfd { fd: libc::STDOUT_FILENO, events: 0, revents: 0 };
    // SAFETY: one entry, ours, and no waiting.
    let found = unsafe { libc::poll(&raw mut out, 1, 0) };
    found > 0 && out.revents & libc::POLLERR != 0
}
