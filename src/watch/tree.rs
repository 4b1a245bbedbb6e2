//! The snapshot of a tree: what was seen last, and what differs from that now. Pure: it is told what stands where.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::content::Hash;
use super::stat::{Identity, Seen, Stat};
use crate::sys::files::filter::Rules;

/// A folder. Names are kept once, and no paths: 100,000 files take some 15 MB.
#[derive(Debug)]
pub struct Folder {
    /// Which folder it is.
    pub identity: Identity,
    /// What its own ignore files say.
    pub rules: Option<Arc<Rules>>,
    /// Whether its entries could be read.
    pub readable: bool,
    entries: BTreeMap<Box<OsStr>, Entry>,
}

/// What stands under a name.
#[derive(Debug)]
pub enum Entry {
    /// A file, or a link.
    File(File),
    /// A folder.
    Folder(Box<Folder>),
}

/// A file as it was seen.
#[derive(Debug, Clone, Copy)]
pub struct File {
    /// Its stamp.
    pub stat: Stat,
    /// Its content at that stamp, where it was read.
    pub hash: Option<Hash>,
    /// Whether a later write could have left the same stamp.
    pub racy: bool,
}

/// What became of a name.
#[derive(Debug)]
pub struct Difference {
    /// What stood there and does not stand there any more.
    pub before: Option<Entry>,
    /// What stands there.
    pub now: Now,
}

/// What stands under a name now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Now {
    /// What stood there before.
    Same,
    /// Nothing.
    Nothing,
    /// A file that is new, or that may have changed.
    File,
    /// A folder that is new.
    Folder,
}

impl Folder {
    /// One of which nothing is known yet.
    pub fn new(identity: Identity) -> Self {
        Self { identity, rules: None, readable: true, entries: BTreeMap::new() }
    }

    /// Takes what is seen under `name`; `now` is the clock of stamps.
    pub fn see(&mut self, name: &OsStr, seen: Option<Seen>, now: i64) -> Difference {
        let same = Difference { before: None, now: Now::Same };
        let (entry, what) = match (self.entries.get_mut(name), seen) {
            (None, None) => return same,
            (Some(_), None) => {
                return Difference { before: self.entries.remove(name), now: Now::Nothing };
            }
            (Some(Entry::File(file)), Some(Seen::File(stat))) if file.stat == stat && !file.racy => {
                return same;
            }
            (Some(Entry::Folder(folder)), Some(Seen::Folder(identity))) if folder.identity == identity => {
                return same;
            }
            (_, Some(Seen::File(stat))) => {
                (Entry::File(File { stat, hash: None, racy: stat.is_racy(now) }), Now::File)
            }
            (_, Some(Seen::Folder(identity))) => (Entry::Folder(Box::new(Self::new(identity))), Now::Folder),
        };
        Difference { before: self.entries.insert(name.into(), entry), now: what }
    }

    /// What stands under a name.
    pub fn get(&self, name: &OsStr) -> Option<&Entry> {
        self.entries.get(name)
    }

    /// The file of this name.
    pub fn file(&self, name: &OsStr) -> Option<&File> {
        match self.entries.get(name) {
            Some(Entry::File(file)) => Some(file),
            _ => None,
        }
    }

    /// The folder of this name.
    pub fn folder_mut(&mut self, name: &OsStr) -> Option<&mut Self> {
        match self.entries.get_mut(name) {
            Some(Entry::Folder(folder)) => Some(folder),
            _ => None,
        }
    }

    /// What stands at a path below this folder.
    pub fn at(&self, path: &Path) -> Option<&Entry> {
        let mut names = path.iter();
        let mut entry = self.entries.get(names.next()?)?;
        for name in names {
            let Entry::Folder(folder) = entry else { return None };
            entry = folder.entries.get(name)?;
        }
        Some(entry)
    }

    /// The file at a path below this folder.
    pub fn file_mut(&mut self, path: &Path) -> Option<&mut File> {
        let (parent, name) = self.parent_mut(path)?;
        match parent.entries.get_mut(name) {
            Some(Entry::File(file)) => Some(file),
            _ => None,
        }
    }

