use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Reply, Request, Script};

/// Makes replies on a thread of another's.
pub type Rest = Arc<dyn Fn(&Request) -> Result<Reply, String> + Send + Sync>;

/// Replies that are given while the model runs: a list, which each thread consumes from its start, and maybe what
/// makes all that come after it. A cheap clone.
#[derive(Clone, Default)]
pub struct Given(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    replies: Vec<Reply>,
    rest: Option<Rest>,
    /// How many of the list the thread that went farthest has consumed.
    consumed: usize,
}

/// A reply after one that makes all further ones.
#[derive(Debug, thiserror::Error)]
#[error("a function makes all replies that come after it, so that none can follow")]
pub struct AfterRest;

impl Given {
    /// Adds a reply to the list.
    pub fn add(&self, reply: Reply) -> Result<(), AfterRest> {
        let mut state = self.lock();
        if state.rest.is_some() {
            return Err(AfterRest);
        }
        state.replies.push(reply);
        Ok(())
    }

    /// Has `answer` make those that come after the list.
    pub fn add_rest(&self, answer: Rest) -> Result<(), AfterRest> {
        let mut state = self.lock();
        if state.rest.is_some() {
            return Err(AfterRest);
        }
        state.rest = Some(answer);
        Ok(())
    }

    /// How many there are in the list, and how many of them no thread has asked for.
    pub fn count_and_left(&self) -> (usize, usize) {
        let state = self.lock();
        (state.replies.len(), state.replies.len() - state.consumed)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Script for Given {
    fn reply(&mut self, request: &Request) -> Result<Reply, String> {
        let number = usize::try_from(request.number).unwrap_or(usize::MAX);
        let mut state = self.lock();
        if let Some(reply) = state.replies.get(number.saturating_sub(1)).cloned() {
            state.consumed = state.consumed.max(number);
            return Ok(reply);
        }
        let (given, rest) = (state.replies.len(), state.rest.clone());
        drop(state);
        match rest {
            Some(answer) => answer(request),
            None => {
                Err(format!("the scripted model has no reply {number} for this thread: it was given {given}"))
            }
        }
    }
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Given")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn each_thread_begins_at_the_start_and_the_one_that_went_farthest_counts() {
        let mut given = Given::default();
        let ask = |given: &mut Given, thread: &str, number| {
            given.reply(&Request { thread_id: Some(thread.into()), number, body: Value::Null })
        };
        for text in ["one", "two", "three"] {
            given.add(Reply::text(text)).unwrap();
        }
        assert_eq!(ask(&mut given, "a", 1), Ok(Reply::text("one")));
        assert_eq!(ask(&mut given, "a", 2), Ok(Reply::text("two")));
        assert_eq!(ask(&mut given, "b", 1), Ok(Reply::text("one")));
        assert_eq!(given.count_and_left(), (3, 1));
        let end = "the scripted model has no reply 4 for this thread: it was given 3";
        assert_eq!(ask(&mut given, "a", 4), Err(end.into()));
        given.add_rest(Arc::new(|request| Ok(Reply::text(request.number.to_string())))).unwrap();
        assert_eq!(ask(&mut given, "a", 4), Ok(Reply::text("4")));
        assert!(given.add(Reply::text("late")).is_err());
    }
}
