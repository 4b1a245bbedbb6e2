//! One server for all threads, and what it is asked.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use super::ask::{Answerer, Seat};
use super::clock::Clock;
use super::deadlines;
use super::error::Error;
use super::gone::Gone;
use super::launch::Launch;
use super::queue::Backlog;
use super::redact;
use super::session::{Registry, Session};
use super::starting::Ends;
use super::tap::Tap;
use crate::notice::Notices;
use crate::rpc::child::Child;
use crate::rpc::{CallError, Lane, Reactor};
use crate::sys::panic::catching;

/// How often a request is sent that the server says it did not take.
const TRIES: u32 = 8;
const OVERLOADED: i64 = -32001;

/// A client; a cheap clone.
#[derive(Clone)]
pub struct Client(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub launch: Launch,
    pub notices: Notices,
    pub tap: Option<Arc<dyn Tap>>,
    /// Where all of it runs; `None` is a thread of its own.
    runtime: Option<Handle>,
    reactor: OnceLock<Reactor>,
    pub registry: Arc<Registry>,
    backlog: Backlog,
    session: Mutex<Option<Arc<Session>>>,
    /// When servers were started; held while one is.
    pub starting: Arc<tokio::sync::Mutex<VecDeque<Instant>>>,
    /// How they ended.
    pub ends: Arc<Ends>,
    /// Ends a start that is on its way.
    pub ending: Arc<Notify>,
    /// The last server's process, from its first moment.
    pub child: Mutex<Option<Child>>,
    clock: Arc<Clock>,
    /// What turns still owe: settings to put back, commands to end.
    owed: TaskTracker,
}

impl Client {
    /// A client that starts nothing until it is asked something; `tap` hears all that its servers say.
    pub fn new(launch: Launch, notices: Notices, tap: Option<Arc<dyn Tap>>) -> Self {
        Self::with(None, launch, notices, tap)
    }

    /// As [`Client::new`], on a runtime that the caller keeps running, whose clock then is the client's too.
    pub fn on(runtime: Handle, launch: Launch, notices: Notices, tap: Option<Arc<dyn Tap>>) -> Self {
        Self::with(Some(runtime), launch, notices, tap)
    }

    fn with(runtime: Option<Handle>, launch: Launch, notices: Notices, tap: Option<Arc<dyn Tap>>) -> Self {
        Self(Arc::new(Inner {
            launch,
            notices,
            tap,
            runtime,
            reactor: OnceLock::new(),
            registry: Arc::default(),
            backlog: Backlog::default(),
            session: Mutex::default(),
            starting: Arc::default(),
            ends: Arc::default(),
            ending: Arc::default(),
            child: Mutex::default(),
            clock: Arc::default(),
            owed: TaskTracker::new(),
        }))
    }

    /// Asks by wire names, with the server started if need be.
    pub async fn request(&self, method: &str, params: Value) -> Result<Bytes, Error> {
        let session = self.session().await?;
        self.request_on(&session, method, params).await
    }

    pub(super) async fn request_on(
        &self,
        session: &Session,
        method: &str,
        params: Value,
    ) -> Result<Bytes, Error> {
        let thread_id = params["threadId"].as_str().map(str::to_owned);
        // What the server might say later; what it refuses it may repeat now.
        if method.starts_with("account/login")
            || ["config", "env"].iter().any(|name| !params[*name].is_null())
        {
            redact::learn_params(&params);
        }
        let mut tries = 0;
        loop {
            tries += 1;
            let answer = self.ask(session, method, &params, Lane::Normal, deadlines::of(method)).await;
            if matches!(answer, Err(CallError::Refused(_))) {
                redact::learn_params(&params);
            }
            match answer {
                Err(CallError::Refused(error)) if error.code == OVERLOADED => back_off(method, tries).await?,
                Err(CallError::Closed(_)) => return Err(self.gone(session, method).await),
                answer => {
                    return answer.map_err(|error| Error::from_call(method, thread_id.as_deref(), error));
                }
            }
        }
    }

    /// As [`Client::request`] on the running server, past others that wait: for what needs it milliseconds.
    pub(super) async fn urgent(
        &self,
        method: &str,
        params: Value,
        within: Duration,
    ) -> Result<Bytes, CallError> {
        let session = self.running().ok_or(crate::rpc::Closed)?;
        let mut tries = 0;
        loop {
            tries += 1;
            let answer = self.ask(&session, method, &params, Lane::Urgent, within);
            match session.doubt.urgently(&session.connection, answer).await {
                Err(error) if is_overloaded(&error) && back_off(method, tries).await.is_ok() => {}
                answer => return answer,
            }
        }
    }

    async fn ask(
        &self,
        session: &Session,
        method: &str,
        params: &Value,
        lane: Lane,
        within: Duration,
    ) -> Result<Bytes, CallError> {
        let heard = session.connection.heard();
        let answer = session.connection.request(method, params, lane, within).await;
        if let Err(CallError::Deadline(_) | CallError::Crowded(_)) = &answer {
            self.overdue(session, heard, method, within);
        }
        answer
    }

