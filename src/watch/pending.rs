//! What has changed and was not delivered yet, and when it is due. Pure: the clock is told to it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::tree::File;

/// The number of a root, and a path below it.
pub type Place = (usize, PathBuf);

/// When a batch is due.
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    /// How long nothing must have changed.
    pub debounce: Duration,
    /// How long the first change waits at most.
    pub max_wait: Duration,
    /// How long a file must have been left alone before it is delivered, however long that takes.
    pub stable_for: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        let (debounce, max_wait) = (Duration::from_millis(100), Duration::from_secs(2));
        Self { debounce, max_wait, stable_for: Duration::ZERO }
    }
}

/// Changes that add up until somebody takes them: each path once, with what was there when it was last delivered.
#[derive(Debug)]
pub struct Pending {
    timing: Timing,
    changes: BTreeMap<Place, Touched>,
    first: Option<Instant>,
    last: Option<Instant>,
    at_once: bool,
    held: bool,
}

/// What stood at a path when it was last delivered, and when something happened there.
#[derive(Debug)]
pub struct Touched {
    pub before: Option<File>,
    first: Instant,
    between: Vec<Instant>,
    at: Instant,
}

impl Touched {
    /// Times of one path that are kept apart, and how far apart they must be.
    const TIMES: usize = 64;
    const APART: Duration = Duration::from_millis(20);

    /// Something happened for the first time.
    pub fn new(before: Option<File>, at: Instant) -> Self {
        Self { before, first: at, between: vec![], at }
    }

    /// Something happened once more.
    pub fn again(&mut self, at: Instant) {
        if at > self.at + Self::APART && self.between.len() < Self::TIMES {
            self.between.push(self.at);
        }
        self.at = self.at.max(at);
    }

    /// When something happened.
    pub fn times(&self) -> impl Iterator<Item = Instant> {
        [self.first, self.at].into_iter().chain(self.between.iter().copied())
    }
}

impl Pending {
    /// None.
    pub fn new(timing: Timing) -> Self {
        Self { timing, changes: BTreeMap::new(), first: None, last: None, at_once: false, held: false }
    }

    /// Something happened to a path at `at`; `before` is what stood there until then.
    pub fn touch(&mut self, place: Place, before: Option<File>, at: Instant) {
        self.first.get_or_insert(at);
        self.last = self.last.max(Some(at));
        self.changes.entry(place).and_modify(|touched| touched.again(at)).or_insert(Touched::new(before, at));
    }

    /// Whether a path waits here.
    pub fn has(&self, place: &Place) -> bool {
        self.changes.contains_key(place)
    }

    /// What is known of a path that waits here.
    pub fn get(&self, place: &Place) -> Option<&Touched> {
        self.changes.get(place)
    }

    /// A path and those below it, as far as they wait here.
    pub fn at<'p>(&'p self, root: usize, path: &'p Path) -> impl Iterator<Item = &'p Path> {
        let changes = self.changes.range((root, path.to_owned())..).map(|(place, _)| place);
        changes.take_while(move |(of, at)| *of == root && at.starts_with(path)).map(|(_, at)| &**at)
    }

    /// A path and all below it are watched no more.
    pub fn forget(&mut self, root: usize, path: &Path) {
        self.changes.retain(|(of, changed), _| *of != root || !changed.starts_with(path));
        if self.changes.is_empty() {
            (self.first, self.last) = (None, None);
        }
    }

    /// What is here is due now, whatever the clock says.
    pub fn flush(&mut self) {
        self.at_once = self.first.is_some();
    }

    /// Whether quiet is not enough, so that only the longest wait makes a batch due.
    pub fn hold(&mut self, held: bool) {
        self.held = held;
    }

    /// When something is to be taken; `None` when there is nothing.
    pub fn due(&self) -> Option<Instant> {
        let (first, last) = (self.first?, self.last?);
        if self.at_once {
            return Some(first);
        }
        let longest = after(first, self.timing.max_wait);
        let due = if self.held { longest } else { longest.min(after(last, self.timing.debounce)) };
        if self.timing.stable_for.is_zero() {
            return Some(due);
        }
        let stable = self.changes.values().map(|touched| touched.at).min()?;
        Some(due.max(after(stable, self.timing.stable_for)))
    }

    /// Takes what is due at `now`.
    pub fn take(&mut self, now: Instant) -> Vec<(Place, Touched)> {
        let whole = std::mem::take(&mut self.at_once) || self.timing.stable_for.is_zero();
        let stable_for = self.timing.stable_for;
        let is_due = |touched: &Touched| whole || after(touched.at, stable_for) <= now;
        let taken = self.changes.extract_if(.., |_, touched| is_due(touched));
        let taken = taken.collect();
        (self.first, self.last) = if self.changes.is_empty() {
            (None, None)
        } else {
            // What stays is not yet stable, which its own time says.
            (Some(now), self.changes.values().map(|touched| touched.at).max())
        };
        taken
    }
}

