//! Looking: takes what stands on the disk into the snapshot of one root, and notes what differs.

use std::ffi::{OsStr, OsString};
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use super::error::Limit;
use super::pending::Pending;
use super::source::Refusal;
use super::stat::{self, Identity, Seen};
use super::tree::{Entry, Folder, Now, Visit};
use super::watches::{Watched, Watches};
use crate::sys::files::filter::{Filter, Rules};

/// What a look needs. Paths that it is given are those of the disk; it notes them below the root.
pub struct Scan<'w> {
    /// The number of the root, for what is noted.
    pub root: usize,
    /// The root's folder.
    pub folder: &'w Path,
    /// When the root is one file: its name in that folder.
    pub name: Option<&'w OsStr>,
    pub filter: &'w Filter,
    pub watches: &'w mut Watches,
    pub pending: &'w mut Pending,
    pub trouble: &'w mut Trouble,
    /// Whether what differs is noted; what is there at first is not.
    pub note: bool,
    pub at: Instant,
}

/// What stood in the way of watching all.
#[derive(Debug, Default)]
pub struct Trouble {
    /// Folders that may not be read.
    pub unreadable: Vec<PathBuf>,
    /// A limit that was met.
    pub limit: Option<Limit>,
}

/// Whether watches are set also where they should be already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arm {
    /// Folders may be others than they were, by the same names.
    All,
    /// Only where a folder is new.
    New,
}

/// The folder is not there any more.
#[derive(Debug, PartialEq, Eq)]
struct Gone;

type RulesOf = Vec<Arc<Rules>>;

