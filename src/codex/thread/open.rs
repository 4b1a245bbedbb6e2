//! Having the server load a thread: a new one, a saved one, a copy, or again after a server has died.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, Weak};

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;

use super::{Info, Inner, State, Thread};
use crate::codex::client::{self, Client};
use crate::codex::deadlines::{LOAD, share};
use crate::codex::error::Error;
use crate::codex::options::ThreadOptions;
use crate::codex::session::Session;
use crate::codex::settings::Settings;

const RESUME: &str = "thread/resume";

/// What of the answer to a resume is only there.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Resumed {
    initial_turns_page: Option<TurnsPage>,
}

#[derive(Default, Deserialize)]
struct TurnsPage {
    data: Vec<Box<RawValue>>,
}

/// The answer to start, resume and fork.
#[derive(Deserialize)]
struct Opened {
    thread: Info,
    #[serde(flatten)]
    settings: Settings,
}

impl Client {
    /// Starts a new thread.
    pub async fn thread_start(&self, options: ThreadOptions) -> Result<Thread, Error> {
        let mut params = options.wire();
        if let Some(ephemeral) = options.ephemeral {
            params.insert("ephemeral".into(), ephemeral.into());
        }
        if !options.tools.is_empty() {
            params.insert("dynamicTools".into(), options.tools.wire());
        }
        self.open("thread/start", params, options).await.map(|(thread, _)| thread)
    }

    /// Resumes a saved thread; with `turns`, so many of its latest turns come with it, as the wire has
    /// them, latest first.
    pub async fn resume(
        &self,
        id: &str,
        options: ThreadOptions,
        turns: Option<u32>,
    ) -> Result<(Thread, Option<Vec<Box<RawValue>>>), Error> {
        let mut params = options.wire();
        params.insert("threadId".into(), id.into());
        params.insert("excludeTurns".into(), true.into());
        if let Some(limit) = turns {
            params.insert("initialTurnsPage".into(), json!({ "limit": limit, "itemsView": "full" }));
        }
        let held = self.registry().held(id);
        let _attaching = match &held {
            Some(thread) => Some(share(RESUME, LOAD, thread.0.attaching.lock()).await?),
            None => None,
        };
        if let Some(thread) = held.as_ref().filter(|held| held.has_left_behind()) {
            thread.clear_queue(&*self.session().await?).await;
        }
        let (thread, answer) = self.open(RESUME, params, options).await?;
        let resumed: Resumed = client::read(RESUME, &answer)?;
        Ok((thread, turns.map(|_| resumed.initial_turns_page.unwrap_or_default().data)))
    }

    /// Copies a thread, up to and with `last_turn`.
    pub async fn fork(
        &self,
        id: &str,
        mut options: ThreadOptions,
        last_turn: Option<&str>,
    ) -> Result<Thread, Error> {
        if let Some(held) = self.registry().held(id) {
            // The wire's copy has neither.
            let own = held.state().settings.clone();
            options.effort = options.effort.or(own.effort);
            options.personality = options.personality.or(own.personality);
            options.budgets.add(held.budgets().iter().cloned());
            options.tools = options.tools.or(held.tools());
        }
        let mut params = options.wire();
        params.insert("threadId".into(), id.into());
        params.insert("excludeTurns".into(), true.into());
        if let Some(turn) = last_turn {
            params.insert("lastTurnId".into(), turn.into());
        }
        if let Some(ephemeral) = options.ephemeral {
            params.insert("ephemeral".into(), ephemeral.into());
        }
        match self.open("thread/fork", params, options).await {
            Err(Error::ThreadNotFound(id)) if self.registry().held(&id).is_some() => Err(Error::Usage(
                format!("thread {id} cannot be copied yet: it is saved with its first turn"),
            )),
            opened => opened.map(|(thread, _)| {
                self.registry().meter.copy(id, thread.id());
                thread
            }),
        }
    }

    async fn open(
        &self,
        method: &str,
        mut params: Map<String, Value>,
        options: ThreadOptions,
    ) -> Result<(Thread, Bytes), Error> {
        check_cwd(options.cwd.as_deref())?;
        let session = self.session().await?;
        self.ensure_login(&session).await?;
        self.withhold_secrets(&session, &mut params, &options.env_pass).await?;
        let answer = self.request_on(&session, method, params.into()).await?;
        let opened: Opened = client::read(method, &answer)?;
        let thread = self.registry().thread(&opened.thread.id.clone(), || {
            Thread(Arc::new(Inner {
                client: self.clone(),
                id: opened.thread.id.clone(),
                state: Mutex::new(State {
                    info: opened.thread.clone(),
                    options: ThreadOptions::default(),
                    settings: opened.settings.clone(),
                    generation: session.generation,
                    turn: Weak::new(),
                    active: false,
                    queue_changed: None,
                    left_behind: vec![],
                    closed: false,
                }),
                attaching: Arc::default(),
                line: tokio::sync::Mutex::default(),
                changed: Notify::new(),
                owed: closed_tracker(),
                commands: AtomicBool::new(false),
            }))
        });
        thread.opened(&session, opened, options).await?;
        Ok((thread, answer))
    }

