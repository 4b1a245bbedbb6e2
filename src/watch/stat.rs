//! What the system tells of a file without its content.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::time::SystemTime;

const SECOND: i64 = 1_000_000_000;
/// The kernel stamps files with a clock that may lag by a tick: 10 ms at 100 Hz, and as much again for safety.
const TICK: i64 = 20_000_000;
/// A stamp of whole seconds comes from a file system that knows no finer ones; FAT counts in twos.
const COARSE: i64 = 2 * SECOND;

/// A folder, whatever it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Identity {
    device: u64,
    inode: u64,
}

/// The stamp of a file. Two that differ may still be of the same content; see [`Stat::is_racy`] for the contrary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stat {
    /// Bytes.
    pub size: u64,
    /// When its content changed, nanoseconds since 1970; programs can set it.
    pub modified: i64,
    /// When anything of it changed, nanoseconds since 1970; nobody can set it.
    pub changed: i64,
    /// Its number on its device.
    pub inode: u64,
}

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// A regular file, or a link, which is not followed.
    File(Stat),
    /// A folder.
    Folder(Identity),
}

impl Seen {
    /// Pipes, sockets and devices have no content to watch: `None`.
    pub fn of(metadata: &Metadata) -> Option<Self> {
        let kind = metadata.file_type();
        if kind.is_dir() {
            Some(Self::Folder(Identity::of(metadata)))
        } else {
            (kind.is_file() || kind.is_symlink()).then(|| Self::File(Stat::of(metadata)))
        }
    }
}

impl Identity {
    /// That of a folder.
    pub fn of(metadata: &Metadata) -> Self {
        Self { device: metadata.dev(), inode: metadata.ino() }
    }
}

impl Stat {
    /// The stamp of a file.
    pub fn of(metadata: &Metadata) -> Self {
        let nanoseconds = |seconds: i64, rest: i64| seconds.saturating_mul(SECOND).saturating_add(rest);
        Self {
            size: metadata.size(),
            modified: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
            changed: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
            inode: metadata.ino(),
        }
    }

    /// Whether a write after `now`, when this was read, could leave the very same stamp.
    pub fn is_racy(&self, now: i64) -> bool {
        let grain = if self.changed % SECOND == 0 { COARSE } else { TICK };
        self.changed.saturating_add(grain) >= now
    }

    /// Whether both are of one file that was renamed and not written.
    pub fn is_moved(&self, from: &Self) -> bool {
        (self.inode, self.size, self.modified) == (from.inode, from.size, from.modified)
    }
}

/// The clock of stamps: nanoseconds since 1970.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_as_young_as_the_clock_is_coarse_says_nothing() {
        let stat = |changed| Stat { size: 1, modified: 0, changed, inode: 1 };
        assert!(stat(SECOND + 1).is_racy(SECOND + TICK));
        assert!(!stat(SECOND + 1).is_racy(SECOND + TICK + 2));
        assert!(stat(SECOND).is_racy(2 * SECOND), "a file system that counts in seconds");
        assert!(!stat(SECOND).is_racy(4 * SECOND));
    }
}
