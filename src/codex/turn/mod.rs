//! One turn.

mod queued;
mod result;
mod spend;
mod state;
mod steer;
mod still;
mod stop;
mod subagent;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::value::RawValue;
use serde_json::{Map, Value};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::budget::{Budgets, Share};
use super::error::{CodexError, Error, TurnFailure, WireTurnError};
use super::event::Event;
use super::gone::Gone;
use super::interrupt::Interruptible as _;
use super::options::Limits;
use super::queue::{Item, Queue};
use super::thread::Thread;
use super::timer::Timer;
use super::wire::{self, Status};
use crate::rpc::Params;

pub use result::TurnResult;
use state::{End, State};
pub(super) use state::{Starter, Stop};
pub(super) use still::Still;
pub(super) use subagent::{Root, SubagentTurn};

/// A turn that was started; a cheap clone. Dropping it neither stops nor hurries the turn.
#[derive(Clone)]
pub struct Turn(pub(super) Arc<Inner>);

/// Whose events are queued for reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Queued {
    /// Nobody's: only the result is wanted.
    None,
    /// The turn's own.
    Own,
    /// The turn's own and its subagents'.
    Tree,
}

/// What a reader of the events gets.
#[derive(Debug)]
pub enum Next {
    /// The next event.
    Item(Item),
    /// Nothing yet.
    Pending,
    /// Nothing more.
    End,
}

pub(super) struct Inner {
    pub thread: Thread,
    pub client_id: String,
    /// Its events, if anyone wants them.
    queue: Option<Queue>,
    /// Whether those of its subagents are wanted too.
    queues_subagents: bool,
    /// What it counts for.
    budgets: Budgets,
    undo: Map<String, Value>,
    state: Mutex<State>,
    changed: Notify,
}

impl Turn {
    pub(super) fn new(
        thread: Thread,
        client_id: String,
        limits: Limits,
        queued: Queued,
        undo: Map<String, Value>,
        share: Share,
    ) -> Self {
        let queue = (queued != Queued::None).then(|| Queue::new(thread.client().backlog()));
        Self(Arc::new(Inner {
            thread,
            client_id,
            queue,
            queues_subagents: queued == Queued::Tree,
            budgets: share.budgets().clone(),
            undo,
            changed: Notify::new(),
            state: Mutex::new(State::new(Timer::new(limits, Instant::now()), share)),
        }))
    }

    /// Its id on the wire; empty while the server has not taken it.
    pub fn id(&self) -> String {
        self.0.lock().id.clone().unwrap_or_default()
    }

    /// Its thread.
    pub fn thread(&self) -> &Thread {
        &self.0.thread
    }