    /// The folder in which the last name of a path stands, and that name.
    pub fn parent_mut<'p>(&mut self, path: &'p Path) -> Option<(&mut Self, &'p OsStr)> {
        let mut folder = self;
        let mut names = path.components().filter_map(|part| match part {
            Component::Normal(name) => Some(name),
            _ => None,
        });
        let mut name = names.next()?;
        for next in names {
            folder = folder.folder_mut(name)?;
            name = next;
        }
        Some((folder, name))
    }

    /// Names that are not in `listed`, which is sorted.
    pub fn missing_in(&self, listed: &[&OsStr]) -> Vec<Box<OsStr>> {
        let names = self.entries.keys().filter(|name| listed.binary_search(&&***name).is_err());
        names.cloned().collect()
    }

    /// Every file below, with its path, and every folder.
    pub fn each(&self, path: &mut PathBuf, visit: &mut dyn FnMut(&Path, Visit<'_>)) {
        visit(path, Visit::Folder);
        for (name, entry) in &self.entries {
            path.push(&**name);
            match entry {
                Entry::File(file) => visit(path, Visit::File(file)),
                Entry::Folder(folder) => folder.each(path, visit),
            }
            path.pop();
        }
    }
}

/// What [`Folder::each`] comes by.
#[derive(Debug, Clone, Copy)]
pub enum Visit<'t> {
    /// A file.
    File(&'t File),
    /// A folder, before what is in it.
    Folder,
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_000_000_000_000;

    fn file(size: u64) -> Seen {
        Seen::File(Stat { size, modified: 7, changed: 7, inode: size })
    }

    fn folder(path: &str) -> Seen {
        Seen::of(&std::fs::metadata(path).expect("a folder")).expect("a folder")
    }

    fn identity(path: &str) -> Identity {
        Identity::of(&std::fs::metadata(path).expect("a folder"))
    }

    #[test]
    fn what_differs_is_told_once() {
        let mut top = Folder::new(identity("/"));
        let name = OsStr::new("a");
        assert!(matches!(top.see(name, Some(file(1)), NOW), Difference { before: None, now: Now::File }));
        assert_eq!(top.see(name, Some(file(1)), NOW).now, Now::Same);
        let changed = top.see(name, Some(file(2)), NOW);
        assert!(matches!(changed.before, Some(Entry::File(File { stat: Stat { size: 1, .. }, .. }))));
        assert_eq!(changed.now, Now::File);
        assert_eq!(top.see(name, None, NOW).now, Now::Nothing);
        assert_eq!(top.see(name, None, NOW).now, Now::Same);
    }

    #[test]
    fn a_stamp_that_is_too_young_is_no_proof() {
        let mut top = Folder::new(identity("/"));
        let young = Some(Seen::File(Stat { size: 1, modified: NOW, changed: NOW + 1, inode: 1 }));
        top.see(OsStr::new("a"), young, NOW);
        assert_eq!(top.see(OsStr::new("a"), young, NOW + 1_000_000).now, Now::File);
        assert_eq!(top.see(OsStr::new("a"), young, NOW + 5_000_000_000).now, Now::File);
        assert_eq!(top.see(OsStr::new("a"), young, NOW + 5_000_000_000).now, Now::Same);
    }

    #[test]
    fn another_folder_under_the_same_name_is_new_and_what_was_below_is_handed_back() {
        let (mut top, name) = (Folder::new(identity("/")), OsStr::new("d"));
        assert_eq!(top.see(name, Some(folder("/")), NOW).now, Now::Folder);
        top.folder_mut(name).expect("it").see(OsStr::new("f"), Some(file(1)), NOW);
        assert_eq!(top.see(name, Some(folder("/")), NOW).now, Now::Same);
        assert!(top.file_mut(Path::new("d/f")).is_some());
        let Difference { before: Some(Entry::Folder(old)), now: Now::Folder } =
            top.see(name, Some(folder("/dev")), NOW)
        else {
            panic!("it is another one")
        };
        let mut files = vec![];
        old.each(&mut PathBuf::new(), &mut |path, visit| {
            if matches!(visit, Visit::File(_)) {
                files.push(path.to_owned());
            }
        });
        assert_eq!(files, [Path::new("f")]);
        assert!(top.file_mut(Path::new("d/f")).is_none());
    }

    #[test]
    fn names_that_a_listing_lacks_are_gone() {
        let mut top = Folder::new(identity("/"));
        for name in ["c", "a", "b"] {
            top.see(OsStr::new(name), Some(file(1)), NOW);
        }
        let missing = top.missing_in(&[OsStr::new("b"), OsStr::new("d")]);
        assert_eq!(missing.iter().map(|name| name.to_str().expect("it")).collect::<Vec<_>>(), ["a", "c"]);
    }
}
