//! How a server is reached: as a process, or over streams that a test holds.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::Handle;

use super::binary::{Finder, absolute_path_entries};
use super::error::Error;
use super::redact;
use crate::rpc::child::Child;
use crate::sys::processes::{Mark, NAME};

/// A way to a server.
pub enum Launch {
    /// The real one.
    Process(Box<Process>),
    /// Whatever is at the other end of these; called for each start.
    Streams(Box<dyn Fn() -> (BoxRead, BoxWrite) + Send + Sync>),
}

/// What a server says.
pub type BoxRead = Box<dyn AsyncRead + Send + Unpin>;
/// What a server is told.
pub type BoxWrite = Box<dyn AsyncWrite + Send + Unpin>;

/// How `codex app-server` is started.
#[derive(Debug, Clone)]
pub struct Process {
    /// Where the binary is looked for.
    pub finder: Finder,
    /// `key=value`, as Codex's own `-c` takes them.
    pub config: Vec<String>,
    /// Its working folder; `None` is ours.
    pub cwd: Option<PathBuf>,
    /// Its whole environment; `None` is ours.
    pub env: Option<Vec<(OsString, OsString)>>,
}

pub(super) struct Started {
    pub reader: BoxRead,
    pub writer: BoxWrite,
    pub child: Option<Child>,
    /// The program that runs, where it is one of ours.
    pub program: Option<PathBuf>,
}

impl Launch {
    pub(super) async fn start(&self, runtime: &Handle) -> Result<Started, Error> {
        match self {
            Self::Streams(open) => {
                let (reader, writer) = open();
                Ok(Started { reader, writer, child: None, program: None })
            }
            Self::Process(process) => {
                let binary = process.finder.find().await?.path;
                let mark = Mark::new();
                let command = process.command(&binary, &mark);
                let (child, stdout, stdin) =
                    Child::spawn(runtime, command, mark).map_err(|error| Error::ServerGone {
                        what: format!("cannot start {}: {error}", binary.display()),
                        exit: None,
                        stderr: vec![],
                    })?;
                Ok(Started {
                    reader: Box::new(stdout),
                    writer: Box::new(stdin),
                    child: Some(child),
                    program: Some(binary),
                })
            }
        }
    }
}

impl Process {
    fn command(&self, binary: &std::path::Path, mark: &Mark) -> Command {
        let mut command = Command::new(binary);
        command.arg("app-server");
        for setting in &self.config {
            redact::learn_setting(setting);
            command.arg("-c").arg(setting);
        }
        // The agent's commands have it whatever else of the environment they get.
        command.arg("-c").arg(format!("shell_environment_policy.set.{NAME}=\"{mark}\""));
        if let Some(cwd) = &self.cwd {
            command.current_dir(cwd);
        }
        if let Some(env) = &self.env {
            command.env_clear().envs(env.iter().cloned());
        }
        // A binary that is a launcher script must not find its interpreter in a checkout.
        if let Some(path) = &self.finder.path {
            let absolute = std::env::join_paths(absolute_path_entries(Some(path)));
            command.env("PATH", absolute.unwrap_or_default());
        }
        command
    }
}
