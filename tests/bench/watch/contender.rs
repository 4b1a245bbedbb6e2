//! The watchers that are compared: each runs as a process and prints a line for each path.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// The debounce of those that have one.
pub const DEBOUNCE: Duration = Duration::from_millis(50);

/// A watcher.
pub struct Contender {
    pub name: &'static str,
    command: fn(&Path) -> Command,
    parse: fn(&str) -> &str,
    /// What it waits by itself.
    pub debounce: Duration,
    ready: Ready,
}

/// How it is known that it watches.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ready {
    /// It says so.
    Said,
    /// By the watches that it has: one for each folder.
    Folders,
    /// One for each file.
    Files,
}

/// It reads which files to watch, and is to be the very process that is started.
const ENTR: &str = "list=$(mktemp); find \"$1\" -type f >\"$list\"; exec 3<\"$list\"; rm \"$list\"; exec entr -np echo /_ <&3";

/// The program with its script, while turns of the Codex that the tests have run on a scripted model.
pub const WITH_TURNS: Contender = Contender {
    name: "codex-lua",
    command: |root| {
        let replies =
            concat!("--offline=", env!("CARGO_MANIFEST_DIR"), "/tests/bench/watch/turns.replies.lua");
        let mut command = codex_lua(&[replies], root);
        command.arg("turns").env("XDG_DATA_HOME", concat!(env!("CARGO_TARGET_TMPDIR"), "/../test-data"));
        command
    },
    parse: |line| line,
    debounce: DEBOUNCE,
    ready: Ready::Said,
};

pub const CONTENDERS: &[Contender] = &[
    Contender {
        name: "codex-lua",
        command: |root| codex_lua(&[], root),
        parse: |line| line,
        debounce: DEBOUNCE,
        ready: Ready::Said,
    },
    Contender {
        name: "watchexec",
        command: |root| {
            let mut command = Command::new("watchexec");
            command.args(["--only-emit-events", "--emit-events-to=stdio", "--debounce"]);
            command.arg(format!("{}ms", DEBOUNCE.as_millis())).arg("-w").arg(root);
            command
        },
        parse: |line| line.split_once(':').map_or("", |(_, path)| path),
        debounce: DEBOUNCE,
        ready: Ready::Folders,
    },
    Contender {
        name: "chokidar",
        command: |root| {
            let mut command = Command::new("node");
            command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bench/watch/chokidar.js")).arg(root);
            command
        },
        parse: |line| line,
        debounce: Duration::ZERO,
        ready: Ready::Said,
    },
    Contender {
        name: "entr",
        command: |root| {
            let mut command = Command::new("sh");
            command.args(["-c", ENTR, "sh"]).arg(root);
            command
        },
        parse: |line| line,
        debounce: Duration::ZERO,
        ready: Ready::Files,
    },
];

fn codex_lua(options: &[&str], root: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_codex-lua"));
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bench/watch/watch.lua");
    command.arg("run").args(options).arg(script).arg(root).arg(format!("{}ms", DEBOUNCE.as_millis()));
    command
}

/// One that runs; it ends when it is dropped.
pub struct Running {
    child: Child,
    lines: Receiver<(String, Instant)>,
    /// From its start until it watches.
    pub ready: Duration,
}

impl Contender {
    /// Starts it, and waits until it watches `root`, in which there are so many folders and files.
    pub fn start(&self, root: &Path, folders: usize, files: usize) -> Result<Running, String> {
        let begun = Instant::now();
        let mut command = (self.command)(root);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| format!("missing: {error}"))?;
        let (send, lines) = channel();
        let (stdout, parse) = (child.stdout.take().ok_or("no output")?, self.parse);
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if send.send((parse(&line).to_owned(), Instant::now())).is_err() {
                    return;
                }
            }
        });
        let mut running = Running { child, lines, ready: Duration::ZERO };
        let wanted = match self.ready {
            Ready::Said => None,
            Ready::Folders => Some(folders),
            Ready::Files => Some(files),
        };
        while begun.elapsed() < Duration::from_mins(1) {
            let is_ready = match wanted {
                None => {
                    running.lines.recv_timeout(Duration::from_mins(1)).is_ok_and(|(line, _)| line == "ready")
                }
                Some(wanted) => watches(running.child.id()) >= wanted,
            };
            if is_ready {
                running.ready = begun.elapsed();
                return Ok(running);
            }
            if !matches!(running.child.try_wait(), Ok(None)) {
                return Err("missing: it ended at once".into());
            }
            thread::sleep(Duration::from_millis(5));
        }
        Err("it is not ready after a minute".into())
    }
}

impl Running {
    /// When this path is told, after `since` at the soonest.
    pub fn told(&self, path: &Path, since: Instant, within: Duration) -> Option<Instant> {
        let until = Instant::now() + within;
        while let Some((line, at)) = self.line(until) {
            if at >= since && Path::new(&line) == path {
                return Some(at);
            }
        }
        None
    }

    /// All that is told until it has been quiet for a time: when each path was told last.
    pub fn until_quiet(&self, quiet: Duration) -> HashMap<PathBuf, Instant> {
        let mut told = HashMap::new();
        while let Some((line, at)) = self.line(Instant::now() + quiet) {
            told.insert(PathBuf::from(line), at);
        }
        told
    }

    fn line(&self, until: Instant) -> Option<(String, Instant)> {
        match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(line) => Some(line),
            Err(RecvTimeoutError::Disconnected) => {
                thread::sleep(until.saturating_duration_since(Instant::now()));
                None
            }
            Err(RecvTimeoutError::Timeout) => None,
        }
    }

    /// The most memory that it had, in MiB.
    pub fn peak(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.strip_suffix("kB"));
        line.and_then(|kibibytes| kibibytes.trim().parse::<f64>().ok()).unwrap_or(f64::NAN) / 1024.0
    }

    /// What it has computed until now.
    pub fn computed(&self) -> Duration {
        let tasks =
            std::fs::read_dir(format!("/proc/{}/task", self.child.id())).into_iter().flatten().flatten();
        let nanos = tasks.filter_map(|task| {
            let stat = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
            stat.split(' ').next()?.parse::<u64>().ok()
        });
        Duration::from_nanos(nanos.sum())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The folders or files that a process watches.
fn watches(process: u32) -> usize {
    let entries = std::fs::read_dir(format!("/proc/{process}/fdinfo")).into_iter().flatten().flatten();
    let texts = entries.filter_map(|entry| std::fs::read_to_string(entry.path()).ok());
    texts.map(|text| text.lines().filter(|line| line.starts_with("inotify wd:")).count()).sum()
}
