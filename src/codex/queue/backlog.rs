//! What all turns of a client let wait, and its bound.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Weak};

use super::{BOUNDS, Bounds, Entries, lock};

/// The queues of a client; a cheap clone.
#[derive(Debug, Clone)]
pub(in crate::codex) struct Backlog(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    bounds: Bounds,
    /// Of deltas, in all queues.
    bytes: AtomicUsize,
    ages: AtomicU64,
    /// Locked before any queue's entries, and by whoever locks the entries of more than one.
    queues: Mutex<Queues>,
}

#[derive(Debug, Default)]
struct Queues {
    last: u64,
    by_id: HashMap<u64, Weak<Mutex<Entries>>>,
}

impl Default for Backlog {
    fn default() -> Self {
        Self::new(BOUNDS)
    }
}

impl Backlog {
    pub(super) fn new(bounds: Bounds) -> Self {
        let (bytes, ages, queues) = <_>::default();
        Self(Arc::new(Shared { bounds, bytes, ages, queues }))
    }

    pub(super) fn bounds(&self) -> Bounds {
        self.0.bounds
    }

    /// Files a queue, and gives the id to remove it by.
    pub(super) fn add(&self, entries: &Arc<Mutex<Entries>>) -> u64 {
        let mut queues = lock(&self.0.queues);
        queues.last += 1;
        let id = queues.last;
        queues.by_id.insert(id, Arc::downgrade(entries));
        id
    }

    pub(super) fn remove(&self, id: u64) {
        lock(&self.0.queues).by_id.remove(&id);
    }

    /// When a delta came: later ones have higher ages, in whichever queue.
    pub(super) fn age(&self) -> u64 {
        self.0.ages.fetch_add(1, Ordering::Relaxed)
    }

    /// Counts what a queue has taken; tells whether that is more than may wait.
    pub(super) fn count(&self, bytes: usize) -> bool {
        self.0.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes > self.0.bounds.drop_past
    }

    pub(super) fn uncount(&self, bytes: usize) {
        self.0.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }

    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.0.bytes.load(Ordering::Relaxed)
    }

    /// Drops the oldest deltas, whichever turns they are of, but never the newest.
    pub(super) fn drop_oldest(&self) {
        let queues = lock(&self.0.queues);
        let queues: Vec<_> = queues.by_id.values().filter_map(Weak::upgrade).collect();
        let mut queues: Vec<_> = queues.iter().map(|entries| lock(entries)).collect();
        let deltas = queues.iter().flat_map(|entries| &entries.list);
        let mut deltas: Vec<_> = deltas.filter_map(|entry| Some((entry.age()?, entry.size()))).collect();
        deltas.sort_unstable();
        deltas.pop();
        let enough = self.0.bounds.drop_past / 8 * 7;
        let mut left = self.0.bytes.load(Ordering::Relaxed);
        let mut youngest = None;
        for (age, size) in deltas {
            if left <= enough {
                break;
            }
            left -= size;
            youngest = Some(age);
        }
        if let Some(age) = youngest {
            let freed = queues.iter_mut().map(|entries| entries.drop_up_to(age)).sum();
            self.uncount(freed);
        }
    }
}
