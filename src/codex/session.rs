//! One running server: its connection, and where what it says goes.

use std::any::Any;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::OnceCell;
use tokio::time::Instant;

use super::ask::{Answerer, Asks, Kind, Seats};
use super::budget::Budget;
use super::deadlines::{GRACE, LAST_WORDS};
use super::doubt::Doubt;
use super::gone::Gone;
use super::listen::Listeners;
use super::meter::Meter;
use super::replay::Replay;
use super::subagents::Subagents;
use super::tally::Tally;
use super::tap::{Said, Tap};
use super::thread::{self, Thread};
use super::turn::{Stop, SubagentTurn, Turn};
use super::waiting::{Begun, Waiting};
use super::wire::{self, Address, Status};
use crate::notice::Notices;
use crate::rpc::child::Child;
use crate::rpc::{Connection, Oddity, Params, Peer, RequestId};

/// A server that answered `initialize`.
pub struct Session {
    pub(super) connection: Connection,
    pub(super) child: Option<Child>,
    pub(super) program: Option<PathBuf>,
    pub(super) replay: Option<Arc<Replay>>,
    /// Counts the servers of a client, from 1.
    pub(super) generation: u64,
    /// What it said of itself.
    pub info: ServerInfo,
    pub(super) logged_in: OnceCell<()>,
    pub(super) withheld: OnceCell<Vec<String>>,
    pub(super) doubt: Arc<Doubt>,
}

/// What a server says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerInfo {
    /// Name and version, as it introduces itself.
    pub user_agent: String,
    /// Its version.
    pub version: String,
    /// The folder with its configuration and sessions.
    pub codex_home: String,
}

impl Session {
    /// Ends it, and what runs there.
    pub(super) async fn end(&self) {
        if self.doubt.is_hung(&self.connection) {
            if let Some(child) = &self.child {
                child.kill().await;
            }
            return self.connection.give_up();
        }
        if let Some(child) = &self.child {
            child.prepare_end().await;
        }
        self.connection.close();
        if let Some(child) = &self.child {
            child.end(GRACE).await;
        }
    }

    /// Ends the commands that run in the sandbox and have one of these values of a variable, so that the sandbox is
    /// cleaned up: told to end them, the server kills what would do that.
    pub(super) async fn end_sandboxes(&self, name: &'static str, values: Vec<String>) {
        if let Some(child) = &self.child {
            let members = child.members().clone();
            let _ = tokio::task::spawn_blocking(move || members.end_sandboxes(name, &values)).await;
        }
    }

    /// How it ended; waits a little for the details.
    pub(super) async fn gone(&self, what: String) -> Gone {
        let what = self.doubt.verdict().unwrap_or(what);
        let Some(child) = &self.child else {
            let divergence = self.replay.as_ref().and_then(|replay| replay.divergence());
            return Gone { what, divergence, ..Gone::default() };
        };
        let exit = tokio::time::timeout(LAST_WORDS, child.exited()).await.ok().flatten();
        Gone { what, exit, stderr: child.last_lines(), divergence: None }
    }
}

/// Threads and running turns by id: where events go.
#[derive(Default)]
pub(super) struct Registry {
    threads: Mutex<HashMap<String, Weak<thread::Inner>>>,
    turns: Mutex<HashMap<String, Turn>>,
    pub subagents: Subagents,
    pub listeners: Listeners,
    pub asks: Asks,
    seats: Mutex<Seats>,
    pub meter: Meter,
    pub waiting: Waiting,
}

impl Registry {
    fn turns(&self) -> MutexGuard<'_, HashMap<String, Turn>> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The turn of ours that runs under this id.
    pub fn turn(&self, id: &str) -> Option<Turn> {
        self.turns().get(id).cloned()
    }

    /// The turn of a subagent that an event is about.
    fn subagent_turn(&self, method: &str, address: &Address<'_>) -> Option<SubagentTurn> {
        match method {
            "turn/started" => self.subagents.begin(address, |id| self.turn(id)),
            _ => self.subagents.turn(address.turn()?),
        }
    }

    /// Files a turn; gives the one back that has its id already.
    pub fn add_turn(&self, id: String, turn: Turn) -> Option<Turn> {
        match self.turns().entry(id) {
            Entry::Occupied(other) => Some(other.get().clone()),
            Entry::Vacant(place) => {
                place.insert(turn);
                None
            }
        }
    }

    /// Turns of ours that run or wait in a queue. One whose end is told but that is not yet filed away is over; so is one that
    /// turned out to be another client's.
    pub fn live_turns(&self) -> Vec<Turn> {
        let mut turns: Vec<_> = self.turns().values().filter(|turn| !turn.is_over()).cloned().collect();
        turns.extend(self.waiting.all());
        turns
    }

    /// The thread of this id that is held already, or a new one.
    pub fn thread(&self, id: &str, make: impl FnOnce() -> Thread) -> Thread {
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = threads.get(id).and_then(Weak::upgrade) {
            return Thread(held);
        }
        threads.retain(|_, held| held.strong_count() > 0);
        let new = make();
        threads.insert(id.to_owned(), Arc::downgrade(&new.0));
        new
    }

