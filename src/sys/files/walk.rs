//! All that is below a directory, as far as somebody asks.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::filter::{Filter, Rules};
use super::look::{Entry, Kind, below, list};
use super::{FileError, failed, refused};

/// Entries that are looked for at once.
const AT_ONCE: usize = 256;

/// What of a tree is walked.
#[derive(Debug, Default)]
pub struct Walking {
    /// Globs of what is left out, by the rules of [`Filter`]; `None` when no ignore file counts either.
    pub ignore: Option<Vec<String>>,
    /// Of files only those that match, and no directories, if there are any such globs.
    pub keep: Vec<String>,
    /// Names that begin with a dot, too.
    pub hidden: bool,
    /// How many directories deep; 1 is what lies in the first.
    pub depth: Option<usize>,
}

/// A walk: what is in a directory comes after it, by name. Links are not followed.
#[derive(Debug)]
pub struct Walk {
    root: PathBuf,
    /// The same without links, as the rules know it.
    top: PathBuf,
    filter: Option<Filter>,
    only_files: bool,
    hidden: bool,
    depth: usize,
    levels: Vec<Level>,
    rules: Vec<Arc<Rules>>,
    /// Comes next, below the root: it is read when somebody goes on.
    next: Option<PathBuf>,
    /// Comes after what was found before it.
    error: Option<FileError>,
}

#[derive(Debug)]
struct Level {
    /// Below the root.
    folder: PathBuf,
    entries: std::vec::IntoIter<Entry>,
    /// How many rules held above it.
    rules_above: usize,
}

impl Walk {
    /// Begins at a directory.
    pub fn new(root: &Path, how: Walking) -> Result<Self, FileError> {
        let top = root.canonicalize().map_err(failed("walk", root))?;
        if !top.is_dir() {
            return Err(refused("walk", root, "it is no directory"));
        }
        let filter = how.ignore.map(|ignore| Filter::new(&top, &ignore, &how.keep)).transpose()?;
        Ok(Self {
            root: root.to_owned(),
            top,
            filter,
            only_files: !how.keep.is_empty(),
            hidden: how.hidden,
            depth: how.depth.unwrap_or(usize::MAX),
            levels: vec![],
            rules: vec![],
            next: Some(PathBuf::new()),
            error: None,
        })
    }

    /// The next entries, some at once; none at the end.
    pub fn some(&mut self) -> Result<Vec<Entry>, FileError> {
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        let mut found = vec![];
        while found.len() < AT_ONCE {
            match self.one() {
                Ok(Some(entry)) => found.push(entry),
                Ok(None) => break,
                Err(error) if found.is_empty() => return Err(error),
                Err(error) => {
                    self.error = Some(error);
                    break;
                }
            }
        }
        Ok(found)
    }

    fn one(&mut self) -> Result<Option<Entry>, FileError> {
        loop {
            if let Some(folder) = self.next.take() {
                self.enter(folder)?;
            }
            let Some(level) = self.levels.last_mut() else { return Ok(None) };
            let Some(entry) = level.entries.next() else {
                self.rules.truncate(level.rules_above);
                self.levels.pop();
                continue;
            };
            let path = level.folder.join(&entry.name);
            let is_folder = entry.kind == Kind::Directory;
            let filter = self.filter.as_ref();
            if (!self.hidden && entry.name.as_encoded_bytes().starts_with(b"."))
                || filter
                    .is_some_and(|f| !f.judge(&self.rules, &self.top.join(&path), is_folder).is_watched())
            {
                continue;
            }
            let shown = below(&self.root, &path);
            if is_folder && self.levels.len() < self.depth {
                self.next = Some(path);
            }
            if !(is_folder && self.only_files) {
                return Ok(Some(Entry { path: shown, ..entry }));
            }
        }
    }

    fn enter(&mut self, folder: PathBuf) -> Result<(), FileError> {
        let path = self.top.join(&folder);
        let entries = list(&path).map_err(|error| match error {
            FileError::Refused { why, .. } => {
                let shown = below(&self.root, &folder);
                refused("walk", &shown, why + "; ignore = … leaves a directory out")
            }
            other => other,
        })?;
        // It may have gone.
        let entries = entries.unwrap_or_default();
        let rules_above = self.rules.len();
        if self.filter.is_some() {
            self.rules.extend(Rules::read(&path, |name| entries.iter().any(|entry| entry.name == name)));
        }
        self.levels.push(Level { folder, entries: entries.into_iter(), rules_above });
        Ok(())
    }
}
