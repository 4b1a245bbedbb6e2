//! `codex-lua`, to be run.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{DEADLINE, Done, Live, Project, Terminal};

/// One run of the program; dropped without a run it does nothing.
pub struct Program {
    command: Command,
    root: PathBuf,
    stdin: Option<Vec<u8>>,
    deadline: Duration,
}

impl Program {
    pub(super) fn new(project: &Project, program: &Path) -> Self {
        let mut command = Command::new(program);
        let root = project.root();
        command.env_clear().env("PATH", path_without_codex()).current_dir(project.work());
        for (name, folder) in [("HOME", "home"), ("XDG_STATE_HOME", "state"), ("TMPDIR", "tmp")] {
            command.env(name, root.join(folder));
        }
        Self { command, root: root.to_owned(), stdin: Some(vec![]), deadline: DEADLINE }
    }

    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.command.args(args);
        self
    }

    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Works in another folder.
    pub fn folder(mut self, folder: impl AsRef<Path>) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// What it reads; without this nothing.
    pub fn stdin(mut self, text: impl Into<Vec<u8>>) -> Self {
        self.stdin = Some(text.into());
        self
    }

    /// Its standard input stays open until [`Live::close_stdin`].
    pub fn keep_stdin(mut self) -> Self {
        self.stdin = None;
        self
    }

    /// `--offline`, where the model says what this Lua says.
    pub fn offline(self, replies: &str) -> Self {
        let path = self.root.join("replies.lua");
        std::fs::write(&path, replies).expect("a file");
        self.args([format!("--offline={}", path.display())])
    }

    /// The script, as a file of its own.
    pub fn script(mut self, text: &str) -> Self {
        let path = self.root.join("work/script.lua");
        std::fs::write(&path, text).expect("a file");
        self.command.arg("script.lua");
        self
    }

    /// Runs it to its end.
    #[track_caller]
    pub fn run(self) -> Done {
        self.start().finish()
    }

    /// Starts it, in a process group of its own.
    #[track_caller]
    pub fn start(mut self) -> Live {
        use std::os::unix::process::CommandExt;
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        let child = self.command.spawn().expect("codex-lua starts");
        Live::new(child, self.root, self.stdin, self.deadline)
    }

    /// Has a shell run it, whose script calls it `"$0" "$@"`.
    pub fn in_shell(mut self, script: &str) -> Self {
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", script]).arg(self.command.get_program()).args(self.command.get_args());
        shell.env_clear().envs(self.command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        shell.current_dir(self.command.get_current_dir().expect("a folder"));
        self.command = shell;
        self
    }

    /// Starts it on a terminal of its own; `redirect` may send its output elsewhere.
    #[track_caller]
    pub fn on_terminal(
        self,
        redirect: impl FnOnce(pty_process::blocking::Command) -> pty_process::blocking::Command,
    ) -> Terminal {
        let own = self.command;
        let mut command = pty_process::blocking::Command::new(own.get_program());
        command = command.args(own.get_args()).env_clear().env("TERM", "xterm-256color");
        command = command.envs(own.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command = command.current_dir(own.get_current_dir().expect("a folder"));
        Terminal::start(redirect(command), self.root, self.deadline)
    }
}

/// The user's PATH, so that tools are found, without folders that have a Codex of the user's own.
fn path_without_codex() -> std::ffi::OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::env::split_paths(&path).filter(|entry| !entry.join("codex").exists()))
        .expect("entries of PATH make a PATH")
}
