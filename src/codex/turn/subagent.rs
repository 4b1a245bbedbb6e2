//! A turn of a subagent, and what it is to the turn of ours that it works for.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use bytes::Bytes;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::{Turn, shows_life};
use crate::codex::ask::Patches;
use crate::codex::budget::Budgets;
use crate::codex::client::Client;
use crate::codex::commands::Commands;
use crate::codex::counter::Counter;
use crate::codex::interrupt::{self, Interruptible};
use crate::codex::permissions;
use crate::codex::thread::{self, Thread};
use crate::codex::wire::{self, ItemHead, Status};
use crate::rpc::Params;

/// A turn of ours, as its subagents know it.
#[derive(Clone)]
pub(in crate::codex) struct Root {
    pub id: String,
    /// While it runs or is held.
    turn: Weak<super::Inner>,
    pub thread: Weak<thread::Inner>,
    /// What its thread may do, as far as it might do other things itself.
    pub permissions: Map<String, Value>,
    /// What it counts for.
    pub budgets: Budgets,
}

impl Root {
    pub fn of(turn: &Turn) -> Self {
        Self {
            id: turn.id(),
            turn: Arc::downgrade(&turn.0),
            thread: Arc::downgrade(&turn.0.thread.0),
            permissions: permissions::of(&turn.0.undo),
            budgets: turn.0.budgets.clone(),
        }
    }

    /// Whether it is known to have been stopped.
    pub fn is_stopped(&self) -> bool {
        self.turn.upgrade().is_some_and(|turn| Turn(turn).is_stopped())
    }

    /// Lets the thread of a subagent do no more than its own thread may, before that has another turn.
    pub fn put_permissions_back(self, subagent: String) {
        if let Some(thread) = self.thread.upgrade().map(Thread) {
            let client = thread.client().clone();
            thread.owes(async move { client.restrict(&subagent, self.permissions).await });
        }
    }
}

/// A turn of a subagent that runs; a cheap clone.
#[derive(Clone)]
pub(in crate::codex) struct SubagentTurn(Arc<Inner>);

struct Inner {
    id: String,
    thread_id: String,
    root: Root,
    root_thread: Thread,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    commands: Commands,
    patches: Patches,
    counter: Counter,
    stopping: bool,
    ended: bool,
}

impl SubagentTurn {
    pub fn new(id: &str, thread_id: &str, root: Root, root_thread: Thread) -> Self {
        Self(Arc::new(Inner {
            id: id.to_owned(),
            thread_id: thread_id.to_owned(),
            root,
            root_thread,
            state: Mutex::default(),
            changed: Notify::new(),
        }))
    }

    /// The turn that it works for.
    pub fn root(&self) -> &Root {
        &self.0.root
    }

    /// The id of that.
    pub fn root_id(&self) -> &str {
        &self.0.root.id
    }

    /// The thread of the turn that it works for.
    pub fn root_thread(&self) -> &Thread {
        &self.0.root_thread
    }

    /// Takes an event of this turn.
    pub fn take(&self, method: &str, item: Option<&RawValue>, params: Params<'_>) {
        self.count(method, item, params);
        if let Some(root) = self.root_turn() {
            root.hear(method, params);
        }
        if method == "turn/completed" {
            self.end();
        }
    }

    /// The item that changes files and has this id, while it is under way.
    pub fn changes(&self, item_id: &str) -> Option<Bytes> {
        self.lock().patches.get(item_id)
    }

    /// The turn that it works for, while that runs or is held.
    pub fn root_turn(&self) -> Option<Turn> {
        self.0.root.turn.upgrade().map(Turn)
    }

    /// Whether it is to end.
    pub fn is_stopping(&self) -> bool {
        self.lock().stopping
    }

    fn count(&self, method: &str, item: Option<&RawValue>, params: Params<'_>) {
        let (client, budgets) = (self.client(), &self.0.root.budgets);
        let mut state = self.lock();
        let exceeded = if let Some((item, head)) = item.and_then(|item| Some((item, ItemHead::read(item)?))) {
            state.commands.see(method, &head);
            state.patches.see(method, &head, item);
            state.counter.item(method, &head, budgets)
        } else if method == "thread/tokenUsage/updated" {
            let reading = client.registry().meter.read(&self.0.thread_id, params.text());
            reading.and_then(|reading| state.counter.tokens(&reading, budgets, client))
        } else {
            if method == "turn/completed" {
                let completed = wire::completed(params.text()).status == Status::Completed;
                state.counter.ended(completed, budgets, client);
            }
            None
        };
        drop(state);
        if let Some(budget) = exceeded {
            client.registry().stop_spending(&budget);
        }
    }

    /// Asks for its end, with the end of the commands that it started; returns at once.
    pub fn stop(&self) {
        if std::mem::replace(&mut self.lock().stopping, true) {
            return;
        }
        self.client().registry().asks.turn_ends(&self.0.id);
        let turn = self.clone();
        self.client().spawn(async move { interrupt::interrupt(&turn).await });
    }

    /// It runs no more: it has ended, or its server has.
    pub fn end(&self) {
        self.client().registry().subagents.turn_ended(self);
        self.lock().ended = true;
        self.0.changed.notify_waiters();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Interruptible for SubagentTurn {
    fn client(&self) -> &Client {
        self.0.root_thread.client()
    }

    fn thread_id(&self) -> &str {
        &self.0.thread_id
    }

    fn id(&self) -> String {
        self.0.id.clone()
    }

    fn commands(&self) -> Commands {
        self.lock().commands.clone()
    }

    async fn ended(&self) {
        loop {
            let changed = self.0.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if self.lock().ended {
                return;
            }
            changed.await;
        }
    }

    fn given_up(&self) {
        self.end();
    }
}

impl Turn {
    /// Takes an event of a subagent that works for this turn.
    fn hear(&self, method: &str, params: Params<'_>) {
        let mut state = self.0.lock();
        if shows_life(method) {
            state.timer.alive(Instant::now());
        }
        let is_over = state.is_over();
        drop(state);
        if self.0.queues_subagents && !is_over && self.0.push(method, params) {
            self.0.changed.notify_waiters();
        }
    }

    /// A subagent works for it.
    pub(in crate::codex) fn got_subagent(&self) {
        self.0.lock().has_subagents = true;
    }

    /// Whether it has, or may have, subagents.
    pub(in crate::codex) fn has_subagents(&self) -> bool {
        self.0.lock().has_subagents
    }

    /// Whether we stopped it.
    pub(in crate::codex) fn is_stopped(&self) -> bool {
        self.0.lock().stop.is_some()
    }

    /// Whether it turned out to be another client's.
    pub(in crate::codex) fn is_anothers(&self) -> bool {
        self.0.lock().joined == Some(true)
    }
}
