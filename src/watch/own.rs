//! Whether a change is the watcher's owner's own. Pure: it is told what was written and what ran, and asked about a
//! change.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::deeds::{Deed, Told};
use super::left::Left;
use super::pending::Touched;

/// How much later than of the end of a command its writes are heard of at most. What others write meanwhile may seem
/// ours.
const SLACK: Duration = Duration::from_millis(250);
/// The same for what bears the content that we left, which is proof enough.
const OWN_SLACK: Duration = Duration::from_secs(2);

/// Who made a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// We wrote this very content there.
    Own,
    /// It came while a command of ours ran, which may have written it.
    MaybeOwn,
    /// Somebody else.
    Foreign,
}

/// What we left at a path.
#[derive(Debug, Clone)]
pub struct Claim {
    pub left: Left,
    /// All of it came from us. What a patch left was found there, and others may have written too.
    pub sure: bool,
}

/// Turns that run, and what runs in them that may write anywhere; and the owner's own calls that change files.
#[derive(Debug, Clone, Default)]
pub struct Running {
    /// The thread of each turn.
    turns: HashMap<String, String>,
    /// The turn of each item, and since when it runs.
    work: HashMap<String, (String, Instant)>,
    calls: usize,
}

/// From when until when something ran.
type Span = (Instant, Instant);

impl Running {
    /// Something is done; gives what has ended by that.
    fn follow(&mut self, told: &Told) -> Vec<Span> {
        let Told { deed, since, at } = told;
        match deed {
            Deed::TurnBegan { thread, turn } => drop(self.turns.insert(turn.clone(), thread.clone())),
            Deed::TurnEnded { turn } => drop(self.turns.remove(turn)),
            Deed::ThreadRests { thread } => self.turns.retain(|_, of| of != thread),
            Deed::WorkBegan { turn, item } => {
                self.work.entry(item.clone()).or_insert_with(|| (turn.clone(), *since));
            }
            Deed::WorkEnded { item } => {
                return self.work.remove(item).map(|(_, since)| (since, *at)).into_iter().collect();
            }
            Deed::AllEnded => self.turns.clear(),
            Deed::CallBegan => self.calls += 1,
            Deed::CallEnded { .. } => self.calls = self.calls.saturating_sub(1),
            Deed::Patched { .. } => {}
        }
        let turns = &self.turns;
        let over = self.work.extract_if(|_, (turn, _)| !turns.contains_key(turn));
        over.map(|(_, (_, since))| (since, *at)).collect()
    }

    /// Something is done.
    pub fn hear(&mut self, told: &Told) {
        self.follow(told);
    }

    /// Whether a turn runs.
    pub fn has(&self, turn: &str) -> bool {
        self.turns.contains_key(turn)
    }
}

/// What we wrote and what we ran since the last batch.
#[derive(Debug, Default)]
pub struct Own {
    claims: HashMap<PathBuf, Claim>,
    running: Running,
    ran: Vec<Span>,
    patched: Vec<Span>,
}

impl Own {
    /// Of one who does this now.
    pub fn new(running: Running) -> Self {
        Self { running, ..Self::default() }
    }

    /// Something is done.
    pub fn hear(&mut self, told: &Told) {
        self.ran.extend(self.running.follow(told));
        if matches!(told.deed, Deed::Patched { .. }) {
            self.patched.push((told.since, told.at));
        }
    }

    /// A patch left this.
    pub fn patched(&mut self, path: PathBuf, left: Left) {
        self.claim(path, Claim { left, sure: false });
    }

    /// We left this.
    pub fn claim(&mut self, path: PathBuf, claim: Claim) {
        self.claims.insert(path, claim);
    }

    /// What we left there, which counts once.
    pub fn take(&mut self, path: &Path) -> Option<Claim> {
        self.claims.remove(path)
    }

    /// Whether somebody is at work who may be about to tell of what they wrote.
    pub fn is_busy(&self) -> bool {
        !self.running.turns.is_empty() || self.running.calls > 0
    }

    /// Whether the content of a path matters.
    pub fn knows(&self, path: &Path) -> bool {
        self.claims.contains_key(path)
    }

    /// Whose a change is that is told now, of a path where this stands that we left. `late`: how long after a write it
    /// may have been seen.
    pub fn owner(&self, stands: Option<&Claim>, touched: &Touched, late: Duration) -> Owner {
        let is_in = |spans: &[Span], at: Instant, slack: Duration| {
            spans.iter().any(|(since, until)| *since <= at && at <= *until + slack + late)
        };
        let in_work = |at: Instant, slack: Duration| {
            self.running.work.values().any(|(_, since)| *since <= at) || is_in(&self.ran, at, slack)
        };
        let may_be_ours = |at: Instant| in_work(at, OWN_SLACK) || is_in(&self.patched, at, OWN_SLACK);
        // What somebody else wrote before our patch is in the file too.
        if stands.is_some_and(|claim| claim.sure || touched.times().all(may_be_ours)) {
            Owner::Own
        } else if touched.times().all(|at| in_work(at, SLACK)) {
            Owner::MaybeOwn
        } else {
            Owner::Foreign
        }
    }

    /// All that was written until now has been told: what has ended cannot matter any more.
    pub fn settled(&mut self) {
        self.ran.clear();
        self.patched.clear();
    }

