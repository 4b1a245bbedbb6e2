//! The buffer that `print`, `io.write` and `io.stdout` share: C's.
#![allow(unsafe_code, reason = "two calls into C that take no pointer but one of ours")]

/// Writes out what scripts have printed so far.
pub fn flush() {
    // SAFETY: a null stream means all of C's open output streams; C locks each of them.
    unsafe { libc::fflush(std::ptr::null_mut()) };
}

/// Whether standard output is a pipe that nobody reads any more.
pub fn reader_is_gone() -> bool {
    let mut out = libc::pollfd { fd: libc::STDOUT_FILENO, events: 0, revents: 0 };
    // SAFETY: one entry, ours, and no waiting.
    let found = unsafe { libc::poll(&raw mut out, 1, 0) };
    found > 0 && out.revents & libc::POLLERR != 0
}
