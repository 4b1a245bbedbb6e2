//! Stopping a script from elsewhere.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

/// Why a script was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The embedding program said so.
    Stopped,
    /// Ctrl-C.
    Interrupt,
    /// SIGTERM.
    Terminate,
    /// The terminal is gone.
    Hangup,
    /// It ran longer than it may.
    Timeout,
}

impl Reason {
    pub(super) fn exit_code(self) -> u8 {
        match self {
            Self::Timeout => 124,
            Self::Hangup => 129,
            Self::Interrupt | Self::Stopped => 130,
            Self::Terminate => 143,
        }
    }
}

/// Stops what a host runs, from any thread; a cheap clone.
#[derive(Debug, Clone, Default)]
pub struct Stopper(Arc<Mutex<Current>>);

#[derive(Debug, Default)]
struct Current {
    run: CancellationToken,
    reason: Option<Reason>,
}

impl Stopper {
    /// Has the running script end: what it awaits is dropped, its `__close` handlers run, its turns are
    /// interrupted. The first reason counts. Without a running script this does nothing.
    pub fn stop(&self, reason: Reason) {
        let mut current = self.lock();
        current.reason.get_or_insert(reason);
        current.run.cancel();
    }

    /// A run begins.
    pub(super) fn begin(&self) -> CancellationToken {
        let mut current = self.lock();
        *current = Current::default();
        current.run.clone()
    }

    /// The run has ended; tells whether it was stopped.
    pub(super) fn end(&self) -> Option<Reason> {
        self.lock().reason.take()
    }

    fn lock(&self) -> MutexGuard<'_, Current> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
