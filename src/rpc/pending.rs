//! Request id → waiter; pure.

use std::collections::{HashMap, HashSet};

/// The requests of ours that wait for an answer.
#[derive(Debug)]
pub struct Pending<W> {
    last: u64,
    waiters: HashMap<u64, W>,
    given_up: HashSet<u64>,
}

/// Who an answer is for.
#[derive(Debug, PartialEq, Eq)]
pub enum Taken<W> {
    /// This one, which is no longer filed.
    Waiter(W),
    /// One that gave up waiting.
    GivenUp,
    /// Nobody: the id was never used, or is answered already.
    Nobody,
}

/// Given-up requests that are remembered; a peer that leaves more unanswered is no peer to be exact about.
const REMEMBERED: usize = 1000;

impl<W> Default for Pending<W> {
    fn default() -> Self {
        Self { last: 0, waiters: HashMap::new(), given_up: HashSet::new() }
    }
}

impl<W> Pending<W> {
    /// Files a waiter and gives the id to send.
    pub fn insert(&mut self, waiter: W) -> u64 {
        self.last += 1;
        self.waiters.insert(self.last, waiter);
        self.last
    }

    /// Who the answer to `id` is for, once.
    pub fn take(&mut self, id: u64) -> Taken<W> {
        match self.waiters.remove(&id) {
            Some(waiter) => Taken::Waiter(waiter),
            None if self.given_up.remove(&id) => Taken::GivenUp,
            None => Taken::Nobody,
        }
    }

    /// The waiter of `id`, if it still waits.
    pub fn get_mut(&mut self, id: u64) -> Option<&mut W> {
        self.waiters.get_mut(&id)
    }

    /// The waiter of `id`, if it still waits, gives up.
    pub fn give_up(&mut self, id: u64) -> Option<W> {
        let waiter = self.waiters.remove(&id)?;
        if self.given_up.len() < REMEMBERED {
            self.given_up.insert(id);
        }
        Some(waiter)
    }

    /// All that still wait: for the end of the connection.
    pub fn drain(&mut self) -> Vec<W> {
        self.waiters.drain().map(|(_, waiter)| waiter).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_waiter_is_taken_once() {
        let mut pending = Pending::default();
        let (a, b) = (pending.insert('a'), pending.insert('b'));
        assert_eq!(pending.take(b), Taken::Waiter('b'));
        assert_eq!((pending.take(b), pending.take(99)), (Taken::Nobody, Taken::Nobody));
        assert_eq!(pending.drain(), vec!['a']);
        assert_eq!(pending.take(a), Taken::Nobody);
    }

    #[test]
    fn a_late_answer_is_told_from_a_stray_one() {
        let mut pending = Pending::default();
        let id = pending.insert('a');
        assert_eq!((pending.give_up(id), pending.give_up(id)), (Some('a'), None));
        assert_eq!((pending.take(id), pending.take(id)), (Taken::GivenUp, Taken::Nobody));
    }
}
