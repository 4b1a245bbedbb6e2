//! One conversation.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::sync::oneshot;

use super::client::{self, Client};
use super::error::Error;
use super::input::{self, Input};
use super::options::{Limits, ThreadOptions, TurnOptions};
use super::session::Session;
use super::settings::Settings;
use super::turn::{Turn, TurnResult};
use crate::rpc::Lane;

/// How long the server may take to take a turn.
const START: Duration = Duration::from_mins(1);
/// How long it may take over what is asked as a thread is left.
const LEAVE: Duration = Duration::from_secs(10);

/// A thread that this process holds; a cheap clone.
#[derive(Clone)]
pub struct Thread(pub(super) Arc<Inner>);

pub(super) struct Inner {
    client: Client,
    id: String,
    state: Mutex<State>,
    /// Held while the server is told to load it or to forget it: one after the other.
    attaching: Arc<tokio::sync::Mutex<()>>,
}

struct State {
    info: Info,
    options: ThreadOptions,
    settings: Settings,
    /// The server that has it loaded.
    generation: u64,
    turn: Option<Turn>,
    /// A turn runs on it, ours or another's.
    active: bool,
    closed: bool,
}

/// What the server tells of a thread.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Info {
    /// Its id.
    pub id: String,
    /// The name that it was given.
    pub name: Option<String>,
    /// Where it is saved; `None` for an ephemeral one.
    pub path: Option<String>,
    /// Whether it is never saved.
    #[serde(default)]
    pub ephemeral: bool,
    /// The provider of its model.
    #[serde(default)]
    pub model_provider: String,
    /// The thread that it was forked from.
    pub forked_from_id: Option<String>,
    #[serde(default)]
    status: StatusOnWire,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct StatusOnWire {
    #[serde(default, rename = "type")]
    kind: String,
}

/// The answer to start, resume and fork.
#[derive(Deserialize)]
struct Opened {
    thread: Info,
    #[serde(flatten)]
    settings: Settings,
}

/// Which of a thread's events its turn keeps for reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// All.
    Events,
    /// None: only the result is wanted.
    Result,
}

impl Client {
    /// Starts a new thread.
    pub async fn thread_start(&self, options: ThreadOptions) -> Result<Thread, Error> {
        let mut params = options.wire();
        if let Some(ephemeral) = options.ephemeral {
            params.insert("ephemeral".into(), ephemeral.into());
        }
        self.open("thread/start", params, options).await.map(|(thread, _)| thread)
    }

    /// Resumes a saved thread; with `turns`, a page of its latest turns comes with it, as the wire has it.
    pub async fn resume(
        &self,
        id: &str,
        options: ThreadOptions,
        turns: Option<u32>,
    ) -> Result<(Thread, Option<Value>), Error> {
        let mut params = options.wire();
        params.insert("threadId".into(), id.into());
        params.insert("excludeTurns".into(), true.into());
        if let Some(limit) = turns {
            params.insert("initialTurnsPage".into(), json!({ "limit": limit, "itemsView": "full" }));
        }
        let held = self.registry().held(id);
        let _attaching = match &held {
            Some(thread) => Some(thread.0.attaching.lock().await),
            None => None,
        };
        let (thread, mut answer) = self.open("thread/resume", params, options).await?;
        Ok((thread, answer.get_mut("initialTurnsPage").map(Value::take)))
    }

    /// Copies a thread, up to and with `last_turn`.
    pub async fn fork(
        &self,
        id: &str,
        options: ThreadOptions,
        last_turn: Option<&str>,
    ) -> Result<Thread, Error> {
        let mut params = options.wire();
        params.insert("threadId".into(), id.into());
        params.insert("excludeTurns".into(), true.into());
        if let Some(turn) = last_turn {
            params.insert("lastTurnId".into(), turn.into());
        }
        if let Some(ephemeral) = options.ephemeral {
            params.insert("ephemeral".into(), ephemeral.into());
        }
        self.open("thread/fork", params, options).await.map(|(thread, _)| thread)
    }

