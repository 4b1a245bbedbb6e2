//! What time it is: the system's, or one that a test winds on.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;

/// How long a wait goes on without a look at the clock: a machine that slept, or whose clock was set, is known to have
/// so late.
const SLICE: Duration = Duration::from_secs(5);

/// A clock; cheap to clone. All that share one see the same.
#[derive(Clone, Default)]
pub struct Clock(Rc<Shared>);

#[derive(Default)]
struct Shared {
    stopped: Cell<Option<Stopped>>,
    stops: Cell<u64>,
    changed: Notify,
}

/// What a clock shows that was stopped.
#[derive(Clone, Copy)]
struct Stopped {
    wall: Timestamp,
    steady: Duration,
    /// How many stops there were before it.
    number: u64,
}

/// A time that passes only when it is told to. Its clock shows it for as long as this is held.
pub struct Fake {
    clock: Clock,
    number: u64,
}

impl Clock {
    /// The date and time, which may be set.
    pub fn wall(&self) -> Timestamp {
        self.0.stopped.get().map_or_else(Timestamp::now, |stopped| stopped.wall)
    }

    /// A time that never goes back, and goes on while the machine sleeps (on Linux).
    pub fn steady(&self) -> Duration {
        self.0.stopped.get().map_or_else(steady, |stopped| stopped.steady)
    }

    /// Lets at most this time pass, or less: until there is reason to look again.
    pub async fn pass(&self, most: Duration) {
        let changed = self.0.changed.notified();
        if self.0.stopped.get().is_some() {
            changed.await;
        } else {
            let _ = tokio::time::timeout(most.min(SLICE), changed).await;
        }
    }

    /// Lets this time pass.
    pub async fn sleep(&self, time: Duration) {
        let until = self.steady().saturating_add(time);
        while let Some(left) = until.checked_sub(self.steady()).filter(|left| !left.is_zero()) {
            self.pass(left).await;
        }
    }

    /// Has it stand still at this time; what stopped it before has no say any more.
    pub fn stop(&self, wall: Timestamp) -> Fake {
        let number = self.0.stops.get();
        self.0.stops.set(number + 1);
        self.show(Some(Stopped { wall, steady: self.steady(), number }));
        Fake { clock: self.clone(), number }
    }

    fn show(&self, stopped: Option<Stopped>) {
        self.0.stopped.set(stopped);
        self.0.changed.notify_waiters();
    }
}

impl Fake {
    /// Time passes.
    pub fn advance(&self, time: Duration) {
        self.change(|stopped| {
            let passed =
                SignedDuration::try_from(time).ok().and_then(|time| stopped.wall.checked_add(time).ok());
            stopped.wall = passed.unwrap_or(Timestamp::MAX);
            stopped.steady = stopped.steady.saturating_add(time);
        });
    }

    /// Somebody sets the clock; no time passes.
    pub fn set(&self, wall: Timestamp) {
        self.change(|stopped| stopped.wall = wall);
    }

    fn change(&self, change: impl FnOnce(&mut Stopped)) {
        if let Some(mut stopped) = self.own() {
            change(&mut stopped);
            self.clock.show(Some(stopped));
        }
    }

    fn own(&self) -> Option<Stopped> {
        self.clock.0.stopped.get().filter(|stopped| stopped.number == self.number)
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        if self.own().is_some() {
            self.clock.show(None);
        }
    }
}

#[cfg(target_os = "linux")]
fn steady() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap_or_default())
}

#[cfg(not(target_os = "linux"))]
fn steady() -> Duration {
    static START: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    START.elapsed()
}
