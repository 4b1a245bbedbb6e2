//! Stopping turns that outlive their limits.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::session::Registry;

#[derive(Default)]
pub(super) struct Clock {
    /// When it looks next; `None` while it looks, and when there is nothing to look for.
    next: Mutex<Option<Instant>>,
    wound: Notify,
}

impl Clock {
    /// There is something to look for at `at`: wakes it only when it would look later than that, since a turn has
    /// the limits of the one before as a rule.
    pub fn wind(&self, at: Instant) {
        if self.next().is_none_or(|next| at < next) {
            self.wound.notify_one();
        }
    }

    /// Looks at the turns whenever one may be overdue.
    pub async fn run(&self, registry: &Registry) {
        loop {
            *self.next() = None;
            let now = Instant::now();
            let next = registry.check_clocks(now);
            *self.next() = next;
            let next = next.unwrap_or(now + Duration::from_hours(1));
            let _ = tokio::time::timeout_at(next.into(), self.wound.notified()).await;
        }
    }

    fn next(&self) -> MutexGuard<'_, Option<Instant>> {
        self.next.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