impl Scan<'_> {
    /// Compares the whole root with what is there; false when there is no folder to be watched.
    pub fn compare(&mut self, top: &mut Folder, arm: Arm) -> bool {
        let path = self.folder.to_owned();
        if arm == Arm::All {
            match self.watch(top, &path) {
                Ok(true) => {}
                Ok(false) if !top.readable => return true,
                // It is watched under another path: what is here is looked at, and announced there.
                Ok(false) => {
                    let why = "the same folder is watched under another path".into();
                    self.trouble.limit.get_or_insert(Limit::Other(why));
                }
                Err(Gone) => return false,
            }
        }
        match self.name {
            None => self.compare_folder(top, &path, &mut vec![], arm),
            Some(name) => self.look(top, name, &path.join(name), &mut vec![], false),
        }
        true
    }

    /// Looks at one path below the root. Whether it `moved`: a folder there may be another one.
    pub fn look_at(&mut self, top: &mut Folder, below: &Path, moved: bool) {
        if self.name.is_some_and(|name| below.as_os_str() != name) {
            return;
        }
        let (mut folder, mut path, mut rules) = (top, self.folder.to_owned(), vec![]);
        let mut names = below.iter().peekable();
        while let Some(name) = names.next() {
            path.push(name);
            let is_last = names.peek().is_none();
            if !is_last && matches!(folder.get(name), Some(Entry::Folder(_))) {
                rules.extend(folder.rules.clone());
                let Some(next) = folder.folder_mut(name) else { return };
                folder = next;
                continue;
            }
            // On the way to it stands something unknown: that is looked at, with all that is in it.
            return self.look(folder, name, &path, &mut rules, moved || !is_last);
        }
    }

    fn look(&mut self, folder: &mut Folder, name: &OsStr, path: &Path, rules: &mut RulesOf, moved: bool) {
        let own = rules.len();
        rules.extend(folder.rules.clone());
        let was_readable = folder.folder_mut(name).is_none_or(|inner| inner.readable);
        let metadata = path.symlink_metadata().ok();
        let now = self.take(folder, name, path, metadata.as_ref(), rules);
        if (now == Now::Folder || (now == Now::Same && (moved || !was_readable)))
            && let Some(inner) = folder.folder_mut(name)
        {
            self.watch_and_compare(inner, path, rules, Arm::All);
        }
        rules.truncate(own);
        if now != Now::Same && Rules::are_in(name) && self.name.is_none() {
            let parent = path.parent().unwrap_or(path).to_owned();
            self.compare_folder(folder, &parent, rules, Arm::New);
        }
    }

    /// Watches a folder and compares it: what comes after the watch and before the list is in one of them.
    fn watch_and_compare(&mut self, folder: &mut Folder, path: &Path, rules: &mut RulesOf, arm: Arm) {
        if arm == Arm::New || self.watch(folder, path) == Ok(true) {
            self.compare_folder(folder, path, rules, arm);
        }
    }

    /// Compares a folder and all below it. `rules` are those above it.
    fn compare_folder(&mut self, folder: &mut Folder, path: &Path, rules: &mut RulesOf, arm: Arm) {
        let listed = match list(path) {
            Ok(listed) => listed,
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                return self.unreadable(folder, path);
            }
            // It is gone, which its parent's hint tells.
            Err(_) => return,
        };
        folder.readable = true;
        folder.rules = Rules::read(path, |name| {
            listed.iter().any(|(listed, metadata)| listed == name && metadata.is_file())
        });
        let own = rules.len();
        rules.extend(folder.rules.clone());
        let mut child = path.to_owned();
        for (name, metadata) in &listed {
            child.push(name);
            let now = self.take(folder, name, &child, Some(metadata), rules);
            if metadata.is_dir()
                && let Some(inner) = folder.folder_mut(name)
            {
                self.watch_and_compare(inner, &child, rules, if now == Now::Folder { Arm::All } else { arm });
            }
            child.pop();
        }
        let mut names: Vec<&OsStr> = listed.iter().map(|(name, _)| &**name).collect();
        names.sort_unstable();
        for name in folder.missing_in(&names) {
            child.push(&*name);
            self.take(folder, &name, &child, None, rules);
            child.pop();
        }
        rules.truncate(own);
    }

    /// Takes what stands at one path into the snapshot.
    fn take(
        &mut self,
        folder: &mut Folder,
        name: &OsStr,
        path: &Path,
        metadata: Option<&Metadata>,
        rules: &RulesOf,
    ) -> Now {
        let mut seen = metadata.and_then(Seen::of);
        let is_folder = matches!(seen, Some(Seen::Folder(_)));
        let is_wrong_kind = self.name.is_some() && is_folder;
        let ignored =
            seen.is_some() && self.name.is_none() && !self.filter.judge(rules, path, is_folder).is_watched();
        if ignored || is_wrong_kind {
            seen = None;
        }
        let difference = folder.see(name, seen, stat::now());
        let below = path.strip_prefix(self.folder).unwrap_or(path);
        let before = match difference.before {
            Some(Entry::Folder(gone)) => {
                self.leave(&gone, below, !ignored);
                None
            }
            Some(Entry::File(file)) => Some(file),
            None => None,
        };
        if self.note && !ignored && (before.is_some() || difference.now == Now::File) {
            self.pending.touch((self.root, below.to_owned()), before, self.at);
        }
        if ignored && difference.now == Now::Nothing {
            self.pending.forget(self.root, below);
        }
        difference.now
    }

    /// A folder is gone: nothing in it is watched, and its files are noted if `note` says so.
    pub fn leave(&mut self, folder: &Folder, below: &Path, note: bool) {
        let mut at = below.to_owned();
        folder.each(&mut at, &mut |path, visit| match visit {
            Visit::File(file) if note => {
                self.pending.touch((self.root, path.to_owned()), Some(*file), self.at);
            }
            Visit::File(_) => {}
            Visit::Folder => self.watches.unwatch(&self.folder.join(path)),
        });
    }

    /// Whether what is in the folder is to be looked at.
    fn watch(&mut self, folder: &mut Folder, path: &Path) -> Result<bool, Gone> {
        match self.watches.watch(path, folder.identity) {
            Ok(Watched::Yes) => Ok(true),
            Ok(Watched::Elsewhere) => Ok(false),
            Err(Refusal::Gone) => Err(Gone),
            Err(Refusal::Unreadable) => {
                self.unreadable(folder, path);
                Ok(false)
            }
            Err(Refusal::Limit(limit)) => {
                self.trouble.limit.get_or_insert(limit);
                Ok(true)
            }
        }
    }

    fn unreadable(&mut self, folder: &mut Folder, path: &Path) {
        if std::mem::replace(&mut folder.readable, false) {
            self.trouble.unreadable.push(path.to_owned());
        }
    }
}

/// What is in a folder, with what is known of each without its content.
fn list(folder: &Path) -> io::Result<Vec<(OsString, Metadata)>> {
    let entries = std::fs::read_dir(folder)?;
    // What cannot be looked at has just gone.
    Ok(entries.flatten().filter_map(|entry| Some((entry.file_name(), entry.metadata().ok()?))).collect())
}

/// The folder at a path, if one stands there.
pub fn identity(path: &Path) -> Option<Identity> {
    path.metadata().ok().filter(Metadata::is_dir).map(|metadata| Identity::of(&metadata))
}
