//! Which folders are watched: one watch for each folder, under the path that it has now.
//!
//! The system watches folders, not paths, and notify files both under a path. So a folder that was renamed is let go
//! under its old path before it is watched under its new one: the other way round, letting the old path go would end
//! the new watch without a word.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::source::{Refusal, Source, WHOLE_TREES};
use super::stat::Identity;

/// The watches of one source.
pub struct Watches {
    source: Box<dyn Source>,
    by_path: HashMap<PathBuf, Identity>,
    by_identity: HashMap<Identity, PathBuf>,
}

/// Whether a folder is watched now.
#[derive(Debug, PartialEq, Eq)]
pub enum Watched {
    /// It is.
    Yes,
    /// It is watched under another path, where it still stands: a mount of the same folder, perhaps within itself.
    Elsewhere,
}

impl Watches {
    /// None yet.
    pub fn new(source: Box<dyn Source>) -> Self {
        Self { source, by_path: HashMap::new(), by_identity: HashMap::new() }
    }

    /// Watches a folder, anew if it is watched already.
    pub fn watch(&mut self, path: &Path, identity: Identity) -> Result<Watched, Refusal> {
        match self.by_identity.get(&identity) {
            Some(other) if other != path => {
                if stands_at(other, identity) {
                    return Ok(Watched::Elsewhere);
                }
                self.unwatch(&other.clone());
            }
            _ => {}
        }
        if self.by_path.get(path).is_some_and(|old| *old != identity) {
            self.unwatch(path);
        }
        let mut above = path.ancestors().skip(1);
        if !WHOLE_TREES || !above.any(|folder| self.by_path.contains_key(folder)) {
            self.source.watch(path)?;
        }
        // Another one may have come there meanwhile. Kept under the wrong number its watch would be let go when the
        // folder that has this number is watched.
        if !stands_at(path, identity) {
            self.source.unwatch(path);
            return Err(Refusal::Gone);
        }
        self.by_path.insert(path.to_owned(), identity);
        self.by_identity.insert(identity, path.to_owned());
        Ok(Watched::Yes)
    }

    /// Watches a folder no more.
    pub fn unwatch(&mut self, path: &Path) {
        if let Some(identity) = self.by_path.remove(path) {
            // Its number may have gone to another folder meanwhile.
            if self.by_identity.get(&identity).is_some_and(|other| other == path) {
                self.by_identity.remove(&identity);
            }
            self.source.unwatch(path);
        }
    }
}

fn stands_at(path: &Path, identity: Identity) -> bool {
    path.symlink_metadata().is_ok_and(|metadata| Identity::of(&metadata) == identity)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{Sender, channel};

    struct Told(Sender<String>);

    impl Source for Told {
        fn watch(&mut self, folder: &Path) -> Result<(), Refusal> {
            let _ = self.0.send(format!("+{}", folder.file_name().expect("it").to_string_lossy()));
            Ok(())
        }

        fn unwatch(&mut self, folder: &Path) {
            let _ = self.0.send(format!("-{}", folder.file_name().expect("it").to_string_lossy()));
        }
    }

    #[test]
    fn a_renamed_folder_is_let_go_under_its_old_path_first() {
        let root = tempfile::tempdir().expect("a folder");
        let path = |name: &str| root.path().join(name);
        let identity = |name: &str| Identity::of(&path(name).metadata().expect("it"));
        let (tell, told) = channel();
        let mut watches = Watches::new(Box::new(Told(tell)));
        std::fs::create_dir(path("a")).expect("a folder");
        watches.watch(&path("a"), identity("a")).expect("it");
        std::fs::rename(path("a"), path("b")).expect("a rename");
        std::fs::create_dir(path("a")).expect("another folder");
        watches.watch(&path("b"), identity("b")).expect("it");
        watches.watch(&path("a"), identity("a")).expect("it");
        watches.unwatch(&path("a"));
        watches.unwatch(&path("a"));
        assert_eq!(watches.watch(&path("b"), identity("b")), Ok(Watched::Yes));
        assert_eq!(told.try_iter().collect::<Vec<_>>(), ["+a", "-a", "+b", "+a", "-a", "+b"]);
        assert_eq!(watches.by_path.len(), 1);
    }

    #[test]
    fn a_number_that_went_to_another_folder_stays_with_that() {
        let root = tempfile::tempdir().expect("a folder");
        let path = |name: &str| root.path().join(name);
        let (tell, told) = channel();
        let mut watches = Watches::new(Box::new(Told(tell)));
        std::fs::create_dir(path("new")).expect("a folder");
        let identity = Identity::of(&path("new").metadata().expect("it"));
        // As after `old` was deleted and `new` got its number.
        watches.by_path.insert(path("old"), identity);
        watches.by_identity.insert(identity, path("old"));
        watches.watch(&path("new"), identity).expect("it");
        watches.unwatch(&path("old"));
        std::fs::rename(path("new"), path("newer")).expect("a rename");
        watches.watch(&path("newer"), identity).expect("it");
        watches.unwatch(&path("new"));
        assert_eq!(told.try_iter().collect::<Vec<_>>(), ["-old", "+new", "-new", "+newer"]);
    }

    #[test]
    fn a_folder_that_is_another_one_by_now_is_not_watched_under_the_wrong_number() {
        let root = tempfile::tempdir().expect("a folder");
        let (tell, told) = channel();
        let mut watches = Watches::new(Box::new(Told(tell)));
        let path = root.path().join("a");
        std::fs::create_dir(&path).expect("a folder");
        let stale = Identity::of(&root.path().metadata().expect("it"));
        assert_eq!(watches.watch(&path, stale), Err(Refusal::Gone));
        assert_eq!(told.try_iter().collect::<Vec<_>>(), ["+a", "-a"]);
    }

    #[test]
    fn another_folder_of_the_same_name_gets_a_watch_of_its_own() {
        let root = tempfile::tempdir().expect("a folder");
        let path = root.path().join("a");
        let (tell, told) = channel();
        let mut watches = Watches::new(Box::new(Told(tell)));
        std::fs::create_dir(&path).expect("a folder");
        let first = Identity::of(&path.metadata().expect("it"));
        watches.watch(&path, first).expect("it");
        std::fs::rename(&path, root.path().join("b")).expect("a rename");
        std::fs::create_dir(&path).expect("another folder");
        watches.watch(&path, Identity::of(&path.metadata().expect("it"))).expect("it");
        assert_eq!(told.try_iter().collect::<Vec<_>>(), ["+a", "-a", "+a"]);
    }
}
