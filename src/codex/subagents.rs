//! Turns that subagents run, and whose they are.
//!
//! What Codex 0.169 does on the wire, alike for both kinds of its subagents (`multi_agent_v1`, and `collaboration` of
//! `features.multi_agent_v2`):
//!
//! - A subagent is a thread of its own. An item of its parent announces it (`collabAgentToolCall`, `subAgentActivity`),
//!   no `thread/started`. Each of its turns begins with a `turn/started` that names in `rootTurnId` the turn of a user
//!   that led to it: of a subagent's subagent too, and of a later turn that gave it more to do. What follows names the
//!   subagent's own thread and turn alone: deltas, token usage, approvals.
//! - It outlives the turn that it works for, whether that is completed or interrupted; its own end starts no turn.
//! - `turn/interrupt` and `thread/backgroundTerminals/…` work on it as on any thread.
//! - `thread/archive` and `thread/delete` of the root end it. `thread/unsubscribe` does not, and the server keeps its
//!   thread loaded until that is unsubscribed too.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use serde_json::json;

use super::budget::Budget;
use super::client::Client;
use super::deadlines::LEAVE;
use super::interrupt::Interruptible as _;
use super::permissions::Lent;
use super::thread::{self, Thread};
use super::turn::{Root, SubagentTurn, Turn};
use super::wire::Address;

/// Which turns subagents run, by what their `turn/started` said.
#[derive(Default)]
pub(super) struct Subagents(Mutex<State>);

#[derive(Default)]
struct State {
    /// Turns that run, by id.
    turns: HashMap<String, SubagentTurn>,
    /// Threads of subagents by id, each with the thread that it belongs to, until that is closed.
    threads: HashMap<String, Weak<thread::Inner>>,
    /// Turns of ours that had subagents and have ended, by id, until their thread is closed: a subagent may begin
    /// another turn for them.
    ended: HashMap<String, Ended>,
    lent: Lent,
}

/// A turn of ours that has ended.
struct Ended {
    root: Root,
    stopped: bool,
}

impl Subagents {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The turn of this id that runs.
    pub fn turn(&self, id: &str) -> Option<SubagentTurn> {
        self.lock().turns.get(id).cloned()
    }

    /// A turn has begun that is none of ours: it is a subagent's if it works for one of ours, which is in `running`
    /// or has ended.
    pub fn begin(&self, begun: &Address<'_>, running: impl Fn(&str) -> Option<Turn>) -> Option<SubagentTurn> {
        let (id, thread_id, root_id) = (begun.turn()?, begun.thread()?, begun.root_turn()?);
        let root = running(root_id);
        let mut state = self.lock();
        if let Some(turn) = state.turns.get(id) {
            return Some(turn.clone());
        }
        let turn = match &root {
            Some(root) if root.is_anothers() => return None,
            Some(root) => {
                root.got_subagent();
                SubagentTurn::new(id, thread_id, Root::of(root), root.thread().clone())
            }
            None => {
                let root = &state.ended.get(root_id)?.root;
                SubagentTurn::new(id, thread_id, root.clone(), Thread(root.thread.upgrade()?))
            }
        };
        state.turns.insert(id.to_owned(), turn.clone());
        if !state.threads.contains_key(thread_id) {
            state.threads.retain(|_, root| root.strong_count() > 0);
            state.threads.insert(thread_id.to_owned(), Arc::downgrade(&turn.root_thread().0));
        }
        state.lent.add(thread_id, turn.root());
        let was_stopped =
            state.ended.get(root_id).is_some_and(|ended| ended.stopped || ended.root.is_stopped());
        drop(state);
        // Asked now, when whoever stops the root finds this turn.
        if root.map_or(was_stopped, |root| root.is_stopped()) {
            turn.stop();
        }
        Some(turn)
    }

    /// This turn runs no more.
    pub fn turn_ended(&self, turn: &SubagentTurn) {
        let mut state = self.lock();
        state.turns.remove(&turn.id());
        let due = if state.ended.contains_key(turn.root_id()) { state.due(turn.root_id()) } else { vec![] };
        drop(state);
        put_back(due);
    }

