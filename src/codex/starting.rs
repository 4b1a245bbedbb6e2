//! Starting a server, when one is needed and none runs.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde::Deserialize;
use serde_json::json;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::binary;
use super::client::{Client, broken, read};
use super::deadlines::{LAST_WORDS, STARTS, STARTS_WITHIN};
use super::error::Error;
use super::gone::Gone;
use super::session::{Router, ServerInfo, Session};
use super::turn::SubagentTurn;
use crate::rpc::Connection;

/// How servers ended.
#[derive(Default)]
pub(super) struct Ends(Mutex<(u64, Option<Gone>)>);

impl Ends {
    fn lock(&self) -> std::sync::MutexGuard<'_, (u64, Option<Gone>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many starts have failed.
    fn failures(&self) -> u64 {
        self.lock().0
    }

    fn last(&self) -> Option<Gone> {
        self.lock().1.clone()
    }

    fn ended(&self, gone: &Gone) {
        self.lock().1 = Some(gone.clone());
    }

    fn failed(&self, gone: &Gone) {
        let mut state = self.lock();
        *state = (state.0 + 1, Some(gone.clone()));
    }
}

impl Client {
    /// The running server, started if need be.
    pub async fn session(&self) -> Result<Arc<Session>, Error> {
        let sound = || self.running().filter(|session| !session.doubt.is_hung(&session.connection));
        if let Some(session) = sound() {
            return Ok(session);
        }
        let failures = self.0.ends.failures();
        let mut starts = self.0.starting.clone().lock_owned().await;
        if let Some(session) = sound() {
            return Ok(session);
        }
        if self.0.ends.failures() != failures
            && let Some(gone) = self.0.ends.last()
        {
            // The one that this call has waited for; the next call may try again.
            return Err(gone.error());
        }
        let now = Instant::now();
        starts.retain(|at| now.duration_since(*at) < STARTS_WITHIN);
        if starts.len() >= STARTS {
            let wait = STARTS_WITHIN.saturating_sub(now.duration_since(starts[0]));
            let what = format!(
                "the Codex server ended {STARTS} times within a minute; it may be started again in {} s",
                wait.as_secs() + 1
            );
            let last = self.0.ends.last().unwrap_or_default();
            return Err(Gone { what, ..last }.error());
        }
        starts.push_back(now);
        let (client, ending) = (self.clone(), self.0.ending.clone().notified_owned());
        // On the reactor, so that a caller who gives up does not leave a server half started, nor has another
        // caller start a second one beside it.
        let session = self.reactor()?.spawn(async move {
            if let Some(hung) = client.running() {
                hung.doubt.condemn(&hung.connection);
            }
            let session = tokio::select! {
                () = ending => Err(broken(&"the host has ended")),
                session = client.start() => session,
            };
            if matches!(session, Err(Error::NotInstalled(_) | Error::Replay(_))) {
                // Nothing was started.
                starts.pop_back();
            }
            session
        });
        session.await.unwrap_or_else(|error| Err(broken(&error)))
    }

    async fn start(&self) -> Result<Arc<Session>, Error> {
        let last = self.0.child.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(last) = last {
            // One that says no more may still be there, with its threads.
            last.kill().await;
        }
        let handle = self.reactor()?.handle().clone();
        let started = match self.0.launch.start(&handle).await {
            Err(Error::ServerGone { what, exit, stderr }) => {
                return Err(self.failed(Gone { what, exit, stderr, divergence: None }));
            }
            started => started?,
        };
        self.0.child.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&started.child);
        let generation = self.lock().as_ref().map_or(0, |last| last.generation) + 1;
        let router = Arc::new(Router {
            server: generation,
            registry: self.0.registry.clone(),
            notices: self.0.notices.clone(),
            tap: self.0.tap.clone(),
            connection: OnceLock::new(),
            closed: Notify::new(),
            tally: super::tally::Tally::default(),
        });
        let connection =
            Connection::over(&handle, started.reader, started.writer, router.clone(), started.traffic);
        let _ = router.connection.set(connection.clone());
        let mut session = Session {
            connection,
            child: started.child,
            program: started.program,
            replay: started.replay,
            generation,
            info: ServerInfo { user_agent: String::new(), version: String::new(), codex_home: String::new() },
            logged_in: tokio::sync::OnceCell::new(),
            withheld: tokio::sync::OnceCell::new(),
            doubt: Arc::default(),
        };
        match self.initialize(&session).await {
            Ok(info) => session.info = info,
            Err(error) => {
                let gone = match error {
                    Error::Replay(divergence) => return Err(Error::Replay(divergence)),
                    Error::ServerGone { what, exit, stderr } => Gone { what, exit, stderr, divergence: None },
                    error => Gone {
                        what: format!("the Codex server could not be started: {error}"),
                        exit: None,
                        divergence: None,
                        stderr: session
                            .child
                            .as_ref()
                            .map(crate::rpc::child::Child::last_lines)
                            .unwrap_or_default(),
                    },
                };
                session.connection.give_up();
                if let Some(child) = &session.child {
                    // It has nothing to save.
                    child.kill().await;
                }
                return Err(self.failed(gone));
            }
        }
        let session = Arc::new(session);
        *self.lock() = Some(session.clone());
        let (watched, ends) = (session.clone(), self.0.ends.clone());
        handle.spawn(async move { watch(&watched, &router, &ends).await });
        Ok(session)
    }

    fn failed(&self, gone: Gone) -> Error {
        self.0.ends.failed(&gone);
        gone.error()
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
}

/// Waits for the end of a server and tells its turns.
async fn watch(session: &Session, router: &Router, ends: &Ends) {
    let died = async {
        match &session.child {
            Some(child) => drop(child.exited().await),
            None => std::future::pending().await,
        }
        // Its last lines are on their way.
        tokio::time::sleep(LAST_WORDS).await;
    };
    tokio::select! {
        () = router.closed.notified() => {}
        () = died => {
            // Something that it left behind holds its pipes.
            session.connection.give_up();
            router.closed.notified().await;
        }
    }
    // Now, before another server can have turns.
    let turns = router.registry.take_turns();
    router.registry.subagents.take().iter().for_each(SubagentTurn::end);
    let waiting = router.registry.waiting.take();
    for turn in &waiting {
        turn.thread().left_behind(turn);
    }
    let gone = session.gone("the Codex server ended".into()).await;
    ends.ended(&gone);
    router.registry.listeners.lost(&gone);
    for turn in turns.into_iter().chain(waiting) {
        turn.thread().turn_ended();
        turn.lost(gone.clone());
    }
    if let Some(child) = &session.child {
        // It may have closed its streams and live on.
        child.kill().await;
    }
}