    /// Whether both are handles to one turn.
    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// How it stands: the wire's word.
    pub fn status(&self) -> &'static str {
        let state = self.0.lock();
        match &state.end {
            None if state.id.is_none() && state.submission.is_some() => "queued",
            None => Status::InProgress.word(),
            Some(End::Finished(status)) => status.word(),
            Some(End::Gone(_)) => Status::Failed.word(),
        }
    }

    /// Whether it has ended, and what we owe at its end is done.
    pub fn is_over(&self) -> bool {
        self.0.lock().is_over()
    }

    /// Takes the next event without waiting.
    pub fn try_next(&self) -> Next {
        let pop = || self.0.queue.as_ref().and_then(Queue::pop).map(Next::Item);
        // Without the lock that the reader holds while it adds the next.
        if let Some(item) = pop() {
            return item;
        }
        // Under it: else it might end between the two looks, with an event that is not seen.
        let state = self.0.lock();
        match pop() {
            Some(item) => item,
            None if state.is_over() => Next::End,
            None => Next::Pending,
        }
    }

    /// Waits for the next event; `None` after the last.
    pub async fn next(&self) -> Option<Item> {
        loop {
            let changed = self.0.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            match self.try_next() {
                Next::Item(item) => return Some(item),
                Next::End => return None,
                Next::Pending => changed.await,
            }
        }
    }

    /// Waits for its end.
    pub async fn over(&self) {
        self.wait_for(State::is_over).await;
    }

    async fn wait_for(&self, reached: impl Fn(&State) -> bool) {
        loop {
            let changed = self.0.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if reached(&self.0.lock()) {
                return;
            }
            changed.await;
        }
    }

    /// Waits for its end and tells what came of it.
    pub async fn result(&self) -> Result<TurnResult, Error> {
        self.over().await;
        self.outcome()
    }

    fn outcome(&self) -> Result<TurnResult, Error> {
        let state = self.0.lock();
        if state.joined == Some(true) {
            return Err(Error::ThreadBusy { thread_id: self.0.thread.id().to_owned(), joined: true });
        }
        let status = match state.end.clone() {
            Some(End::Gone(gone)) => return Err(gone.error()),
            Some(End::Finished(status)) => status,
            None => return Err(Error::Usage("the turn has not ended".into())),
        };
        let result = state.result(self.0.thread.id(), status);
        match (status, state.stop.clone()) {
            // Whether its last answer was too much or an earlier one.
            (_, Some(Stop::Budget(budget))) => Err(Error::Budget { budget, result: Some(Box::new(result)) }),
            (Status::Completed | Status::InProgress, _) | (Status::Interrupted, Some(Stop::Script)) => {
                Ok(result)
            }
            (Status::Interrupted, Some(Stop::Timeout(overdue))) => {
                Err(Error::Timeout { what: overdue.to_string(), may_have_run: true })
            }
            (Status::Interrupted, None) => Err(Error::TurnInterrupted(Box::new(result))),
            (Status::Failed, _) => {
                let error = state.error.clone().unwrap_or_else(WireTurnError::unexplained);
                Err(Error::TurnFailed(Box::new(TurnFailure {
                    codex_error: CodexError::from_wire(&error.codex_error_info),
                    message: error.words(),
                    result,
                })))
            }
        }
    }

    /// The item that changes files and has this id, while it is under way.
    pub(super) fn changes(&self, item_id: &str) -> Option<bytes::Bytes> {
        self.0.lock().patches.get(item_id)
    }

    /// When the server took it.
    pub(super) fn since(&self) -> Instant {
        self.0.lock().timer.started
    }

    /// Waits until the server has taken it, or it has ended without that.
    pub(super) async fn taken_or_ended(&self) {
        self.wait_for(|state| state.id.is_some() || state.end.is_some()).await;
    }

    /// When it is to be stopped, unless it ends or shows life before, and why.
    pub(super) fn deadline(&self) -> Option<(Instant, Stop)> {
        let state = self.0.lock();
        if state.id.is_none() || state.stop.is_some() || state.end.is_some() {
            return None;
        }
        let timer = state.timer.due().map(|(at, what)| (at, Stop::Timeout(what)));
        let budget = state.share.due().map(|(at, budget)| (at, Stop::Budget(budget)));
        timer.into_iter().chain(budget).min_by_key(|(at, _)| *at)
    }

    /// Its start is being sent.
    pub(super) fn asked(&self) {
        self.0.lock().asked = true;
    }

    /// The server has not taken it; whoever started it may ask again, unless it was stopped meanwhile.
    pub(super) fn refused(&self) {
        let mut state = self.0.lock();
        state.asked = false;
        let stopped = state.id.is_none() && state.stop.is_some();
        drop(state);
        if stopped {
            self.given_up();
        }
    }

    /// The server has taken it.
    pub(super) fn taken(&self, id: String) {
        let mut state = self.0.lock();
        state.asked = false;
        state.id = Some(id);
        state.timer.start(Instant::now());
        if let Some(spent) = state.share.run(Instant::now()) {
            state.stop.get_or_insert(Stop::Budget(spent));
        }
        // Nobody waits for it any more: it was stopped, or its answer came too late.
        if state.stop.is_some() || state.end.is_some() {
            self.carry_out_stop(&mut state);
        }
        drop(state);
        self.0.changed.notify_waiters();
    }

    /// Tells whoever started it that it was taken: at once, or with its end when only that is waited for, which
    /// saves a switch of threads.
    pub(super) fn tell_starter(&self, starter: Starter) {
        let mut state = self.0.lock();
        if self.0.queue.is_some() || state.is_decided() {
            drop(state);
            let _ = starter.send(Ok(Ok(())));
        } else {
            state.starter = Some(starter);
        }
    }

    /// Whether the server has taken it.
    pub(super) fn is_taken(&self) -> bool {
        self.0.lock().id.is_some()
    }

    /// It has ended without an end of its own: the server died, or answers no more.
    pub(super) fn lost(&self, gone: Gone) {
        self.end(End::Gone(gone));
    }

    fn end(&self, end: End) {
        let mut state = self.0.lock();
        if state.end.is_some() {
            return;
        }
        state.duration = state.timer.started.elapsed();
        state.end = Some(end);
        state.share.end(Instant::now());
        let starter = state.starter.take();
        drop(state);
        drop(starter.map(|starter| starter.send(Ok(Ok(())))));
        self.0.changed.notify_waiters();
    }

    /// Takes an event of this turn.
    pub(super) fn take(&self, method: &str, item: Option<&RawValue>, params: Params<'_>) {
        let mut state = self.0.lock();
        let was_decided = state.is_decided();
        let mut exceeded = None;
        match method {
            "turn/started" => self.put_settings_back(&mut state),
            "turn/completed" => {
                state.complete(params.text());
                self.count_end(&mut state);
                // Again: the saved thread goes by what was written last, and the turn's own model and effort are
                // written after its start.
                self.put_settings_back(&mut state);
            }
            "item/started" | "item/completed" => {
                exceeded = state.item(method, item, &self.0.client_id);
                if !state.commands.is_empty() {
                    self.0.thread.started_command();
                }
            }
            "thread/tokenUsage/updated" => exceeded = self.tokens(&mut state, params.text()),
            "turn/diff/updated" => state.diff = wire::diff(params.text()),
            _ => {}
        }
        if shows_life(method) {
            state.timer.alive(Instant::now());
        }
        // Nobody reads on in one that was given up and runs on there, or that is another's.
        let is_first = !was_decided && self.0.push(method, params);
        let decided = !was_decided && state.is_decided();
        let starter = if decided { state.starter.take() } else { None };
        drop(state);
        drop(starter.map(|starter| starter.send(Ok(Ok(())))));
        if decided || is_first {
            self.0.changed.notify_waiters();
        }
        if let Some(budget) = exceeded {
            self.0.thread.client().registry().stop_spending(&budget);
        }
    }

    fn put_settings_back(&self, state: &mut State) {
        if self.0.undo.is_empty() {
            return;
        }
        state.jobs += 1;
        let job = Job(self.clone());
        self.0.thread.client().spawn(async move {
            let turn = &job.0.0;
            turn.thread.client().put_back(turn.thread.id(), turn.undo.clone()).await;
            drop(job);
        });
    }
}

/// What is still to be done for a turn, until it is dropped, by a panic too: whoever waits for the turn waits for that.
struct Job(Turn);

impl Drop for Job {
    fn drop(&mut self) {
        self.0.0.lock().jobs -= 1;
        self.0.0.changed.notify_waiters();
    }
}

/// Whether an event winds the idle clock.
fn shows_life(method: &str) -> bool {
    method.starts_with("item/") || method == "thread/tokenUsage/updated"
}

impl Inner {
    /// Queues an event, if anyone wants it; tells whether it is the only one.
    fn push(&self, method: &str, params: Params<'_>) -> bool {
        self.queue.as_ref().is_some_and(|queue| {
            let event = Event::new(method, params.copied());
            if method.ends_with("elta") { queue.push_delta(event) } else { queue.push(event) }
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
