//! Whether a change is the watcher's owner's own. Pure: it is told what was written, and asked about a change.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::content::Hash;

/// Who made a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// We wrote this very content there.
    Own,
    /// It came while a command of ours ran, which may have written it.
    MaybeOwn,
    /// Somebody else.
    Foreign,
}

/// What we wrote and what we ran since the last batch.
#[derive(Debug, Default)]
pub struct Writes {
    contents: HashMap<PathBuf, Option<Hash>>,
    ran: bool,
}

impl Writes {
    /// We wrote this content; `None` when we removed the file.
    pub fn wrote(&mut self, path: PathBuf, content: Option<Hash>) {
        self.contents.insert(path, content);
    }

    /// A command of ours ran, and what it wrote is not known.
    pub fn ran(&mut self) {
        self.ran = true;
    }

    /// Whose the change at `path` is, of which this is the content now; `None` when the file is gone.
    pub fn owner(&self, path: &Path, content: Option<Hash>) -> Owner {
        match self.contents.get(path) {
            Some(ours) if *ours == content => Owner::Own,
            _ if self.ran => Owner::MaybeOwn,
            _ => Owner::Foreign,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_and_content_decide() {
        let mut writes = Writes::default();
        let (a, b) = (Path::new("a"), Path::new("b"));
        writes.wrote(a.into(), Some(Hash::of(b"ours")));
        writes.wrote(b.into(), None);
        assert_eq!(writes.owner(a, Some(Hash::of(b"ours"))), Owner::Own);
        assert_eq!(writes.owner(a, Some(Hash::of(b"theirs"))), Owner::Foreign);
        assert_eq!(writes.owner(a, None), Owner::Foreign);
        assert_eq!(writes.owner(b, None), Owner::Own);
        assert_eq!(writes.owner(Path::new("c"), None), Owner::Foreign);
        writes.ran();
        assert_eq!(writes.owner(a, Some(Hash::of(b"theirs"))), Owner::MaybeOwn);
        assert_eq!(writes.owner(a, Some(Hash::of(b"ours"))), Owner::Own);
    }
}
