//! A process that outlives us by a moment: it ends what we started when we were killed and could not.

use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::mark::{self, NAME};

/// Waits for the end of its input, which comes when we are gone, gives what hears of it too (the server) the time to
/// end by itself, and then kills whatever has our mark, until there is no more.
const SCRIPT: &str = r#"read -r _
sleep 0.3
n=0
while found=$(grep -lF "$1" /proc/[0-9]*/environ 2>/dev/null); [ "$found" ] && [ $n -lt 20 ]; do
  for file in $found; do file=${file#/proc/} && kill -KILL "${file%/environ}"; done
  n=$((n + 1))
done"#;

/// The guard of this process, which lives while anything is held that it guards.
#[derive(Debug)]
pub(super) struct Guard {
    child: Child,
    /// Our end of this pipe is all that it knows of us.
    _alive: Option<ChildStdin>,
}

impl Guard {
    /// The one that runs, or a new one.
    pub fn get() -> std::io::Result<Arc<Self>> {
        static GUARD: Mutex<Weak<Guard>> = Mutex::new(Weak::new());
        let mut running = GUARD.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(guard) = running.upgrade() {
            return Ok(guard);
        }
        let guard = Arc::new(Self::start()?);
        *running = Arc::downgrade(&guard);
        Ok(guard)
    }

    fn start() -> std::io::Result<Self> {
        use std::os::unix::process::CommandExt;
        // In a group of its own it survives what ends ours; and without a mark, the end of a host above us.
        let mut command = Command::new("/bin/sh");
        command.args(["-c", SCRIPT, "codex-lua-guard", &format!("{NAME}={}", mark::prefix())]);
        command.env_remove(NAME).env("PATH", "/usr/bin:/bin").current_dir("/").process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        let alive = child.stdin.take();
        Ok(Self { child, _alive: alive })
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // Nothing is left that it could be needed for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
