//! What the Lua thread is asked to do.

use std::sync::mpsc;

use tokio::sync::oneshot;

use super::outcome::Outcome;
use super::prompt::Shown;
use super::script::Chunk;
use super::session::{Answer, Entry, Told};
use super::stop::Queued;

/// One piece of work for the Lua thread.
pub(super) enum Job {
    /// A script, from its start to its end.
    Script { chunk: Chunk, run: Queued, tell: oneshot::Sender<Outcome> },
    /// Begins a session.
    Open { hear: Box<dyn Fn(Told) + Send>, tell: oneshot::Sender<Result<(), String>> },
    /// One entry of the session.
    Enter { entry: Entry, name: String, columns: usize, run: Queued, tell: mpsc::Sender<Answer> },
    /// A look at what the session has.
    Look(Box<dyn FnOnce(&Shown<'_>) + Send>),
    /// Ends what the session runs, and begins anew.
    Reset { tell: oneshot::Sender<Result<(), String>> },
}
