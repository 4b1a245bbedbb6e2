//! Folders that nobody but this user (or root) can have put something into.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Bits that let the group or others write.
const SHARED_WRITE: u32 = 0o022;

/// Why a folder is not ours alone.
#[derive(Debug, thiserror::Error)]
pub enum NotPrivate {
    /// The system refused.
    #[error("cannot {doing} {}: {source}", path.display())]
    Io {
        /// What was being done, as a verb.
        doing: &'static str,
        /// With what.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Others could have written there.
    #[error("{} {reason}: {remedy}", path.display())]
    Untrusted {
        /// The folder.
        path: PathBuf,
        /// What is wrong with it, for the sentence "PATH …".
        reason: String,
        /// What to do.
        remedy: String,
    },
}

/// Creates `dir` (0700, its parents too), or makes sure that the one that is there is only ours, and closes it to
/// everyone else.
pub fn create(dir: &Path) -> Result<(), NotPrivate> {
    match DirBuilder::new().recursive(true).mode(0o700).create(dir) {
        // A file in its place is told by the check.
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(failed("create", dir)(error)),
        _ => {
            check(dir)?;
            fs::set_permissions(dir, fs::Permissions::from_mode(0o700)).map_err(failed("make private", dir))
        }
    }
}

/// Makes sure that nobody but us (or root) can have put `dir`, or a link in its place, or anything into it.
pub fn check(dir: &Path) -> Result<(), NotPrivate> {
    let me = rustix::process::geteuid().as_raw();
    let untrusted =
        |reason: String, remedy: String| NotPrivate::Untrusted { path: dir.to_owned(), reason, remedy };
    let link = fs::symlink_metadata(dir).map_err(failed("look at", dir))?;
    let target = fs::metadata(dir).map_err(failed("look at", dir))?;
    if !target.is_dir() {
        return Err(untrusted("is no folder".into(), "move it away".into()));
    }
    for found in [&link, &target] {
        if found.uid() != me && found.uid() != 0 {
            let reason = format!("belongs to user {}, and you are user {me}", found.uid());
            return Err(untrusted(reason, "move it away, or use a folder of yours".into()));
        }
    }
    if target.mode() & SHARED_WRITE != 0 {
        let remedy = format!("remove it, or if you know who wrote there: chmod go-w {}", dir.display());
        return Err(untrusted("can be written by other users".into(), remedy));
    }
    Ok(())
}

/// As [`check`], and it is itself there, not a link to one.
pub fn check_unlinked(dir: &Path) -> Result<(), NotPrivate> {
    check(dir)?;
    if fs::symlink_metadata(dir).is_ok_and(|found| found.is_symlink()) {
        let (reason, remedy) = ("is a link to another folder".into(), "remove the link".into());
        return Err(NotPrivate::Untrusted { path: dir.to_owned(), reason, remedy });
    }
    Ok(())
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> NotPrivate {
    let path = path.to_owned();
    move |source| NotPrivate::Io { doing, path, source }
}
