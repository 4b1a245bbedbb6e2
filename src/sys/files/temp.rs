//! Names that are only for a while.

use std::fs::{self, DirBuilder};
use std::io::{self, ErrorKind};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use super::remove::remove_tree;
use super::{FileError, failed};

/// A name beside another, for what is to take its place; what is there under it goes with this.
pub struct Temp(PathBuf);

impl Temp {
    /// Beside `target`, so that it lies on the same file system.
    pub fn beside(target: &Path) -> Self {
        Self(target.with_file_name(format!(".codex-lua.{:016x}", fastrand::u64(..))))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Puts what is there in the place of `target`, of a file that is there only with `overwrite`.
    pub fn put(self, target: &Path, overwrite: bool) -> io::Result<()> {
        put(&self.0, target, overwrite)
    }
}

impl Drop for Temp {
    fn drop(&mut self) {
        // Nothing is there any more once it has been put in its place.
        let _ = remove_tree(&self.0);
    }
}

/// Renames, where nothing is there or may be replaced.
pub fn put(from: &Path, to: &Path, overwrite: bool) -> io::Result<()> {
    if overwrite {
        return fs::rename(from, to);
    }
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // Not every file system can do this at once.
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => match to.symlink_metadata() {
            Ok(_) => Err(ErrorKind::AlreadyExists.into()),
            Err(_) => fs::rename(from, to),
        },
        done => Ok(done?),
    }
}

/// Makes a new directory, open to this user alone, where such things are kept.
pub fn folder() -> Result<PathBuf, FileError> {
    let all = std::env::temp_dir();
    loop {
        let path = all.join(format!("codex-lua-{:016x}", fastrand::u64(..)));
        match DirBuilder::new().mode(0o700).create(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed("make a directory in", &all)(error)),
        }
    }
}
