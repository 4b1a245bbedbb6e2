//! How a host is made.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use mlua::{Lua, Table};

use super::code_watch::CodeWatch;
use super::event_lines::TellEvent;
use super::handle::Host;
use super::offline::Offline;
use super::transcript::Transcript;
use crate::api::Trial;
use crate::codex::{Answerer, Launch, redact};
use crate::lua::{CodeFiles, engine};
use crate::notice::{Notices, Receiver};
use crate::watch::Deeds;

type MakeModule = Arc<dyn Fn(&Lua) -> mlua::Result<Table> + Send + Sync>;

/// What a host is made of; see [`Host::builder`].
pub struct HostBuilder {
    pub(super) codex_bin: Option<PathBuf>,
    pub(super) config: Vec<String>,
    pub(super) cwd: Option<PathBuf>,
    pub(super) install: bool,
    pub(super) memory: usize,
    pub(super) lua_path: Vec<PathBuf>,
    pub(super) offline: Option<Offline>,
    pub(super) events: Option<PathBuf>,
    pub(super) event_lines: Option<TellEvent>,
    pub(super) record: Option<PathBuf>,
    pub(super) replay: Option<PathBuf>,
    pub(super) timeout: Option<Duration>,
    pub(super) notices: Notices,
    pub(super) answerer: Option<Arc<dyn Answerer>>,
    pub(super) modules: Vec<(String, MakeModule)>,
    pub(super) launch: Option<Launch>,
    pub(super) signal: bool,
    pub(super) code: Option<CodeFiles>,
    pub(super) deeds: Deeds,
    pub(super) trial: Option<Trial>,
    pub(super) transcript: Option<Transcript>,
}

impl Default for HostBuilder {
    fn default() -> Self {
        Self {
            codex_bin: None,
            config: vec![],
            cwd: None,
            install: true,
            memory: engine::DEFAULT_MEMORY,
            lua_path: vec![],
            offline: None,
            events: None,
            event_lines: None,
            record: None,
            replay: None,
            timeout: None,
            notices: Notices::none(),
            answerer: None,
            modules: vec![],
            launch: None,
            signal: false,
            code: None,
            deeds: Deeds::default(),
            trial: None,
            transcript: None,
        }
    }
}

impl HostBuilder {
    /// The Codex binary; without it `CODEX_LUA_CODEX_BIN`, the pinned one and PATH are looked at.
    #[must_use]
    pub fn codex_bin(mut self, path: impl Into<PathBuf>) -> Self {
        self.codex_bin = Some(path.into());
        self
    }

    /// A `key=value` of Codex's configuration, as its own `-c` takes it.
    #[must_use]
    pub fn config(mut self, setting: impl Into<String>) -> Self {
        self.config.push(setting.into());
        self
    }

    /// The folder that Codex works in when a thread names none.
    #[must_use]
    pub fn cwd(mut self, folder: impl Into<PathBuf>) -> Self {
        self.cwd = Some(folder.into());
        self
    }

    /// Whether Codex may be installed when there is none (it may).
    #[must_use]
    pub fn install(mut self, may: bool) -> Self {
        self.install = may;
        self
    }

    /// Bytes that Lua may use (1 GiB); past them scripts get the error "not enough memory".
    #[must_use]
    pub fn memory(mut self, bytes: usize) -> Self {
        self.memory = bytes;
        self
    }

    /// A further folder in which `require` looks, after the script's own.
    #[must_use]
    pub fn lua_path(mut self, folder: impl Into<PathBuf>) -> Self {
        self.lua_path.push(folder.into());
        self
    }

    /// Puts a scripted model on loopback under the real Codex: no account, no network.
    #[must_use]
    pub fn offline(mut self, offline: Offline) -> Self {
        self.offline = Some(offline);
        self
    }

    /// How long one script may run.
    #[must_use]
    pub fn timeout(mut self, after: Duration) -> Self {
        self.timeout = Some(after);
        self
    }

    /// A file (0600) that gets every event of the server, whichever turn it belongs to, as a line of JSON: what a
    /// script gets as a table, and what the server asks too, with its `request_id`. What is there already stays;
    /// a symbolic link is not followed. A pipe will do, and `/dev/fd/N`.
    #[must_use]
    pub fn events(mut self, file: impl Into<PathBuf>) -> Self {
        self.events = Some(file.into());
        self
    }

    /// Who is told every event as [`HostBuilder::events`] writes it, while a [`Session`](super::Session) says so. From
    /// the thread that reads from the server: it must not block for long.
    #[must_use]
    pub fn event_lines(mut self, tell: impl Fn(&[u8]) + Send + Sync + 'static) -> Self {
        self.event_lines = Some(Box::new(tell));
        self
    }

    /// A file (0600) that gets all that is said to servers and by them, without what is secret, for
    /// [`HostBuilder::replay`]. A recording that is there gives way; a symbolic link is not followed.
    #[must_use]
    pub fn record(mut self, file: impl Into<PathBuf>) -> Self {
        self.record = Some(file.into());
        self
    }

    /// A recording that stands for Codex: no server is started. What asks something else than was recorded gets the
    /// error `replay`, and a script that ends well without asking all of it fails with it too.
    #[must_use]
    pub fn replay(mut self, file: impl Into<PathBuf>) -> Self {
        self.replay = Some(file.into());
        self
    }

    /// Who is told what people should see: progress of an install, a declined approval. Without it, nobody.
    #[must_use]
    pub fn notices(mut self, receiver: impl Receiver + 'static) -> Self {
        self.notices = redact::notices(receiver);
        self
    }

    /// Who answers what Codex asks where the script has nobody for it: a person, say. Without it, that is declined.
    #[must_use]
    pub fn answerer(mut self, who: impl Answerer + 'static) -> Self {
        self.answerer = Some(Arc::new(who));
        self
    }

    /// A module of one's own, made when a script first requires it.
    #[must_use]
    pub fn module(
        mut self,
        name: impl Into<String>,
        make: impl Fn(&Lua) -> mlua::Result<Table> + Send + Sync + 'static,
    ) -> Self {
        self.modules.push((name.into(), Arc::new(make)));
        self
    }

    /// Lets the host have SIGUSR1 in this process: then code that computes and never awaits is stopped too, within
    /// milliseconds. Without it such code runs until it next awaits.
    #[must_use]
    pub fn use_sigusr1(mut self) -> Self {
        self.signal = true;
        self
    }

    /// Has `watch` tell when what scripts are made of has changed: their files, their modules, the scripted model's.
    #[must_use]
    pub fn code_watch(mut self, watch: &CodeWatch) -> Self {
        (self.code, self.deeds) = (Some(watch.files()), watch.deeds());
        self
    }

    /// Runs a file of tests: offline, with a model that the case gives its replies.
    #[must_use]
    pub fn trial(mut self, trial: Trial) -> Self {
        self.trial = Some(trial);
        self
    }

    /// What writes down what is said with Codex and with a scripted model.
    #[must_use]
    pub fn transcript(mut self, transcript: Transcript) -> Self {
        self.transcript = Some(transcript);
        self
    }

    /// Another way to a server than starting Codex: for tests, over streams in memory.
    #[must_use]
    pub fn launch(mut self, launch: Launch) -> Self {
        self.launch = Some(launch);
        self
    }

    /// Starts the Lua thread. Codex starts when a script first needs it.
    ///
    /// # Errors
    /// When the system gives no thread, the user has no home folder, a file of events or a recording cannot be written
    /// to, a recording cannot be read, or the scripted model cannot start.
    pub fn build(self) -> Result<Host, crate::Error> {
        Host::start_thread(self)
    }
}