    /// Adds to `params.config` which names of the environment the agent's commands do not get.
    async fn withhold_secrets(
        &self,
        session: &Session,
        params: &mut Map<String, Value>,
        pass: &[String],
    ) -> Result<(), Error> {
        const EXCLUDE: &str = "shell_environment_policy.exclude";
        let withheld: Vec<_> =
            self.withheld(session).await?.iter().filter(|name| !pass.contains(name)).collect();
        let config = params.entry("config").or_insert_with(|| json!({}));
        let has_policy = config
            .as_object()
            .is_some_and(|c| c.keys().any(|key| key.starts_with("shell_environment_policy")));
        if !withheld.is_empty() && !has_policy {
            config[EXCLUDE] = json!(withheld);
        }
        Ok(())
    }
}

impl Thread {
    /// Takes over what the server said when it opened the thread, and sends what the opening cannot carry.
    async fn opened(&self, session: &Session, opened: Opened, options: ThreadOptions) -> Result<(), Error> {
        let mut update = options.wire_settings();
        {
            let mut state = self.state();
            state.closed = false;
            state.generation = session.generation;
            state.active = opened.thread.status.kind == "active";
            state.info = opened.thread;
            let personality = state.settings.personality.take();
            state.settings = Settings { personality, ..opened.settings };
            state.settings.apply(&update);
            state.options = options;
        }
        if !update.is_empty() {
            update.insert("threadId".into(), self.id().into());
            self.0.client.request_on(session, "thread/settings/update", update.into()).await?;
        }
        let name = self.state().options.name.clone();
        if let Some(name) = name {
            self.0.client.rename(self.id(), &name).await?;
        }
        Ok(())
    }

    /// The running server, with the thread loaded there: after a death it is resumed where it was saved.
    pub(super) async fn attached(&self) -> Result<Arc<Session>, Error> {
        let is_loaded = |session: &Session| {
            let state = self.state();
            if state.closed {
                return Err(Error::Closed(format!("thread {}", self.id())));
            }
            Ok(state.generation == session.generation)
        };
        let session = self.0.client.session().await?;
        if is_loaded(&session)? {
            return Ok(session);
        }
        let _attaching = share(RESUME, LOAD, self.0.attaching.lock()).await?;
        if !is_loaded(&session)? {
            // Boxed, so that a turn does not carry what it hardly ever needs.
            Box::pin(self.resume_on(&session)).await?;
        }
        Ok(session)
    }

    async fn resume_on(&self, session: &Session) -> Result<(), Error> {
        let (mut params, env_pass, settings) = {
            let state = self.state();
            (state.options.wire(), state.options.env_pass.clone(), state.settings.clone())
        };
        params.insert("threadId".into(), self.id().into());
        params.insert("excludeTurns".into(), true.into());
        self.0.client.withhold_secrets(session, &mut params, &env_pass).await?;
        self.clear_queue(session).await;
        let answer = self.0.client.request_on(session, RESUME, params.into()).await;
        let opened: Opened = match answer {
            Ok(answer) => client::read(RESUME, &answer)?,
            Err(Error::ThreadNotFound(id)) => {
                let what =
                    format!("the Codex server ended before thread {id} was saved; its conversation is lost");
                return Err(Error::ServerGone { what, exit: None, stderr: vec![] });
            }
            Err(error) => return Err(error),
        };
        let mut difference = settings.differing_from(&opened.settings);
        if !difference.is_empty() {
            difference.insert("threadId".into(), self.id().into());
            self.0.client.request_on(session, "thread/settings/update", difference.into()).await?;
        }
        let mut state = self.state();
        state.generation = session.generation;
        state.active = opened.thread.status.kind == "active";
        Ok(())
    }
}

fn closed_tracker() -> TaskTracker {
    let tracker = TaskTracker::new();
    tracker.close();
    tracker
}

/// The server takes a folder that is not there, and every command then fails.
pub(super) fn check_cwd(cwd: Option<&Path>) -> Result<(), Error> {
    match cwd {
        Some(cwd) if !cwd.is_dir() => Err(Error::Usage(format!("cwd: there is no folder {}", cwd.display()))),
        _ => Ok(()),
    }
}
