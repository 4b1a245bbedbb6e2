use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::usage::tokens;
use super::{Request, Usage};

/// The most bytes of bodies that are kept; read, they take some ten times as much.
const MOST_BYTES: usize = 8 << 20;

/// What was asked so far, and how often by each thread.
#[derive(Debug, Default)]
pub(super) struct Log(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    threads: HashMap<Option<String>, Thread>,
    kept: VecDeque<(usize, Arc<Request>)>,
    bytes: usize,
    all: usize,
}

#[derive(Debug, Default)]
struct Thread {
    requests: u64,
    last_input_tokens: u64,
}

impl Log {
    /// Numbers and keeps a request whose body was `size` bytes, and tells what it counts as: what the thread
    /// sent before counts as cached, as a prefix cache would have it.
    pub(super) fn add(&self, thread_id: Option<String>, body: Value, size: usize) -> (Arc<Request>, Usage) {
        let mut state = self.lock();
        let thread = state.threads.entry(thread_id.clone()).or_default();
        thread.requests += 1;
        let input = tokens(size);
        let cached = std::mem::replace(&mut thread.last_input_tokens, input).min(input);
        let usage =
            Usage { input_tokens: Some(input), cached_input_tokens: Some(cached), ..Usage::default() };
        let request = Arc::new(Request { thread_id, number: thread.requests, body });
        state.bytes += size;
        state.all += 1;
        state.kept.push_back((size, Arc::clone(&request)));
        while state.bytes > MOST_BYTES && state.kept.len() > 1 {
            if let Some((size, _)) = state.kept.pop_front() {
                state.bytes -= size;
            }
        }
        (request, usage)
    }

    pub(super) fn requests(&self) -> Vec<Arc<Request>> {
        self.lock().kept.iter().map(|(_, request)| Arc::clone(request)).collect()
    }

    /// How many there were, those too that are not kept.
    pub(super) fn count(&self) -> usize {
        self.lock().all
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thread_counts_for_itself_and_its_past_counts_as_cached() {
        let log = Log::default();
        let mut seen = Vec::new();
        for (thread, size) in [("a", 40), ("b", 8), ("a", 100), ("a", 80)] {
            let (request, usage) = log.add(Some(thread.into()), Value::Null, size);
            seen.push((request.number, usage.input_tokens, usage.cached_input_tokens));
        }
        let expected =
            [(1, 10, 0), (1, 2, 0), (2, 25, 10), (3, 20, 20)].map(|(n, i, c)| (n, Some(i), Some(c)));
        assert_eq!(seen, expected);
    }

    #[test]
    fn old_requests_make_room_but_the_last_one_stays() {
        let log = Log::default();
        for size in [1, MOST_BYTES, MOST_BYTES + 1] {
            log.add(None, size.into(), size);
            let kept: Vec<_> = log.requests().iter().map(|request| request.body.clone()).collect();
            assert_eq!(kept, [Value::from(size)]);
        }
    }
}