    async fn open(
        &self,
        method: &str,
        mut params: Map<String, Value>,
        options: ThreadOptions,
    ) -> Result<(Thread, Value), Error> {
        check_cwd(options.cwd.as_deref())?;
        let session = self.session().await?;
        self.ensure_login(&session).await?;
        self.withhold_secrets(&session, &mut params, &options.env_pass).await?;
        let answer: Value = client::read(method, &self.request_on(&session, method, params.into()).await?)?;
        let opened: Opened = client::read(method, answer.to_string().as_bytes())?;
        let thread = self.registry().thread(&opened.thread.id.clone(), || {
            Thread(Arc::new(Inner {
                client: self.clone(),
                id: opened.thread.id.clone(),
                state: Mutex::new(State {
                    info: opened.thread.clone(),
                    options: ThreadOptions::default(),
                    settings: opened.settings.clone(),
                    generation: session.generation,
                    turn: None,
                    active: false,
                    closed: false,
                }),
                attaching: Arc::default(),
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
    /// Its id.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// What the server told of it when it was opened, and its name since.
    pub fn info(&self) -> Info {
        self.state().info.clone()
    }

    /// The model that its turns use.
    pub fn model(&self) -> String {
        self.state().settings.model.clone()
    }

    /// The absolute folder that it works in.
    pub fn cwd(&self) -> String {
        self.state().settings.cwd.clone()
    }

    /// Its client.
    pub fn client(&self) -> &Client {
        &self.0.client
    }

    /// Starts a turn; it is not stopped when this handle is dropped.
    pub async fn turn(&self, input: &[Input], options: TurnOptions, keep: Keep) -> Result<Turn, Error> {
        check_cwd(options.cwd.as_deref())?;
        let input = input::wire(input)?;
        let session = self.attached().await?;
        self.after_ending().await;
        let turn = self.begin(&options, keep)?;
        let mut params = options.wire_overrides();
        params.extend(options.wire_once());
        params.insert("threadId".into(), self.id().into());
        params.insert("clientUserMessageId".into(), turn.0.client_id.as_str().into());
        params.insert("input".into(), input);
        let starting = StopUnlessTaken(Some(turn.clone()));
        let taken = self.send(&session, &turn, params.into()).await;
        if taken.is_err() {
            turn.given_up();
        }
        starting.taken();
        taken.map(|()| turn)
    }

    /// One turn, waited for; dropping the future stops it.
    pub async fn run(&self, input: &[Input], options: TurnOptions) -> Result<TurnResult, Error> {
        let turn = self.turn(input, options, Keep::Result).await?;
        let running = StopUnlessTaken(Some(turn.clone()));
        let result = turn.result().await;
        running.taken();
        result
    }

    /// Interrupts the turn of ours that runs.
    pub fn interrupt(&self) {
        if let Some(turn) = self.current() {
            turn.interrupt();
        }
    }

    /// Interrupts what runs and lets the server forget the thread; the session stays saved. The handle is closed
    /// at once, before the future is awaited, and whoever resumes the session meanwhile waits for this.
    pub fn close(&self) -> impl Future<Output = Result<(), Error>> + use<> {
        let was_closed = std::mem::replace(&mut self.state().closed, true);
        let attaching = self.0.attaching.clone().try_lock_owned();
        let thread = self.clone();
        async move {
            if was_closed {
                return Ok(());
            }
            let _attaching = match attaching {
                Ok(attaching) => attaching,
                Err(_) => thread.0.attaching.clone().lock_owned().await,
            };
            thread.interrupt();
            thread.after_ending().await;
            thread.unsubscribe().await
        }
    }

    async fn unsubscribe(&self) -> Result<(), Error> {
        const METHOD: &str = "thread/unsubscribe";
        match self.0.client.urgent(METHOD, json!({ "threadId": self.id() }), LEAVE).await {
            // A server that is gone has forgotten it.
            Ok(_) | Err(crate::rpc::CallError::Closed(_)) => Ok(()),
            Err(error) => Err(Error::from_call(METHOD, Some(self.id()), error)),
        }
    }

    /// Gives it a name; that also saves it.
    pub async fn rename(&self, name: &str) -> Result<(), Error> {
        self.attached().await?;
        self.0.client.request("thread/name/set", json!({ "threadId": self.id(), "name": name })).await?;
        self.state().info.name = Some(name.to_owned());
        Ok(())
    }

    /// The handle is of no more use: the session was archived or deleted.
    pub fn forget(&self) {
        self.state().closed = true;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn current(&self) -> Option<Turn> {
        self.state().turn.clone()
    }

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
            self.0
                .client
                .request_on(session, "thread/name/set", json!({ "threadId": self.id(), "name": name }))
                .await?;
            self.state().info.name = Some(name);
        }
        Ok(())
    }

    /// The running server, with the thread loaded there: after a death it is resumed where it was saved.
    async fn attached(&self) -> Result<Arc<Session>, Error> {
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
        let _attaching = self.0.attaching.lock().await;
        if !is_loaded(&session)? {
            self.resume_on(&session).await?;
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
        let answer = self.0.client.request_on(session, "thread/resume", params.into()).await;
        let opened: Opened = match answer {
            Ok(answer) => client::read("thread/resume", &answer)?,
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

    /// Waits for a turn that ends to be over.
    async fn after_ending(&self) {
        if let Some(turn) = self.current().filter(Turn::is_ending) {
            turn.over().await;
        }
    }

    /// Makes the next turn this thread's, unless one runs.
    fn begin(&self, options: &TurnOptions, keep: Keep) -> Result<Turn, Error> {
        let mut state = self.state();
        if state.active || state.turn.as_ref().is_some_and(|turn| !turn.is_over()) {
            return Err(Error::ThreadBusy { thread_id: self.id().to_owned(), joined: false });
        }
        let overrides = options.wire_overrides();
        let undo = state.settings.undo(&overrides);
        let limits = options.limits.or(state.options.limits).or(Limits::default());
        let turn = Turn::new(self.clone(), message_id(), limits, keep == Keep::Events, undo);
        state.turn = Some(turn.clone());
        Ok(turn)
    }

    /// Sends the start until the server has taken it or refused it; only a start that was not taken is sent again.
    async fn send(&self, session: &Session, turn: &Turn, params: Value) -> Result<(), Error> {
        const METHOD: &str = "turn/start";
        let mut tries = 0;
        loop {
            tries += 1;
            let (tell, told) = oneshot::channel();
            let starting = Starting::new(turn);
            let sent = session.connection.request_with(METHOD, &params, Lane::Normal, move |answer| {
                match answer.map(|answer| starting.0.started(&answer)) {
                    Ok(Ok(())) => starting.0.tell_starter(tell),
                    refused => drop(tell.send(refused)),
                }
            });
            let answer = match sent.await {
                Ok(_) => match tokio::time::timeout(START, told).await {
                    Ok(answer) => answer.unwrap_or(Err(crate::rpc::Closed.into())),
                    Err(_) if turn.is_taken() => Ok(Ok(())),
                    Err(_) => Err(crate::rpc::CallError::Deadline(START)),
                },
                Err(error) => Err(error),
            };
            match answer {
                Ok(taken) => return taken,
                Err(error) if client::is_overloaded(&error) => client::back_off(METHOD, tries).await?,
                Err(crate::rpc::CallError::Closed(_)) => {
                    return Err(self.0.client.gone(session, METHOD).await);
                }
                Err(error) => return Err(Error::from_call(METHOD, Some(self.id()), error)),
            }
        }
    }

    /// Puts the thread's own settings back; a thread that keeps a turn's is worth a warning.
    pub(super) async fn put_back(&self, mut undo: Map<String, Value>) {
        undo.insert("threadId".into(), self.id().into());
        let done = self.0.client.urgent("thread/settings/update", undo.into(), LEAVE).await;
        if let Err(error) = done
            && !matches!(error, crate::rpc::CallError::Closed(_))
        {
            self.0.client.notices().warn(format!(
                "thread {} may keep the settings of one turn: putting its own back failed ({error})",
                self.id()
            ));
        }
    }

    /// No turn of ours runs on it any more.
    pub(super) fn turn_ended(&self) {
        self.state().active = false;
    }

    pub(super) fn status_changed(&self, params: &[u8]) {
        #[derive(Deserialize)]
        struct Params {
            status: StatusOnWire,
        }
        if let Ok(params) = serde_json::from_slice::<Params>(params) {
            self.state().active = params.status.kind == "active";
        }
    }
}

impl Turn {
    /// The server has answered the start: from here on its events find it.
    fn started(&self, answer: &[u8]) -> Result<(), Error> {
        #[derive(Deserialize)]
        struct Started {
            turn: Id,
        }
        #[derive(Deserialize)]
        struct Id {
            id: String,
        }
        let started: Started = client::read("turn/start", answer)?;
        let client = self.thread().client();
        client.registry().add_turn(started.turn.id.clone(), self.clone());
        self.taken(started.turn.id);
        client.wind_clock(self);
        Ok(())
    }
}

/// A start on its way: however its answer is lost, the turn learns that it was not taken.
struct Starting(Turn);

impl Starting {
    fn new(turn: &Turn) -> Self {
        turn.asked();
        Self(turn.clone())
    }
}

impl Drop for Starting {
    fn drop(&mut self) {
        self.0.refused();
    }
}

/// Stops a turn whose starter gave up before it could hold it.
struct StopUnlessTaken(Option<Turn>);

impl StopUnlessTaken {
    fn taken(mut self) {
        self.0 = None;
    }
}

impl Drop for StopUnlessTaken {
    fn drop(&mut self) {
        if let Some(turn) = self.0.take() {
            turn.interrupt();
        }
    }
}

/// The server takes a folder that is not there, and every command then fails.
fn check_cwd(cwd: Option<&std::path::Path>) -> Result<(), Error> {
    match cwd {
        Some(cwd) if !cwd.is_dir() => Err(Error::Usage(format!("cwd: there is no folder {}", cwd.display()))),
        _ => Ok(()),
    }
}

/// Says whose a turn is: unique among all clients of a thread.
fn message_id() -> String {
    format!("codex-lua-{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..))
}
