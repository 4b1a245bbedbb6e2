//! How a server is reached: as a process, over streams that a test holds, or as a recording of one.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::Handle;

use super::binary::{Finder, absolute_path_entries};
use super::error::Error;
use super::record::Recorder;
use super::redact;
use super::replay::Replay;
use crate::rpc::Traffic;
use crate::rpc::child::Child;
use crate::sys::processes::{Mark, NAME};

/// A way to a server.
pub enum Launch {
    /// The real one.
    Process(Box<Process>),
    /// Whatever is at the other end of these; called for each start.
    Streams(Box<dyn Fn() -> (BoxRead, BoxWrite) + Send + Sync>),
    /// What one said when it was recorded.
    Replay(Arc<Replay>),
    /// Another way, with all that is said recorded.
    Recorded(Box<Launch>, Arc<Recorder>),
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
    pub traffic: Option<Arc<dyn Traffic>>,
    pub replay: Option<Arc<Replay>>,
}

impl Started {
    fn over(reader: BoxRead, writer: BoxWrite) -> Self {
        Self { reader, writer, child: None, program: None, traffic: None, replay: None }
    }
}

impl Launch {
    pub(super) async fn start(&self, runtime: &Handle) -> Result<Started, Error> {
        match self {
            Self::Streams(open) => {
                let (reader, writer) = open();
                Ok(Started::over(reader, writer))
            }
            Self::Replay(replay) => {
                let (reader, writer) = replay.start(runtime)?;
                Ok(Started { replay: Some(replay.clone()), ..Started::over(reader, writer) })
            }
            Self::Recorded(of, recorder) => {
                let started = Box::pin(of.start(runtime)).await?;
                Ok(Started { traffic: Some(recorder.server()), ..started })
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
                let over = Started::over(Box::new(stdout), Box::new(stdin));
                Ok(Started { child: Some(child), program: Some(binary), ..over })
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