    /// Those that somebody holds, by their ids.
    pub fn held_threads(&self) -> Vec<Thread> {
        let threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        let mut held: Vec<_> = threads.values().filter_map(Weak::upgrade).map(Thread).collect();
        held.sort_by(|a, b| a.id().cmp(b.id()));
        held
    }

    pub fn held(&self, id: &str) -> Option<Thread> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner).get(id)?.upgrade().map(Thread)
    }

    /// Interrupts the turn of this id, ours or a subagent's.
    pub fn interrupt(&self, id: &str) {
        if let Some(turn) = self.turn(id) {
            turn.interrupt();
        } else if let Some(turn) = self.subagents.turn(id) {
            turn.stop();
        }
    }

    /// Who answers questions of this kind for every thread, and how long it may take.
    pub fn answerer(&self, kind: Kind) -> Option<(Arc<dyn Answerer>, Duration)> {
        self.seats().first(kind)
    }

    pub fn seats(&self) -> MutexGuard<'_, Seats> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stops all that counts for a budget that is spent; returns at once.
    pub fn stop_spending(&self, budget: &Budget) {
        for turn in self.live_turns() {
            turn.stop_spending(budget);
        }
        self.subagents.stop_spending(budget);
    }

    /// Stops the turns that ran out of time; tells when to look again.
    pub fn check_clocks(&self, now: Instant) -> Option<Instant> {
        let mut next = None::<Instant>;
        for turn in self.live_turns() {
            match turn.deadline() {
                Some((at, Stop::Budget(budget))) if at <= now => self.stop_spending(&budget),
                Some((at, why)) if at <= now => turn.stop(why),
                Some((at, _)) => next = Some(next.map_or(at, |next| next.min(at))),
                None => {}
            }
        }
        next
    }
}

/// The peer of one connection: sorts what the server says on its own.
pub(super) struct Router {
    /// Which of the client's servers it is.
    pub server: u64,
    pub registry: Arc<Registry>,
    pub notices: Notices,
    pub tap: Option<Arc<dyn Tap>>,
    pub connection: OnceLock<Connection>,
    pub closed: tokio::sync::Notify,
    pub tally: Tally,
}

impl Peer for Router {
    fn notification(&self, method: &str, params: Params<'_>) {
        let address = Address::read(params.text());
        let said = Said { method, params, address: &address, request: None };
        if let Some(tap) = &self.tap {
            tap.heard(&said);
        }
        self.registry.listeners.heard(&said);
        match (method, address.turn()) {
            ("serverRequest/resolved", _) => self.registry.asks.resolved(self.server, params.text()),
            ("turn/completed", Some(turn)) => self.registry.asks.turn_ends(turn),
            _ => {}
        }
        let turn = address.turn().and_then(|id| self.registry.turn(id));
        // Two threads with turns of one id would get each other's events.
        let turn = turn.filter(|turn| address.thread().is_none_or(|id| id == turn.thread().id()));
        let completed = address.turn().filter(|_| method == "turn/completed");
        if let Some(turn) = turn {
            if let Some(id) = completed {
                // Before anyone can see its end, so that the thread is free when they do.
                self.registry.turns().remove(id);
                turn.thread().turn_ended();
                self.registry.subagents.root_ends(&turn);
            }
            turn.take(method, address.item, params);
        } else if let Some(Begun { turn, started }) = self.registry.waiting.hear(method, &address, params) {
            turn.begun(address.turn().unwrap_or_default(), started);
            turn.take(method, address.item, params);
        } else if let Some(turn) = self.registry.subagent_turn(method, &address) {
            turn.take(method, address.item, params);
        } else if method == "thread/tokenUsage/updated" {
            // Of a turn of before: what the thread has used is told as it is resumed.
            if let Some(id) = address.thread() {
                self.registry.meter.read(id, params.text());
            }
        } else if method == "thread/status/changed"
            && let Some(thread) = address.thread().and_then(|id| self.registry.held(id))
        {
            thread.status_changed(params.text());
        } else if method == "thread/queue/changed"
            && let Some(thread) = address.thread().and_then(|id| self.registry.held(id))
        {
            thread.queue_changed();
        }
        if completed.is_some()
            && !self.registry.waiting.is_empty()
            && let Some(thread) = address.thread().and_then(|id| self.registry.held(id))
            && wire::completed(params.text()).status == Status::Interrupted
        {
            thread.go_on();
        }
    }

    fn request(&self, id: RequestId, method: &str, params: Params<'_>) {
        let address = Address::read(params.text());
        if let Some(tap) = &self.tap {
            tap.heard(&Said { method, params, address: &address, request: Some(&id) });
        }
        self.asked(id, method, params, &address);
    }

    fn panicked(&self, panic: Box<dyn Any + Send>) {
        self.notices.panicked(&*panic);
    }

    fn oddity(&self, what: Oddity) {
        if let Some(notice) = self.tally.say(what.kind(), format!("the Codex server sent {what}")) {
            self.notices.warn(notice);
        }
    }

    fn closed(&self) {
        if let Some(tap) = &self.tap {
            tap.ended();
        }
        self.registry.asks.server_ends(self.server);
        self.closed.notify_one();
    }
}

impl Registry {
    /// Gives up every running turn: the server that ran them is gone.
    pub fn take_turns(&self) -> Vec<Turn> {
        self.turns().drain().map(|(_, turn)| turn).collect()
    }
}
