//! Executables and PATH.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

/// The entries of `path` that are absolute, in order.
///
/// A relative or empty entry means "wherever I happen to stand", which may be a checkout that someone else
/// wrote: whoever starts Codex should give it a PATH of these entries alone, since npm's launcher looks up
/// `node` there.
pub fn absolute_path_entries(path: Option<&OsStr>) -> Vec<PathBuf> {
    path.map(|path| std::env::split_paths(path).filter(|entry| entry.is_absolute()).collect())
        .unwrap_or_default()
}

/// The first executable called `name` in the absolute entries of `path`.
pub fn on_path(name: impl AsRef<Path>, path: Option<&OsStr>) -> Option<PathBuf> {
    absolute_path_entries(path)
        .into_iter()
        .map(|entry| entry.join(&name))
        .find(|file| why_not(file).is_none())
}

/// Why `file` cannot be run, for the sentence "FILE, which …"; none if it can.
pub(super) fn why_not(file: &Path) -> Option<&'static str> {
    match std::fs::metadata(file) {
        Err(_) => Some("does not exist or cannot be reached"),
        Ok(found) if found.is_dir() => Some("is a folder"),
        Ok(found) if !found.is_file() => Some("is no file"),
        Ok(_) if access(file, Access::EXEC_OK).is_err() => Some("is not executable"),
        Ok(_) => None,
    }
}
