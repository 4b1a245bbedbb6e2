//! The folder that holds our Codex: ours alone, changed by one process at a time.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{FlockOperation, OFlags, flock};
use rustix::io::Errno;

use super::{BinaryError, PINNED};
use crate::notice::{Notices, Progress};

/// How often a waiting process asks for the lock. It asks because a wait inside the system could not be
/// dropped.
const LOCK_POLL: Duration = Duration::from_millis(100);

/// Begins the name of every folder that is not finished; whoever holds the lock may remove them all.
const STAGING: &str = ".staging-";

/// Bits that let the group or others write.
const SHARED_WRITE: u32 = 0o022;

/// Makes an [`BinaryError::Io`] of a system error.
pub(super) fn io_error(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> BinaryError {
    let path = path.to_owned();
    move |source| BinaryError::Io { doing, path, source }
}

/// Where all versions are, in the data folder.
pub(super) fn versions(data_dir: &Path) -> PathBuf {
    data_dir.join("codex")
}

/// Creates `dir` (0700, its parents too), or makes sure that the one that is there is only ours, and closes
/// it to everyone else.
pub(super) fn create_private(dir: &Path) -> Result<(), BinaryError> {
    match DirBuilder::new().recursive(true).mode(0o700).create(dir) {
        // A file in its place is told by the check.
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            return Err(io_error("create", dir)(error));
        }
        _ => check_ours(dir)?,
    }
    fs::set_permissions(dir, fs::Permissions::from_mode(0o700)).map_err(io_error("make private", dir))
}

/// Makes sure that nobody but us (or root) can have put `dir`, or a link in its place, or anything into it.
pub(super) fn check_ours(dir: &Path) -> Result<(), BinaryError> {
    let me = rustix::process::geteuid().as_raw();
    let untrusted =
        |reason: String, remedy: String| BinaryError::Untrusted { path: dir.to_owned(), reason, remedy };
    let link = fs::symlink_metadata(dir).map_err(io_error("look at", dir))?;
    let target = fs::metadata(dir).map_err(io_error("look at", dir))?;
    if !target.is_dir() {
        return Err(untrusted("is no folder".to_owned(), "move it away".to_owned()));
    }
    for found in [&link, &target] {
        if found.uid() != me && found.uid() != 0 {
            let reason = format!("belongs to user {}, and you are user {me}", found.uid());
            return Err(untrusted(
                reason,
                "move it away, or set XDG_DATA_HOME to a folder of yours".to_owned(),
            ));
        }
    }
    if target.mode() & SHARED_WRITE != 0 {
        let remedy = format!("remove it, or if you know who wrote there: chmod go-w {}", dir.display());
        return Err(untrusted("can be written by other users".to_owned(), remedy));
    }
    Ok(())
}

/// The right to change a versions folder; the system takes it back when we end, however we end.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Waits for the right to change `versions`, and says so if it takes waiting.
    pub async fn take(versions: &Path, notices: &Notices) -> Result<Self, BinaryError> {
        let path = versions.join(".lock");
        let file = OpenOptions::new()
            .create(true)
            .write(true)
            .truncate(false)
            .mode(0o600)
            .custom_flags(OFlags::NOFOLLOW.bits().cast_signed())
            .open(&path)
            .map_err(io_error("open", &path))?;
        let mut told = false;
        loop {
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => return Ok(Self { _file: file }),
                Err(Errno::WOULDBLOCK | Errno::INTR) => {}
                Err(error) => return Err(io_error("lock", &path)(error.into())),
            }
            if !told {
                told = true;
                let text =
                    format!("waiting for another process that installs Codex (it holds {})", path.display());
                notices.progress(Progress::Started(text));
            }
            tokio::time::sleep(LOCK_POLL).await;
        }
    }
}

/// Removes what installations that were killed have left in `versions`. Only who holds the lock may.
pub(super) fn remove_stale(_lock: &Lock, versions: &Path) -> Result<(), BinaryError> {
    for entry in fs::read_dir(versions).map_err(io_error("list", versions))? {
        let entry = entry.map_err(io_error("list", versions))?;
        if entry.file_name().to_string_lossy().starts_with(STAGING) {
            remove(&entry.path()).map_err(io_error("remove", &entry.path()))?;
        }
    }
    Ok(())
}

/// A folder in which an installation is built; removed when dropped, unless it got its final name.
#[derive(Debug)]
pub(super) struct Staging {
    path: PathBuf,
}

impl Staging {
    /// Creates one (0700) under a name that nobody has, on the file system of its final place. Only who holds
    /// the lock may, since others would take it for a dead one.
    pub fn create(_lock: &Lock, versions: &Path) -> Result<Self, BinaryError> {
        let path = staging_name(versions);
        DirBuilder::new().mode(0o700).create(&path).map_err(io_error("create", &path))?;
        Ok(Self { path })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives it its final name, in one step. What was there under that name, which is no working Codex, makes
    /// way.
    pub fn finish(self, last: &Path) -> Result<(), BinaryError> {
        let _broken = if fs::symlink_metadata(last).is_ok() {
            let aside = Self { path: staging_name(last.parent().unwrap_or(last)) };
            fs::rename(last, &aside.path).map_err(io_error("move away", last))?;
            Some(aside)
        } else {
            None
        };
        fs::rename(&self.path, last).map_err(io_error("finish", last))
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // After `finish` there is nothing under this name; what cannot be removed is left to the next
        // installation.
        let _ = remove(&self.path);
    }
}

fn staging_name(versions: &Path) -> PathBuf {
    versions.join(format!("{STAGING}{PINNED}-{}-{:016x}", std::process::id(), fastrand::u64(..)))
}

/// Removes a folder with all in it, or a file, or a link but not what it points to.
fn remove(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    }
}
