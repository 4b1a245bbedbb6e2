//! Tasks that one call waits for.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use tokio::sync::Notify;

use super::{Awaiting, Outcome, Task};

/// Tasks whose ends are told in their order. When it is dropped, those that have not ended are cancelled.
#[derive(Default)]
pub struct Group {
    members: Vec<Awaiting>,
    ends: Rc<Ends>,
    told: usize,
}

/// Those that have ended.
#[derive(Default)]
pub(super) struct Ends {
    places: RefCell<VecDeque<usize>>,
    more: Notify,
}

impl Ends {
    pub(super) fn tell(&self, place: usize) {
        self.places.borrow_mut().push_back(place);
        self.more.notify_one();
    }

    #[cfg(test)]
    pub(super) fn places(&self) -> Vec<usize> {
        self.places.borrow().iter().copied().collect()
    }
}

impl Group {
    /// One more, whose error is the group's from now on.
    pub fn add(&mut self, task: Rc<Task>) {
        task.tell_end(&self.ends, self.members.len());
        self.members.push(Awaiting::new(task));
    }

    /// How many were added that were not told yet.
    pub fn waiting(&self) -> usize {
        self.members.len() - self.told
    }

    /// The next that ended: which of them, from 0, and what it came to. `None` when all were told.
    pub async fn next(&mut self) -> Option<(usize, Outcome)> {
        while self.waiting() > 0 {
            let place = self.ends.places.borrow_mut().pop_front();
            if let Some(place) = place {
                self.told += 1;
                let outcome = self.members[place].0.outcome.borrow().clone();
                return Some((place, outcome.unwrap_or(Outcome::Cancelled)));
            }
            self.ends.more.notified().await;
        }
        None
    }

    /// Cancels those that have not ended, and waits for all.
    pub async fn end(mut self) {
        self.cancel();
        while self.next().await.is_some() {}
    }

    fn cancel(&self) {
        for Awaiting(task) in &self.members {
            if task.outcome.borrow().is_none() {
                task.cancel();
            }
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.cancel();
    }
}
