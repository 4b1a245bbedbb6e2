//! Whether two contents are the same, by a hash; and what is read for that.

use std::fs::File;
use std::io::Read;
use std::num::NonZeroU64;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::LazyLock;

use rustix::fs::{Mode, OFlags};
use xxhash_rust::xxh3::Xxh3;

use super::stat::Stat;

/// A larger file is never read: whenever its stamp changes it counts as changed.
pub const LARGEST: u64 = 16 << 20;

/// The hash of a content. Its seed is this process's, so that nobody can make two contents of one hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hash(NonZeroU64);

static SEED: LazyLock<u64> = LazyLock::new(|| fastrand::u64(..));

impl Hash {
    /// Of bytes at hand.
    pub fn of(bytes: &[u8]) -> Self {
        Self::finish(xxhash_rust::xxh3::xxh3_64_with_seed(bytes, *SEED))
    }

    /// Of the file at `path` as long as it bears this stamp: `None` when it does not, or is too large.
    pub fn of_file(path: &Path, stat: &Stat) -> Option<Self> {
        if stat.size > LARGEST {
            return None;
        }
        let as_seen = |metadata: std::io::Result<std::fs::Metadata>| {
            metadata.is_ok_and(|metadata| Stat::of(&metadata) == *stat)
        };
        let Ok(mut file) = open(path) else {
            let target = std::fs::read_link(path).ok()?;
            return as_seen(path.symlink_metadata()).then(|| Self::of(target.as_os_str().as_bytes()));
        };
        if !as_seen(file.metadata()) {
            return None;
        }
        let (mut hasher, mut buffer) = (Xxh3::with_seed(*SEED), [0; 1 << 14]);
        loop {
            match file.read(&mut buffer).ok()? {
                0 => break,
                read => hasher.update(&buffer[..read]),
            }
        }
        as_seen(file.metadata()).then(|| Self::finish(hasher.digest()))
    }

    fn finish(hash: u64) -> Self {
        Self(NonZeroU64::new(hash).unwrap_or(NonZeroU64::MIN))
    }
}

/// The bytes of a file as it is now, unless it is too large.
pub fn bytes(path: &Path) -> Option<Vec<u8>> {
    let file = open(path).ok()?;
    if !file.metadata().ok()?.is_file() {
        return None;
    }
    let mut bytes = vec![];
    file.take(LARGEST + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= LARGEST).then_some(bytes)
}

fn open(path: &Path) -> rustix::io::Result<File> {
    // NONBLOCK: a pipe may have come there.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    rustix::fs::open(path, flags, Mode::empty()).map(File::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_and_its_bytes_are_the_same_while_its_stamp_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        for size in [0_usize, 1, 300, (1 << 14) + 1] {
            let bytes: Vec<u8> = (0..size).map(|at| u8::try_from(at % 251).expect("small")).collect();
            std::fs::write(&path, &bytes).expect("a file");
            let stat = Stat::of(&path.metadata().expect("it"));
            assert_eq!(Hash::of_file(&path, &stat), Some(Hash::of(&bytes)), "{size}");
            assert_eq!(Hash::of_file(&path, &Stat { size: stat.size + 1, ..stat }), None);
        }
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("where", &link).expect("a link");
        let stat = Stat::of(&link.symlink_metadata().expect("it"));
        assert_eq!(Hash::of_file(&link, &stat), Some(Hash::of(b"where")));
    }

    #[test]
    fn what_is_large_is_not_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        File::create(&path).and_then(|file| file.set_len(LARGEST + 1)).expect("a file");
        assert_eq!(Hash::of_file(&path, &Stat::of(&path.metadata().expect("it"))), None);
    }
}
