//! What is delivered.

use std::path::PathBuf;

use super::own::Owner;
use super::tree::File;

/// Changes that came together: each path once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Batch {
    /// In the order of their paths.
    pub changes: Vec<Change>,
    /// The whole tree was compared, since announcements were lost, or since this is how it is at first.
    pub fresh: bool,
}

/// A path whose content is another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// As its root was given.
    pub path: PathBuf,
    /// What became of it.
    pub kind: Kind,
    /// Who made it.
    pub owner: Owner,
}

/// What became of a path since it was last delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// There was nothing.
    Created,
    /// Its content changed, or may have.
    Modified,
    /// There is nothing any more.
    Removed,
    /// It was called otherwise, and was not written since.
    Renamed {
        /// How it was called.
        from: PathBuf,
    },
}

impl Kind {
    /// How scripts call it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Modified => "modified",
            Self::Removed => "removed",
            Self::Renamed { .. } => "renamed",
        }
    }
}

/// A path, what was there when it was last delivered, and what is there now.
#[derive(Debug)]
pub struct Step {
    pub path: PathBuf,
    pub before: Option<File>,
    pub now: Option<File>,
    pub owner: Owner,
}

impl Batch {
    /// What steps come to, those whose content is the same being left out.
    pub fn of(steps: &[Step], fresh: bool) -> Self {
        let mut removed: Vec<(File, usize)> = vec![];
        for (at, step) in steps.iter().enumerate() {
            if let (Some(before), None) = (step.before, step.now) {
                removed.push((before, at));
            }
        }
        removed.sort_by_key(|(file, _)| file.stat.inode);
        let mut from: Vec<Option<usize>> = vec![None; steps.len()];
        let mut is_source = vec![false; steps.len()];
        for (at, step) in steps.iter().enumerate() {
            let (None, Some(now)) = (step.before, step.now) else { continue };
            let first = removed.partition_point(|(file, _)| file.stat.inode < now.stat.inode);
            let same = removed[first..].iter().take_while(|(file, _)| file.stat.inode == now.stat.inode);
            let source = same.copied().find(|(file, at)| now.stat.is_moved(&file.stat) && !is_source[*at]);
            if let Some((_, source)) = source {
                is_source[source] = true;
                from[at] = Some(source);
            }
        }
        let kind = |at: usize, step: &Step| match (step.before, step.now) {
            (None, Some(_)) => Some(match from[at] {
                Some(source) => Kind::Renamed { from: steps[source].path.clone() },
                None => Kind::Created,
            }),
            (Some(_), None) if !is_source[at] => Some(Kind::Removed),
            (Some(_), Some(_)) => Some(Kind::Modified),
            _ => None,
        };
        let changes = steps.iter().enumerate();
        let changes = changes
            .filter_map(|(at, step)| {
                Some(Change { path: step.path.clone(), kind: kind(at, step)?, owner: step.owner })
            })
            .collect();
        Self { changes, fresh }
    }
}

#[cfg(test)]
mod tests {
    use super::super::stat::Stat;
    use super::*;

    /// The number of a file, and when it was written.
    type Written = Option<(u64, i64)>;

    fn step(path: &str, before: Written, now: Written) -> Step {
        let file = |(inode, modified)| File {
            stat: Stat { size: 1, modified, changed: 0, inode },
            hash: None,
            racy: false,
        };
        Step { path: path.into(), before: before.map(file), now: now.map(file), owner: Owner::Foreign }
    }

    fn show(batch: &Batch) -> Vec<String> {
        let show = |change: &Change| match &change.kind {
            Kind::Renamed { from } => format!("{} from {}", change.path.display(), from.display()),
            kind => format!("{} {}", change.path.display(), kind.name()),
        };
        batch.changes.iter().map(show).collect()
    }

    #[test]
    fn kinds_come_from_what_was_and_what_is() {
        let batch = Batch::of(
            &[
                step("came", None, Some((1, 1))),
                step("came and went", None, None),
                step("changed", Some((2, 1)), Some((2, 2))),
                step("went", Some((3, 1)), None),
            ],
            false,
        );
        assert_eq!(show(&batch), ["came created", "changed modified", "went removed"]);
    }

    #[test]
    fn a_rename_is_known_by_the_file_itself() {
        let batch = Batch::of(
            &[
                step("new", None, Some((1, 1))),
                step("old", Some((1, 1)), None),
                step("reused", None, Some((2, 5))),
                step("twin", None, Some((1, 1))),
                step("written", Some((2, 1)), None),
            ],
            false,
        );
        let told = ["new from old", "reused created", "twin created", "written removed"];
        assert_eq!(
            show(&batch),
            told,
            "an old number in a new file is no rename, and one file goes to one place"
        );
    }
}
