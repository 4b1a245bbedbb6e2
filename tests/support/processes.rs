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
        if let Some(pid) = Pid::from_raw(self.pid) {
            // It may just have ended.
            let _ = kill_process(pid, Signal::KILL);
        }
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
