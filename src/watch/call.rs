//! What the owner of watchers does to files itself, by its own calls.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::content::{Hash, Part};
use super::deeds::{Deed, Deeds};
use super::stat::{Seen, Stat};

/// What a call did at a path, which is absolute and without links on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// The path.
    pub path: PathBuf,
    /// What it did.
    pub did: Did,
}

/// What was done to a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Did {
    /// It got this content.
    Put(Part),
    /// These bytes came to its end.
    Added(Arc<[u8]>),
    /// A file came here from elsewhere, with this content.
    Moved {
        /// Where it was.
        from: PathBuf,
        /// Its content.
        content: Part,
    },
    /// It is gone, with all below it.
    Removed,
}

/// A call that changes files, from its beginning until it is dropped; then the watchers hear what it did. Where nobody
/// watches nothing is looked at. It blocks.
#[derive(Debug)]
pub struct Call {
    deeds: Deeds,
    writes: Vec<Write>,
}

/// The files of a tree, or one file, before something is done with them.
#[derive(Debug)]
pub struct Tree {
    at: PathBuf,
    files: Vec<(PathBuf, Part)>,
}

impl Deeds {
    /// The owner begins to change files.
    pub fn call(&self) -> Call {
        self.tell(&Deed::CallBegan);
        Call { deeds: self.clone(), writes: vec![] }
    }
}

impl Call {
    /// A file got this content; links to it were followed.
    pub fn put(&mut self, path: &Path, content: &[u8]) {
        if self.deeds.are_followed()
            && let Ok(path) = path.canonicalize()
        {
            self.writes.push(Write { path, did: Did::Put(Part::of(content)) });
        }
    }

    /// Bytes came to the end of a file; links to it were followed.
    pub fn added(&mut self, path: &Path, bytes: Vec<u8>) {
        if self.deeds.are_followed()
            && let Ok(path) = path.canonicalize()
        {
            self.writes.push(Write { path, did: Did::Added(bytes.into()) });
        }
    }

    /// What is to be copied: a link there is followed.
    pub fn source(&self, path: &Path) -> Option<Tree> {
        self.deeds.are_followed().then(|| path.canonicalize().ok().map(Tree::read)).flatten()
    }

    /// What is to be moved, or removed with all below it.
    pub fn tree(&self, path: &Path) -> Option<Tree> {
        self.place(path).map(Tree::read)
    }

    /// Where what is to be removed lies.
    pub fn place(&self, path: &Path) -> Option<PathBuf> {
        self.deeds.are_followed().then(|| place(path)).flatten()
    }

    /// What was found at a place is gone.
    pub fn removed(&mut self, place: Option<PathBuf>) {
        self.writes.extend(place.map(|path| Write { path, did: Did::Removed }));
    }

    /// A tree stands here too.
    pub fn copied(&mut self, tree: Option<&Tree>, to: &Path) {
        self.came(tree, to, |_, content| Did::Put(content));
    }

    /// A tree stands here now.
    pub fn moved(&mut self, tree: Option<Tree>, to: &Path) {
        self.came(tree.as_ref(), to, |from, content| Did::Moved { from, content });
        self.removed(tree.map(|tree| tree.at));
    }

    fn came(&mut self, tree: Option<&Tree>, to: &Path, did: impl Fn(PathBuf, Part) -> Did) {
        let Some((tree, to)) = tree.zip(place(to)) else { return };
        let writes = tree.files.iter().map(|(below, content)| Write {
            path: join(&to, below),
            did: did(join(&tree.at, below), *content),
        });
        self.writes.extend(writes);
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.deeds.tell(&Deed::CallEnded { writes: std::mem::take(&mut self.writes).into() });
    }
}

impl Tree {
    fn read(at: PathBuf) -> Self {
        let mut tree = Self { at, files: vec![] };
        tree.add(PathBuf::new());
        tree
    }

    /// What cannot be read is nobody's own.
    fn add(&mut self, below: PathBuf) {
        let path = join(&self.at, &below);
        match path.symlink_metadata().ok().as_ref().and_then(Seen::of) {
            Some(Seen::File(stat)) => {
                self.files.extend(content(&path, &stat).map(|content| (below, content)));
            }
            Some(Seen::Folder(_)) => {
                let names =
                    fs::read_dir(&path).into_iter().flatten().flatten().map(|entry| entry.file_name());
                names.for_each(|name| self.add(below.join(name)));
            }
            None => {}
        }
    }
}

fn content(path: &Path, stat: &Stat) -> Option<Part> {
    Hash::of_file(path, stat).map(|hash| Part { size: stat.size, hash: Some(hash) })
}

/// Nothing below a path is the path itself, without a slash at its end.
fn join(path: &Path, below: &Path) -> PathBuf {
    if below.as_os_str().is_empty() { path.to_owned() } else { path.join(below) }
}

/// The path of what stands there, which may be a link, or is about to.
fn place(path: &Path) -> Option<PathBuf> {
    let is_folder = path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir());
    if is_folder { path.canonicalize().ok() } else { real(&std::path::absolute(path).ok()?) }
}

/// An absolute path as watchers have it. The folder of what was removed may be gone too.
pub(super) fn real(path: &Path) -> Option<PathBuf> {
    let mut above = path.ancestors().skip(1);
    above.find_map(|folder| Some(folder.canonicalize().ok()?.join(path.strip_prefix(folder).ok()?)))
}
