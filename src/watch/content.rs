//! Whether two contents are the same, by a hash; and what is read for that.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
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

/// So many bytes of a content, and what they are where that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Bytes.
    pub size: u64,
    /// Of them.
    pub hash: Option<Hash>,
}

/// A content that comes in pieces.
#[derive(Clone)]
pub struct Hashing {
    size: u64,
    state: Xxh3,
}

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
        let Ok(mut file) = open(path) else { return Self::of_link(path, stat) };
        if !bears(file.metadata(), stat) {
            return None;
        }
        let part = Hashing::default().read(&mut file).ok()?;
        bears(file.metadata(), stat).then_some(part.hash)?
    }

    fn of_link(path: &Path, stat: &Stat) -> Option<Self> {
        let target = std::fs::read_link(path).ok()?;
        bears(path.symlink_metadata(), stat).then(|| Self::of(target.as_os_str().as_bytes()))
    }

    fn finish(hash: u64) -> Self {
        Self(NonZeroU64::new(hash).unwrap_or(NonZeroU64::MIN))
    }
}

impl Part {
    /// Bytes at hand.
    pub fn of(bytes: &[u8]) -> Self {
        Self { size: bytes.len() as u64, hash: Some(Hash::of(bytes)) }
    }

    /// Whether the file at `path`, as long as it bears this stamp, consists of these parts and of nothing else.
    pub fn are_all_of(parts: &[Self], path: &Path, stat: &Stat) -> bool {
        if parts.iter().map(|part| part.size).sum::<u64>() != stat.size {
            return false;
        }
        let Ok(mut file) = open(path) else {
            return matches!(parts, [part] if part.hash.is_some() && Hash::of_link(path, stat) == part.hash);
        };
        let shows = |part: &Self| match part.hash {
            None => i64::try_from(part.size).is_ok_and(|size| file.seek(SeekFrom::Current(size)).is_ok()),
            Some(_) => Hashing::default().read(&mut (&file).take(part.size)).is_ok_and(|read| read == *part),
        };
        parts.iter().all(shows) && bears(file.metadata(), stat)
    }
}

impl std::fmt::Debug for Hashing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.part().fmt(f)
    }
}

impl Default for Hashing {
    fn default() -> Self {
        Self { size: 0, state: Xxh3::with_seed(*SEED) }
    }
}

impl Hashing {
    /// These bytes come next.
    pub fn add(&mut self, bytes: &[u8]) {
        self.size += bytes.len() as u64;
        self.state.update(bytes);
    }

    /// All until now.
    pub fn part(&self) -> Part {
        Part { size: self.size, hash: Some(Hash::finish(self.state.digest())) }
    }

    fn read(mut self, from: &mut impl Read) -> io::Result<Part> {
        let mut buffer = [0; 1 << 14];
        loop {
            match from.read(&mut buffer)? {
                0 => return Ok(self.part()),
                read => self.add(&buffer[..read]),
            }
        }
    }
}

fn bears(metadata: io::Result<std::fs::Metadata>, stat: &Stat) -> bool {
    metadata.is_ok_and(|metadata| Stat::of(&metadata) == *stat)
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
    fn a_file_is_its_parts_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        std::fs::write(&path, b"before, and more").expect("a file");
        let stat = Stat::of(&path.metadata().expect("it"));
        let mut more = Hashing::default();
        more.add(b", and");
        more.add(b" more");
        let (before, unread) = (Part::of(b"before"), Part { size: 6, hash: None });
        for (parts, expected) in [
            (&[before, more.part()][..], true),
            (&[unread, more.part()], true),
            (&[Part::of(b"before, and more")], true),
            (&[Part::of(b"beyond"), more.part()], false),
            (&[before, Part::of(b", and less")], false),
            (&[before], false),
            (&[before, more.part(), Part::of(b"!")], false),
        ] {
            assert_eq!(Part::are_all_of(parts, &path, &stat), expected, "{parts:?}");
        }
        assert!(!Part::are_all_of(&[before, more.part()], &path, &Stat { modified: 0, ..stat }));
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("where", &link).expect("a link");
        let stat = Stat::of(&link.symlink_metadata().expect("it"));
        assert!(Part::are_all_of(&[Part::of(b"where")], &link, &stat));
        assert!(!Part::are_all_of(&[Part::of(b"there")], &link, &stat));
    }

    #[test]
    fn what_is_large_is_not_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        File::create(&path).and_then(|file| file.set_len(LARGEST + 1)).expect("a file");
        assert_eq!(Hash::of_file(&path, &Stat::of(&path.metadata().expect("it"))), None);
    }
}
