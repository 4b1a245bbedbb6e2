//! Which processes belong to a test: those that have its folder in their environment, since the program's
//! server and the agent's commands have process groups and sessions of their own.

use std::ffi::OsStr;
use std::fmt;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use rustix::process::{Pid, Signal, kill_process};

pub struct Process {
    pid: i32,
    command: String,
}

impl Process {
    pub fn kill(&self) {
        kill(self.pid);
    }

    pub fn mark(&self) -> Option<String> {
        mark(self.pid)
    }
}

pub fn kill(pid: i32) {
    if let Some(pid) = Pid::from_raw(pid) {
        // It may just have ended.
        let _ = kill_process(pid, Signal::KILL);
    }
}

impl fmt::Display for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.pid, self.command)
    }
}

/// Living processes with `root` in their environment; where there is no `/proc` none are found.
pub fn of(root: &Path) -> Vec<Process> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return vec![] };
    let is_ours = |environment: &[u8]| {
        let root = root.as_os_str().as_bytes();
        memchr::memmem::find(environment, root).is_some()
    };
    let read = |entry: std::fs::DirEntry| {
        let pid = entry.file_name().to_str()?.parse().ok()?;
        let environment = std::fs::read(entry.path().join("environ")).ok()?;
        let command = std::fs::read(entry.path().join("cmdline")).ok()?;
        let command = OsStr::from_bytes(&command).to_string_lossy().replace('\0', " ");
        is_ours(&environment).then_some(Process { pid, command })
    };
    entries.flatten().filter_map(read).collect()
}

/// Children of a process, whichever of its threads started them.
pub fn children(of: Pid) -> Vec<i32> {
    let threads = std::fs::read_dir(format!("/proc/{of}/task")).expect("/proc").flatten();
    let lists = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
    lists
        .flat_map(|list| list.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<_>>())
        .collect()
}

/// What the program has marked it with, as its own or as something that it started.
pub fn mark(pid: i32) -> Option<String> {
    let environment = std::fs::read(format!("/proc/{pid}/environ")).ok()?;
    let value =
        environment.split(|byte| *byte == 0).find_map(|entry| entry.strip_prefix(b"CODEX_LUA_RUN="))?;
    Some(String::from_utf8_lossy(value).into_owned())
}

/// Whether it has not ended.
pub fn lives(pid: i32) -> bool {
    stat(pid).is_some_and(|fields| fields[0] != "Z")
}

/// When it started, in ticks.
pub fn started(pid: i32) -> Option<u64> {
    stat(pid)?[19].parse().ok()
}

/// From the third field on.
fn stat(pid: i32) -> Option<Vec<String>> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(stat.rsplit_once(") ")?.1.split(' ').map(str::to_owned).collect())
}
