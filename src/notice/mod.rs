//! The bottom room: what people should see, as plain types, and one trait to receive them.
//!
//! Every room may send a notice down to whoever runs the host; no room but the receiver itself writes to
//! standard error.

mod count;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

pub use count::{Count, Counted};

/// One thing that people should see.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// Something that was decided for the user, or that the user should look at: one line.
    Warning(String),
    /// What a script logs: one line.
    Log(String),
    /// A step of work that takes long enough to be watched.
    Progress(Progress),
    /// A part of the agent's answer, for whoever waits for it at a prompt.
    Answer(String),
    /// What runs has changed; only for receivers that want it. `None`: nothing runs.
    Activity(Option<Activity>),
}

/// What runs at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// Turns that run, those of subagents too.
    pub turns: usize,
    /// Which of all the turns so far the latest of them is, from 1.
    pub number: usize,
    /// When the oldest of those that run began.
    pub since: Instant,
    /// The item that was begun last and is not completed.
    pub doing: Option<Doing>,
    /// Tokens of the turns that run.
    pub tokens: u64,
    /// Tasks of the script beside its main one, as they come and go.
    pub tasks: Count,
    /// What the server said when it last had to try again to reach the model.
    pub retry: Option<String>,
}

/// What the agent does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doing {
    /// The item's type, as scripts see it.
    pub kind: String,
    /// The command, the file, the tool: as the agent wrote it.
    pub what: String,
}

/// How far a long piece of work is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// It has begun; the text says what is being done.
    Started(String),
    /// It goes on; the text says how far it is.
    Step(String),
    /// It has ended well; the text says with what.
    Done(String),
}

/// Receives notices; called from any thread, must not block for long.
pub trait Receiver: Send + Sync {
    /// Takes one notice.
    fn receive(&self, notice: Notice);

    /// Whether it wants [`Notice::Activity`].
    fn wants_activity(&self) -> bool {
        false
    }
}

/// A shared receiver, as every room holds it.
#[derive(Clone)]
pub struct Notices {
    receiver: Arc<dyn Receiver>,
    on_panic: Arc<OnPanic>,
}

type OnPanic = dyn Fn(&(dyn Any + Send)) + Send + Sync;

impl Notices {
    /// Sends all notices to `receiver`.
    pub fn new(receiver: impl Receiver + 'static) -> Self {
        Self { receiver: Arc::new(receiver), on_panic: Arc::new(|_: &(dyn Any + Send)| {}) }
    }

    /// Drops every notice.
    pub fn none() -> Self {
        Self::new(|_: Notice| {})
    }

    /// Says who hears of panics that must not spread: of the receiver, and of whatever reports its own.
    #[must_use]
    pub(crate) fn on_panic(self, tell: impl Fn(&(dyn Any + Send)) + Send + Sync + 'static) -> Self {
        Self { on_panic: Arc::new(tell), ..self }
    }

    /// Says that something of the host panicked and has ended.
    pub(crate) fn panicked(&self, panic: &(dyn Any + Send)) {
        (self.on_panic)(panic);
    }

    /// Sends one notice.
    pub fn send(&self, notice: Notice) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| self.receiver.receive(notice))) {
            self.panicked(&*panic);
        }
    }

    /// Sends one warning line.
    pub fn warn(&self, text: impl Into<String>) {
        self.send(Notice::Warning(text.into()));
    }

    /// Tells what runs.
    pub fn activity(&self, activity: Option<Activity>) {
        self.send(Notice::Activity(activity));
    }

    /// Whether anyone wants to know what runs.
    pub fn wants_activity(&self) -> bool {
        self.receiver.wants_activity()
    }

    /// Sends one step of progress.
    pub fn progress(&self, progress: Progress) {
        self.send(Notice::Progress(progress));
    }
}

impl<F: Fn(Notice) + Send + Sync> Receiver for F {
    fn receive(&self, notice: Notice) {
        self(notice);
    }
}

impl std::fmt::Debug for Notices {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Notices")
    }
}
