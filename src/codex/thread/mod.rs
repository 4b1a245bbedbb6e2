//! One conversation.

mod busy;
mod open;
mod queue;
mod start;

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use super::ask::{Answerer, Kind};
use super::budget::Budgets;
use super::client::Client;
use super::deadlines::{LEAVE, LOAD, share};
use super::error::Error;
use super::options::ThreadOptions;
use super::settings::Settings;
use super::tools::Tools;
use super::turn::{self, Turn};

pub(super) use busy::Reached;
pub use start::Keep;
pub(super) use start::StopUnlessTaken;

/// A thread that this process holds; a cheap clone.
#[derive(Clone)]
pub struct Thread(pub(super) Arc<Inner>);

pub(super) struct Inner {
    client: Client,
    id: String,
    state: Mutex<State>,
    /// Held while the server is told to load it or to forget it: one after the other.
    attaching: Arc<tokio::sync::Mutex<()>>,
    /// Held by the next turn of those that wait until it is free.
    line: tokio::sync::Mutex<()>,
    /// What it is busy with may have changed.
    changed: Notify,
    /// What is to be done before another turn of it begins; closed from the beginning, so that it can be waited for.
    pub(super) owed: TaskTracker,
    /// Whether a turn of it has started a command, which may run on.
    commands: AtomicBool,
}

struct State {
    info: Info,
    options: ThreadOptions,
    settings: Settings,
    /// The server that has it loaded.
    generation: u64,
    /// The last one that was started here; whoever waits for it holds it, and the registry while it runs.
    turn: Weak<turn::Inner>,
    /// A turn runs on it, ours or another's.
    active: bool,
    /// When its queue changed, if nobody has looked into it since.
    queue_changed: Option<Instant>,
    /// What waits in its queue and was given up here: the server's ids.
    left_behind: Vec<String>,
    closed: bool,
}

impl State {
    fn turn(&self) -> Option<Turn> {
        self.turn.upgrade().map(Turn)
    }

    /// What a turn of it counts for, beside `more`.
    fn budgets(&self, more: &Budgets) -> Budgets {
        let mut budgets = self.options.budgets.clone();
        budgets.add(more.iter().cloned());
        budgets
    }
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

    /// Whether a turn runs on it, or one of ours waits in its queue.
    fn is_busy(&self, state: &State) -> bool {
        state.active
            || state.turn().is_some_and(|turn| !turn.is_over())
            || !self.client().registry().waiting.of(self).is_empty()
    }

    /// What its turns count for, and those of its copies.
    pub fn budgets(&self) -> Budgets {
        self.state().options.budgets.clone()
    }

    /// The absolute folder that it works in.
    pub fn cwd(&self) -> String {
        self.state().settings.cwd.clone()
    }

    /// What its agent can call.
    pub fn tools(&self) -> Tools {
        self.state().options.tools.clone()
    }

    /// Its client.
    pub fn client(&self) -> &Client {
        &self.0.client
    }

    /// Interrupts the turn of ours that runs, and takes those that wait out of the queue.
    pub fn interrupt(&self) {
        self.interrupt_queued();
        if let Some(turn) = self.current() {
            turn.interrupt();
        }
    }

    /// Interrupts what is ours, and waits until it is over.
    pub(super) async fn stop_turns(&self) {
        self.interrupt();
        self.after_ending().await;
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
                Err(_) => share("thread/resume", LOAD, thread.0.attaching.clone().lock_owned()).await?,
            };
            thread.stop_turns().await;
            thread.client().registry().asks.thread_closes(thread.id());
            // Their functions may hold this very thread.
            thread.state().options.tools = Tools::default();
            thread.close_subagents().await;
            thread.end_commands().await;
            if thread.client().registry().subagents.has_thread(thread.id()) {
                // The turn that it works for may give it more to do; its root has it forgotten when it closes.
                return Ok(());
            }
            thread.unsubscribe().await
        }
    }

    /// Ends the commands that its turns left running.
    async fn end_commands(&self) {
        if self.0.commands.load(Ordering::Relaxed) {
            let params = json!({ "threadId": self.id() });
            self.0.client.end_sandboxes("CODEX_THREAD_ID", vec![self.id().to_owned()]).await;
            // Refused when it was never loaded there; then nothing runs.
            let _ = self.0.client.urgent("thread/backgroundTerminals/clean", params, LEAVE).await;
        }
    }

    /// A turn of it has started a command.
    pub(super) fn started_command(&self) {
        self.0.commands.store(true, Ordering::Relaxed);
    }

    async fn unsubscribe(&self) -> Result<(), Error> {
        const METHOD: &str = "thread/unsubscribe";
        self.0.client.registry().meter.forget(self.id());
        match self.0.client.urgent(METHOD, json!({ "threadId": self.id() }), LEAVE).await {
            // A server that is gone has forgotten it.
            Ok(_) | Err(crate::rpc::CallError::Closed(_)) => Ok(()),
            Err(error) => Err(Error::from_call(METHOD, Some(self.id()), error)),
        }
    }

    pub(super) fn set_name(&self, name: &str) {
        self.state().info.name = Some(name.to_owned());
    }

    /// Who answers for it, and how long that may take.
    pub(super) fn answerer(&self, kind: Kind) -> Option<(Arc<dyn Answerer>, Duration)> {
        let state = self.state();
        let (own, patience) = (state.options.answerer.clone(), state.options.approval_timeout);
        drop(state);
        let of_thread = own.and_then(|own| Some((own.clone(), own.patience(kind)?)));
        let (who, usual) = of_thread.or_else(|| self.client().registry().answerer(kind))?;
        Some((who, patience.unwrap_or(usual)))
    }

    /// Whether the handle is of no more use.
    pub fn is_closed(&self) -> bool {
        self.state().closed
    }

    /// The handle is of no more use: the session was archived or deleted.
    pub fn forget(&self) {
        self.state().closed = true;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn current(&self) -> Option<Turn> {
        self.state().turn()
    }

    /// Waits for the turns that end to be over, and for those that leave the queue.
    pub async fn after_ending(&self) {
        let queued = self.client().registry().waiting.of(self);
        for turn in self.current().into_iter().chain(queued).filter(Turn::is_ending) {
            turn.over().await;
        }
    }

    /// Has its next turn, and its close, wait for this.
    pub(super) fn owes(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.0.client.spawn(self.0.owed.track_future(work));
    }

    /// No turn of ours runs on it any more.
    pub(super) fn turn_ended(&self) {
        self.state().active = false;
        self.0.changed.notify_waiters();
    }

    pub(super) fn status_changed(&self, params: &str) {
        #[derive(Deserialize)]
        struct Params {
            status: StatusOnWire,
        }
        if let Ok(params) = serde_json::from_str::<Params>(params) {
            self.state().active = params.status.kind == "active";
            self.0.changed.notify_waiters();
        }
    }
}
