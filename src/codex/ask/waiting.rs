//! Questions that wait for an answer: each is answered once, or never when nobody wants to know any more.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Deserialize;
use serde_json::value::RawValue;
use tokio_util::sync::CancellationToken;

use crate::codex::turn::Still;
use crate::rpc::RequestId;

/// What was asked and is not answered; whoever takes an entry out has the right to answer it.
#[derive(Default)]
pub(in crate::codex) struct Asks(Mutex<State>);

#[derive(Default)]
struct State {
    last: u64,
    waiting: HashMap<u64, Entry>,
    /// All that a turn has asked, by its id, while it runs.
    turns: HashMap<String, HashSet<RequestId>>,
}

/// A question that waits.
pub(super) struct Entry {
    pub server: u64,
    pub request: RequestId,
    /// The thread that is told of it: a subagent's root.
    pub thread: Option<String>,
    pub turn: Option<String>,
    /// Cancelled when it waits no more.
    pub over: CancellationToken,
    /// While it waits the turn need show no life.
    pub _still: Option<Still>,
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.over.cancel();
    }
}

impl Asks {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `None` when its turn has asked the same before: a server repeats what waits whenever the thread is resumed, and
    /// a tool must not run twice for it.
    pub(super) fn add(&self, entry: Entry) -> Option<u64> {
        let mut state = self.lock();
        if let Some(turn) = &entry.turn
            && !state.turns.entry(turn.clone()).or_default().insert(entry.request.clone())
        {
            return None;
        }
        state.last += 1;
        let key = state.last;
        state.waiting.insert(key, entry);
        Some(key)
    }

    pub(super) fn take(&self, key: u64) -> Option<Entry> {
        self.lock().waiting.remove(&key)
    }

    /// The server wants no answer any more to what these parameters name.
    pub fn resolved(&self, server: u64, params: &str) {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Params<'a> {
            #[serde(borrow)]
            request_id: &'a RawValue,
        }
        if let Ok(params) = serde_json::from_str::<Params<'_>>(params) {
            let request = params.request_id.get();
            self.withdraw(|entry| entry.server == server && entry.request.to_string() == request);
        }
    }

    /// What this turn, or its subagent's, asked is of no more use: it ends.
    pub fn turn_ends(&self, turn: &str) {
        self.lock().turns.remove(turn);
        self.withdraw(|entry| entry.turn.as_deref() == Some(turn));
    }

    /// This thread is closed.
    pub fn thread_closes(&self, thread: &str) {
        self.withdraw(|entry| entry.thread.as_deref() == Some(thread));
    }

    /// This server is gone.
    pub fn server_ends(&self, server: u64) {
        self.lock().turns.clear();
        self.withdraw(|entry| entry.server == server);
    }

    fn withdraw(&self, which: impl Fn(&Entry) -> bool) {
        let mut state = self.lock();
        let withdrawn: Vec<_> = state.waiting.extract_if(|_, entry| which(entry)).collect();
        drop(state);
        // Without the lock: a turn's clock is wound by it.
        drop(withdrawn);
    }
}
