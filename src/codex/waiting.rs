//! Turns of ours that wait in the queues of threads.
//!
//! What Codex 0.169 does on the wire: `thread/queue/add` on an idle thread begins its turn at once. After a turn that
//! was completed or failed the next one begins by itself some 11 ms later, while the status says idle; after one that
//! was interrupted the queue stands still until `thread/queue/start`, or until another turn has ended, also for what is
//! added to it later. Nothing but the `clientId` of its first message tells which turn it is, and that comes after its
//! `turn/started`. A queue is saved with its thread: it outlives the server, and goes on when the thread is resumed by
//! the next one.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use super::thread::Thread;
use super::turn::Turn;
use super::wire::{Address, ItemHead};
use crate::rpc::Params;

/// All that wait.
#[derive(Default)]
pub(super) struct Waiting {
    state: Mutex<State>,
    /// How many there are: most scripts have none, and look at no more than this.
    count: AtomicUsize,
}

#[derive(Default)]
struct State {
    /// In the order in which they were queued.
    turns: Vec<Turn>,
    /// What said that a turn has begun, which may turn out to be one of them: by its id.
    begun: HashMap<String, Bytes>,
}

/// A turn that waited and has begun.
pub(super) struct Begun {
    pub turn: Turn,
    /// The parameters of its `turn/started`.
    pub started: Option<Bytes>,
}

impl Waiting {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn is_empty(&self) -> bool {
        self.count.load(Ordering::Relaxed) == 0
    }

    pub fn add(&self, turn: Turn) {
        let mut state = self.lock();
        state.turns.push(turn);
        self.count.fetch_add(1, Ordering::Relaxed);
    }

    /// It waits no more.
    pub fn remove(&self, turn: &Turn) {
        self.take_out(&mut self.lock(), |other| other.is(turn));
    }

    fn take_out(&self, state: &mut State, which: impl Fn(&Turn) -> bool) -> Option<Turn> {
        let place = state.turns.iter().position(which)?;
        let turn = state.turns.remove(place);
        if self.count.fetch_sub(1, Ordering::Relaxed) == 1 {
            state.begun.clear();
        }
        Some(turn)
    }

    /// Those of a thread.
    pub fn of(&self, thread: &Thread) -> Vec<Turn> {
        if self.is_empty() {
            return vec![];
        }
        self.lock().turns.iter().filter(|turn| turn.thread().id() == thread.id()).cloned().collect()
    }

    pub fn all(&self) -> Vec<Turn> {
        self.lock().turns.clone()
    }

    /// Gives up all: the server is gone.
    pub fn take(&self) -> Vec<Turn> {
        let mut state = self.lock();
        self.count.store(0, Ordering::Relaxed);
        std::mem::take(&mut *state).turns
    }

    /// Looks at an event of a turn that nobody knows; gives the turn when it says which.
    pub fn hear(&self, method: &str, address: &Address<'_>, params: Params<'_>) -> Option<Begun> {
        if self.is_empty() || !matches!(method, "turn/started" | "item/started" | "item/completed") {
            return None;
        }
        let (thread_id, id) = (address.thread()?, address.turn()?);
        let mut state = self.lock();
        if method == "turn/started" {
            if state.turns.iter().any(|turn| turn.thread().id() == thread_id) {
                state.begun.insert(id.to_owned(), params.copied());
            }
            return None;
        }
        let item = address.item.and_then(ItemHead::read).filter(|item| item.kind == "userMessage")?;
        let client_id = item.client_id();
        let started = state.begun.remove(id);
        let turn = self.take_out(&mut state, |turn| Some(&*turn.0.client_id) == client_id)?;
        Some(Begun { turn, started })
    }
}