    /// All that was heard of until now has been told: what ended long before this cannot matter any more.
    pub fn told(&mut self, now: Instant, late: Duration) {
        for spans in [&mut self.ran, &mut self.patched] {
            spans.retain(|(_, until)| now <= *until + OWN_SLACK + late);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::content::Part;
    use super::*;

    const FILE: &str = "file";

    /// Seconds, each with what is done then.
    fn after(start: Instant, deeds: &[(u64, Deed)]) -> Own {
        let mut own = Own::default();
        for (second, deed) in deeds {
            let at = start + Duration::from_secs(*second);
            own.hear(&Told { deed: deed.clone(), since: at, at });
        }
        own
    }

    fn owner(own: &mut Own, start: Instant, seconds: &[u64], stands: bool) -> Owner {
        let mut times = seconds.iter().map(|second| start + Duration::from_secs(*second));
        let mut touched = Touched::new(None, times.next().expect("one"));
        times.for_each(|time| touched.again(time));
        let claim = own.take(Path::new(FILE)).filter(|_| stands);
        own.owner(claim.as_ref(), &touched, Duration::ZERO)
    }

    fn began() -> Deed {
        Deed::TurnBegan { thread: "t".into(), turn: "u".into() }
    }

    fn works(item: &str) -> Deed {
        Deed::WorkBegan { turn: "u".into(), item: item.into() }
    }

    fn worked(item: &str) -> Deed {
        Deed::WorkEnded { item: item.into() }
    }

    fn patched() -> Deed {
        Deed::Patched { turn: "u".into(), patches: vec![] }
    }

    fn ours() -> Left {
        Left::whole(Part::of(b"ours"))
    }

    #[test]
    fn what_a_patch_left_is_own_and_counts_once() {
        let start = Instant::now();
        let mut own = after(start, &[(0, began()), (5, patched())]);
        own.patched(FILE.into(), ours());
        assert_eq!(owner(&mut own, start, &[5], true), Owner::Own);
        assert_eq!(owner(&mut own, start, &[5], true), Owner::Foreign, "somebody has put it back");
        own.patched(FILE.into(), ours());
        assert_eq!(owner(&mut own, start, &[5], false), Owner::Foreign);
        own.patched(FILE.into(), ours());
        assert_eq!(owner(&mut own, start, &[2, 5], true), Owner::Foreign, "theirs is in it");
    }

    #[test]
    fn what_came_from_us_alone_is_own_whenever_it_was_seen() {
        let start = Instant::now();
        let mut own = after(start, &[(0, Deed::CallBegan)]);
        assert!(own.is_busy());
        own.hear(&Told { deed: Deed::CallEnded { writes: [].into() }, since: start, at: start });
        assert!(!own.is_busy());
        for stands in [true, false] {
            own.claim(FILE.into(), Claim { left: ours(), sure: true });
            let expected = if stands { Owner::Own } else { Owner::Foreign };
            assert_eq!(owner(&mut own, start, &[2, 100], stands), expected);
        }
    }

    #[test]
    fn what_a_command_leaves_as_it_was_patched_is_own() {
        let start = Instant::now();
        let deeds = [(0, began()), (5, patched()), (6, works("formatter")), (8, worked("formatter"))];
        let mut own = after(start, &deeds);
        own.patched(FILE.into(), ours());
        assert_eq!(owner(&mut own, start, &[5, 7], true), Owner::Own);
        own.patched(FILE.into(), ours());
        assert_eq!(owner(&mut own, start, &[7], false), Owner::MaybeOwn);
    }

    #[test]
    fn what_came_only_while_commands_ran_may_be_own() {
        let start = Instant::now();
        let end = (40, Deed::TurnEnded { turn: "u".into() });
        let deeds = [(0, began()), (10, works("a")), (20, worked("a")), (30, works("b")), end];
        let mut own = after(start, &deeds[..2]);
        assert!(own.is_busy());
        assert_eq!(owner(&mut own, start, &[5], false), Owner::Foreign);
        assert_eq!(owner(&mut own, start, &[15], false), Owner::MaybeOwn);
        let mut own = after(start, &deeds);
        assert!(!own.is_busy());
        assert_eq!(owner(&mut own, start, &[15, 35], false), Owner::MaybeOwn);
        assert_eq!(
            owner(&mut own, start, &[15, 25, 35], false),
            Owner::Foreign,
            "between them it was not we"
        );
        assert_eq!(owner(&mut own, start, &[41], false), Owner::Foreign);
        own.told(start + Duration::from_secs(30), Duration::ZERO);
        assert_eq!(owner(&mut own, start, &[15], false), Owner::Foreign);
        assert_eq!(owner(&mut own, start, &[35], false), Owner::MaybeOwn);
        own.settled();
        assert_eq!(owner(&mut own, start, &[35], false), Owner::Foreign);
    }

    #[test]
    fn a_turn_ends_in_several_ways() {
        let start = Instant::now();
        for end in
            [Deed::TurnEnded { turn: "u".into() }, Deed::ThreadRests { thread: "t".into() }, Deed::AllEnded]
        {
            let own = after(start, &[(0, began()), (1, works("c")), (2, end.clone())]);
            assert!(!own.is_busy() && own.running.work.is_empty() && own.ran.len() == 1, "{end:?}");
        }
    }
}
