//! Entries one after another that share what they define: a prompt's side of the Lua thread.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use tokio::sync::oneshot;

use super::handle::Host;
use super::job::Job;
use super::outcome::{Failure, Outcome};
use super::prompt::Shown;
use super::script::Chunk;
use super::stop::Stopper;
use crate::lua::inspect::Piece;

/// A host whose state stays: entries share their variables, and the tasks, turns and watchers that they start live on
/// between them. Dropping it ends all that.
#[derive(Debug)]
pub struct Session {
    host: Host,
    /// Entries so far.
    number: usize,
}

/// How long a Lua thread that computes is waited for.
const PATIENCE: Duration = Duration::from_secs(1);

/// What is entered.
#[derive(Debug)]
pub enum Entry {
    /// Lua as it is typed: an expression or statements.
    Typed(String),
    /// A script, whose variables are kept.
    Script(Chunk),
}

/// What came of an entry.
#[derive(Debug)]
pub struct Answer {
    /// How it ended.
    pub outcome: Outcome,
    /// Its values, as text; none after a semicolon.
    pub values: Vec<Vec<Piece>>,
    /// How long it ran.
    pub took: Duration,
}

/// What a session tells between entries.
#[derive(Debug)]
#[non_exhaustive]
pub enum Told {
    /// A task failed that nobody awaits.
    Failed(Box<Failure>),
    /// A task ended the session: by `os.exit`, or the host panicked in it.
    Ended(Outcome),
}

/// A name that could be written, and what it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// The name.
    pub name: String,
    /// Whether it can be called.
    pub is_function: bool,
}

/// An entry that runs.
#[derive(Debug)]
pub struct Entered(mpsc::Receiver<Answer>);

impl Entered {
    /// Waits for what comes of it, so long.
    pub fn wait_for(&self, time: Duration) -> Option<Answer> {
        match self.0.recv_timeout(time) {
            Ok(answer) => Some(answer),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Answer {
                outcome: Outcome::Broken("the thread that runs entries has ended".into()),
                values: vec![],
                took: Duration::ZERO,
            }),
        }
    }
}

impl Session {
    /// Begins one; `hear` is told, on the Lua thread, what happens between entries.
    ///
    /// # Errors
    /// When Lua has no memory for it.
    pub fn begin(host: Host, hear: impl Fn(Told) + Send + 'static) -> Result<Self, crate::Error> {
        let (tell, told) = oneshot::channel();
        host.send(Job::Open { hear: Box::new(hear), tell });
        match told.blocking_recv() {
            Ok(Ok(())) => Ok(Self { host, number: 0 }),
            Ok(Err(error)) => Err(crate::Error::Thread(error)),
            Err(_) => Err(crate::Error::Thread("the Lua thread has ended".into())),
        }
    }

    /// Stops the entry that runs, from any thread.
    pub fn stopper(&self) -> Stopper {
        self.host.stopper()
    }

    /// Runs an entry; its values are shown in so many columns.
    pub fn enter(&mut self, entry: Entry, columns: usize) -> Entered {
        self.number += 1;
        let name = format!("entry {}", self.number);
        let (tell, told) = mpsc::channel();
        self.host.send(Job::Enter { entry, name, columns, run: self.host.stopper().queue_entry(), tell });
        Entered(told)
    }

    /// The names that can follow `path`: fields of that table or handle; without a path, variables. Nothing of a
    /// script's runs for it. `None` when the Lua thread is busy for as long as `patience`.
    pub fn names(&self, path: &[String], patience: Duration) -> Option<Vec<Name>> {
        let path = path.to_vec();
        self.look(patience, move |shown| shown.names(&path))
    }

    /// How messages call the class of the handle at `path`, such as `Thread`.
    pub fn class(&self, path: &[String], patience: Duration) -> Option<String> {
        let path = path.to_vec();
        self.look(patience, move |shown| shown.class(&path)).flatten()
    }

    /// What runs, as lines: the tasks of entries.
    pub fn tasks(&self) -> Vec<String> {
        self.look(PATIENCE, |shown: &Shown<'_>| shown.tasks()).unwrap_or_default()
    }

    /// The threads that are open, as lines.
    pub fn threads(&self) -> Vec<String> {
        self.look(PATIENCE, |shown: &Shown<'_>| shown.threads()).unwrap_or_default()
    }

    /// The handles that are in variables, as lines.
    pub fn handles(&self) -> Vec<String> {
        self.look(PATIENCE, |shown: &Shown<'_>| shown.handles()).unwrap_or_default()
    }

    /// The turns that run.
    pub fn turns(&self) -> usize {
        self.look(PATIENCE, |shown: &Shown<'_>| shown.turns()).unwrap_or_default()
    }

    /// Ends all that entries started, and forgets their variables.
    ///
    /// # Errors
    /// When Lua has no memory for a new state.
    pub fn reset(&self) -> Result<(), crate::Error> {
        let (tell, told) = oneshot::channel();
        self.host.send(Job::Reset { tell });
        match told.blocking_recv() {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(crate::Error::Thread(error)),
            Err(_) => Err(crate::Error::Thread("the Lua thread has ended".into())),
        }
    }

    /// Whether events are told as they come.
    pub fn shows_events(&self) -> bool {
        self.host.event_lines().is_on()
    }

    /// Has every event told as it comes, or not; see [`HostBuilder::event_lines`](super::HostBuilder::event_lines).
    pub fn show_events(&self, on: bool) {
        self.host.event_lines().turn(on);
    }

    fn look<T: Send + 'static>(
        &self,
        patience: Duration,
        look: impl FnOnce(&Shown<'_>) -> T + Send + 'static,
    ) -> Option<T> {
        let (tell, told) = mpsc::channel();
        self.host.send(Job::Look(Box::new(move |shown| drop(tell.send(look(shown))))));
        told.recv_timeout(patience).ok()
    }
}
