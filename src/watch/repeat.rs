//! Whether a loop wakes itself: the same paths change after each of its turns, and nobody else changes anything. Pure.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::batch::Batch;
use super::own::Owner;

/// Turns in a row after which it is one.
pub const TURNS: usize = 5;

/// What came of the turns in a row that may have made the batch after them.
#[derive(Debug, Default)]
pub struct Repeat {
    turns: usize,
    /// What changed after each of them.
    paths: BTreeSet<PathBuf>,
}

impl Repeat {
    /// Looks at the next batch; `worked`: since the batch before it was taken, and before this one was asked for, a turn
    /// began. Gives the paths when that makes it a loop, and then counts anew.
    pub fn see(&mut self, batch: &Batch, worked: bool) -> Option<Vec<PathBuf>> {
        if !worked || batch.changes.iter().any(|change| change.owner == Owner::Foreign) {
            *self = Self::default();
            return None;
        }
        let mut paths: BTreeSet<_> = batch.changes.iter().map(|change| change.path.clone()).collect();
        if self.turns > 0 && self.paths.iter().any(|path| paths.contains(path)) {
            paths.retain(|path| self.paths.contains(path));
            self.turns += 1;
        } else {
            self.turns = 1;
        }
        self.paths = paths;
        (self.turns >= TURNS).then(|| std::mem::take(self).paths.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::super::batch::{Change, Kind};
    use super::*;

    fn batch(paths: &[&str], owner: Owner) -> Batch {
        let change = |path: &&str| Change { path: path.into(), kind: Kind::Modified, owner };
        Batch { changes: paths.iter().map(change).collect(), fresh: false }
    }

    fn many(repeat: &mut Repeat, times: usize, paths: &[&str]) -> Option<Vec<PathBuf>> {
        (0..times).fold(None, |found, _| found.or(repeat.see(&batch(paths, Owner::MaybeOwn), true)))
    }

    #[test]
    fn the_same_paths_after_each_turn_are_a_loop() {
        let mut repeat = Repeat::default();
        assert_eq!(many(&mut repeat, TURNS - 1, &["log", "x"]), None);
        let last = batch(&["log", "y"], Owner::Own);
        assert_eq!(repeat.see(&last, true), Some(vec!["log".into()]), "what differs is not named");
        assert_eq!(many(&mut repeat, TURNS - 1, &["log"]), None, "it counts anew");
        assert_eq!(many(&mut repeat, 1, &["log"]), Some(vec!["log".into()]));
    }

    #[test]
    fn what_is_not_by_ones_own_turns_alone_is_none() {
        let mut repeat = Repeat::default();
        many(&mut repeat, TURNS - 1, &["log"]);
        assert_eq!(repeat.see(&batch(&["log"], Owner::Foreign), true), None);
        assert_eq!(many(&mut repeat, TURNS - 1, &["log"]), None, "somebody else wrote in between");
        assert_eq!(repeat.see(&batch(&["log"], Owner::MaybeOwn), false), None);
        assert_eq!(many(&mut repeat, TURNS - 1, &["log"]), None, "no turn of the loop's was in between");
        assert_eq!(many(&mut repeat, TURNS - 1, &["other"]), None, "other paths");
    }
}
