//! Request id → waiter; pure.

use std::collections::HashMap;

/// The requests of ours that wait for an answer.
#[derive(Debug)]
pub struct Pending<W> {
    last: u64,
    waiters: HashMap<u64, W>,
}

impl<W> Default for Pending<W> {
    fn default() -> Self {
        Self { last: 0, waiters: HashMap::new() }
    }
}

impl<W> Pending<W> {
    /// Files a waiter and gives the id to send.
    pub fn insert(&mut self, waiter: W) -> u64 {
        self.last += 1;
        self.waiters.insert(self.last, waiter);
        self.last
    }

    /// The waiter of `id`, once; `None` when it was never filed, is answered already or was given up.
    pub fn take(&mut self, id: u64) -> Option<W> {
        self.waiters.remove(&id)
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
        assert_eq!((pending.take(b), pending.take(b), pending.take(99)), (Some('b'), None, None));
        assert_eq!(pending.drain(), vec!['a']);
        assert_eq!(pending.take(a), None);
    }
}
