//! Looking at a Codex for what is wrong with it: how it is logged in, and whether its sandbox holds.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Value, json};

use super::binary::{Finder, Found};
use super::client::{Client, read};
use super::error::Error;
use super::launch::{Launch, Process};
use super::options::SandboxMode;
use super::redact;
use crate::notice::Notices;
use crate::sys::private::{self, NotPrivate};

/// How Codex is logged in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Login {
    /// The wire's name of the way, such as `chatgpt` or `apikey`; none when it is not.
    #[serde(rename = "authMethod")]
    pub method: Option<String>,
    /// Whether the model's provider asks for one.
    #[serde(rename = "requiresOpenaiAuth", default)]
    pub required: bool,
}

/// What a sandbox did with a command that writes outside of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Confinement {
    /// It could not.
    Confined,
    /// It could.
    Open,
    /// No command ran there, and what was said about it.
    Unavailable(String),
}

/// Where loopback's discard service was: whatever a server asks the network for goes there and is refused.
const NOWHERE: &str = "http://127.0.0.1:9";
const PROXIES: [&str; 6] =
    ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];

/// Codex's home for this process: `CODEX_HOME`, or `~/.codex`; `None` when there is no home folder.
pub fn home() -> Option<PathBuf> {
    if home_is_named() {
        return std::env::var_os("CODEX_HOME").map(PathBuf::from);
    }
    Some(etcetera::home_dir().ok()?.join(".codex"))
}

/// Whether `CODEX_HOME` says where; Codex makes only its usual home itself.
pub fn home_is_named() -> bool {
    std::env::var_os("CODEX_HOME").is_some_and(|home| !home.is_empty())
}

/// A server that was started to be looked at, in a folder of its own. It asks nothing of the network, and where
/// Codex has no home yet it makes none.
pub struct Examination {
    /// To be shut down after.
    pub client: Client,
    scratch: Scratch,
}

impl Examination {
    /// Prepares one of a Codex that was found; the server starts with the first question. Its folder lies below
    /// `scratch` until this is dropped.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn new(finder: &Finder, found: &Found, scratch: &Path) -> Result<Self, NotPrivate> {
        let scratch = Scratch::create(scratch)?;
        let finder = Finder {
            explicit: Some(found.path.clone()),
            install: false,
            notices: Notices::none(),
            ..finder.clone()
        };
        let mut env = cut_off(std::env::vars_os());
        if home().is_some_and(|home| !home.exists()) && !home_is_named() {
            env.push(("CODEX_HOME".into(), scratch.home().into()));
        }
        let config = ["features.plugins=false", "check_for_update_on_startup=false"].map(str::to_owned);
        // The server's own folder is inside of its sandboxes.
        let process = Process { finder, config: config.into(), cwd: Some(scratch.inside()), env: Some(env) };
        Ok(Self { client: Client::new(Launch::Process(Box::new(process)), Notices::none(), None), scratch })
    }

    /// How it is logged in: what it knows by itself, where `account/read` asks the network.
    pub async fn login(&self) -> Result<Login, Error> {
        const METHOD: &str = "getAuthStatus";
        let params = json!({ "includeToken": false, "refreshToken": false });
        read(METHOD, &self.client.request(METHOD, params).await?)
    }

    /// Whether its configuration can be read; a server that cannot goes on with defaults.
    pub async fn check_config(&self) -> Result<(), Error> {
        self.client.request("config/read", json!({})).await.map(drop)
    }

    /// Has a command in a sandbox write outside of it; one after the other.
    pub async fn try_sandbox(&self, mode: SandboxMode) -> Result<Confinement, Error> {
        const METHOD: &str = "command/exec";
        const TRY: &str = "echo x > inside; echo x > ../outside; echo ran";
        let (inside, outside) = (self.scratch.inside().join("inside"), self.scratch.folder.join("outside"));
        let clear = || [&inside, &outside].map(|file| drop(fs::remove_file(file)));
        let policy = match mode {
            SandboxMode::ReadOnly => json!({ "type": "readOnly" }),
            // Our folder may lie below one for temporary files, which would be inside too.
            SandboxMode::WorkspaceWrite => json!({
                "type": "workspaceWrite", "writableRoots": [], "networkAccess": false,
                "excludeSlashTmp": true, "excludeTmpdirEnvVar": true,
            }),
            SandboxMode::FullAccess => json!({ "type": "dangerFullAccess" }),
        };
        let params =
            json!({ "command": ["/bin/sh", "-c", TRY], "sandboxPolicy": policy, "timeoutMs": 10_000 });
        clear();
        let answer = match self.client.request(METHOD, params).await {
            Err(Error::Rpc { error, .. }) => return Ok(Confinement::Unavailable(error.message)),
            answer => read::<Value>(METHOD, &answer?)?,
        };
        let (wrote_inside, wrote_outside) = (inside.exists(), outside.exists());
        clear();
        // In read-only nothing at all is inside.
        let may_write_inside = mode != SandboxMode::ReadOnly;
        if wrote_outside || (wrote_inside && !may_write_inside) {
            return Ok(Confinement::Open);
        }
        let ran = answer["stdout"].as_str().is_some_and(|said| said.contains("ran"));
        if ran && wrote_inside == may_write_inside {
            return Ok(Confinement::Confined);
        }
        let said = answer["stderr"].as_str().map(str::trim).filter(|said| !said.is_empty());
        let said = said.unwrap_or("the command did nothing, and nothing was said about it");
        Ok(Confinement::Unavailable(redact::text(said).into_owned()))
    }
}

/// Our environment, in which every proxy leads nowhere.
fn cut_off(ours: impl Iterator<Item = (OsString, OsString)>) -> Vec<(OsString, OsString)> {
    let is_proxy = |name: &OsString| name.to_string_lossy().to_uppercase().ends_with("_PROXY");
    let mut env: Vec<_> = ours.filter(|(name, _)| !is_proxy(name)).collect();
    env.extend(PROXIES.map(|name| (name.into(), NOWHERE.into())));
    env
}

/// A folder that is removed when dropped.
struct Scratch {
    folder: PathBuf,
    /// The one that it lies in, where it was made for this.
    above: Option<PathBuf>,
}

impl Scratch {
    fn create(below: &Path) -> Result<Self, NotPrivate> {
        let name = format!("doctor-{}-{:016x}", std::process::id(), fastrand::u64(..));
        let above = (!below.exists()).then(|| below.to_owned());
        let scratch = Self { folder: below.join(name), above };
        private::create(below)?;
        for folder in [scratch.folder.clone(), scratch.inside(), scratch.home()] {
            private::create(&folder)?;
        }
        Ok(scratch)
    }

    fn inside(&self) -> PathBuf {
        self.folder.join("inside")
    }

    fn home(&self) -> PathBuf {
        self.folder.join("home")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed is a folder that holds nothing of anybody's.
        let _ = fs::remove_dir_all(&self.folder);
        let _ = self.above.as_ref().map(fs::remove_dir);
    }
}
