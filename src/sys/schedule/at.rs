use jiff::Timestamp;

use super::{Look, Schedule, Tick, between};
use crate::sys::clock::Clock;

/// Once, at this time; at once if it has passed.
#[derive(Debug)]
pub struct At(Option<Timestamp>);

impl At {
    pub fn new(time: Timestamp) -> Self {
        Self(Some(time))
    }
}

impl Schedule for At {
    fn look(&mut self, clock: &Clock) -> Look {
        let Some(due) = self.0 else { return Look::Never };
        let left = between(clock.wall(), due);
        if !left.is_zero() {
            return Look::In(left);
        }
        self.0 = None;
        Look::Now(Tick { due, missed: 0 })
    }
}
