//! Stopping turns that outlive their limits.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::session::Registry;

#[derive(Default)]
pub(super) struct Clock {
    /// When to look next. It stays when the turn that it was for has ended, so that turns one after another, which
    /// have the same limits as a rule, wake nobody.
    next: Mutex<Option<Instant>>,
    earlier: Notify,
}

impl Clock {
    /// Has the turns looked at by `at`.
    pub fn wind(&self, at: Instant) {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        if next.is_none_or(|next| at < next) {
            *next = Some(at);
            self.earlier.notify_one();
        }
    }

    /// Looks at the turns whenever one may be overdue.
    pub async fn run(&self, registry: &Registry) {
        loop {
            let now = Instant::now();
            let found = registry.check_clocks(now);
            let next = self.set(now, found).unwrap_or(now + Duration::from_hours(1));
            let _ = tokio::time::timeout_at(next, self.earlier.notified()).await;
        }
    }

    fn set(&self, now: Instant, found: Option<Instant>) -> Option<Instant> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        *next = next.filter(|at| *at > now).into_iter().chain(found).min();
        *next
    }
}