    /// A turn of ours ends, and nobody knows it yet; its subagents may run on.
    pub fn root_ends(&self, root: &Turn) {
        if root.has_subagents() {
            let ended = Ended { root: Root::of(root), stopped: root.is_stopped() };
            let mut state = self.lock();
            state.ended.retain(|_, ended| ended.root.thread.strong_count() > 0);
            state.ended.insert(root.id(), ended);
            let due = state.due(&root.id());
            drop(state);
            put_back(due);
        }
    }

    /// Stops what works for the turn of this id; returns at once.
    pub fn stop(&self, root_id: &str) {
        self.running(|turn| turn.root_id() == root_id).iter().for_each(SubagentTurn::stop);
    }

    /// Stops what counts for a budget that is spent; returns at once.
    pub fn stop_spending(&self, budget: &Budget) {
        self.running(|turn| turn.root().budgets.has(budget)).iter().for_each(SubagentTurn::stop);
    }

    /// Stops the turns of which this is true, and those that begin meanwhile; gives them when they have ended.
    pub async fn end(&self, which: impl Fn(&SubagentTurn) -> bool) -> Vec<SubagentTurn> {
        let mut ended = Vec::new();
        loop {
            let running = self.running(&which);
            if running.is_empty() {
                return ended;
            }
            running.iter().for_each(SubagentTurn::stop);
            for turn in &running {
                turn.ended().await;
            }
            ended.extend(running);
        }
    }

    /// Whether this thread is a subagent's, whose root is not closed.
    pub fn has_thread(&self, id: &str) -> bool {
        self.lock().threads.get(id).is_some_and(|root| root.strong_count() > 0)
    }

    fn running(&self, which: impl Fn(&SubagentTurn) -> bool) -> Vec<SubagentTurn> {
        self.lock().turns.values().filter(|turn| which(turn)).cloned().collect()
    }

    /// Forgets what belongs to a thread; gives the threads of its subagents.
    fn forget_thread(&self, thread: &Thread) -> Vec<String> {
        let its_own = |other: &Weak<thread::Inner>| std::ptr::eq(other.as_ptr(), &raw const *thread.0);
        let mut state = self.lock();
        state.ended.retain(|_, ended| !its_own(&ended.root.thread));
        let mut ids = Vec::new();
        state.threads.retain(|id, root| {
            if its_own(root) {
                ids.push(id.clone());
            }
            !its_own(root)
        });
        ids
    }

    /// Gives up every turn: the server that ran them is gone.
    pub fn take(&self) -> Vec<SubagentTurn> {
        std::mem::take(&mut *self.lock()).turns.into_values().collect()
    }
}

impl State {
    /// What subagents have from a turn that has ended, and need no more for it.
    fn due(&mut self, root_id: &str) -> Vec<(String, Root)> {
        let Self { lent, turns, .. } = self;
        let works = |turn: &SubagentTurn, id: &str| turn.root_id() == root_id && turn.thread_id() == id;
        lent.take(root_id, |id| turns.values().any(|turn| works(turn, id)))
    }
}

fn put_back(due: Vec<(String, Root)>) {
    for (subagent, root) in due {
        root.put_permissions_back(subagent);
    }
}

impl Thread {
    /// Ends what its subagents still do, and has the server forget them.
    pub(super) async fn close_subagents(&self) {
        let (client, id) = (self.client(), self.id());
        let subagents = &client.registry().subagents;
        subagents.end(|turn| turn.root_thread().id() == id).await;
        self.0.owed.wait().await;
        for thread_id in subagents.forget_thread(self) {
            if client.registry().held(&thread_id).is_some_and(|held| !held.is_closed()) {
                // The script resumed it as a thread of its own.
                continue;
            }
            let params = json!({ "threadId": thread_id });
            // Refused when the agent has closed it; then nothing runs there.
            let _ = client.urgent("thread/backgroundTerminals/clean", params.clone(), LEAVE).await;
            let _ = client.urgent("thread/unsubscribe", params, LEAVE).await;
        }
    }
}

impl Client {
    /// Interrupts what subagents run, and waits for that; gives the thread of each, and the thread of the turn that it
    /// worked for.
    pub async fn end_subagents(&self) -> Vec<(String, String)> {
        let ended = self.registry().subagents.end(|_| true).await;
        let ids = |turn: &SubagentTurn| (turn.thread_id().to_owned(), turn.root_thread().id().to_owned());
        ended.iter().map(ids).collect()
    }
}
