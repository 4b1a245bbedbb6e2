//! Contents that are still to be read, so that the next touch of a file can be told from a change.

use std::collections::VecDeque;
use std::path::PathBuf;

use super::content::Hash;
use super::pending::{Pending, Place};
use super::root::Root;
use super::tree::Visit;

/// The largest tree that is read when it is first watched, and the most files that wait to be read.
pub const FILES: usize = 4096;
/// Bytes that are read of a tree when it is first watched.
const BYTES: u64 = 64 << 20;
/// Files that are read before hints are looked at again.
const AT_ONCE: usize = 32;

/// Files to read.
#[derive(Debug, Default)]
pub struct Learning {
    queue: VecDeque<Place>,
}

impl Learning {
    /// A tree that is watched from now on, unless it is large.
    pub fn tree(&mut self, number: usize, root: &mut Root) {
        let (mut places, mut bytes, mut count) = (VecDeque::new(), 0, 0);
        let mut racy = vec![];
        let Some(top) = &root.top else { return };
        top.each(&mut PathBuf::new(), &mut |path, visit| {
            if let Visit::File(file) = visit {
                count += 1;
                bytes += file.stat.size;
                if file.racy {
                    racy.push(path.to_owned());
                } else if count <= FILES {
                    places.push_back((number, path.to_owned()));
                }
            }
        });
        if count + self.queue.len() > FILES || bytes > BYTES {
            return;
        }
        self.queue.append(&mut places);
        // Later nobody could tell the content at first from that of a write with the same stamp.
        for below in racy {
            let path = root.path(&below);
            if let Some(file) = root.top.as_mut().and_then(|top| top.file_mut(&below)) {
                file.hash = Hash::of_file(&path, &file.stat);
            }
        }
    }

    /// A file that was delivered. When too many wait, some stay unread.
    pub fn file(&mut self, place: Place) {
        if self.queue.len() < FILES {
            self.queue.push_back(place);
        }
    }

    /// Whether there is nothing to read.
    pub fn is_done(&self) -> bool {
        self.queue.is_empty()
    }

    /// Reads some.
    pub fn go_on(&mut self, roots: &mut [Root], pending: &Pending) {
        let some = self.queue.len().min(AT_ONCE);
        for place in self.queue.drain(..some) {
            let (number, below) = &place;
            // What waits has changed since it was delivered: its content now is not what is known.
            if pending.has(&place) {
                continue;
            }
            let root = &mut roots[*number];
            let path = root.path(below);
            if let Some(file) = root.top.as_mut().and_then(|top| top.file_mut(below))
                && file.hash.is_none()
                && !file.racy
            {
                file.hash = Hash::of_file(&path, &file.stat);
            }
        }
    }
}
