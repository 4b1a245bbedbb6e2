//! The buffer that `print`, `io.write` and `io.stdout` share: C's.
#![allow(unsafe_code, reason = "calls into C that take no pointer but one of ours")]

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
