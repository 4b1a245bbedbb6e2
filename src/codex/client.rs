//! One server for all threads: started when it is needed, started again when it has died.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;

use super::binary;
use super::clock::Clock;
use super::error::Error;
use super::gone::Gone;
use super::launch::Launch;
use super::queue::Waiting;
use super::session::{Registry, Router, ServerInfo, Session};
use super::tap::Tap;
use crate::notice::Notices;
use crate::rpc::child::Child;
use crate::rpc::{CallError, Connection, Lane, Reactor};

/// Starts of a server within [`STARTS_WITHIN`].
const STARTS: usize = 3;
const STARTS_WITHIN: Duration = Duration::from_mins(1);
/// How long what turns still owe may take when the client is shut down.
const SETTLE: Duration = Duration::from_secs(10);
/// How often a request is sent that the server says it did not take.
const TRIES: u32 = 8;
const OVERLOADED: i64 = -32001;

/// A client; a cheap clone.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    launch: Launch,
    notices: Notices,
    tap: Option<Arc<dyn Tap>>,
    reactor: OnceLock<Reactor>,
    registry: Arc<Registry>,
    waiting: Waiting,
    session: Mutex<Option<Arc<Session>>>,
    /// When servers were started; held while one is.
    starting: Arc<tokio::sync::Mutex<VecDeque<Instant>>>,
    /// Ends a start that is on its way.
    ending: Arc<Notify>,
    /// The last server's process, from its first moment.
    child: Mutex<Option<Child>>,
    clock: Arc<Clock>,
    /// What turns still owe: settings to put back, commands to end.
    owed: TaskTracker,
}

