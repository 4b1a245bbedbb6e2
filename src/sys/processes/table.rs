//! The processes of the machine, as `/proc` shows them.

use std::collections::HashSet;

/// One process for all time: its number, and when it started, in ticks since the machine did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Id {
    pub pid: i32,
    pub started: u64,
}

#[derive(Debug, Clone)]
pub(super) struct Process {
    pub id: Id,
    pub parent: i32,
    /// Zero when it began outside of this pid namespace, as the session.
    pub group: i32,
    pub session: i32,
    /// It has ended, and nobody has asked how.
    pub is_dead: bool,
}

impl Process {
    /// The one that has this number now.
    pub fn read(pid: i32) -> Option<Self> {
        let stat = std::fs::read(format!("/proc/{pid}/stat")).ok()?;
        Self::parse(pid, &String::from_utf8_lossy(&stat))
    }

    /// The second field is a name in brackets, which may hold spaces and brackets.
    fn parse(pid: i32, stat: &str) -> Option<Self> {
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let field = |number: usize| fields.get(number - 3);
        Some(Self {
            id: Id { pid, started: field(22)?.parse().ok()? },
            parent: field(4)?.parse().ok()?,
            group: field(5)?.parse().ok()?,
            session: field(6)?.parse().ok()?,
            is_dead: matches!(field(3), Some(&("Z" | "X"))),
        })
    }
}

/// All processes at one moment; where there is no `/proc` none.
pub(super) struct Table(Vec<Process>);

impl Table {
    pub fn read() -> Self {
        let Ok(entries) = std::fs::read_dir("/proc") else { return Self(vec![]) };
        let pids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        Self(pids.filter_map(Process::read).collect())
    }

    /// Those that live.
    pub fn living(&self) -> impl Iterator<Item = &Process> {
        self.0.iter().filter(|process| !process.is_dead)
    }

    pub fn parent(&self, pid: i32) -> Option<i32> {
        self.0.iter().find(|process| process.id.pid == pid).map(|process| process.parent)
    }

    /// Living ones that `picks` picks, and all below these and below the dead that it picks.
    pub fn trees(&self, picks: impl Fn(&Process) -> bool) -> Vec<Id> {
        let mut found: HashSet<i32> = self.0.iter().filter(|p| picks(p)).map(|p| p.id.pid).collect();
        let mut before = 0;
        // A child may stand before its parent, once numbers have begun again.
        while found.len() > before {
            before = found.len();
            found.extend(
                self.0.iter().filter(|p| found.contains(&p.parent)).map(|p| p.id.pid).collect::<Vec<_>>(),
            );
        }
        self.living().filter(|process| found.contains(&process.id.pid)).map(|process| process.id).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn process(pid: i32, parent: i32, is_dead: bool) -> Process {
        Process { id: Id { pid, started: 1 }, parent, group: pid, session: 1, is_dead }
    }

    #[test]
    fn a_name_may_hold_anything() {
        let stat = "7 (a) S 1 (b)) R 5 6 4 0 -1 4194304 99 0 0 0 1 2 3 4 20 0 1 0 8765 1 1";
        let read = Process::parse(7, stat).unwrap();
        assert_eq!((read.id.started, read.parent, read.is_dead), (8765, 5, false));
        assert_eq!((read.group, read.session), (6, 4));
        assert!(Process::parse(7, "7 (a) Z 5").is_none());
    }

    #[test]
    fn this_process_is_there() {
        let me = i32::try_from(std::process::id()).unwrap();
        assert!(Table::read().living().any(|process| process.id.pid == me));
    }

    #[test]
    fn a_tree_is_all_below_and_the_living_alone() {
        let table = Table(vec![
            process(9, 8, false),
            process(1, 0, false),
            process(8, 5, false),
            process(5, 1, true),
            process(6, 1, false),
        ]);
        let mut found: Vec<_> = table.trees(|p| p.id.pid == 5).iter().map(|id| id.pid).collect();
        found.sort_unstable();
        assert_eq!(found, [8, 9]);
    }
}