/// A time may be longer than clocks go: then it is a century.
fn after(at: Instant, time: Duration) -> Instant {
    const CENTURY: Duration = Duration::from_hours(24 * 365 * 100);
    at.checked_add(time).unwrap_or_else(|| at + CENTURY)
}

#[cfg(test)]
mod tests {
    use super::super::stat::Stat;
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn place(name: &str) -> Place {
        (0, name.into())
    }

    fn names(taken: &[(Place, Touched)]) -> Vec<&str> {
        taken.iter().map(|((_, path), _)| path.to_str().expect("UTF-8")).collect()
    }

    #[test]
    fn a_batch_is_due_when_it_is_quiet() {
        let (mut pending, start) = (Pending::new(Timing::default()), Instant::now());
        assert_eq!(pending.due(), None);
        pending.touch(place("b"), None, start);
        pending.touch(place("a"), None, start + ms(60));
        pending.touch(place("b"), None, start + ms(80));
        assert_eq!(pending.due(), Some(start + ms(180)));
        assert_eq!(names(&pending.take(start + ms(180))), ["a", "b"]);
        assert_eq!((pending.due(), pending.take(start).len()), (None, 0));
    }

    #[test]
    fn what_is_held_waits_for_the_longest_wait_and_no_longer() {
        let (mut pending, start) = (Pending::new(Timing::default()), Instant::now());
        pending.touch(place("a"), None, start);
        pending.hold(true);
        assert_eq!(pending.due(), Some(start + ms(2000)));
        pending.hold(false);
        assert_eq!(pending.due(), Some(start + ms(100)));
    }

    #[test]
    fn a_steady_stream_waits_for_the_longest_wait() {
        let (mut pending, start) = (Pending::new(Timing::default()), Instant::now());
        for step in 0..100 {
            pending.touch(place("log"), None, start + ms(50 * step));
        }
        assert_eq!(pending.due(), Some(start + ms(2000)));
        pending.take(start + ms(2000));
        pending.touch(place("log"), None, start + ms(2010));
        assert_eq!(pending.due(), Some(start + ms(2110)), "the next one begins anew");
    }

    #[test]
    fn a_file_that_is_being_written_stays_until_it_is_left_alone() {
        let patient = Timing { stable_for: ms(500), ..Timing::default() };
        let (mut pending, start) = (Pending::new(patient), Instant::now());
        pending.touch(place("done"), None, start);
        for step in 0..100 {
            pending.touch(place("growing"), None, start + ms(40 * step));
        }
        let due = pending.due().expect("something");
        assert_eq!(due, start + ms(2000), "no sooner than the longest wait, since it is never quiet");
        assert_eq!(names(&pending.take(due)), ["done"]);
        let due = pending.due().expect("the rest");
        assert_eq!(due, start + ms(40 * 99 + 500));
        assert_eq!(names(&pending.take(due)), ["growing"]);
    }

    #[test]
    fn for_ever_is_a_time_too() {
        let ever = Timing { debounce: Duration::MAX, max_wait: Duration::MAX, stable_for: Duration::MAX };
        let (mut pending, start) = (Pending::new(ever), Instant::now());
        pending.touch(place("a"), None, start);
        assert!(pending.due().is_some_and(|due| due > start + Duration::from_hours(24)));
        assert_eq!(pending.take(start).len(), 0);
        pending.flush();
        assert_eq!(pending.take(start).len(), 1);
    }

    #[test]
    fn what_was_there_at_first_is_what_counts() {
        let any = Stat { size: 1, modified: 0, changed: 0, inode: 1 };
        let file = |size| Some(File { stat: Stat { size, ..any }, hash: None, racy: false });
        let (mut pending, start) = (Pending::new(Timing::default()), Instant::now());
        pending.touch(place("a"), file(1), start);
        pending.touch(place("a"), None, start);
        pending.touch(place("a"), file(2), start);
        pending.flush();
        assert!(pending.due().expect("now") <= start);
        let taken = pending.take(start);
        assert_eq!(taken.len(), 1);
        assert_eq!(taken[0].1.before.map(|file| file.stat.size), Some(1));
    }

    #[test]
    fn what_is_ignored_from_now_on_is_forgotten() {
        let (mut pending, start) = (Pending::new(Timing::default()), Instant::now());
        for name in ["out/a", "out/b/c", "outer"] {
            pending.touch(place(name), None, start);
        }
        pending.forget(0, Path::new("out"));
        assert_eq!(names(&pending.take(start + ms(100))), ["outer"]);
        pending.touch(place("out"), None, start);
        pending.forget(0, Path::new("out"));
        assert_eq!(pending.due(), None);
    }
}
