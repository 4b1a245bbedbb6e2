//! Whose a process is.

use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use super::table::{Id, Process};

/// The variable in whose value a process carries its mark.
pub const NAME: &str = "CODEX_LUA_RUN";

/// Says which host started a process, and with what: `HOSTPID:STARTTIME:RANDOM`, where STARTTIME is the 22nd field of
/// `/proc/HOSTPID/stat`. A number alone would be another process's one day.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Mark(String);

impl Mark {
    /// A mark that no process has yet.
    pub fn new() -> Self {
        static RANDOM: OnceLock<u64> = OnceLock::new();
        static COUNT: AtomicU64 = AtomicU64::new(1);
        let random = RANDOM.get_or_init(|| fastrand::u64(..));
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let Id { pid, started } = this_host();
        Self(format!("{pid}:{started}:{random:016x}.{count}"))
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
        let environment = std::fs::read(format!("/proc/{pid}/environ")).ok()?;
        let value = environment
            .split(|byte| *byte == 0)
            .find_map(|entry| entry.strip_prefix(NAME.as_bytes())?.strip_prefix(b"="))?;
        Some(Self(String::from_utf8(value.to_vec()).ok()?))
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// This process.
pub(super) fn this_host() -> Id {
    static HOST: OnceLock<Id> = OnceLock::new();
    *HOST.get_or_init(|| {
        let pid = rustix::process::getpid().as_raw_nonzero().get();
        Id { pid, started: Process::read(pid).map_or(0, |process| process.id.started) }
    })
}
