//! When a turn is overdue; pure.

use std::time::Duration;

use tokio::time::Instant;

use super::options::Limits;

/// A turn's limits, and the times that they count from. Its clock is the machine's monotonic one: a time in which
/// the machine sleeps does not count.
#[derive(Debug)]
pub(super) struct Timer {
    limits: Limits,
    pub started: Instant,
    alive: Instant,
    /// Questions of it that wait for an answer.
    asked: usize,
}

/// What a turn did not do in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Overdue {
    End(Duration),
    Life(Duration),
}

impl std::fmt::Display for Overdue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::End(limit) => write!(f, "the turn did not end within {limit:?}"),
            Self::Life(limit) => write!(f, "the turn did nothing for {limit:?}"),
        }
    }
}

impl Timer {
    pub fn new(limits: Limits, now: Instant) -> Self {
        Self { limits, started: now, alive: now, asked: 0 }
    }

    /// The turn has begun.
    pub fn start(&mut self, now: Instant) {
        (self.started, self.alive) = (now, now);
    }

    /// The turn has shown that it works.
    pub fn alive(&mut self, now: Instant) {
        self.alive = now;
    }

    /// The turn waits for an answer, and need show no life until it is told.
    pub fn asks(&mut self) {
        self.asked += 1;
    }

    /// One thing less that it waits for.
    pub fn told(&mut self, now: Instant) {
        self.asked -= 1;
        self.alive = now;
    }

    /// When the turn is overdue unless it ends or shows life before, and what is overdue then. A limit that no clock
    /// will reach is none.
    pub fn due(&self) -> Option<(Instant, Overdue)> {
        let Limits { timeout, idle_timeout } = self.limits;
        let end = timeout.and_then(|limit| Some((self.started.checked_add(limit)?, Overdue::End(limit))));
        let idle_timeout = idle_timeout.filter(|_| self.asked == 0);
        let life =
            idle_timeout.and_then(|limit| Some((self.alive.checked_add(limit)?, Overdue::Life(limit))));
        end.into_iter().chain(life).min_by_key(|(at, _)| *at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn timer(timeout: Option<Duration>, idle_timeout: Option<Duration>) -> (Timer, Instant) {
        let begun = Instant::now();
        let mut timer = Timer::new(Limits { timeout, idle_timeout }, begun);
        timer.start(begun + SECOND);
        (timer, begun + SECOND)
    }

    #[test]
    fn the_earlier_of_two_limits_counts_and_life_moves_one_of_them() {
        let (mut timer, begun) = timer(Some(5 * SECOND), Some(3 * SECOND));
        assert_eq!(timer.due(), Some((begun + 3 * SECOND, Overdue::Life(3 * SECOND))));
        timer.alive(begun + SECOND);
        assert_eq!(timer.due(), Some((begun + 4 * SECOND, Overdue::Life(3 * SECOND))));
        timer.alive(begun + 4 * SECOND);
        assert_eq!(timer.due(), Some((begun + 5 * SECOND, Overdue::End(5 * SECOND))));
    }

    #[test]
    fn while_it_waits_for_answers_only_its_whole_time_counts() {
        let (mut timer, begun) = timer(Some(9 * SECOND), Some(3 * SECOND));
        timer.asks();
        timer.asks();
        assert_eq!(timer.due(), Some((begun + 9 * SECOND, Overdue::End(9 * SECOND))));
        timer.told(begun + 4 * SECOND);
        assert_eq!(timer.due(), Some((begun + 9 * SECOND, Overdue::End(9 * SECOND))));
        timer.told(begun + 5 * SECOND);
        assert_eq!(timer.due(), Some((begun + 8 * SECOND, Overdue::Life(3 * SECOND))));
    }

    #[test]
    fn no_time_at_all_is_over_at_once_and_a_time_that_never_comes_is_no_limit() {
        let (none, begun) = timer(None, Some(Duration::ZERO));
        assert_eq!(none.due(), Some((begun, Overdue::Life(Duration::ZERO))));
        let (huge, begun) = timer(Some(SECOND), Some(Duration::MAX));
        assert_eq!(huge.due(), Some((begun + SECOND, Overdue::End(SECOND))));
        assert_eq!(timer(Some(Duration::MAX), None).0.due(), None);
        assert_eq!(timer(None, None).0.due(), None);
    }
}
