//! Who hears all that the servers say.

use std::sync::{Arc, Mutex, PoisonError};

use crate::codex::{Account, Said, Tap};
use crate::notice::{Count, Notices};

/// Several taps as one.
pub(super) struct Taps(Vec<Arc<dyn Tap>>);

impl Taps {
    /// `None` when nobody wants to hear anything.
    pub fn of(taps: impl IntoIterator<Item = Arc<dyn Tap>>) -> Option<Arc<dyn Tap>> {
        let mut taps: Vec<_> = taps.into_iter().collect();
        if taps.len() > 1 { Some(Arc::new(Self(taps))) } else { taps.pop() }
    }
}

impl Tap for Taps {
    fn heard(&self, said: &Said<'_>) {
        self.0.iter().for_each(|tap| tap.heard(said));
    }

    fn ended(&self) {
        self.0.iter().for_each(|tap| tap.ended());
    }
}

/// Tells people what runs.
pub(super) struct Watching {
    account: Mutex<Account>,
    notices: Notices,
}

impl Watching {
    /// `None` when nobody wants to know.
    pub fn new(notices: &Notices, tasks: Count) -> Option<Self> {
        let account = Mutex::new(Account::new(tasks));
        notices.wants_activity().then(|| Self { account, notices: notices.clone() })
    }

    fn update(&self, change: impl FnOnce(&mut Account) -> bool) {
        let mut account = self.account.lock().unwrap_or_else(PoisonError::into_inner);
        if change(&mut account) {
            self.notices.activity(account.activity());
        }
    }
}

impl Tap for Watching {
    fn heard(&self, said: &Said<'_>) {
        // Deltas are nearly all that is said, and change nothing.
        if !said.is_delta() {
            self.update(|account| account.hear(said));
        }
    }

    fn ended(&self) {
        self.update(Account::end_all);
    }
}
