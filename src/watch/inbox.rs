//! What waits for the watcher's thread: hints, and the wishes of whoever holds the handle.

use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::deeds::{Deed, Told};
use super::source::{Hint, Hinted};

/// Paths that may wait; past them it is cheaper to compare the tree.
const MOST: usize = 200_000;
/// Hints of one save come in threes: what follows the first within this time is taken with one look.
const TOGETHER: Duration = Duration::from_millis(4);

/// The inbox.
#[derive(Debug, Default)]
pub struct Inbox {
    work: Mutex<Work>,
    wake: Condvar,
}

/// What was in it.
#[derive(Debug, Default)]
pub struct Work {
    /// Where to look.
    pub hinted: Hinted,
    /// Hints were lost: look everywhere.
    pub lost: bool,
    /// Somebody waits for a batch.
    pub wanted: bool,
    /// Somebody wants to know that all until now was seen.
    pub syncs: Vec<oneshot::Sender<()>>,
    /// What the owner and its turns did.
    pub deeds: Vec<Told>,
    /// Nobody is there any more.
    pub closed: bool,
}

impl Work {
    fn is_urgent(&self) -> bool {
        self.closed || self.wanted || !self.deeds.is_empty() || !self.syncs.is_empty()
    }
}

impl Inbox {
    /// Something happened at these paths.
    pub fn touched(&self, paths: Vec<PathBuf>, moved: bool) {
        let at = Instant::now();
        let mut work = self.lock();
        let was_empty = work.hinted.is_empty() && !work.lost;
        if work.hinted.len() >= MOST {
            work.hinted.clear();
            work.lost = true;
        }
        for path in paths {
            let hint = work.hinted.entry(path).or_insert(Hint { moved, at });
            *hint = Hint { moved: hint.moved || moved, at };
        }
        drop(work);
        if was_empty {
            self.wake.notify_one();
        }
    }

    /// Something happened, and nobody knows where.
    pub fn lost(&self) {
        self.lock().lost = true;
        self.wake.notify_one();
    }

    /// Somebody waits for a batch.
    pub fn want(&self) {
        self.lock().wanted = true;
        self.wake.notify_one();
    }

    /// The owner or a turn did something; false when nobody is there to hear of it.
    pub fn deed(&self, told: Told) -> bool {
        let mut work = self.lock();
        if !work.closed {
            // That a call begins matters to who is awake for another reason.
            if !matches!(told.deed, Deed::CallBegan) {
                self.wake.notify_one();
            }
            work.deeds.push(told);
        }
        !work.closed
    }

    /// Somebody wants to know when all until now was seen.
    pub fn sync(&self, tell: oneshot::Sender<()>) {
        self.lock().syncs.push(tell);
        self.wake.notify_one();
    }

    /// Whether somebody is there.
    pub fn is_open(&self) -> bool {
        !self.lock().closed
    }

    /// Nobody is there any more.
    pub fn close(&self) {
        self.lock().closed = true;
        self.wake.notify_one();
    }

    /// There is no thread any more: who waits for it hears of that.
    pub fn abandon(&self) {
        let mut work = self.lock();
        work.syncs.clear();
        work.closed = true;
    }

    /// Waits for work until a time, and takes what there is; `last` is when it was taken before.
    pub fn wait(&self, until: Instant, last: Instant) -> Work {
        let mut work = self.lock();
        loop {
            let now = Instant::now();
            let has_hints = work.lost || !work.hinted.is_empty();
            let ready = if has_hints { until.min(last + TOGETHER) } else { until };
            if work.is_urgent() || ready <= now {
                // The handle stays closed; the rest is taken.
                let closed = work.closed;
                return std::mem::replace(&mut work, Work { closed, ..Work::default() });
            }
            work = self.wake.wait_timeout(work, ready - now).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
