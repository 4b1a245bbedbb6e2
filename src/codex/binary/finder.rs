//! Where a Codex binary is looked for.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use etcetera::BaseStrategy;
use etcetera::base_strategy::Xdg;

use super::probe::{Answer, version};
use super::search::{on_path, why_not};
use super::{BinaryError, ENV_BIN, KNOWN, PINNED, Unsuitable, install};
use crate::notice::Notices;

/// How long a `codex` on PATH may take to tell its version.
const PROBE_DEADLINE: Duration = Duration::from_secs(5);

/// Where a Codex came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// `--codex-bin`, or an option of the embedding program.
    Flag,
    /// `CODEX_LUA_CODEX_BIN`.
    Environment,
    /// The pinned version in the user's data folder.
    Installed,
    /// PATH.
    Path,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Flag => "--codex-bin",
            Self::Environment => ENV_BIN,
            Self::Installed => "the data folder",
            Self::Path => "PATH",
        })
    }
}

/// A Codex that can be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The executable, as an absolute path.
    pub path: PathBuf,
    /// Where it was found.
    pub origin: Origin,
    /// Its version; none for one that the user named, which is not asked.
    pub version: Option<String>,
}

/// Where to look for a Codex, and what is allowed.
#[derive(Debug, Clone)]
pub struct Finder {
    /// What `--codex-bin` names.
    pub explicit: Option<PathBuf>,
    /// Where the pinned version is installed: `…/codex-lua`. May be empty if `explicit` or `env_bin` is
    /// given.
    pub data_dir: PathBuf,
    /// The user's PATH.
    pub path: Option<OsString>,
    /// What `CODEX_LUA_CODEX_BIN` names.
    pub env_bin: Option<PathBuf>,
    /// Whether the pinned version may be installed when there is none.
    pub install: bool,
    /// Who hears of warnings and progress.
    pub notices: Notices,
}

impl Finder {
    /// Looks where this process's environment says.
    ///
    /// # Errors
    ///
    /// [`BinaryError::NoHome`] if there is no home folder and no Codex was named.
    pub fn from_env(explicit: Option<PathBuf>, install: bool, notices: Notices) -> Result<Self, BinaryError> {
        let env_bin = std::env::var_os(ENV_BIN).filter(|name| !name.is_empty()).map(PathBuf::from);
        let data_dir = match Xdg::new().map(|xdg| xdg.data_dir()) {
            Ok(data) if data.is_absolute() => data.join("codex-lua"),
            _ if explicit.is_some() || env_bin.is_some() => PathBuf::new(),
            _ => return Err(BinaryError::NoHome),
        };
        Ok(Self { explicit, data_dir, path: std::env::var_os("PATH"), env_bin, install, notices })
    }

    /// Finds a Codex, and installs the pinned one where there is none and it is allowed.
    ///
    /// Cancel safe: dropping this ends every process that it started and leaves nothing half-installed.
    pub async fn find(&self) -> Result<Found, BinaryError> {
        self.find_within(PROBE_DEADLINE).await
    }

    /// [`Self::find`], where a `codex` on PATH has `deadline` to tell its version.
    pub(super) async fn find_within(&self, deadline: Duration) -> Result<Found, BinaryError> {
        if let Some(named) = &self.explicit {
            return self.named(named, Origin::Flag);
        }
        if let Some(named) = &self.env_bin {
            return self.named(named, Origin::Environment);
        }
        if let Some(path) = install::installed(&self.data_dir)? {
            return Ok(pinned(path));
        }
        let unsuitable = match self.on_path(deadline).await {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => None,
            Err(unsuitable) => Some(unsuitable),
        };
        if !self.install {
            return Err(BinaryError::NotInstalled { data_dir: self.data_dir.clone(), unsuitable });
        }
        install(&self.data_dir, self.path.as_deref(), &self.notices).await.map(pinned)
    }

    /// What the user named is taken or refused, never passed over. A bare name is looked up on PATH, as a
    /// shell would, so that a checkout's own `codex` is not meant by it.
    pub(super) fn named(&self, named: &Path, origin: Origin) -> Result<Found, BinaryError> {
        let refuse = |path: &Path, reason| BinaryError::Explicit { origin, path: path.to_owned(), reason };
        if named.as_os_str().is_empty() {
            return Err(refuse(named, "is empty"));
        }
        let path = if named.parent() == Some(Path::new("")) {
            on_path(named, self.path.as_deref()).ok_or_else(|| {
                refuse(named, "is in no absolute entry of PATH (a file here needs ./ before it)")
            })?
        } else {
            std::path::absolute(named).map_err(|source| BinaryError::Io {
                doing: "find",
                path: named.to_owned(),
                source,
            })?
        };
        match why_not(&path) {
            Some(reason) => Err(refuse(&path, reason)),
            None => Ok(Found { path, origin, version: None }),
        }
    }

    /// The `codex` that a shell would run, if it is one that is known to work.
    async fn on_path(&self, deadline: Duration) -> Result<Option<Found>, Unsuitable> {
        let Some(path) = on_path("codex", self.path.as_deref()) else { return Ok(None) };
        let answer = version(&path, self.path.as_deref(), deadline).await;
        let what = match &answer {
            Answer::Version(version) if KNOWN.contains(&version.as_str()) => {
                return Ok(Some(Found { path, origin: Origin::Path, version: Some(version.clone()) }));
            }
            Answer::Version(version) => {
                format!("Codex {version} at {} is not known to work here", path.display())
            }
            Answer::Nothing => format!("{} does not tell its version", path.display()),
            Answer::Late => {
                format!("{} did not tell its version within {} s", path.display(), deadline.as_secs_f32())
            }
        };
        let instead = if self.install { "is used instead" } else { "would be, but is not installed" };
        self.notices.warn(format!("{what}; Codex {PINNED} {instead} (--codex-bin chooses yours)"));
        let version = if let Answer::Version(version) = answer { Some(version) } else { None };
        Err(Unsuitable { path, version })
    }
}

fn pinned(path: PathBuf) -> Found {
    Found { path, origin: Origin::Installed, version: Some(PINNED.to_owned()) }
}
