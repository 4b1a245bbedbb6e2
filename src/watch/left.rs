//! What the owner left at a path, and whether that stands there.

use std::path::Path;

use super::content::{Hashing, Part};
use super::tree::File;

/// What was left.
#[derive(Debug, Clone)]
pub enum Left {
    /// Nothing.
    Gone,
    /// A file, or a link.
    There {
        /// Its content at first.
        first: Part,
        /// What was added to that since.
        added: Option<Box<Hashing>>,
    },
}

impl Left {
    /// This content and nothing else.
    pub fn whole(content: Part) -> Self {
        Self::There { first: content, added: None }
    }

    /// What was seen.
    pub fn seen(file: Option<File>) -> Self {
        file.map_or(Self::Gone, |file| Self::whole(Part { size: file.stat.size, hash: file.hash }))
    }

    /// With more at its end.
    pub fn and(self, bytes: &[u8]) -> Self {
        let (first, mut added) = match self {
            Self::Gone => (Part::of(b""), Box::default()),
            Self::There { first, added } => (first, added.unwrap_or_default()),
        };
        added.add(bytes);
        Self::There { first, added: Some(added) }
    }

    /// Whether it is what stands at `path` now. Of a first part that was never read the size tells.
    pub fn stands(&self, path: &Path, now: Option<File>) -> bool {
        match (self, now) {
            (Self::Gone, None) => true,
            (Self::There { first, added: None }, Some(now)) if now.hash.is_some() => {
                *first == Part { size: now.stat.size, hash: now.hash }
            }
            (Self::There { first, added: None }, Some(now)) => {
                first.hash.is_some() && Part::are_all_of(&[*first], path, &now.stat)
            }
            (Self::There { first, added: Some(added) }, Some(now)) => {
                Part::are_all_of(&[*first, added.part()], path, &now.stat)
            }
            _ => false,
        }
    }
}
