//! What signals do to a prompt, from the thread that hears them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Signal, getpid, kill_process};

use crate::host::{Outcome, Reason, Stopper};

/// How long an entry may take to end before another Ctrl-C ends the program.
const STUBBORN: Duration = Duration::from_secs(1);
/// How often the editor is told that all is to end.
const AGAIN: Duration = Duration::from_millis(10);

/// Interrupts entries and ends the prompt, from any thread; a cheap clone.
#[derive(Clone, Default)]
pub struct Control(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// What stops the entry that runs.
    stopper: Option<Stopper>,
    interrupted: Option<Instant>,
    /// A line is being typed.
    reading: bool,
    pending: Option<Pending>,
    end: Option<Outcome>,
    over: bool,
}

/// An interrupt that is for no entry that runs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pending {
    /// Ctrl-C: the next entry has been entered, and does not run yet.
    Interrupt,
    /// The editor was interrupted so that a question can be put; that is nobody's Ctrl-C.
    Question,
}

impl Control {
    /// Ctrl-C: interrupts the entry that runs. Tells whether only the end of the program ends that, since it is in a
    /// call that does not return.
    pub fn interrupt(&self) -> bool {
        let mut state = self.lock();
        let Some(stopper) = &state.stopper else {
            state.pending.get_or_insert(Pending::Interrupt);
            return false;
        };
        if state.pending == Some(Pending::Question) {
            return false;
        }
        stopper.stop(Reason::Interrupt);
        state.interrupted.get_or_insert_with(Instant::now).elapsed() > STUBBORN
    }

    /// Ends the prompt, and what runs.
    pub fn end(&self, reason: Reason) {
        if let Some(stopper) = &self.lock().stopper {
            stopper.stop(reason);
        }
        self.end_with(Outcome::Stopped(reason));
    }

    /// Ends the prompt; the first outcome counts.
    pub fn end_with(&self, outcome: Outcome) {
        let mut state = self.lock();
        if state.end.is_some() {
            return;
        }
        state.end = Some(outcome);
        drop(state);
        let control = self.clone();
        // The editor waits for a key, and leaves when it is interrupted; it may only be about to wait.
        let _ = std::thread::Builder::new().name("end".into()).spawn(move || {
            while !control.lock().over {
                let _ = kill_process(getpid(), Signal::INT);
                std::thread::sleep(AGAIN);
            }
        });
    }

    /// A question waits: the line that is being typed is put aside.
    pub(super) fn question(&self) {
        let control = self.clone();
        let nudge = move || {
            loop {
                let mut state = control.lock();
                if !state.reading {
                    return;
                }
                state.pending = Some(Pending::Question);
                let _ = kill_process(getpid(), Signal::INT);
                drop(state);
                std::thread::sleep(AGAIN);
            }
        };
        // Without a thread it is put after the line.
        let _ = std::thread::Builder::new().name("question".into()).spawn(nudge);
    }

    /// An entry runs from now on.
    pub(super) fn begin(&self, stopper: Stopper) {
        let mut state = self.lock();
        if state.pending.take() == Some(Pending::Interrupt) {
            stopper.stop(Reason::Interrupt);
        }
        (state.stopper, state.interrupted) = (Some(stopper), None);
    }

    /// A line is read from now on.
    pub(super) fn reads(&self) {
        let mut state = self.lock();
        (state.pending, state.reading) = (None, true);
    }

    /// A line was read.
    pub(super) fn has_read(&self) {
        self.lock().reading = false;
    }

    /// No entry runs.
    pub(super) fn done(&self) {
        self.lock().stopper = None;
    }

    /// Whether the prompt is to end, and with what.
    pub(super) fn ended(&self) -> Option<Outcome> {
        self.lock().end.clone()
    }

    /// The prompt has ended.
    pub(super) fn over(&self) {
        self.lock().over = true;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
