//! The program is the parent of whatever below it has lost its own, and ends with all of it.

use std::io;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use rustix::process::{WaitId, WaitIdOptions, WaitOptions};

use super::end::end;
use super::mark::this_host;
use super::table::{Id, Table};

/// How long the end waits for a start that is on its way.
const PATIENCE: Duration = Duration::from_millis(100);
/// How often the end tries: what cannot be killed must not keep us.
const TRIES: usize = 3;

/// Held by whoever starts a process; says whether none is to be started any more.
static STARTS: Mutex<bool> = Mutex::new(false);
/// What was below this process before it was ours: a shell that turned into us may have started it, as it does for
/// `codex-lua script.lua > >(tee log)`.
static EARLIER: OnceLock<Vec<Id>> = OnceLock::new();

/// That orphans come to us; ends all that is left when it is dropped, by unwinding too.
#[derive(Debug)]
pub struct Adopted(());

/// Makes this process the parent of every process below it whose own parent ends. Only a program may do so, not a
/// library: it changes what the process is to all that it ever started. What is below it already stays alone.
///
/// Where the system has no such thing (macOS) nothing changes.
pub fn adopt() -> Adopted {
    EARLIER.get_or_init(|| {
        let looks = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        // Nearly always there is none, and this is the cheaper way to know.
        let is_childless = rustix::process::waitid(WaitId::All, looks).is_err();
        if is_childless { vec![] } else { Table::read().trees(|process| process.id == this_host()) }
    });
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
    Adopted(())
}

/// Whether anything that has lost its parent may have come to us. Reads one line, where a look at all processes takes
/// milliseconds.
pub(super) fn may_have_orphans() -> bool {
    let Some(earlier) = EARLIER.get() else { return true };
    let pid = this_host().pid;
    // Orphans come to the main thread; what we start is another's child.
    let Ok(children) = std::fs::read_to_string(format!("/proc/self/task/{pid}/children")) else {
        return true;
    };
    let is_earlier = |child: &str| earlier.iter().any(|id| child.parse() == Ok(id.pid));
    children.split_whitespace().any(|child| !is_earlier(child))
}

/// Collects those that came to us and have ended. To be called on the main thread, where they come to, and only when
/// all that we start ourselves is started and waited for on other threads.
pub fn collect() {
    #[cfg(target_os = "linux")]
    {
        let of_this_thread = WaitOptions::from_bits_retain(libc::__WNOTHREAD.cast_unsigned());
        while matches!(rustix::process::wait(WaitOptions::NOHANG | of_this_thread), Ok(Some(_))) {}
    }
}

impl Drop for Adopted {
    fn drop(&mut self) {
        end_all();
    }
}

/// Ends every process below this one but those that [`adopt`] found, for good: none is started after it. Of no cost
/// when none was.
pub fn end_all() {
    start_no_more();
    let earlier = EARLIER.get().map_or(&[][..], Vec::as_slice);
    for _ in 0..TRIES {
        loop {
            match rustix::process::wait(WaitOptions::NOHANG) {
                Ok(Some(_)) => {}
                Ok(None) => break,
                // Without a child there is nothing below us.
                Err(_) => return,
            }
        }
        end(|process| process.parent == this_host().pid && !earlier.contains(&process.id));
    }
}

fn start_no_more() {
    let until = Instant::now() + PATIENCE;
    loop {
        match STARTS.try_lock() {
            Err(TryLockError::WouldBlock) if Instant::now() < until => std::thread::yield_now(),
            Err(TryLockError::WouldBlock) => return,
            Err(TryLockError::Poisoned(starts)) => return *starts.into_inner() = true,
            Ok(mut starts) => return *starts = true,
        }
    }
}

/// To be held while a process is started.
pub(super) fn starting() -> io::Result<MutexGuard<'static, bool>> {
    let starts = STARTS.lock().unwrap_or_else(PoisonError::into_inner);
    if *starts { Err(io::Error::other("the program is ending")) } else { Ok(starts) }
}
