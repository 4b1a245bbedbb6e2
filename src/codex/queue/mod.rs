//! The events of a turn that its script has not read yet. Nothing here waits.
//!
//! Every delta is kept by itself until [`Bounds::join_past`] bytes of them wait in the turn; from then on one is joined
//! to the one before it when they differ in their text alone. Past [`Bounds::drop_past`] bytes in all turns of a client
//! the oldest of them all give way, in each turn that loses some to one [`Item::Lagged`]. All else is never dropped.

mod backlog;
mod entry;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::event::Event;
pub(super) use backlog::Backlog;
use entry::Entry;

/// Bytes of waiting deltas.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    /// In one turn: past it they are joined.
    join_past: usize,
    /// The most text that is joined into one, so that not much more is dropped than must be.
    joined: usize,
    /// In all turns of a client: past it the oldest are dropped, and more than the one too many, so that the work is
    /// not done again for each further delta.
    drop_past: usize,
}

const BOUNDS: Bounds = Bounds { join_past: 1 << 20, joined: 64 << 10, drop_past: 64 << 20 };

/// What a script reads next.
#[derive(Debug)]
pub enum Item {
    /// An event.
    Event(Event),
    /// So many bytes of text were dropped before here, since nobody read them.
    Lagged(usize),
}

/// One turn's share of a client's [`Backlog`].
#[derive(Debug)]
pub(super) struct Queue {
    id: u64,
    entries: Arc<Mutex<Entries>>,
    backlog: Backlog,
}

impl Queue {
    pub fn new(backlog: &Backlog) -> Self {
        let entries = Arc::default();
        Self { id: backlog.add(&entries), entries, backlog: backlog.clone() }
    }

    /// Adds what must not be lost; tells whether nothing waited before.
    pub fn push(&self, event: Event) -> bool {
        let mut entries = lock(&self.entries);
        entries.list.push_back(Entry::Whole(event));
        entries.list.len() == 1
    }

    /// Adds a piece of text; tells whether nothing waited before.
    pub fn push_delta(&self, event: Event) -> bool {
        let mut entries = lock(&self.entries);
        let added = entries.push_delta(event, self.backlog.age(), self.backlog.bounds());
        let is_first = entries.list.len() == 1;
        // Counted before it can be popped.
        let is_full = self.backlog.count(added);
        drop(entries);
        if is_full {
            self.backlog.drop_oldest();
        }
        is_first
    }

    /// How many wait.
    pub fn len(&self) -> usize {
        lock(&self.entries).list.len()
    }

    /// Takes the next.
    pub fn pop(&self) -> Option<Item> {
        let mut entries = lock(&self.entries);
        let entry = entries.list.pop_front()?;
        let size = entry.size();
        entries.bytes -= size;
        self.backlog.uncount(size);
        drop(entries);
        Some(entry.into_item())
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        self.backlog.remove(self.id);
        self.backlog.uncount(lock(&self.entries).bytes);
    }
}

/// What waits, and how many bytes of it are deltas.
#[derive(Debug, Default)]
struct Entries {
    list: VecDeque<Entry>,
    bytes: usize,
}

impl Entries {
    /// Adds a delta, by itself or to the last; tells the bytes that it takes.
    fn push_delta(&mut self, event: Event, age: u64, bounds: Bounds) -> usize {
        let last = if self.bytes < bounds.join_past { None } else { self.list.back_mut() };
        let added = last.and_then(|last| last.join(&event, bounds.joined)).unwrap_or_else(|| {
            let entry = Entry::Delta(age, event);
            let size = entry.size();
            self.list.push_back(entry);
            size
        });
        self.bytes += added;
        added
    }

    /// Drops the deltas up to this age and leaves one mark where the last of them stood; tells the bytes that they
    /// took.
    fn drop_up_to(&mut self, age: u64) -> usize {
        let (mut freed, mut lost, mut place) = (0, 0, 0);
        let mut kept = VecDeque::with_capacity(self.list.len());
        for entry in self.list.drain(..) {
            // An earlier mark is a part of the new one.
            if matches!(entry, Entry::Lagged(_)) || entry.age().is_some_and(|own| own <= age) {
                freed += entry.size();
                lost += entry.lost();
                place = kept.len();
            } else {
                kept.push_back(entry);
            }
        }
        if lost > 0 {
            kept.insert(place, Entry::Lagged(lost));
        }
        self.list = kept;
        self.bytes -= freed;
        freed
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
