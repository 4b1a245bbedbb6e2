//! Stopping a script from elsewhere.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, mpsc};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::lua::interrupt::{Here, Target, Wanted};
use crate::notice::Notices;

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
    /// Nobody reads any more what it prints.
    BrokenPipe,
    /// It ran longer than it may.
    Timeout,
}

impl Reason {
    pub(super) fn exit_code(self) -> u8 {
        match self {
            Self::Timeout => 124,
            Self::Hangup => 129,
            Self::Interrupt | Self::Stopped => 130,
            Self::BrokenPipe => 141,
            Self::Terminate => 143,
        }
    }
}

/// Stops what a host runs, from any thread; a cheap clone.
#[derive(Debug, Clone, Default)]
pub struct Stopper {
    /// Started and not ended; the first is the one that runs.
    runs: Arc<Mutex<VecDeque<Arc<Run>>>>,
    target: Target,
    /// When the one that runs was told to stop, and why.
    told: Arc<watch::Sender<Option<(Instant, Reason)>>>,
}

/// One script, from its start to its end.
#[derive(Debug, Default)]
pub(super) struct Run {
    cancel: CancellationToken,
    reason: OnceLock<Reason>,
    panic: OnceLock<String>,
    over: AtomicBool,
    /// It ends alone; what it started lives on.
    is_entry: bool,
}

/// A script or an entry until it is done with. Nobody need go on stopping it then, when its thread panicked too.
pub(super) struct Queued(Arc<Run>);

impl std::ops::Deref for Queued {
    type Target = Arc<Run>;

    fn deref(&self) -> &Arc<Run> {
        &self.0
    }
}

impl Drop for Queued {
    fn drop(&mut self) {
        self.0.over();
    }
}

/// A deadline that counts for as long as this is held.
pub(super) struct Deadline {
    _pending: mpsc::Sender<()>,
}

impl Run {
    pub(super) fn over(&self) {
        self.over.store(true, Ordering::Release);
    }

    /// What of the thread is to stop with it.
    fn wanted(&self) -> Wanted {
        if self.is_entry { Wanted::Front } else { Wanted::All }
    }

    /// What a panic of the host beside it said.
    pub(super) fn panic(&self) -> Option<String> {
        self.panic.get().cloned()
    }
}

/// How often code that computes is told to stop.
const NUDGES: Duration = Duration::from_millis(2);
/// How long another task may keep the thread from an entry that is to end.
const HOG: Duration = Duration::from_millis(5);

impl Stopper {
    /// Has every script end that was started: what it awaits is dropped, its `__close` handlers run, its turns are
    /// interrupted. The first reason counts. Without a script this does nothing.
    pub fn stop(&self, reason: Reason) {
        let runs = self.lock();
        for run in runs.iter() {
            self.stop_run(run, reason, &runs);
        }
    }

    fn stop_run(&self, run: &Arc<Run>, reason: Reason, runs: &VecDeque<Arc<Run>>) {
        if run.reason.set(reason).is_err() {
            return;
        }
        run.cancel.cancel();
        if !runs.front().is_some_and(|first| Arc::ptr_eq(first, run)) {
            return;
        }
        self.told.send_replace(Some((Instant::now(), reason)));
        self.target.want(run.wanted());
        self.target.nudge();
        let (stopper, run, told) = (self.clone(), run.clone(), Instant::now());
        // Code that computes does not look at the token. Without this thread it is stopped when it next awaits.
        let _ = std::thread::Builder::new().name("stop".into()).spawn(move || {
            loop {
                std::thread::sleep(NUDGES);
                let _runs = stopper.lock();
                if run.over.load(Ordering::Acquire) {
                    return;
                }
                if run.is_entry && told.elapsed() > HOG {
                    stopper.target.want(Wanted::Hog);
                }
                stopper.target.nudge();
            }
        });
    }

    /// Waits until a script has run on for this long after it was told to stop: it is in a call that does not return,
    /// and only the end of the process ends that.
    pub async fn overdue(&self, after: Duration) -> Reason {
        let mut told = self.told.subscribe();
        loop {
            let stop = *told.borrow_and_update();
            // The sender is ours.
            let changed = told.changed();
            match stop {
                None => drop(changed.await),
                Some((at, reason)) => {
                    if tokio::time::timeout_at(at + after, changed).await.is_err() {
                        return reason;
                    }
                }
            }
        }
    }

