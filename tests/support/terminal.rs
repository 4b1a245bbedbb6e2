//! `codex-lua` on a terminal, and what a person sees there.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::process::Child;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::Pty;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use super::processes;

/// How often it is looked whether the terminal is to be closed.
const LOOK: Timespec = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };

/// A terminal's size when nothing else is said.
const ROWS: u16 = 24;
const COLUMNS: u16 = 80;

fn size(n: u16) -> NonZeroU16 {
    n.try_into().expect("not 0")
}

/// A program that runs on a terminal of its own; killed when it is dropped.
pub struct Terminal {
    child: Child,
    /// None once it was closed.
    pty: Option<Arc<Pty>>,
    reader: Option<JoinHandle<()>>,
    closing: Arc<AtomicBool>,
    shared: Arc<(Mutex<Seen>, Condvar)>,
    root: PathBuf,
    until: Instant,
}

/// What has come so far.
pub struct Seen {
    parser: vt100::Parser,
    /// All of it, as it came.
    pub bytes: Vec<u8>,
    ended: bool,
}

/// What was there when the program had ended.
pub struct Left {
    pub code: i32,
    /// What a person sees, row by row, down to the last that is not empty.
    pub rows: Vec<String>,
    /// From 0; rows, then columns.
    pub cursor: (u16, u16),
    pub cursor_is_hidden: bool,
    pub bytes: Vec<u8>,
}

impl Seen {
    fn new() -> Self {
        Self { parser: vt100::Parser::new(size(ROWS), size(COLUMNS), 0), bytes: vec![], ended: false }
    }

    /// What a person sees, row by row, down to the last that is not empty.
    pub fn rows(&self) -> Vec<String> {
        let text = self.parser.screen().contents();
        text.trim_end().lines().map(|row| row.trim_end().to_owned()).collect()
    }
}

/// What a terminal shows of this text.
pub fn rendered(text: &str) -> Vec<String> {
    let mut seen = Seen::new();
    seen.parser.process(text.replace('\n', "\r\n").as_bytes());
    seen.rows()
}

impl Terminal {
    pub(super) fn start(command: pty_process::blocking::Command, root: PathBuf, deadline: Duration) -> Self {
        let (pty, pts) = pty_process::blocking::open().expect("a terminal");
        pty.resize(Size::new(ROWS, COLUMNS)).expect("a size");
        let child = command.spawn(pts).expect("codex-lua starts");
        let (pty, shared) = (Arc::new(pty), Arc::new((Mutex::new(Seen::new()), Condvar::new())));
        let (reading, filling) = (pty.clone(), shared.clone());
        let closing = Arc::new(AtomicBool::new(false));
        let closed = closing.clone();
        let reader = thread::spawn(move || {
            let mut chunk = [0; 4096];
            loop {
                let mut ready = [PollFd::new(&*reading, PollFlags::IN)];
                while poll(&mut ready, Some(&LOOK)).expect("it is open") == 0 {
                    if closed.load(Ordering::Relaxed) {
                        return;
                    }
                }
                // The last process that has it open is gone: an error, on Linux.
                let read = (&*reading).read(&mut chunk).unwrap_or(0);
                let mut seen = filling.0.lock().unwrap_or_else(PoisonError::into_inner);
                seen.parser.process(&chunk[..read]);
                seen.bytes.extend_from_slice(&chunk[..read]);
                seen.ended = read == 0;
                filling.1.notify_all();
                if read == 0 {
                    return;
                }
            }
        });
        let (pty, reader, until) = (Some(pty), Some(reader), Instant::now() + deadline);
        Self { child, pty, reader, closing, shared, root, until }
    }

    /// Waits until what is to be seen is as it should be.
    #[track_caller]
    pub fn wait_until(&self, what: &str, reached: impl Fn(&Seen) -> bool) {
        let mut seen = self.shared.0.lock().unwrap_or_else(PoisonError::into_inner);
        while !reached(&seen) {
            let left = self.until.saturating_duration_since(Instant::now());
            let rows = seen.rows();
            assert!(!seen.ended, "it ended before {what}: {rows:#?}");
            assert!(!left.is_zero(), "the test waited too long until {what}: {rows:#?}");
            seen = self.shared.1.wait_timeout(seen, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits until a row begins like this.
    #[track_caller]
    pub fn wait_for(&self, start: &str) {
        self.wait_until(&format!("a row begins with {start:?}"), |seen| {
            seen.rows().iter().any(|row| row.starts_with(start))
        });
    }

    /// Types this.
    pub fn enter(&self, text: &str) {
        self.open().write_all(text.as_bytes()).expect("a terminal takes what is typed");
    }

    /// What a person sees now.
    pub fn rows(&self) -> Vec<String> {
        self.shared.0.lock().unwrap_or_else(PoisonError::into_inner).rows()
    }

    /// Types what is no text.
    pub fn types_bytes(&self, bytes: &[u8]) {
        self.open().write_all(bytes).expect("a terminal takes what is typed");
    }

    /// Makes the window another size.
    pub fn resize(&self, rows: u16, columns: u16) {
        let mut seen = self.shared.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.parser.screen_mut().set_size(size(rows), size(columns));
        self.open().resize(Size::new(rows, columns)).expect("a size");
    }

    /// Sends a signal to the program alone.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).expect("it runs");
    }

    /// Waits for its end, and for the end of all that it started.
    #[track_caller]
    pub fn finish(mut self) -> Left {
        use std::os::unix::process::ExitStatusExt;
        let mut seen = self.shared.0.lock().unwrap_or_else(PoisonError::into_inner);
        while !seen.ended {
            let left = self.until.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "it does not end: {:#?}", seen.rows());
            seen = self.shared.1.wait_timeout(seen, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        let screen = seen.parser.screen();
        let (cursor, cursor_is_hidden) = (screen.cursor_position(), screen.hide_cursor());
        let (rows, bytes) = (seen.rows(), seen.bytes.clone());
        drop(seen);
        let status = self.child.wait().expect("a child");
        let code = status.code().or(status.signal().map(|signal| -signal)).expect("an exit status");
        Left { code, rows, cursor, cursor_is_hidden, bytes }
    }

    /// Closes the terminal, as when its window is closed, and waits for the program's end; gives its exit status.
    #[track_caller]
    pub fn close(mut self) -> Option<i32> {
        self.closing.store(true, Ordering::Relaxed);
        let _ = self.reader.take().expect("not closed yet").join();
        self.pty = None;
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return status.code();
            }
            assert!(Instant::now() < self.until, "it does not end");
            thread::yield_now();
        }
    }

    fn open(&self) -> &Pty {
        self.pty.as_ref().expect("not closed yet")
    }

    fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = kill_process_group(self.pid(), Signal::KILL);
            let _ = self.child.wait();
        }
        processes::of(&self.root).iter().for_each(processes::Process::kill);
    }
}

impl Left {
    /// It ended with this status, and nothing is left on the screen but this; the cursor is where a shell goes on.
    #[track_caller]
    pub fn expect(&self, code: i32, rows: &[&str]) {
        assert_eq!(
            (self.code, &self.rows[..]),
            (code, &rows.iter().map(ToString::to_string).collect::<Vec<_>>()[..])
        );
        let row = u16::try_from(rows.len()).expect("few");
        assert_eq!((self.cursor, self.cursor_is_hidden), ((row, 0), false));
    }

    /// Whether these bytes came at any time.
    pub fn had(&self, text: &str) -> bool {
        memchr::memmem::find(&self.bytes, text.as_bytes()).is_some()
    }
}
