//! Whether a loop wakes itself: the same paths change after turn upon turn of it, and nobody else changes anything. Pure.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::batch::Batch;
use super::own::Owner;

/// Turns after which it is one.
pub const TURNS: usize = 5;

/// What came of the turns that may have made the batch after them, as long as nothing else came between.
#[derive(Debug, Default)]
pub struct Repeat {
    /// After how many of them each path had changed.
    turns: BTreeMap<PathBuf, usize>,
}

impl Repeat {
    /// Looks at the next batch; `worked`: since the batch before it was taken, and before this one was asked for, a turn
    /// began. Gives the paths when that makes it a loop, and then counts anew.
    pub fn see(&mut self, batch: &Batch, worked: bool) -> Option<Vec<PathBuf>> {
        if !worked || batch.changes.iter().any(|change| change.owner == Owner::Foreign) {
            *self = Self::default();
            return None;
        }
        for change in &batch.changes {
            *self.turns.entry(change.path.clone()).or_default() += 1;
        }
        if self.turns.values().all(|turns| *turns < TURNS) {
            return None;
        }
        let all = std::mem::take(&mut self.turns).into_iter();
        Some(all.filter(|(_, turns)| *turns >= TURNS).map(|(path, _)| path).collect())
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
    fn so_are_paths_that_take_turns() {
        let mut repeat = Repeat::default();
        for _ in 1..TURNS {
            assert_eq!(many(&mut repeat, 1, &["a", "b"]), None);
            assert_eq!(many(&mut repeat, 1, &["c"]), None);
            assert_eq!(many(&mut repeat, 1, &["d"]), None);
        }
        assert_eq!(many(&mut repeat, 1, &["a", "b"]), Some(vec!["a".into(), "b".into()]));
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
        for other in 0..100 {
            assert_eq!(many(&mut repeat, 1, &[&other.to_string()]), None, "each time another");
        }
    }
}
