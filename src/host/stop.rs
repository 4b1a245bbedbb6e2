//! Stopping a script from elsewhere.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::lua::interrupt::{Here, Target};

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
pub struct Stopper {
    current: Arc<Mutex<Current>>,
    target: Target,
}

#[derive(Debug, Default)]
struct Current {
    run: CancellationToken,
    reason: Option<Reason>,
    over: Arc<AtomicBool>,
}

/// A deadline that counts for as long as this is held.
pub(super) struct Deadline {
    _pending: mpsc::Sender<()>,
}

/// How often code that computes is told to stop.
const NUDGES: Duration = Duration::from_millis(2);

impl Stopper {
    /// Has the running script end: what it awaits is dropped, its `__close` handlers run, its turns are
    /// interrupted. The first reason counts. Without a running script this does nothing.
    pub fn stop(&self, reason: Reason) {
        let mut current = self.lock();
        if current.reason.is_some() {
            return;
        }
        current.reason = Some(reason);
        current.run.cancel();
        self.target.want_stop(true);
        let (target, over) = (self.target.clone(), current.over.clone());
        // Code that computes does not look at the token. Without this thread it is stopped when it next awaits.
        let _ = std::thread::Builder::new().name("stop".into()).spawn(move || {
            while !over.load(Ordering::Acquire) {
                target.nudge();
                std::thread::sleep(NUDGES);
            }
        });
    }

    /// A run begins.
    pub(super) fn begin(&self) -> CancellationToken {
        let mut current = self.lock();
        *current = Current::default();
        self.target.want_stop(false);
        current.run.clone()
    }

    /// The run has ended; tells whether it was stopped.
    pub(super) fn end(&self) -> Option<Reason> {
        let mut current = self.lock();
        current.over.store(true, Ordering::Release);
        current.reason.take()
    }

    /// Stops what runs after this time, unless the answer is dropped before. From a thread of its own: the one that
    /// runs the script may never come to look at a clock.
    pub(super) fn stop_after(&self, time: Duration) -> Deadline {
        let (pending, over) = mpsc::channel();
        let stopper = self.clone();
        let _ = std::thread::Builder::new().name("deadline".into()).spawn(move || {
            if over.recv_timeout(time) == Err(mpsc::RecvTimeoutError::Timeout) {
                stopper.stop(Reason::Timeout);
            }
        });
        Deadline { _pending: pending }
    }

    /// This thread is the one that runs scripts.
    pub(super) fn here(&self) -> Here {
        self.target.here()
    }

    fn lock(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