    /// A script was started; it runs after those that were started before.
    pub(super) fn queue(&self) -> Queued {
        self.push(Run::default())
    }

    /// An entry was started: what it starts lives on when it is stopped.
    pub(super) fn queue_entry(&self) -> Queued {
        self.push(Run { is_entry: true, ..Run::default() })
    }

    fn push(&self, run: Run) -> Queued {
        let run = Arc::new(run);
        self.lock().push_back(run.clone());
        Queued(run)
    }

    /// The first of those that were started begins to run.
    pub(super) fn begin(&self, run: &Run) -> CancellationToken {
        let _runs = self.lock();
        self.target.want(if run.cancel.is_cancelled() { run.wanted() } else { Wanted::Nothing });
        run.cancel.clone()
    }

    /// It has ended; tells whether it was stopped.
    pub(super) fn end(&self, run: &Run) -> Option<Reason> {
        let mut runs = self.lock();
        runs.retain(|other| !std::ptr::eq(&raw const **other, run));
        self.target.want(Wanted::Nothing);
        self.told.send_replace(None);
        run.over();
        run.reason.get().copied()
    }

    /// Has every script end that was started: the host panicked beside them.
    pub(super) fn panicked(&self, words: &str) {
        for run in self.lock().iter() {
            let _ = run.panic.set(words.to_owned());
        }
        self.stop(Reason::Stopped);
    }

    /// Stops this script after this time, unless the answer is dropped before. From a thread of its own: the one
    /// that runs the script may never come to look at a clock.
    pub(super) fn stop_after(&self, run: &Arc<Run>, time: Duration) -> Deadline {
        let (pending, over) = mpsc::channel();
        let (stopper, run) = (self.clone(), run.clone());
        let _ = std::thread::Builder::new().name("deadline".into()).spawn(move || {
            if over.recv_timeout(time) == Err(mpsc::RecvTimeoutError::Timeout) {
                let runs = stopper.lock();
                stopper.stop_run(&run, Reason::Timeout, &runs);
            }
        });
        Deadline { _pending: pending }
    }

    /// This thread is the one that runs scripts; of a task that computes too long there is a notice.
    pub(super) fn here(&self, notices: Notices) -> Here {
        let here = self.target.here();
        self.target.watch(move |text| notices.warn(text));
        here
    }

    /// That thread has nothing to do.
    pub(super) fn rests(&self) {
        self.target.rests();
    }

    /// It has something to do again.
    pub(super) fn wakes(&self) {
        self.target.wakes();
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Arc<Run>>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_between_start_and_begin_is_not_lost() {
        let stopper = Stopper::default();
        stopper.stop(Reason::Stopped);
        let (first, second) = (stopper.queue(), stopper.queue());
        stopper.stop(Reason::Interrupt);
        for run in [&first, &second] {
            assert!(stopper.begin(run).is_cancelled());
            assert_eq!(stopper.end(run), Some(Reason::Interrupt));
        }
        let third = stopper.queue();
        assert!(!stopper.begin(&third).is_cancelled());
        assert_eq!(stopper.end(&third), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_script_is_overdue_when_it_runs_on_after_a_stop_and_not_when_it_ended() {
        const AFTER: Duration = Duration::from_secs(30);
        let stopper = Stopper::default();
        let (first, second) = (stopper.queue(), stopper.queue());
        stopper.begin(&first);
        stopper.stop_run(&first, Reason::Terminate, &stopper.lock());
        stopper.end(&first);
        stopper.begin(&second);
        let waiting = tokio::time::timeout(AFTER * 2, stopper.overdue(AFTER));
        assert!(waiting.await.is_err(), "it ended in time, and the next was not told to stop");
        let told = Instant::now();
        stopper.stop(Reason::Timeout);
        assert_eq!(stopper.overdue(AFTER).await, Reason::Timeout);
        assert!((AFTER..AFTER + Duration::from_secs(1)).contains(&told.elapsed()));
        stopper.end(&second);
    }
}
