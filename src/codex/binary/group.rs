//! A process group that ends with the call that started it.

use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, Command};

/// Waits for the end of its input, which comes when we close it or die, and then ends its whole group, itself
/// included. So not even our SIGKILL leaves npm behind.
const GUARD: &str = "read -r _; kill -KILL 0";

/// A process group whose processes all end when this is dropped.
///
/// Its leader is a small shell that watches over us; since it is not waited for before the group is killed, the
/// group's number cannot have gone to someone else.
pub(super) struct Group {
    guard: Child,
}

impl Group {
    /// Starts an empty group.
    pub fn new() -> std::io::Result<Self> {
        let guard = Command::new("/bin/sh")
            .args(["-c", GUARD])
            .current_dir("/")
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        Ok(Self { guard })
    }

    /// Starts `command` in this group, with nothing on its input.
    pub fn spawn(&self, command: &mut Command) -> std::io::Result<Child> {
        let leader = self.guard.id().and_then(|id| i32::try_from(id).ok()).unwrap_or_default();
        command.stdin(Stdio::null()).process_group(leader).kill_on_drop(true).spawn()
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(leader) = self.guard.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw) {
            // It can only fail when the group is gone already.
            let _ = kill_process_group(leader, Signal::KILL);
        }
    }
}
