//! Looking without changing anything; what is not there is `None`.

use std::ffi::OsString;
use std::fs::{self, File, FileType, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::{FileError, failed, present, refused};

/// What is at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
    /// A pipe, a socket, a device.
    Other,
}

/// One of what is in a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Begins as the path of the directory was given.
    pub path: PathBuf,
    /// Its last part.
    pub name: OsString,
    /// Of itself: links are not followed.
    pub kind: Kind,
}

/// What the system knows of a path.
#[derive(Debug, Clone, PartialEq)]
pub struct Stat {
    /// What it is.
    pub kind: Kind,
    /// Bytes.
    pub size: u64,
    /// Seconds since 1970.
    pub modified: f64,
    /// Who may do what, such as 0o644.
    pub mode: u32,
    /// Where a link points.
    pub target: Option<PathBuf>,
}

impl Kind {
    /// As scripts read it.
    pub fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Directory => "directory",
            Self::Link => "link",
            Self::Other => "other",
        }
    }

    pub(super) fn of(found: FileType) -> Self {
        match found {
            found if found.is_file() => Self::File,
            found if found.is_dir() => Self::Directory,
            found if found.is_symlink() => Self::Link,
            _ => Self::Other,
        }
    }

    /// What to say where a file is needed.
    pub(super) fn is_no_file(self) -> &'static str {
        match self {
            Self::Directory => "it is a directory",
            _ => "it is no regular file (a pipe, a socket or a device): io.open opens those",
        }
    }
}

/// Opens for reading or writing, a pipe too, without waiting for its other end; then only regular files are taken.
pub(super) fn open(
    options: &mut OpenOptions,
    doing: &'static str,
    path: &Path,
) -> io::Result<Result<File, FileError>> {
    let kind = match options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY).open(path) {
        Ok(file) => match Kind::of(file.metadata()?.file_type()) {
            Kind::File => return Ok(Ok(file)),
            kind => kind,
        },
        // A socket, or a pipe that nobody reads.
        Err(error) if error.raw_os_error() == Some(libc::ENXIO) => Kind::Other,
        Err(error) => return Err(error),
    };
    Ok(Err(refused(doing, path, kind.is_no_file())))
}

/// The bytes of a file, if there are no more than `most`.
pub fn read(path: &Path, most: u64) -> Result<Option<Vec<u8>>, FileError> {
    const DOING: &str = "read";
    let opened = open(OpenOptions::new().read(true), DOING, path);
    let Some(file) = present(opened).map_err(failed(DOING, path))? else { return Ok(None) };
    let file = file?;
    let too_large = |size| FileError::TooLarge { path: path.to_owned(), size, most };
    let size = file.metadata().map_err(failed(DOING, path))?.len();
    if size > most {
        return Err(too_large(size));
    }
    let mut bytes = Vec::new();
    // It may be growing.
    file.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(failed(DOING, path))?;
    let size = bytes.len() as u64;
    if size > most { Err(too_large(size)) } else { Ok(Some(bytes)) }
}

/// What is in a directory, by name.
pub fn list(path: &Path) -> Result<Option<Vec<Entry>>, FileError> {
    const DOING: &str = "list";
    let Some(found) = present(fs::metadata(path)).map_err(failed(DOING, path))? else { return Ok(None) };
    if !found.is_dir() {
        return Err(refused(DOING, path, "it is no directory"));
    }
    let gather = || -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for found in fs::read_dir(path)? {
            let found = found?;
            let (name, kind) = (found.file_name(), Kind::of(found.file_type()?));
            entries.push(Entry { path: below(path, Path::new(&name)), name, kind });
        }
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    };
    // It may go while it is read.
    present(gather()).map_err(failed(DOING, path))
}

/// A path in a directory, where `.` need not be said.
pub(super) fn below(folder: &Path, path: &Path) -> PathBuf {
    if folder == Path::new(".") { path.to_owned() } else { folder.join(path) }
}

/// What is at a path, or with `follow` where its links lead.
pub fn stat(path: &Path, follow: bool) -> Result<Option<Stat>, FileError> {
    let found = if follow { fs::metadata(path) } else { fs::symlink_metadata(path) };
    let Some(found) = present(found).map_err(failed("look at", path))? else { return Ok(None) };
    #[allow(clippy::cast_precision_loss, reason = "a number of Lua")]
    let modified = found.mtime() as f64 + found.mtime_nsec() as f64 / 1e9;
    let kind = Kind::of(found.file_type());
    let target = if kind == Kind::Link { fs::read_link(path).ok() } else { None };
    Ok(Some(Stat { kind, size: found.len(), modified, mode: found.mode() & 0o7777, target }))
}
