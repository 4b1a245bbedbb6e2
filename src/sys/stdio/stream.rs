//! C's standard streams, led through code of ours: glibc lets a program make streams and put them in their places.

use std::io::{self, Write};

use rustix::fd::BorrowedFd;
use rustix::stdio::{stderr, stdout};

/// One of C's streams that scripts print to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// `print`, `io.write`, `io.stdout`.
    Out,
    /// `io.stderr`, `warn`.
    Err,
}

impl Stream {
    /// Writes to it past C's buffer.
    pub fn write_all(self, bytes: &[u8]) -> io::Result<()> {
        struct Fd(BorrowedFd<'static>);
        impl Write for Fd {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                Ok(rustix::io::write(self.0, bytes)?)
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        Fd(match self {
            Self::Out => stdout(),
            Self::Err => stderr(),
        })
        .write_all(bytes)
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
impl Stream {
    pub(super) fn route(self) -> bool {
        false
    }
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod glibc {
    use std::ffi::{c_char, c_int, c_void};
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::Stream;
    use crate::sys::stdio::SCREEN;

    type Write = unsafe extern "C" fn(*mut c_void, *const c_char, usize) -> isize;

    /// `cookie_io_functions_t`.
    #[repr(C)]
    struct Functions {
        read: Option<unsafe extern "C" fn(*mut c_void, *mut c_char, usize) -> isize>,
        write: Option<Write>,
        seek: Option<unsafe extern "C" fn(*mut c_void, *mut i64, c_int) -> c_int>,
        close: Option<unsafe extern "C" fn(*mut c_void) -> c_int>,
    }

    unsafe extern "C" {
        fn fopencookie(cookie: *mut c_void, mode: *const c_char, functions: Functions) -> *mut libc::FILE;
        static mut stdout: *mut libc::FILE;
        static mut stderr: *mut libc::FILE;
    }

    impl Stream {
        /// Puts a stream of ours in this one's place.
        pub(in crate::sys::stdio) fn route(self) -> bool {
            let (write, buffering): (Write, _) = match self {
                Self::Out => (write_out, libc::_IOLBF),
                Self::Err => (write_err, libc::_IONBF),
            };
            let functions = Functions { read: None, write: Some(write), seek: None, close: None };
            // SAFETY: the mode is a C string; the functions take no cookie and live as long as the process, as
            // does the stream, which nobody closes. Buffered as C buffers a terminal; nothing is written yet.
            // The variables are set before there is a Lua state, by the only thread that prints through C.
            unsafe {
                let stream = fopencookie(std::ptr::null_mut(), c"w".as_ptr(), functions);
                if stream.is_null() {
                    return false;
                }
                libc::setvbuf(stream, std::ptr::null_mut(), buffering, 4096);
                match self {
                    Self::Out => stdout = stream,
                    Self::Err => stderr = stream,
                }
            }
            true
        }
    }

    unsafe extern "C" fn write_out(_: *mut c_void, text: *const c_char, size: usize) -> isize {
        // SAFETY: C hands over what it was given here.
        unsafe { write(Stream::Out, text, size) }
    }

    unsafe extern "C" fn write_err(_: *mut c_void, text: *const c_char, size: usize) -> isize {
        // SAFETY: as above.
        unsafe { write(Stream::Err, text, size) }
    }

    /// Answers as C asks: how much was written; nothing is an error.
    unsafe fn write(to: Stream, text: *const c_char, size: usize) -> isize {
        // SAFETY: C calls this with `size` bytes of its buffer, which stay as they are meanwhile.
        let bytes = unsafe { std::slice::from_raw_parts(text.cast::<u8>(), size) };
        // C must not be unwound through.
        let written = catch_unwind(AssertUnwindSafe(|| SCREEN.get().map(|screen| screen.write(to, bytes))));
        match written {
            Ok(Some(Ok(()))) => isize::try_from(size).unwrap_or_default(),
            _ => 0,
        }
    }
}
