use std::time::Duration;

use jiff::SignedDuration;

use super::{Look, Schedule, Tick};
use crate::sys::clock::Clock;

/// Again and again, so long after the last time it was due, however late that was told.
#[derive(Debug)]
pub struct Every {
    period: Duration,
    /// On the steady clock.
    next: Duration,
}

impl Every {
    /// The first time is a period from now. A period of no time is one of a nanosecond.
    pub fn new(period: Duration, clock: &Clock) -> Self {
        let period = period.max(Duration::from_nanos(1));
        Self { period, next: clock.steady().saturating_add(period) }
    }
}

impl Schedule for Every {
    fn look(&mut self, clock: &Clock) -> Look {
        let now = clock.steady();
        let Some(late) = now.checked_sub(self.next) else { return Look::In(self.next.saturating_sub(now)) };
        let missed = late.as_nanos() / self.period.as_nanos();
        let late = nanoseconds(late.as_nanos() % self.period.as_nanos());
        self.next = now.saturating_sub(late).saturating_add(self.period);
        let wall = clock.wall();
        let late = SignedDuration::try_from(late).unwrap_or_default();
        let due = wall.checked_sub(late).unwrap_or(wall);
        Look::Now(Tick { due, missed: u64::try_from(missed).unwrap_or(u64::MAX) })
    }
}

fn nanoseconds(count: u128) -> Duration {
    const SECOND: u128 = 1_000_000_000;
    let seconds = u64::try_from(count / SECOND).unwrap_or(u64::MAX);
    Duration::new(seconds, u32::try_from(count % SECOND).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    #[test]
    fn what_is_late_does_not_put_off_the_next() {
        let clock = Clock::default();
        let fake = clock.stop(Timestamp::UNIX_EPOCH);
        let mut every = Every::new(Duration::from_secs(10), &clock);
        let mut after = |seconds| {
            fake.advance(Duration::from_secs(seconds));
            every.look(&clock)
        };
        let now = |due, missed| Look::Now(Tick { due: Timestamp::from_second(due).unwrap(), missed });
        assert_eq!(after(9), Look::In(Duration::from_secs(1)));
        assert_eq!(after(4), now(10, 0));
        assert_eq!(after(0), Look::In(Duration::from_secs(7)));
        assert_eq!(after(7), now(20, 0));
        assert_eq!(after(35), now(50, 2));
        assert_eq!(after(5), now(60, 0));
    }
}
