//! When it is time again.

mod at;
mod cron;
mod every;

use std::time::Duration;

use jiff::Timestamp;

pub use at::At;
pub use cron::Cron;
pub use every::Every;

use super::clock::Clock;

/// It is time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tick {
    /// When it was due; of several the last.
    pub due: Timestamp,
    /// How many were due before it and are not told of singly.
    pub missed: u64,
}

/// What a look at the clock finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    Now(Tick),
    /// Not before this has passed.
    In(Duration),
    /// Never again.
    Never,
}

/// What says when it is time.
pub trait Schedule {
    /// Whether it is time; what was due is then done with.
    fn look(&mut self, clock: &Clock) -> Look;
}

/// From the first to the second; nothing if that is past.
fn between(from: Timestamp, to: Timestamp) -> Duration {
    to.duration_since(from).try_into().unwrap_or_default()
}