impl Client {
    /// A client that starts nothing until it is asked something; `tap` hears all that its servers say.
    pub fn new(launch: Launch, notices: Notices, tap: Option<Arc<dyn Tap>>) -> Self {
        Self(Arc::new(Inner {
            launch,
            notices,
            tap,
            reactor: OnceLock::new(),
            registry: Arc::default(),
            waiting: Waiting::default(),
            session: Mutex::default(),
            starting: Arc::default(),
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
        let mut tries = 0;
        loop {
            tries += 1;
            let answer = session.connection.request(method, &params, Lane::Normal, deadline(method)).await;
            match answer {
                Err(CallError::Refused(error)) if error.code == OVERLOADED => back_off(method, tries).await?,
                Err(CallError::Closed(_)) => return Err(self.gone(session, method).await),
                answer => {
                    return answer.map_err(|error| Error::from_call(method, thread_id.as_deref(), error));
                }
            }
        }
    }

    /// As [`Client::request`] on the running server, past others that wait.
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
            let answer = session.connection.request(method, &params, Lane::Urgent, within).await;
            match answer {
                Err(error) if is_overloaded(&error) && back_off(method, tries).await.is_ok() => {}
                answer => return answer,
            }
        }
    }

    pub(super) async fn gone(&self, session: &Session, method: &str) -> Error {
        session.gone(format!("the Codex server ended while it was asked {method}")).await.error()
    }

    /// The running server, started if need be.
    pub async fn session(&self) -> Result<Arc<Session>, Error> {
        if let Some(session) = self.running() {
            return Ok(session);
        }
        let mut starts = self.0.starting.clone().lock_owned().await;
        if let Some(session) = self.running() {
            return Ok(session);
        }
        let now = Instant::now();
        starts.retain(|at| now.duration_since(*at) < STARTS_WITHIN);
        if starts.len() >= STARTS {
            let what =
                format!("the Codex server ended {STARTS} times within a minute and is not started again yet");
            let last = self.lock().clone();
            return Err(match last {
                Some(session) => session.gone(what).await.error(),
                None => Gone { what, exit: None, stderr: vec![] }.error(),
            });
        }
        starts.push_back(now);
        let (client, ending) = (self.clone(), self.0.ending.clone().notified_owned());
        // On the reactor, so that a caller who gives up does not leave a server half started, nor has another
        // caller start a second one beside it.
        let session = self.reactor()?.spawn(async move {
            let session = tokio::select! {
                () = ending => Err(broken(&"the host has ended")),
                session = client.start() => session,
            };
            if matches!(session, Err(Error::NotInstalled(_))) {
                // Nothing was started.
                starts.pop_back();
            }
            session
        });
        session.await.unwrap_or_else(|error| Err(broken(&error)))
    }

    fn running(&self) -> Option<Arc<Session>> {
        self.lock().clone().filter(|session| !session.connection.is_closed())
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<Session>>> {
        self.0.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reactor(&self) -> Result<&Reactor, Error> {
        if let Some(reactor) = self.0.reactor.get() {
            return Ok(reactor);
        }
        let reactor = Reactor::start().map_err(|error| broken(&error))?;
        let reactor = self.0.reactor.get_or_init(|| reactor);
        let (clock, registry) = (self.0.clock.clone(), self.0.registry.clone());
        reactor.spawn(async move { clock.run(&registry).await });
        Ok(reactor)
    }

    async fn start(&self) -> Result<Arc<Session>, Error> {
        let handle = self.reactor()?.handle().clone();
        let started = self.0.launch.start(&handle).await?;
        self.0.child.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&started.child);
        let router = Arc::new(Router {
            registry: self.0.registry.clone(),
            notices: self.0.notices.clone(),
            tap: self.0.tap.clone(),
            connection: OnceLock::new(),
            closed: Notify::new(),
        });
        let connection = Connection::over(&handle, started.reader, started.writer, router.clone());
        let _ = router.connection.set(connection.clone());
        let mut session = Session {
            connection,
            child: started.child,
            program: started.program,
            generation: self.lock().as_ref().map_or(0, |last| last.generation) + 1,
            info: ServerInfo { user_agent: String::new(), version: String::new(), codex_home: String::new() },
            logged_in: tokio::sync::OnceCell::new(),
            withheld: tokio::sync::OnceCell::new(),
        };
        match self.initialize(&session).await {
            Ok(info) => session.info = info,
            Err(error) => {
                end(&session).await;
                return Err(error);
            }
        }
        let session = Arc::new(session);
        *self.lock() = Some(session.clone());
        let watched = session.clone();
        handle.spawn(async move {
            router.closed.notified().await;
            // Now, before another server can have turns.
            let turns = router.registry.take_turns();
            let gone = watched.gone("the Codex server ended".into()).await;
            for turn in turns {
                turn.thread().turn_ended();
                turn.lost(gone.clone());
            }
        });
        Ok(session)
    }

    async fn initialize(&self, session: &Session) -> Result<ServerInfo, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Initialized {
            user_agent: String,
            #[serde(default)]
            codex_home: String,
        }
        let params = json!({
            "clientInfo": { "name": "codex_lua", "title": "codex-lua", "version": env!("CARGO_PKG_VERSION") },
            "capabilities": { "experimentalApi": true },
        });
        let said: Initialized = read("initialize", &self.request_on(session, "initialize", params).await?)?;
        let _ = session.connection.notify("initialized");
        let version =
            said.user_agent.split_once('/').map_or("", |(_, rest)| rest.split(' ').next().unwrap_or(""));
        if version != binary::PINNED {
            self.0.notices.warn(format!(
                "this Codex is {version}; codex-lua is made for {}: names and behaviour may differ",
                binary::PINNED
            ));
        }
        Ok(ServerInfo {
            version: version.to_owned(),
            user_agent: said.user_agent,
            codex_home: said.codex_home,
        })
    }

    /// Ends the server, and with it what runs there; a later call would start another.
    pub async fn shut_down(&self) {
        self.0.owed.close();
        if tokio::time::timeout(SETTLE, self.0.owed.wait()).await.is_err() {
            self.0
                .notices
                .warn("the Codex server is ended although it has not done all that it was asked to");
        }
        self.0.ending.notify_waiters();
        let _starts = self.0.starting.lock().await;
        let session = self.lock().take();
        let child = self.0.child.lock().unwrap_or_else(PoisonError::into_inner).take();
        match (session.filter(|session| !session.connection.is_closed()), child) {
            (Some(session), _) => end(&session).await,
            // One that was starting has nothing to save, and one that says no more may still be there.
            (None, Some(child)) => child.kill().await,
            (None, None) => {}
        }
    }

    /// Turns that run.
    pub fn live_turns(&self) -> Vec<super::Turn> {
        self.0.registry.live_turns()
    }

    pub(super) fn registry(&self) -> &Registry {
        &self.0.registry
    }

    pub(super) fn notices(&self) -> &Notices {
        &self.0.notices
    }

    pub(super) fn waiting(&self) -> Waiting {
        self.0.waiting.clone()
    }

    /// Runs `work` beside the reader; it is only called once a server was started.
    pub(super) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        if let Ok(reactor) = self.reactor() {
            reactor.spawn(self.0.owed.track_future(work));
        }
    }

    /// Has the clocks looked at, for a turn that just began.
    pub(super) fn wind_clock(&self, turn: &super::Turn) {
        if let Some((at, _)) = turn.deadline() {
            self.0.clock.wind(at);
        }
    }
}

async fn end(session: &Session) {
    session.connection.close();
    if let Some(child) = &session.child {
        child.end().await;
    }
}

/// How long each request may take. A turn's own time is its options' matter.
fn deadline(method: &str) -> Duration {
    Duration::from_secs(match method {
        "initialize" | "thread/start" | "thread/resume" | "thread/fork" | "turn/start" => 60,
        // These wait for people or for commands.
        "command/exec" | "account/login/start" | "review/start" | "thread/compact/start" => 24 * 3600,
        _ => 30,
    })
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
    serde_json::from_slice(answer)
        .map_err(|error| Error::Unexpected { method: method.to_owned(), error: error.to_string() })
}

fn broken(error: &dyn std::fmt::Display) -> Error {
    Gone { what: format!("the Codex server could not be started: {error}"), exit: None, stderr: vec![] }
        .error()
}
