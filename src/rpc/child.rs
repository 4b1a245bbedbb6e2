//! A server as a child process that speaks over its standard streams: the only place that starts one.

use std::collections::VecDeque;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anstream::adapter::strip_str;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{ChildStderr, ChildStdin, ChildStdout};
use tokio::runtime::Handle;
use tokio::sync::watch;

use crate::sys::processes::{Mark, Members, Tree};

/// How many last lines of standard error are kept for errors.
const KEPT_LINES: usize = 20;
/// Bytes of one such line.
const KEPT_LINE: u64 = 4096;
/// How long the rest of standard error is waited for when the child has ended.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// A started child; a cheap clone. It has a process group of its own, so that the terminal's Ctrl-C does not
/// reach it. Whatever it started and left is killed when it has ended, or when the runtime that watches it ends.
#[derive(Debug, Clone)]
pub struct Child {
    members: Arc<Members>,
    exit: watch::Receiver<Option<ExitStatus>>,
    stderr: Arc<Mutex<VecDeque<Vec<u8>>>>,
}

impl Child {
    /// Starts `command` with piped streams and watches it on `runtime`; it and all that it starts has `mark`.
    ///
    /// # Errors
    /// When the system cannot start it.
    pub fn spawn(
        runtime: &Handle,
        command: Command,
        mark: Mark,
    ) -> std::io::Result<(Self, ChildStdout, ChildStdin)> {
        let mut command = tokio::process::Command::from(command);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let _entered = runtime.enter();
        let mut tree = Tree::start_apart(&mut command, mark)?;
        let (Some(stdin), Some(stdout), Some(stderr)) = tree.streams() else {
            return Err(std::io::Error::other("the child came without its streams"));
        };
        let (tell, exit) = watch::channel(None);
        let kept = Arc::new(Mutex::new(VecDeque::new()));
        let child = Self { members: tree.members(), exit, stderr: kept.clone() };
        let reading = runtime.spawn(keep_last_lines(stderr, kept));
        runtime.spawn(async move {
            let status = tree.wait().await;
            // Before anyone hears of its end, what it left has ended too.
            drop(tree);
            // What the child still said is worth having in the error.
            let _ = tokio::time::timeout(LAST_WORDS, reading).await;
            let _ = tell.send(Some(status.unwrap_or_default()));
        });
        Ok((child, stdout, stdin))
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

    /// Ends it and all that it started at once, and waits for that.
    pub async fn kill(&self) {
        // With one that has ended all else has, too.
        if self.exit.borrow().is_none() {
            self.members.end();
            let _ = tokio::time::timeout(LAST_WORDS * 2, self.exited()).await;
        }
    }

    /// What was started there; for code that may block.
    pub fn members(&self) -> &Arc<Members> {
        &self.members
    }

    /// To be called before its input is closed, which ends it.
    pub async fn prepare_end(&self) {
        let members = self.members.clone();
        let prepare = move || {
            members.note();
            members.end_all_sandboxes();
        };
        let _ = tokio::task::spawn_blocking(prepare).await;
    }

    /// Waits for its end after its input was closed, at most `grace`, and then makes it end.
    pub async fn end(&self, grace: Duration) {
        if tokio::time::timeout(grace, self.exited()).await.is_err() {
            self.kill().await;
        }
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
