//! A command in a process group that ends with the call that started it.

use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, Command};

/// Waits for the end of its input, which comes when we close it or die, and then ends its whole group, itself
/// included. So not even our SIGKILL leaves npm behind.
const GUARD: &str = "read -r _; kill -KILL 0";

/// How long a drop waits at most for what it has killed, and how often it looks. A process that sits in the
/// kernel (a dead network file system) may take longer: the runtime collects it later.
const REAP: Duration = Duration::from_millis(500);
const REAP_POLL: Duration = Duration::from_millis(1);

/// A running command, whose whole process group ends when this is dropped.
///
/// The group's leader is a small shell that watches over us; since it is not waited for before the group is
/// killed, the group's number cannot have gone to someone else.
pub(super) struct Group {
    guard: Child,
    child: Option<Child>,
}

impl Group {
    /// Starts `command` with nothing on its input.
    pub fn start(command: &mut Command) -> std::io::Result<Self> {
        let guard = Command::new("/bin/sh")
            .args(["-c", GUARD])
            .current_dir("/")
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        let mut group = Self { guard, child: None };
        let leader = group.leader().ok_or(std::io::ErrorKind::NotFound)?;
        group.child = Some(command.stdin(Stdio::null()).process_group(leader.as_raw_pid()).spawn()?);
        Ok(group)
    }

    /// Its standard output, once, if that was to be a pipe.
    pub fn stdout(&mut self) -> Option<tokio::process::ChildStdout> {
        self.child.as_mut()?.stdout.take()
    }

    /// Waits for the command, not for others in its group.
    pub async fn wait(&mut self) -> std::io::Result<std::process::ExitStatus> {
        match &mut self.child {
            Some(child) => child.wait().await,
            None => Err(std::io::ErrorKind::NotFound.into()),
        }
    }

    fn leader(&self) -> Option<Pid> {
        Pid::from_raw(i32::try_from(self.guard.id()?).ok()?)
    }
}

impl Drop for Group {
    /// Waits for the end too: what the dead were writing can be removed then, and who ends right after this,
    /// on Ctrl-C, leaves no zombie to an init that may not collect them.
    fn drop(&mut self) {
        if let Some(leader) = self.leader() {
            // It can only fail when the group is gone already.
            let _ = kill_process_group(leader, Signal::KILL);
        }
        let begun = Instant::now();
        for child in self.child.iter_mut().chain([&mut self.guard]) {
            while matches!(child.try_wait(), Ok(None)) && begun.elapsed() < REAP {
                sleep(REAP_POLL);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    #[tokio::test]
    async fn the_guard_ends_the_group_when_we_are_gone() {
        let mut group = Group::start(Command::new("/bin/sleep").arg("1000")).unwrap();
        // Our end of this pipe is all that the guard knows of us.
        drop(group.guard.stdin.take());
        assert_eq!(group.wait().await.unwrap().signal(), Some(Signal::KILL.as_raw()));
    }

    #[tokio::test]
    async fn dropping_ends_and_collects_it() {
        let group = Group::start(Command::new("/bin/sleep").arg("1000")).unwrap();
        let child = group.child.as_ref().and_then(Child::id).unwrap();
        drop(group);
        let child = Pid::from_raw(i32::try_from(child).unwrap()).unwrap();
        assert_eq!(rustix::process::test_kill_process(child), Err(rustix::io::Errno::SRCH));
    }
}
