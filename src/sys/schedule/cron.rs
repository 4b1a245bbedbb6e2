use std::str::FromStr;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};

use super::{Look, Schedule, Tick, between};
use crate::sys::clock::Clock;

/// As many missed times as are counted.
const MOST_MISSED: u64 = 10_000;
/// A clock that was set back by more than this was wrong before: what is next is found anew. Less is waited for, so that
/// nothing is done twice. (Vixie cron's three hours.)
const CORRECTION: SignedDuration = SignedDuration::from_hours(3);

/// Times of day, by a pattern, in a time zone.
pub struct Cron {
    pattern: croner::Cron,
    zone: TimeZone,
    next: Option<Timestamp>,
    /// The latest time that was seen.
    seen: Timestamp,
}

/// A pattern that is none, or that no time fits.
#[derive(Debug, thiserror::Error)]
pub enum WrongCron {
    #[error("{0}")]
    Pattern(#[from] croner::errors::CronError),
    #[error("no time fits it")]
    Never,
}

impl Cron {
    /// The first time is after now.
    pub fn new(pattern: &str, zone: TimeZone, clock: &Clock) -> Result<Self, WrongCron> {
        let seen = clock.wall();
        let pattern = croner::Cron::from_str(pattern)?;
        let mut cron = Self { pattern, zone, next: None, seen };
        cron.next = cron.after(seen);
        if cron.next.is_none() { Err(WrongCron::Never) } else { Ok(cron) }
    }

    fn after(&self, time: Timestamp) -> Option<Timestamp> {
        let found = self.pattern.find_next_occurrence(&self.zoned(time), false);
        found.ok().map(|time| time.timestamp())
    }

    fn zoned(&self, time: Timestamp) -> Zoned {
        time.to_zoned(self.zone.clone())
    }
}

impl Schedule for Cron {
    fn look(&mut self, clock: &Clock) -> Look {
        let now = clock.wall();
        if self.seen.duration_since(now) > CORRECTION {
            self.next = self.after(now);
            self.seen = now;
        }
        self.seen = self.seen.max(now);
        let Some(mut due) = self.next else { return Look::Never };
        if due > now {
            return Look::In(between(now, due));
        }
        let mut missed = 0;
        let next = loop {
            match self.after(due) {
                Some(next) if next <= now && missed < MOST_MISSED => {
                    due = next;
                    missed += 1;
                }
                next if missed < MOST_MISSED => break next,
                _ => {
                    let last = self.pattern.find_previous_occurrence(&self.zoned(now), true);
                    due = last.map_or(due, |time| time.timestamp());
                    break self.after(now);
                }
            }
        };
        self.next = next;
        Look::Now(Tick { due, missed })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn berlin() -> TimeZone {
        TimeZone::get("Europe/Berlin").unwrap()
    }

    /// The times between two, as they are there.
    fn times(pattern: &str, from: &str, to: &str) -> Vec<String> {
        let clock = Clock::default();
        let fake = clock.stop(from.parse().unwrap());
        let mut cron = Cron::new(pattern, berlin(), &clock).unwrap();
        let (to, mut found): (Timestamp, _) = (to.parse().unwrap(), vec![]);
        while clock.wall() < to {
            fake.advance(Duration::from_mins(5));
            if let Look::Now(tick) = cron.look(&clock) {
                assert_eq!(tick.missed, 0);
                found.push(tick.due.to_zoned(berlin()).strftime("%H:%M%:z").to_string());
            }
        }
        found
    }

    #[test]
    fn in_the_hour_that_is_skipped_it_is_time_at_its_end() {
        let day = ("2026-03-28T23:30:00Z", "2026-03-29T02:30:00Z");
        assert_eq!(times("30 2 * * *", day.0, day.1), ["03:00+02:00"]);
        assert_eq!(times("30 3 * * *", day.0, day.1), ["03:30+02:00"]);
        let halves =
            ["01:00+01:00", "01:30+01:00", "03:00+02:00", "03:30+02:00", "04:00+02:00", "04:30+02:00"];
        assert_eq!(times("*/30 * * * *", day.0, day.1), halves);
    }

    #[test]
    fn in_the_hour_that_is_repeated_a_time_of_day_comes_once() {
        let day = ("2026-10-24T23:30:00Z", "2026-10-25T02:30:00Z");
        assert_eq!(times("30 2 * * *", day.0, day.1), ["02:30+02:00"]);
        let halves =
            ["02:00+02:00", "02:30+02:00", "02:00+01:00", "02:30+01:00", "03:00+01:00", "03:30+01:00"];
        assert_eq!(times("*/30 * * * *", day.0, day.1), halves);
    }

    #[test]
    fn what_was_missed_comes_as_one() {
        let clock = Clock::default();
        let fake = clock.stop("2026-01-01T00:00:30Z".parse().unwrap());
        let mut cron = Cron::new("* * * * *", TimeZone::UTC, &clock).unwrap();
        fake.advance(Duration::from_mins(3));
        let now = |due: &str, missed| Look::Now(Tick { due: due.parse().unwrap(), missed });
        assert_eq!(cron.look(&clock), now("2026-01-01T00:03:00Z", 2));
        assert_eq!(cron.look(&clock), Look::In(Duration::from_secs(30)));
        fake.advance(Duration::from_hours(24 * 365));
        assert_eq!(cron.look(&clock), now("2027-01-01T00:03:00Z", MOST_MISSED));
        assert_eq!(cron.look(&clock), Look::In(Duration::from_secs(30)));
    }

    #[test]
    fn a_clock_that_is_set_back_does_nothing_twice_unless_it_was_wrong_before() {
        let clock = Clock::default();
        let fake = clock.stop("2026-01-01T08:59:00Z".parse().unwrap());
        let mut cron = Cron::new("0 9 * * *", TimeZone::UTC, &clock).unwrap();
        fake.advance(Duration::from_mins(1));
        assert!(matches!(cron.look(&clock), Look::Now(_)));
        fake.set("2026-01-01T08:00:00Z".parse().unwrap());
        assert_eq!(cron.look(&clock), Look::In(Duration::from_hours(25)));
        fake.set("2025-01-01T08:00:00Z".parse().unwrap());
        assert_eq!(cron.look(&clock), Look::In(Duration::from_hours(1)));
    }

    #[test]
    fn a_pattern_that_is_none_or_that_no_time_fits() {
        let clock = Clock::default();
        let wrong = |pattern| Cron::new(pattern, TimeZone::UTC, &clock).err().map(|error| error.to_string());
        assert_eq!(wrong("0 0 30 2 *").as_deref(), Some("no time fits it"));
        for pattern in ["", "* * * *", "60 * * * *", "x * * * *", "0 9 * * FOO"] {
            assert!(wrong(pattern).is_some(), "{pattern}");
        }
        for pattern in ["0 9 * * MON", "@daily", "*/10 * * * * *", "0 0 L * *"] {
            assert_eq!(wrong(pattern), None, "{pattern}");
        }
    }
}
