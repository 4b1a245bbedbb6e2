//! Tokens, as the server tells them of each answer of the model.
//!
//! What Codex 0.169 does on the wire: `thread/tokenUsage/updated` follows each answer, with the total of the thread and
//! the answer's own (`last`). It comes again, with the same total, when an answer is cut off by a steer or an interrupt
//! after an earlier one, around a compaction (where `last` is only an estimate), and when a thread is resumed. A model
//! that reports no usage has no such event, and neither has an answer that is cut off on a fresh thread.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::wire::{self, Usage};

/// The total that was told last of each thread.
#[derive(Default)]
pub(super) struct Meter(Mutex<HashMap<String, Usage>>);

/// What one event told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    /// All that the thread has used.
    pub total: Usage,
    /// What of it is new; `None` when the server repeats itself.
    pub new: Option<Usage>,
}

impl Meter {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Usage>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads `thread/tokenUsage/updated` of a thread.
    pub fn read(&self, thread_id: &str, params: &str) -> Option<Reading> {
        let (total, last) = wire::usage(params)?;
        let before = self.lock().insert(thread_id.to_owned(), total);
        let new = match before {
            None => Some(last),
            Some(before) if before == total => None,
            // The thread was cut back to an earlier turn.
            Some(before) if before.total_tokens > total.total_tokens => Some(last),
            Some(before) => Some(total.since(&before)),
        };
        Some(Reading { total, new })
    }

    /// A copy of a thread goes on from the total of that.
    pub fn copy(&self, from: &str, to: &str) {
        let mut totals = self.lock();
        if let Some(total) = totals.get(from).copied() {
            totals.insert(to.to_owned(), total);
        }
    }

    /// The server tells it again when the thread is resumed.
    pub fn forget(&self, thread_id: &str) {
        self.lock().remove(thread_id);
    }
}

/// An answer of the model whose tokens are not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Untold {
    /// It was cut off: by a steer, an interrupt, a failure.
    Cut,
    /// It was complete: the model reports no usage.
    Whole,
}

/// Whether the answers of one turn have told their tokens.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// One has begun and has told nothing yet.
    open: bool,
    told: bool,
}

impl Answers {
    /// The model has begun to say something.
    pub fn began(&mut self) {
        self.open = true;
    }

    /// The server told the thread's tokens, new ones or not.
    pub fn told(&mut self, is_new: bool) -> Option<Untold> {
        self.told |= is_new;
        std::mem::take(&mut self.open).then_some(Untold::Cut).filter(|_| !is_new)
    }

    /// The turn has ended, by itself or not.
    pub fn ended(&mut self, completed: bool) -> Option<Untold> {
        let open = std::mem::take(&mut self.open);
        match completed {
            true if open || !self.told => Some(Untold::Whole),
            false if open => Some(Untold::Cut),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(meter: &Meter, total: u64, last: u64) -> Option<u64> {
        let params = json!({ "tokenUsage": {
            "total": { "totalTokens": total, "inputTokens": total }, "last": { "totalTokens": last },
        } });
        meter.read("t", &params.to_string()).unwrap().new.map(|new| new.total_tokens)
    }

    #[test]
    fn what_is_told_twice_is_counted_once() {
        let meter = Meter::default();
        assert_eq!(told(&meter, 100, 100), Some(100));
        assert_eq!(told(&meter, 100, 100), None, "an answer was cut off");
        assert_eq!(told(&meter, 250, 150), Some(150));
        assert_eq!(told(&meter, 250, 7), None, "a compaction's estimate");
        assert_eq!(told(&meter, 40, 30), Some(30), "the thread was cut back");
        meter.copy("t", "copy");
        meter.forget("t");
        assert_eq!(told(&meter, 90, 50), Some(50), "what came before is not known");
        assert_eq!(meter.read("copy", "{}"), None);
        assert_eq!(meter.lock()["copy"].total_tokens, 40);
    }

    #[test]
    fn an_answer_that_told_nothing_is_noticed() {
        let mut answers = Answers::default();
        answers.began();
        assert_eq!(answers.told(true), None);
        answers.began();
        assert_eq!(answers.told(false), Some(Untold::Cut), "a steer");
        answers.began();
        assert_eq!(answers.ended(true), Some(Untold::Whole), "the last one had no usage");
        assert_eq!(Answers::default().ended(true), Some(Untold::Whole), "none had");
        assert_eq!(Answers::default().ended(false), None, "nothing was said");
        answers.began();
        assert_eq!(answers.ended(false), Some(Untold::Cut));
    }
}
