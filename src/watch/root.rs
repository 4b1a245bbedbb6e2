//! One path that is watched: where it really is, whether it is there, and what is called how.

use std::ffi::{OsStr, OsString};
use std::path::{Component, Path, PathBuf};
use std::time::Instant;

use super::error::WatchError;
use super::scan::identity;
use super::stat::Identity;
use super::tree::{Entry, Folder};
use crate::sys::files::filter::Filter;

/// One path that is watched. Links on the way to it are followed; those below it are not.
pub struct Root {
    /// Absolute, as it was given.
    given: PathBuf,
    /// How it is called in batches.
    shown: PathBuf,
    /// The folder that is watched for it.
    pub folder: PathBuf,
    /// When it is a file: its name in that folder.
    pub name: Option<OsString>,
    /// What is watched below it.
    pub filter: Filter,
    /// The snapshot, while the folder is there.
    pub top: Option<Folder>,
    /// Since when the folder is not there.
    pub missing: Option<Instant>,
    /// Whether that was said.
    pub said: bool,
    /// A file that need not be there.
    is_optional: bool,
}

/// Where a root is.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    pub folder: PathBuf,
    pub name: Option<OsString>,
    pub identity: Identity,
}

impl Root {
    /// Finds a path that must be there.
    pub fn new(path: &Path, ignore: &[String], keep: &[String]) -> Result<Self, WatchError> {
        let unusable = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::NotFound => WatchError::Missing(path.to_owned()),
            _ => WatchError::Unusable { path: path.to_owned(), error: crate::sys::words::io_error(&error) },
        };
        let given = std::path::absolute(path).map_err(unusable)?;
        let metadata = given.metadata().map_err(unusable)?;
        if !metadata.is_dir() && !metadata.is_file() {
            return Err(WatchError::Kind(path.to_owned()));
        }
        let found = find(&given, metadata.is_file()).ok_or_else(|| WatchError::Missing(path.to_owned()))?;
        if found.name.is_none() {
            std::fs::read_dir(&given).map_err(unusable)?;
        }
        let filter = Filter::new(&found.folder, ignore, keep)?;
        let shown = path.components().filter(|part| *part != Component::CurDir).collect();
        let Found { folder, name, .. } = found;
        let (top, missing, said, is_optional) = (None, None, false, false);
        Ok(Self { given, shown, folder, name, filter, top, missing, said, is_optional })
    }

    /// A file that need not be there, nor the folder that it is in.
    pub fn optional(path: &Path) -> Result<Self, WatchError> {
        let given = std::path::absolute(path).map_err(|_| WatchError::NoPath)?;
        let name = given.file_name().ok_or_else(|| WatchError::Kind(path.to_owned()))?.to_owned();
        let folder = given.parent().unwrap_or(&given).to_owned();
        let (shown, filter, name) = (path.to_owned(), Filter::new(&folder, &[], &[])?, Some(name));
        let (top, missing, said, is_optional) = (None, None, false, true);
        Ok(Self { given, shown, folder, name, filter, top, missing, said, is_optional })
    }

    /// Where it is now; `None` when it is not there. A file may be missing while its folder is there.
    pub fn find(&self) -> Option<Found> {
        let is_there = !self.is_optional || !self.given.is_dir();
        if is_there { find(&self.given, self.name.is_some()) } else { find_file(&self.given) }
    }

    /// Since when its folder is not there, if it should be.
    pub fn lacking(&self) -> Option<Instant> {
        self.missing.filter(|_| !self.is_optional)
    }

    /// Whether what happened at `path` may be that this root came or went.
    pub fn may_concern(&self, path: &Path) -> bool {
        self.given.starts_with(path) || self.folder == path
    }

    /// Whether watching this root watches `other` as well.
    pub fn covers(&self, other: &Self) -> bool {
        let path = other.name.as_ref().map_or_else(|| other.folder.clone(), |name| other.folder.join(name));
        if let Some(name) = &self.name {
            return other.name.is_some() && self.folder.join(name) == path;
        }
        path.starts_with(&self.folder)
            && (path == self.folder
                || self.filter.explain(&self.folder, &path, other.name.is_none()).is_watched())
    }

    /// Whether a file below its folder is one of those that are watched, by the rules that are known.
    pub fn watches(&self, below: &Path) -> bool {
        if let Some(name) = &self.name {
            return below.as_os_str() == name;
        }
        let (mut folder, mut rules, mut at) = (self.top.as_ref(), vec![], self.folder.clone());
        let mut names = below.iter().peekable();
        while let Some(name) = names.next() {
            rules.extend(folder.and_then(|folder| folder.rules.clone()));
            at.push(name);
            if !self.filter.judge(&rules, &at, names.peek().is_some()).is_watched() {
                return false;
            }
            folder = match folder.and_then(|folder| folder.get(name)) {
                Some(Entry::Folder(inner)) => Some(inner),
                _ => None,
            };
        }
        true
    }

    /// How the path below it is called in batches.
    pub fn show(&self, below: &Path) -> PathBuf {
        if self.name.is_some() { self.shown.clone() } else { self.shown.join(below) }
    }

    /// The path on the disk.
    pub fn path(&self, below: &Path) -> PathBuf {
        self.folder.join(below)
    }

    /// As it was given, or the working folder.
    pub fn shown(&self) -> &Path {
        if self.shown.as_os_str().is_empty() { Path::new(".") } else { &self.shown }
    }

    /// The nearest folder above it that is there.
    pub fn ancestor(&self) -> Option<(PathBuf, Identity)> {
        let mut above = self.given.ancestors().skip(1);
        above.find_map(|folder| Some((folder.canonicalize().ok()?, identity(folder)?)))
    }
}

fn find(given: &Path, is_file: bool) -> Option<Found> {
    // It may go between two looks: only one that shows a file makes it a file.
    let there = given.canonicalize().and_then(|path| path.metadata().map(|metadata| (path, metadata)));
    let (folder, name) = match there {
        Ok((path, metadata)) if metadata.is_dir() => (path, None),
        Ok((path, _)) => (path.parent()?.to_owned(), path.file_name().map(OsStr::to_owned)),
        Err(_) if is_file => return find_file(given),
        Err(_) => return None,
    };
    let identity = identity(&folder)?;
    Some(Found { folder, name, identity })
}

/// The folder for a file that is not there.
fn find_file(given: &Path) -> Option<Found> {
    let (folder, name) = (given.parent()?.canonicalize().ok()?, given.file_name().map(OsStr::to_owned));
    let identity = identity(&folder)?;
    Some(Found { folder, name, identity })
}
