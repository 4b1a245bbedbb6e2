//! A server as a child process that speaks over its standard streams: the only place that starts one.

use std::collections::VecDeque;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anstream::adapter::strip_str;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{ChildStderr, ChildStdin, ChildStdout};
use tokio::runtime::Handle;
use tokio::sync::watch;

/// How many last lines of standard error are kept for errors.
const KEPT_LINES: usize = 20;
/// Bytes of one such line.
const KEPT_LINE: u64 = 4096;
/// How long each step of ending a child may take: closed input, then SIGTERM, then SIGKILL.
const STEP: Duration = Duration::from_secs(2);

/// A started child; a cheap clone. It has a process group of its own, so that the terminal's Ctrl-C does not
/// reach it, and it is killed with its group when the runtime that watches it ends.
#[derive(Debug, Clone)]
pub struct Child {
    pid: Pid,
    exit: watch::Receiver<Option<ExitStatus>>,
    stderr: Arc<Mutex<VecDeque<Vec<u8>>>>,
}

impl Child {
    /// Starts `command` with piped streams and watches it on `runtime`.
    ///
    /// # Errors
    /// When the system cannot start it.
    pub fn spawn(runtime: &Handle, mut command: Command) -> std::io::Result<(Self, ChildStdout, ChildStdin)> {
        use std::os::unix::process::CommandExt;
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        let _entered = runtime.enter();
        let mut process = tokio::process::Command::from(command).kill_on_drop(true).spawn()?;
        let broken = || std::io::Error::other("the child came without its streams");
        let (stdin, stdout, stderr) = (process.stdin.take(), process.stdout.take(), process.stderr.take());
        let pid = process.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?)).ok_or_else(broken)?;
        let (tell, exit) = watch::channel(None);
        let group = Group(pid);
        let kept = Arc::new(Mutex::new(VecDeque::new()));
        let reading = runtime.spawn(keep_last_lines(stderr.ok_or_else(broken)?, kept.clone()));
        runtime.spawn(async move {
            let status = process.wait().await;
            // What the child still said is worth having in the error; a grandchild may hold the pipe for ever.
            let _ = tokio::time::timeout(Duration::from_millis(200), reading).await;
            drop(group);
            let _ = tell.send(Some(status.unwrap_or_default()));
        });
        Ok((Self { pid, exit, stderr: kept }, stdout.ok_or_else(broken)?, stdin.ok_or_else(broken)?))
    }

    /// Waits for its end.
    pub async fn exited(&self) -> Option<ExitStatus> {
        self.exit.clone().wait_for(Option::is_some).await.ok().and_then(|status| *status)
    }

    /// The last lines that it wrote to standard error, oldest first.
    pub fn last_lines(&self) -> Vec<String> {
        let text = |line: &Vec<u8>| strip_str(String::from_utf8_lossy(line).trim_end()).to_string();
        self.stderr.lock().unwrap_or_else(PoisonError::into_inner).iter().map(text).collect()
    }

    /// Ends it and its process group at once, and waits for that.
    pub async fn kill(&self) {
        // The number of one that was collected may be another's by now.
        if self.exit.borrow().is_none() {
            let _ = kill_process_group(self.pid, Signal::KILL);
            let _ = tokio::time::timeout(STEP, self.exited()).await;
        }
    }

    /// Waits for its end after its input was closed, and makes it end if it does not.
    pub async fn end(&self) {
        for signal in [Some(Signal::TERM), Some(Signal::KILL), None] {
            if tokio::time::timeout(STEP, self.exited()).await.is_ok() {
                return;
            }
            if let Some(signal) = signal {
                let _ = kill_process_group(self.pid, signal);
            }
        }
    }
}

/// Kills what is left of the child's process group when the child has ended or is no longer watched.
struct Group(Pid);

impl Drop for Group {
    fn drop(&mut self) {
        let _ = kill_process_group(self.0, Signal::KILL);
    }
}

async fn keep_last_lines(stderr: ChildStderr, kept: Arc<Mutex<VecDeque<Vec<u8>>>>) {
    let mut reader = BufReader::new(stderr);
    let mut line = Vec::new();
    // A line longer than the limit arrives as several; nothing here can grow without end. Of a flood no more is made
    // than copies: whoever wants the lines reads them.
    while matches!((&mut reader).take(KEPT_LINE).read_until(b'\n', &mut line).await, Ok(n) if n > 0) {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = if kept.len() == KEPT_LINES { kept.pop_front().unwrap_or_default() } else { vec![] };
        std::mem::swap(&mut line, &mut next);
        kept.push_back(next);
        line.clear();
    }
}
