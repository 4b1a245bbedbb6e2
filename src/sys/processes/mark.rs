//! Whose a process is.

use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use super::table::{Id, Process};

/// The variable in whose value a process carries its mark.
pub const NAME: &str = "CODEX_LUA_RUN";

/// Says which host started a process, and with what: `HOSTPID:STARTTIME:RANDOM`, where STARTTIME is the 22nd field of
/// `/proc/HOSTPID/stat`. A number alone would be another process's one day. RANDOM is ours to fill: what it begins
/// with is the same in all of a host.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Mark(String);

impl Mark {
    /// A mark that no process has yet.
    pub fn new() -> Self {
        Self(format!("{}{}", prefix(), count()))
    }

    /// A mark that no process has yet, for a part of what has this one.
    #[must_use]
    pub fn part(&self) -> Self {
        Self(format!("{}.{}", self.0, count()))
    }

    /// Whether it is `whole`, or a part of it.
    pub(super) fn is_in(&self, whole: &Self) -> bool {
        self.0.strip_prefix(&whole.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    /// The value of the variable.
    pub fn value(&self) -> &str {
        &self.0
    }

    /// Which host gave it; `None` when it has another form.
    pub fn host(&self) -> Option<Id> {
        let (pid, rest) = self.0.split_once(':')?;
        let (started, _random) = rest.split_once(':')?;
        Some(Id { pid: pid.parse().ok()?, started: started.parse().ok()? })
    }

    /// The one that a process was started with.
    pub(super) fn of(pid: i32) -> Option<Self> {
        variable(pid, NAME).map(Self)
    }
}

/// What a variable was when a process was started.
pub(super) fn variable(pid: i32, name: &str) -> Option<String> {
    let environment = std::fs::read(format!("/proc/{pid}/environ")).ok()?;
    let mut entries = environment.split(|byte| *byte == 0);
    let value = entries.find_map(|entry| entry.strip_prefix(name.as_bytes())?.strip_prefix(b"="))?;
    String::from_utf8(value.to_vec()).ok()
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What all marks of this process begin with, and no other's.
pub(super) fn prefix() -> &'static str {
    static PREFIX: OnceLock<String> = OnceLock::new();
    PREFIX.get_or_init(|| {
        let Id { pid, started } = this_host();
        format!("{pid}:{started}:{:016x}.", fastrand::u64(..))
    })
}

fn count() -> u64 {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    COUNT.fetch_add(1, Ordering::Relaxed)
}

/// This process.
pub(super) fn this_host() -> Id {
    static HOST: OnceLock<Id> = OnceLock::new();
    *HOST.get_or_init(|| {
        let pid = rustix::process::getpid().as_raw_nonzero().get();
        Id { pid, started: Process::read(pid).map_or(0, |process| process.id.started) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_in_its_whole_and_not_in_another() {
        let (one, other) = (Mark::new(), Mark::new());
        let part = one.part();
        assert!(one.is_in(&one) && part.is_in(&one) && part.part().is_in(&one));
        assert!(!part.is_in(&other) && !one.is_in(&part) && !Mark(format!("{one}0")).is_in(&one));
        assert_eq!((part.host(), Mark("1:x".into()).host()), (Some(this_host()), None));
    }
}
