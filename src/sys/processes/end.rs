//! Ending processes that would rather go on.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::mark::this_host;
use super::table::{Id, Process, Table};

/// How often it is looked for more: each look finds what was started since the one before, and what it finds starts
/// no more.
const LOOKS: usize = 50;
/// How long the killed may take. One that sits in the kernel (a dead network file system) may take longer.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long who made a sandbox may take to clean up after it.
const CLEANING: Duration = Duration::from_secs(1);

/// Ends the inside of the sandboxes that `belongs` picks, or that are below what it picks: what runs in a PID namespace
/// of its own. Whoever made one then removes what it made for it (folders to mount on, in the workspace), and ends;
/// killed itself, it would leave that.
pub(super) fn end_sandboxes(belongs: impl Fn(&Process) -> bool) {
    let table = Table::read();
    let (inside, outside): (Vec<Id>, Vec<Id>) =
        table.trees(belongs).into_iter().partition(|id| is_in_a_namespace(id.pid));
    let parents: HashSet<i32> = inside.iter().filter_map(|id| table.parent(id.pid)).collect();
    let grandparents: HashSet<i32> = parents.iter().filter_map(|pid| table.parent(*pid)).collect();
    let is_maker = |id: &&Id| parents.contains(&id.pid) || grandparents.contains(&id.pid);
    let makers: Vec<Held> =
        outside.iter().filter(is_maker).filter(|id| **id != this_host()).map(|id| Held::new(*id)).collect();
    for id in inside {
        Held::new(id).send(Signal::KILL);
    }
    let until = Instant::now() + CLEANING;
    for maker in makers {
        maker.wait(until);
    }
}

/// Whether it has a number in a namespace below ours, too.
fn is_in_a_namespace(pid: i32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let numbers = status.lines().find_map(|line| line.strip_prefix("NSpid:"));
    numbers.is_some_and(|numbers| numbers.split_whitespace().count() > 1)
}

/// Ends whatever `belongs` picks, and all below it, but for this process; waits until it has ended.
///
/// All are stopped before the first is killed, and killed when a look finds no other: a stopped process starts none,
/// and what has lost its parent could no longer be found below it.
pub(super) fn end(belongs: impl Fn(&Process) -> bool) {
    end_sandboxes(&belongs);
    let mut held: HashMap<Id, Held> = HashMap::new();
    let mut killed = 0;
    for _ in 0..LOOKS {
        let found = Table::read().trees(&belongs);
        let before = held.len();
        for id in found {
            if id != this_host() && !held.contains_key(&id) {
                let process = Held::new(id);
                process.send(Signal::STOP);
                held.insert(id, process);
            }
        }
        if held.len() == killed {
            break;
        }
        if held.len() == before {
            send_all(&held, Signal::KILL);
            killed = held.len();
        }
    }
    if killed < held.len() {
        send_all(&held, Signal::KILL);
    }
    let until = Instant::now() + PATIENCE;
    for process in held.values() {
        process.wait(until);
    }
}

fn send_all(held: &HashMap<Id, Held>, signal: Signal) {
    for process in held.values() {
        process.send(signal);
    }
}

/// A process that cannot turn into another with the same number.
struct Held {
    id: Id,
    /// None where the system has no such thing, or no more of them.
    #[cfg(target_os = "linux")]
    handle: Option<std::os::fd::OwnedFd>,
}

impl Held {
    fn new(id: Id) -> Self {
        Self {
            id,
            #[cfg(target_os = "linux")]
            handle: rustix::process::Pid::from_raw(id.pid)
                .and_then(|pid| rustix::process::pidfd_open(pid, rustix::process::PidfdFlags::empty()).ok()),
        }
    }

    /// It may just have ended, or be another user's.
    fn send(&self, signal: Signal) {
        // The handle was made from a number that may have been another's by then.
        if Process::read(self.id.pid).is_none_or(|process| process.id != self.id) {
            return;
        }
        #[cfg(target_os = "linux")]
        if let Some(handle) = &self.handle {
            let _ = rustix::process::pidfd_send_signal(handle, signal);
            return;
        }
        if let Some(pid) = rustix::process::Pid::from_raw(self.id.pid) {
            let _ = rustix::process::kill_process(pid, signal);
        }
    }

    fn wait(&self, until: Instant) {
        #[cfg(target_os = "linux")]
        if let Some(handle) = &self.handle {
            use rustix::event::{PollFd, PollFlags, Timespec, poll};
            let left = until.saturating_duration_since(Instant::now());
            let left = Timespec { tv_sec: left.as_secs().cast_signed(), tv_nsec: left.subsec_nanos().into() };
            let _ = poll(&mut [PollFd::new(handle, PollFlags::IN)], Some(&left));
        }
        #[cfg(not(target_os = "linux"))]
        let _ = until;
    }
}
