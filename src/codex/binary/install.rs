//! Installing the pinned Codex: all of it or nothing.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::folder::{Lock, Staging, check_ours, create_private, remove_stale, versions};
use super::probe::{Answer, version};
use super::search::{on_path, why_not};
use super::{BinaryError, PINNED, npm, platform};
use crate::notice::{Notices, Progress};

/// How long the new binary may take to tell its version: the first start reads 300 MB from the disk, and
/// macOS examines it first.
const CHECK_DEADLINE: Duration = Duration::from_mins(1);

/// Where npm puts the package.
const VENDOR: &str = "node_modules/@openai/codex/vendor";

/// Installs the pinned Codex below `data_dir` with the npm of `path`, and returns the binary; only returns it
/// when it is there already. Removes what installations that were killed have left.
///
/// It is built in a folder beside its final place and renamed when it is whole, under a lock that the system
/// takes back from the dead. Cancel safe: dropping this ends npm and removes what it had written.
pub async fn install(
    data_dir: &Path,
    path: Option<&OsStr>,
    notices: &Notices,
) -> Result<PathBuf, BinaryError> {
    if let Some(binary) = installed(data_dir)? {
        if let Some(lock) = Lock::try_take(&versions(data_dir))? {
            remove_stale(&lock, &versions(data_dir))?;
        }
        return Ok(binary);
    }
    if data_dir.as_os_str().is_empty() {
        return Err(BinaryError::NoHome);
    }
    let package = platform::package()?;
    let npm = on_path("npm", path).ok_or(BinaryError::NoNpm)?;
    let versions = versions(data_dir);
    create_private(&versions)?;
    let lock = Lock::take(&versions, notices).await?;
    if let Some(binary) = installed(data_dir)? {
        notices.progress(Progress::Done(format!("Codex {PINNED} was installed by another process")));
        return Ok(binary);
    }
    remove_stale(&lock, &versions)?;

    let begun = Instant::now();
    notices.progress(Progress::Started(format!(
        "installing Codex {PINNED} with npm into {} (once, a download of about {} MB)",
        versions.display(),
        package.megabytes
    )));
    let staging = Staging::create(&lock, &versions)?;
    npm::ci(&npm, path, package, staging.path(), |text| notices.progress(Progress::Step(text))).await?;
    check(staging.path(), path).await?;
    staging.finish(&versions.join(PINNED))?;
    let seconds = begun.elapsed().as_secs_f32();
    notices.progress(Progress::Done(format!("Codex {PINNED} installed in {seconds:.1} s")));
    installed(data_dir)?.ok_or_else(|| BinaryError::Unusable { reason: "has gone again".to_owned() })
}

/// The binary of the pinned version, if it is installed.
///
/// That the folder has its final name says that it is whole, so nothing is run here.
pub(super) fn installed(data_dir: &Path) -> Result<Option<PathBuf>, BinaryError> {
    let versions = versions(data_dir);
    let Some(binary) = binary(&versions.join(PINNED)) else { return Ok(None) };
    check_ours(&versions)?;
    std::path::absolute(&binary).map(Some).map_err(|source| BinaryError::Io {
        doing: "find",
        path: binary,
        source,
    })
}

/// The binary that npm put below `folder`: the package has one folder, named after the platform.
fn binary(folder: &Path) -> Option<PathBuf> {
    let mut platforms = std::fs::read_dir(folder.join(VENDOR)).ok()?;
    let only = platforms.next()?.ok()?;
    if platforms.next().is_some() {
        return None;
    }
    Some(only.path().join("bin/codex")).filter(|file| why_not(file).is_none())
}

/// Makes sure that what npm left can be run and is what it should be.
async fn check(folder: &Path, path: Option<&OsStr>) -> Result<(), BinaryError> {
    let unusable = |reason: String| Err(BinaryError::Unusable { reason });
    let Some(binary) = binary(folder) else {
        return unusable("has no executable `codex` for this platform".to_owned());
    };
    match version(&binary, path, CHECK_DEADLINE).await {
        Answer::Version(version) if version == PINNED => Ok(()),
        Answer::Version(version) => unusable(format!("says that it is Codex {version}, not {PINNED}")),
        Answer::Nothing => unusable("does not run or does not tell its version".to_owned()),
        Answer::Late => unusable(format!("did not tell its version within {} s", CHECK_DEADLINE.as_secs())),
    }
}