    /// Doubts a server that said nothing in the time of a request, since it had said `heard` lines.
    pub(super) fn overdue(&self, session: &Session, heard: u64, method: &str, within: Duration) {
        if session.connection.heard() == heard {
            let (connection, doubt) = (session.connection.clone(), session.doubt.clone());
            let method = method.to_owned();
            self.spawn_beside(async move { doubt.ask(&connection, &method, within).await });
        }
    }

    /// See [`Session::end_sandboxes`].
    pub(super) async fn end_sandboxes(&self, name: &'static str, values: Vec<String>) {
        if let Some(session) = self.running() {
            session.end_sandboxes(name, values).await;
        }
    }

    pub(super) async fn gone(&self, session: &Session, method: &str) -> Error {
        session.gone(format!("the Codex server ended while it was asked {method}")).await.error()
    }

    pub(super) fn running(&self) -> Option<Arc<Session>> {
        self.lock().clone().filter(|session| !session.connection.is_closed())
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Option<Arc<Session>>> {
        self.0.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn reactor(&self) -> Result<&Reactor, Error> {
        if let Some(reactor) = self.0.reactor.get() {
            return Ok(reactor);
        }
        let reactor = match &self.0.runtime {
            Some(runtime) => Reactor::on(runtime.clone()),
            None => Reactor::start().map_err(|error| broken(&error))?,
        };
        let reactor = self.0.reactor.get_or_init(|| reactor);
        let (clock, registry) = (self.0.clock.clone(), self.0.registry.clone());
        reactor.spawn(async move { clock.run(&registry).await });
        Ok(reactor)
    }

    /// Ends the server, and with it what runs there; a later call would start another.
    pub async fn shut_down(&self) {
        self.0.owed.close();
        if tokio::time::timeout(deadlines::LEAVE, self.0.owed.wait()).await.is_err() {
            self.0
                .notices
                .warn("the Codex server is ended although it has not done all that it was asked to");
        }
        self.0.ending.notify_waiters();
        let _starts = self.0.starting.lock().await;
        let session = self.lock().take();
        let child = self.0.child.lock().unwrap_or_else(PoisonError::into_inner).take();
        match (session.filter(|session| !session.connection.is_closed()), child) {
            (Some(session), _) => session.end().await,
            // One that was starting has nothing to save, and one that says no more may still be there.
            (None, Some(child)) => child.kill().await,
            (None, None) => {}
        }
    }

    /// Ends the server at once, and what runs there, without asking anyone.
    pub fn kill(&self) {
        self.0.ending.notify_waiters();
        let child = self.0.child.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(child) = child {
            child.members().end();
        }
    }

    /// Has this answer, or nobody, what the server asks and no thread's own answerer does.
    pub fn seat(&self, seat: Seat, who: Option<Arc<dyn Answerer>>) {
        self.0.registry.seats().take(seat, who);
    }

    /// Turns that run.
    pub fn live_turns(&self) -> Vec<super::Turn> {
        self.0.registry.live_turns()
    }

    /// Threads that somebody holds.
    pub fn held_threads(&self) -> Vec<super::Thread> {
        self.0.registry.held_threads()
    }

    pub(super) fn registry(&self) -> &Registry {
        &self.0.registry
    }

    pub(super) fn notices(&self) -> &Notices {
        &self.0.notices
    }

    pub(super) fn backlog(&self) -> &Backlog {
        &self.0.backlog
    }

    /// Runs `work` beside the reader; it is only called once a server was started.
    pub(super) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        if let Ok(reactor) = self.reactor() {
            let (notices, work) = (self.0.notices.clone(), self.0.owed.track_future(work));
            reactor.spawn(async move {
                if let Err(panic) = catching(Box::pin(work)).await {
                    notices.panicked(&*panic);
                }
            });
        }
    }

    /// As [`Client::spawn`], and nothing is owed: the client may end before it.
    pub(super) fn spawn_beside(&self, work: impl Future<Output = ()> + Send + 'static) {
        if let Ok(reactor) = self.reactor() {
            reactor.spawn(work);
        }
    }

    /// Has the clocks looked at, for a turn that just began.
    pub(super) fn wind_clock(&self, turn: &super::Turn) {
        if let Some((at, _)) = turn.deadline() {
            self.0.clock.wind(at);
        }
    }
}

/// Waits before the next try, or tells that there have been enough.
pub(super) async fn back_off(method: &str, tries: u32) -> Result<(), Error> {
    if tries >= TRIES {
        return Err(Error::Overloaded { method: method.to_owned(), tries });
    }
    let longest = 25u64 << tries;
    tokio::time::sleep(Duration::from_millis(fastrand::u64(longest / 2..=longest))).await;
    Ok(())
}

pub(super) fn is_overloaded(error: &CallError) -> bool {
    matches!(error, CallError::Refused(error) if error.code == OVERLOADED)
}

/// Reads an answer.
pub(super) fn read<T: DeserializeOwned>(method: &str, answer: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(answer).map_err(|error| Error::Unexpected {
        method: method.to_owned(),
        error: redact::text(&error.to_string()).into_owned(),
    })
}

pub(super) fn broken(error: &dyn std::fmt::Display) -> Error {
    Gone { what: format!("the Codex server could not be started: {error}"), ..Gone::default() }.error()
}
