//! The files of a run's code: those that were read, and those that were looked for and were not there.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::watch;
use xxhash_rust::xxh3::xxh3_64;

use crate::sys::path::normalize;

/// Which files were read as code, and what stood there; shared by all that read for one run.
#[derive(Debug, Clone, Default)]
pub struct CodeFiles(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    files: watch::Sender<BTreeMap<PathBuf, Content>>,
}

/// The hash of a file, the same in each process; `None` where none can be read.
pub type Content = Option<u64>;

impl CodeFiles {
    /// Takes note of what was read, or that there was nothing. The first time counts: whoever reads a file again has
    /// seen what became of it, but not begun with it.
    pub(super) fn note(&self, path: &Path, read: Option<&[u8]>) {
        let content = read.map(xxh3_64);
        // What is a folder or a pipe is no file that could be edited.
        if path.file_name().is_none() || !is_same_kind(path, content) {
            return;
        }
        self.learn(normalize(path), content);
    }

    /// Takes over what another run took note of.
    pub fn learn(&self, path: PathBuf, content: Content) {
        self.0.files.send_if_modified(|files| match files.entry(path) {
            Entry::Vacant(place) => {
                place.insert(content);
                true
            }
            Entry::Occupied(_) => false,
        });
    }

    /// All of them, and what stood there.
    pub fn contents(&self) -> BTreeMap<PathBuf, Content> {
        self.0.files.borrow().clone()
    }

    /// All of them, in the order of their paths.
    pub fn paths(&self) -> Vec<PathBuf> {
        self.0.files.borrow().keys().cloned().collect()
    }

    /// Takes what stands there now as what was read. Reads it, blocking.
    pub fn accept(&self, path: &Path) {
        let content = content(path);
        self.0.files.send_if_modified(|files| {
            files.entry(normalize(path)).and_modify(|known| *known = content);
            false
        });
    }

    /// Those where now stands something else than was read. Reads them, blocking.
    pub fn changed(&self) -> Vec<PathBuf> {
        let files = self.0.files.borrow().clone();
        files.into_iter().filter(|(path, read)| content(path) != *read).map(|(path, _)| path).collect()
    }

    /// Waits until there are more of them than this.
    pub async fn more_than(&self, count: usize) {
        // The sender is ours.
        let _ = self.0.files.subscribe().wait_for(|files| files.len() > count).await;
    }
}

fn content(path: &Path) -> Content {
    if !path.is_file() {
        return None;
    }
    std::fs::read(path).ok().map(|bytes| xxh3_64(&bytes))
}

/// Whether what stands there is a file as it was, or nothing.
fn is_same_kind(path: &Path, content: Content) -> bool {
    match path.metadata() {
        Ok(metadata) => metadata.is_file(),
        Err(_) => content.is_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{create_dir, remove_file, write};

    #[test]
    fn the_content_that_was_read_first_counts() {
        let folder = tempfile::tempdir().expect("a folder");
        let (files, path) = (CodeFiles::default(), |name: &str| folder.path().join(name));
        write(path("a"), "1").expect("a file");
        files.note(&path("a"), Some(b"1"));
        files.note(&path("none"), None);
        assert!(files.changed().is_empty());
        write(path("a"), "2").expect("a file");
        files.note(&path("./a"), Some(b"2"));
        assert_eq!(files.changed(), [path("a")]);
        write(path("a"), "1").expect("a file");
        assert!(files.changed().is_empty(), "it is what it was");
        write(path("a"), "3").expect("a file");
        files.accept(&path("a"));
        files.accept(&path("other"));
        assert!(files.changed().is_empty() && files.paths().len() == 2);
        write(path("none"), "").expect("a file");
        remove_file(path("a")).expect("a file");
        assert_eq!(files.changed(), [path("a"), path("none")]);
    }

    #[test]
    fn only_files_are_noted_and_each_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let (files, path) = (CodeFiles::default(), |name: &str| folder.path().join(name));
        create_dir(path("folder")).expect("a folder");
        files.note(&path("folder"), None);
        files.note(Path::new("/dev/null"), Some(b""));
        files.note(Path::new(".."), None);
        files.note(&path("a"), None);
        files.note(&path("./a"), None);
        assert_eq!(files.paths(), [path("a")]);
    }
}
