//! The folder that holds our Codex: ours alone, changed by one process at a time.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, OFlags, flock};
use rustix::io::Errno;

use super::{BinaryError, PINNED};
use crate::notice::{Notices, Progress};
use crate::sys::private;

/// How often a waiting process asks for the lock. It asks because a wait inside the system could not be
/// dropped.
const LOCK_POLL: Duration = Duration::from_millis(100);

/// The file that is locked.
const LOCK: &str = ".lock";

/// How long an unfinished folder is tried to be removed at most, and how often.
const REMOVAL: Duration = Duration::from_secs(2);
const REMOVAL_POLL: Duration = Duration::from_millis(5);

/// Begins the name of every folder that is not finished; whoever holds the lock may remove them all.
const STAGING: &str = ".staging-";

/// Makes an [`BinaryError::Io`] of a system error.
pub(super) fn io_error(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> BinaryError {
    let path = path.to_owned();
    move |source| BinaryError::Io { doing, path, source }
}

/// Where all versions are, in the data folder.
pub(super) fn versions(data_dir: &Path) -> PathBuf {
    data_dir.join("codex")
}

/// Creates `dir`, ours alone.
pub(super) fn create_private(dir: &Path) -> Result<(), BinaryError> {
    private::create(dir).map_err(BinaryError::from)
}

/// Makes sure that nobody but us can have put anything into `dir`.
pub(super) fn check_ours(dir: &Path) -> Result<(), BinaryError> {
    private::check(dir).map_err(BinaryError::from)
}

/// The right to change a versions folder; the system takes it back when we end, however we end.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Waits for the right to change `versions`, and says so if it takes waiting.
    pub async fn take(versions: &Path, notices: &Notices) -> Result<Self, BinaryError> {
        let mut told = false;
        loop {
            if let Some(lock) = Self::try_take(versions)? {
                return Ok(lock);
            }
            if !told {
                let path = versions.join(LOCK);
                told = true;
                let text =
                    format!("waiting for another process that installs Codex (it holds {})", path.display());
                notices.progress(Progress::Started(text));
            }
            tokio::time::sleep(LOCK_POLL).await;
        }
    }

    /// The right to change `versions`, unless another process has it.
    pub fn try_take(versions: &Path) -> Result<Option<Self>, BinaryError> {
        let path = versions.join(LOCK);
        let file = OpenOptions::new()
            .create(true)
            .write(true)
            .truncate(false)
            .mode(0o600)
            .custom_flags(OFlags::NOFOLLOW.bits().cast_signed())
            .open(&path)
            .map_err(io_error("open", &path))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(Errno::WOULDBLOCK | Errno::INTR) => Ok(None),
            Err(error) => Err(io_error("lock", &path)(error.into())),
        }
    }
}

/// Removes what installations that were killed have left in `versions`. Only who holds the lock may.
pub(super) fn remove_stale(_lock: &Lock, versions: &Path) -> Result<(), BinaryError> {
    unfinished(versions)?.iter().try_for_each(|path| remove(path).map_err(io_error("remove", path)))
}

/// What installations that were killed have left in `versions`; nothing while one is at work, or where that cannot
/// be told.
pub(super) fn stale(versions: &Path) -> Vec<PathBuf> {
    // Without a lock file nothing was ever installed here, and looking must not make one.
    let has_lock = versions.join(LOCK).exists();
    let lock = if has_lock { Lock::try_take(versions).unwrap_or_default() } else { None };
    lock.and_then(|_lock| unfinished(versions).ok()).unwrap_or_default()
}

fn unfinished(versions: &Path) -> Result<Vec<PathBuf>, BinaryError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(versions).map_err(io_error("list", versions))? {
        let entry = entry.map_err(io_error("list", versions))?;
        if entry.file_name().to_string_lossy().starts_with(STAGING) {
            found.push(entry.path());
        }
    }
    Ok(found)
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
        // After `finish` there is nothing under this name. What was killed may still end what it was writing, and
        // then the folder is not empty when its turn comes; what cannot be removed is left to the next installation.
        let begun = Instant::now();
        while let Err(error) = remove(&self.path)
            && error.kind() != io::ErrorKind::NotFound
            && begun.elapsed() < REMOVAL
        {
            sleep(REMOVAL_POLL);
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_unfinished_folder_goes_also_while_the_dying_write_there() {
        let versions = tempfile::tempdir().unwrap();
        let lock = Lock::take(versions.path(), &Notices::none()).await.unwrap();
        for _ in 0..20 {
            let staging = Staging::create(&lock, versions.path()).unwrap();
            let folder = staging.path().join("node_modules");
            fs::create_dir(&folder).unwrap();
            let first = folder.join("0");
            let writer = std::thread::spawn(move || {
                (0..500).map_while(|n| File::create(folder.join(n.to_string())).ok()).count()
            });
            while !first.exists() {
                std::thread::yield_now();
            }
            let path = staging.path().to_owned();
            drop(staging);
            writer.join().unwrap();
            assert!(!path.exists());
        }
    }
}
