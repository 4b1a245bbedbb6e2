//! What a command started, however far it has gone.

use std::process::ExitStatus;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};

use super::adopt;
use super::end::{end, end_sandboxes};
use super::guard::Guard;
use super::mark::{Mark, NAME, this_host, variable};
use super::table::{Id, Process, Table};

/// A running command, which ends with all that it started when this is dropped.
#[derive(Debug)]
pub struct Tree {
    child: Child,
    members: Arc<Members>,
    is_left: bool,
    /// The command itself has ended.
    has_ended: bool,
}

/// The processes of a tree, to be ended.
#[derive(Debug)]
pub struct Members {
    mark: Mark,
    /// Those that are known by number.
    roots: Mutex<Vec<Id>>,
    /// Where there is no `/proc`.
    group: Option<rustix::process::Pid>,
    _guard: Arc<Guard>,
}

impl Tree {
    /// Starts `command` with `mark` in its environment.
    ///
    /// # Errors
    /// When the system cannot start it, or the program is ending.
    pub fn start(command: &mut Command, mark: Mark) -> std::io::Result<Self> {
        Self::start_in(command, mark, false)
    }

    /// As [`Tree::start`], in a process group of its own, so that the terminal's signals do not reach it.
    pub fn start_apart(command: &mut Command, mark: Mark) -> std::io::Result<Self> {
        Self::start_in(command.process_group(0), mark, true)
    }

    fn start_in(command: &mut Command, mark: Mark, apart: bool) -> std::io::Result<Self> {
        let _starting = adopt::starting()?;
        let guard = Guard::get()?;
        let child = command.env(NAME, mark.value()).kill_on_drop(true).spawn()?;
        let pid = child.id().and_then(|pid| i32::try_from(pid).ok());
        let roots = pid.and_then(Process::read).map(|process| process.id).into_iter().collect();
        let group = pid.filter(|_| apart && cfg!(not(target_os = "linux")));
        let group = group.and_then(rustix::process::Pid::from_raw);
        let members = Arc::new(Members { mark, roots: Mutex::new(roots), group, _guard: guard });
        Ok(Self { child, members, is_left: false, has_ended: false })
    }

    /// Its standard streams that are pipes, each once: input, output, error.
    pub fn streams(&mut self) -> (Option<ChildStdin>, Option<ChildStdout>, Option<ChildStderr>) {
        (self.child.stdin.take(), self.child.stdout.take(), self.child.stderr.take())
    }

    /// The number of the command itself; 0 when it has ended.
    pub fn pid(&self) -> u32 {
        self.child.id().unwrap_or_default()
    }

    /// Waits for the command itself, not for what it started.
    pub async fn wait(&mut self) -> std::io::Result<ExitStatus> {
        let status = self.child.wait().await?;
        self.has_ended = true;
        Ok(status)
    }

    /// Whether none of it runs any more, where that is known without looking at all processes.
    pub fn is_over(&self) -> bool {
        self.has_ended && !adopt::may_have_orphans()
    }

    /// Waits for the command itself and then lets live what it started.
    pub async fn wait_and_leave(mut self) -> std::io::Result<ExitStatus> {
        let status = self.wait().await?;
        self.is_left = true;
        Ok(status)
    }

    /// All of it.
    pub fn members(&self) -> Arc<Members> {
        self.members.clone()
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        if !self.is_left && !self.is_over() {
            self.members.end();
            // Collected here: who ends right after this leaves no zombie to an init that may not collect it.
            let _ = self.child.try_wait();
        }
    }
}

impl Members {
    /// Those whose mark is this one or a part of it.
    pub fn of(mark: Mark) -> std::io::Result<Self> {
        Ok(Self { mark, roots: Mutex::default(), group: None, _guard: Guard::get()? })
    }

    /// Remembers what belongs to it now: what has cleared its environment is not found any more once its parent has
    /// ended.
    pub fn note(&self) {
        let found = Table::read().trees(|process| self.has(process));
        *self.lock() = found;
    }

    /// Ends those that run in a sandbox, from the inside, so that it is cleaned up; of these, the ones with a variable
    /// of this name that has one of these values.
    pub fn end_sandboxes(&self, name: &str, values: &[String]) {
        let is_one =
            |process: &Process| variable(process.id.pid, name).is_some_and(|value| values.contains(&value));
        end_sandboxes(|process| self.has(process) && is_one(process));
    }

    /// As [`Members::end_sandboxes`], all of them.
    pub fn end_all_sandboxes(&self) {
        end_sandboxes(|process| self.has(process));
    }

    /// Asks the command itself to end, by SIGTERM.
    pub fn ask_to_end(&self) {
        for pid in self.lock().iter().filter_map(|root| rustix::process::Pid::from_raw(root.pid)) {
            // It may just have ended; it is not collected as long as its tree is waited for.
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        }
    }

    /// Ends all of them at once, and waits for that.
    pub fn end(&self) {
        if let Some(group) = self.group {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        end(|process| self.has(process));
    }

    fn has(&self, process: &Process) -> bool {
        let is_marked = || Mark::of(process.id.pid).is_some_and(|mark| mark.is_in(&self.mark));
        // What is older than we are is not looked at.
        self.lock().contains(&process.id) || (process.id.started >= this_host().started && is_marked())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Id>> {
        self.roots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use std::process::Stdio;

    use tokio::io::{AsyncBufReadExt, BufReader};

    use super::*;

    /// Starts a shell that prints the number of a process which has left it, and then lives as long.
    async fn started(script: &str) -> (Tree, Id) {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut tree = Tree::start(&mut command, Mark::new()).unwrap();
        let (_, output, _) = tree.streams();
        let mut line = String::new();
        BufReader::new(output.unwrap()).read_line(&mut line).await.unwrap();
        let far = Process::read(line.trim().parse().unwrap()).unwrap();
        (tree, far.id)
    }

    fn lives(id: Id) -> bool {
        Process::read(id.pid).is_some_and(|process| process.id == id && !process.is_dead)
    }

    #[tokio::test]
    async fn dropping_ends_what_has_left_its_session_and_its_parents() {
        let (tree, far) = started("setsid -f setsid -f sh -c 'echo $$; sleep 1000; :'; sleep 1000; :").await;
        assert!(lives(far));
        drop(tree);
        assert!(!lives(far));
    }

    #[tokio::test]
    async fn what_hides_is_found_below_what_does_not() {
        let (tree, far) = started("env -i setsid -w sh -c 'echo $$; sleep 1000; :'; :").await;
        drop(tree);
        assert!(!lives(far));
    }

    #[tokio::test]
    async fn what_was_noted_is_found_when_its_parents_are_gone() {
        let (mut tree, far) = started("env -i setsid sh -c 'echo $$; sleep 1000; :' & wait").await;
        tree.members().note();
        tree.child.kill().await.unwrap();
        assert!(lives(far));
        drop(tree);
        assert!(!lives(far));
    }

    #[tokio::test]
    async fn what_a_command_leaves_lives_on_until_the_whole_ends() {
        let whole = Mark::new();
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "sleep 1000 & echo $!"]).stdout(Stdio::piped());
        let mut tree = Tree::start(&mut command, whole.part()).unwrap();
        let mut line = String::new();
        let (_, output, _) = tree.streams();
        BufReader::new(output.unwrap()).read_line(&mut line).await.unwrap();
        assert!(tree.wait_and_leave().await.unwrap().success());
        let left = Process::read(line.trim().parse().unwrap()).unwrap().id;
        assert!(lives(left));
        Members::of(whole).unwrap().end();
        assert!(!lives(left));
    }
}
