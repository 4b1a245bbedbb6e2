//! Why a host could not be made.

use crate::codex::binary::BinaryError;
use crate::lua::error::Failure;
use crate::sys::private::NotPrivate;

/// Why a host could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The Codex binary that was named is not usable, or there is no home folder.
    #[error(transparent)]
    Codex(#[from] BinaryError),
    /// The Lua thread could not begin.
    #[error("the Lua thread could not be started: {0}")]
    Thread(String),
    /// The prompt cannot use the terminal.
    #[error("the prompt cannot use this terminal: {0}")]
    Terminal(String),
    /// The folder for the scripted model's Codex cannot be used.
    #[error("offline: {0}")]
    Home(String),
    /// The scripted model could not begin.
    #[error("offline: the scripted model could not be started: {0}")]
    Model(String),
    /// The file for events cannot be written to.
    #[error("cannot write events to {}: {what}", path.display())]
    Events {
        /// The file.
        path: std::path::PathBuf,
        /// Why not, and what to do.
        what: String,
    },
    /// The recording cannot be written.
    #[error("cannot record to {}: {what}", path.display())]
    Record {
        /// The file.
        path: std::path::PathBuf,
        /// Why not, and what to do.
        what: String,
    },
    /// The recording cannot be replayed.
    #[error("cannot replay {}: {what}", path.display())]
    Replay {
        /// The file.
        path: std::path::PathBuf,
        /// Why not: the line and what is wrong with it.
        what: String,
    },
    /// The file of replies is wrong.
    #[error("offline: {}", .0.message)]
    Replies(Box<Failure>),
}

impl From<NotPrivate> for Error {
    fn from(error: NotPrivate) -> Self {
        Self::Home(error.to_string())
    }
}
