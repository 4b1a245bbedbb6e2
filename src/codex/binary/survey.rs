//! Every Codex that could be meant, and the npm that would install one: looked at, not chosen and not changed.

use std::path::PathBuf;
use std::time::Duration;

use super::folder::{check_ours, stale, versions};
use super::probe::{Answer, version};
use super::search::on_path;
use super::{BinaryError, Finder, Found, Origin, PINNED, install, npm};
use crate::notice::Notices;

/// A Codex that could be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Who names it.
    pub origin: Origin,
    /// Where it lies.
    pub path: PathBuf,
    /// What it is.
    pub state: State,
}

/// What a program says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Its version.
    Version(String),
    /// It ended, or could not be started, without naming a version.
    Silent,
    /// It said nothing in this time, and was ended.
    Late(Duration),
    /// It cannot be run, for the sentence "PATH …".
    Unusable(String),
}

/// What there is.
#[derive(Debug)]
pub struct Survey {
    /// In the order of looking.
    pub candidates: Vec<Candidate>,
    /// The one that a script would get without installing, or why it would get none.
    pub chosen: Result<Found, BinaryError>,
    /// The npm of an absolute entry of PATH.
    pub npm: Option<(PathBuf, State)>,
}

/// The folder of our Codex.
#[derive(Debug)]
pub struct DataFolder {
    /// Where it is.
    pub path: PathBuf,
    /// Whether it is there, and ours alone.
    pub state: Result<bool, BinaryError>,
    /// What installations that were killed have left, unless one is at work now.
    pub stale: Vec<PathBuf>,
}

impl Finder {
    /// Asks each Codex, and npm, for its version, all at once and each for at most `deadline`. Installs nothing.
    pub async fn survey(&self, deadline: Duration) -> Survey {
        let quiet = Self { install: false, notices: Notices::none(), ..self.clone() };
        let [flag, env, ours, path] = [Origin::Flag, Origin::Environment, Origin::Installed, Origin::Path]
            .map(|origin| self.candidate(origin, deadline));
        let npm = async {
            let npm = on_path("npm", self.path.as_deref())?;
            let answer = npm::version(&npm, self.path.as_deref(), deadline).await;
            Some((npm, state(answer, deadline)))
        };
        let (chosen, npm, flag, env, ours, path) =
            tokio::join!(quiet.find_within(deadline), npm, flag, env, ours, path);
        Survey { candidates: [flag, env, ours, path].into_iter().flatten().collect(), chosen, npm }
    }

    async fn candidate(&self, origin: Origin, deadline: Duration) -> Option<Candidate> {
        let named = match origin {
            Origin::Flag => self.explicit.as_deref().map(|named| self.named(named, origin)),
            Origin::Environment => self.env_bin.as_deref().map(|named| self.named(named, origin)),
            Origin::Installed => install::installed(&self.data_dir)
                .map(|path| Some(Found { path: path?, origin, version: None }))
                .transpose(),
            Origin::Path => {
                on_path("codex", self.path.as_deref()).map(|path| Ok(Found { path, origin, version: None }))
            }
        };
        let (path, state) = match named? {
            Ok(found) => {
                let answer = version(&found.path, self.path.as_deref(), deadline).await;
                (found.path, state(answer, deadline))
            }
            Err(BinaryError::Explicit { path, reason, .. }) => (path, State::Unusable(reason.to_owned())),
            Err(BinaryError::Untrusted { path, reason, .. }) => (path, State::Unusable(reason)),
            Err(error) => (versions(&self.data_dir), State::Unusable(error.to_string())),
        };
        Some(Candidate { origin, path, state })
    }

    /// Looks at the folder of our Codex.
    pub fn data_folder(&self) -> DataFolder {
        let path = versions(&self.data_dir);
        if !path.exists() {
            return DataFolder { path, state: Ok(false), stale: vec![] };
        }
        DataFolder { state: check_ours(&path).map(|()| true), stale: stale(&path), path }
    }
}

fn state(answer: Answer, deadline: Duration) -> State {
    match answer {
        Answer::Version(version) => State::Version(version),
        Answer::Nothing => State::Silent,
        Answer::Late => State::Late(deadline),
    }
}

impl Candidate {
    /// Whether it is the version that is pinned.
    pub fn is_pinned(&self) -> bool {
        matches!(&self.state, State::Version(version) if version == PINNED)
    }
}
