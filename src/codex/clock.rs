//! Stopping turns that outlive their limits.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::session::Registry;

/// When the turns are looked at, however far away the limits are.
const AT_LEAST: Duration = Duration::from_hours(1);

/// A turn is never stopped before its limit, and soon after it: the system's timer and whatever the reader is at take
/// some milliseconds.
#[derive(Default)]
pub(super) struct Clock {
    /// When to look next. It stays when the turn that it was for has ended, so that turns one after another, which
    /// have the same limits as a rule, wake nobody.
    next: Mutex<Option<Instant>>,
    earlier: Notify,
}

impl Clock {
    /// Has the turns looked at by `at`.
    pub fn wind(&self, at: Instant) {
        let mut next = self.next();
        if next.is_none_or(|next| at < next) {
            *next = Some(at);
            self.earlier.notify_one();
        }
    }

    /// Looks at the turns whenever one may be overdue.
    pub async fn run(&self, registry: &Registry) {
        loop {
            let next = self.look(Instant::now(), |now| registry.check_clocks(now));
            let _ = tokio::time::timeout_at(next, self.earlier.notified()).await;
        }
    }

    /// Looks once; tells when to look again. `check` stops what is overdue and tells when the next is.
    fn look(&self, now: Instant, check: impl FnOnce(Instant) -> Option<Instant>) -> Instant {
        // Before the look, so that a turn that begins during it winds the clock.
        self.next().take_if(|at| *at <= now);
        let found = check(now);
        let mut next = self.next();
        *next = next.into_iter().chain(found).min();
        next.unwrap_or(now + AT_LEAST)
    }

    fn next(&self) -> MutexGuard<'_, Option<Instant>> {
        self.next.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::codex::options::Limits;
    use crate::codex::timer::Timer;

    /// A turn's times, in milliseconds; those after its begin count from there.
    #[derive(Debug, Clone)]
    struct Plan {
        begin: u64,
        timeout: Option<u64>,
        idle_timeout: Option<u64>,
        signs: Vec<u64>,
        end: Option<u64>,
    }

    impl Plan {
        /// When it is overdue, if ever: at its last sign of life and its limit, or at its whole time.
        fn overdue(&self) -> Option<u64> {
            let due = |alive: u64| {
                let life = self.idle_timeout.map(|limit| alive + limit);
                self.timeout.into_iter().chain(life).min()
            };
            let mut overdue = due(0);
            for sign in &self.signs {
                if overdue.is_some_and(|at| at <= *sign) {
                    break;
                }
                overdue = due(*sign);
            }
            overdue.filter(|at| self.end.is_none_or(|end| *at <= end)).map(|at| self.begin + at)
        }
    }

    fn plans() -> impl Strategy<Value = Vec<Plan>> {
        let limit = || prop::option::weighted(0.8, prop_oneof![1 => Just(0u64), 9 => 0..400u64]);
        let signs = prop::collection::vec(0..600u64, 0..8);
        let plan = (0..500u64, limit(), limit(), signs, prop::option::of(0..700u64));
        let plan = plan.prop_map(|(begin, timeout, idle_timeout, mut signs, end)| {
            signs.retain(|sign| end.is_none_or(|end| *sign <= end));
            signs.sort_unstable();
            Plan { begin, timeout, idle_timeout, signs, end }
        });
        prop::collection::vec(plan, 1..6)
    }

    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    enum Event {
        Begin,
        Sign,
        End,
    }

    /// What the reader and the clock do, with the time that they would see.
    struct Simulation {
        clock: Clock,
        from: Instant,
        wake: Instant,
        running: Vec<Option<Timer>>,
        stopped: Vec<Vec<u64>>,
    }

    impl Simulation {
        fn new(turns: usize) -> Self {
            let from = Instant::now();
            let (running, stopped) = ((0..turns).map(|_| None).collect(), vec![vec![]; turns]);
            Self { clock: Clock::default(), from, wake: from, running, stopped }
        }

        fn at(&self, time: u64) -> Instant {
            self.from + Duration::from_millis(time)
        }

        fn look(&mut self, now: Instant) {
            let (running, stopped, from) = (&mut self.running, &mut self.stopped, self.from);
            self.wake = self.clock.look(now, |now| {
                for (timer, stopped) in running.iter_mut().zip(stopped) {
                    if timer.take_if(|timer| timer.due().is_some_and(|(at, _)| at <= now)).is_some() {
                        stopped.push(u64::try_from((now - from).as_millis()).unwrap());
                    }
                }
                running.iter().flatten().filter_map(|timer| Some(timer.due()?.0)).min()
            });
        }

        fn look_until(&mut self, time: u64) {
            while self.wake <= self.at(time) {
                self.look(self.wake);
            }
        }

        fn happens(&mut self, time: u64, turn: usize, event: Event, limits: Limits) {
            self.look_until(time);
            let now = self.at(time);
            match (event, &mut self.running[turn]) {
                (Event::Begin, running) => {
                    let timer = running.insert(Timer::new(limits, now));
                    if let Some((at, _)) = timer.due() {
                        self.clock.wind(at);
                    }
                }
                (Event::Sign, Some(timer)) => timer.alive(now),
                (Event::End, running) => *running = None,
                (Event::Sign, None) => {}
            }
            let is_woken = std::pin::pin!(self.clock.earlier.notified()).as_mut().enable();
            if is_woken {
                self.look(now);
            }
        }
    }

    proptest! {
        #[test]
        fn a_turn_is_stopped_when_it_is_overdue_and_once_and_not_when_it_has_ended(plans in plans()) {
            let mut events = Vec::new();
            for (turn, plan) in plans.iter().enumerate() {
                events.push((plan.begin, turn, Event::Begin));
                events.extend(plan.signs.iter().map(|sign| (plan.begin + sign, turn, Event::Sign)));
                events.extend(plan.end.map(|end| (plan.begin + end, turn, Event::End)));
            }
            events.sort_unstable();
            let mut simulation = Simulation::new(plans.len());
            for (time, turn, event) in events {
                let Plan { timeout, idle_timeout, .. } = plans[turn];
                let limits = Limits {
                    timeout: timeout.map(Duration::from_millis),
                    idle_timeout: idle_timeout.map(Duration::from_millis),
                };
                simulation.happens(time, turn, event, limits);
            }
            simulation.look_until(10_000);
            let expected: Vec<_> = plans.iter().map(|plan| plan.overdue().into_iter().collect::<Vec<_>>()).collect();
            prop_assert_eq!(simulation.stopped, expected);
        }
    }
}
