//! The bottom room: what people should see, as plain types, and one trait to receive them.
//!
//! Every room may send a notice down to whoever runs the host; no room but the receiver itself writes to
//! standard error.

use std::sync::Arc;

/// One thing that people should see.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// Something that was decided for the user, or that the user should look at: one line.
    Warning(String),
    /// A step of work that takes long enough to be watched.
    Progress(Progress),
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
}

/// A shared receiver, as every room holds it.
#[derive(Clone)]
pub struct Notices(Arc<dyn Receiver>);

impl Notices {
    /// Sends all notices to `receiver`.
    pub fn new(receiver: impl Receiver + 'static) -> Self {
        Self(Arc::new(receiver))
    }

    /// Drops every notice.
    pub fn none() -> Self {
        Self::new(|_: Notice| {})
    }

    /// Sends one warning line.
    pub fn warn(&self, text: impl Into<String>) {
        self.0.receive(Notice::Warning(text.into()));
    }

    /// Sends one step of progress.
    pub fn progress(&self, progress: Progress) {
        self.0.receive(Notice::Progress(progress));
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
