//! The buffer that `print`, `io.write` and `io.stdout` share: C's.
#![allow(unsafe_code, reason = "one call into C that takes no pointer of ours")]

/// Writes out what scripts have printed so far.
pub fn flush() {
    // SAFETY: a null stream means all of C's open output streams; C locks each of them.
    unsafe { libc::fflush(std::ptr::null_mut()) };
}
