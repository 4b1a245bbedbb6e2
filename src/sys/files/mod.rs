//! Files and folders for scripts. What is written, copied or moved is there whole or not at all, also when it is given
//! up halfway; all of this blocks.

mod copy;
pub mod filter;
mod glob;
mod look;
mod remove;
mod temp;
mod walk;
mod write;

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub use copy::{copy, rename};
pub use glob::glob;
pub use look::{Entry, list, read, stat};
pub use remove::{remove, remove_tree};
pub use temp::folder as temp_dir;
pub use walk::{Walk, Walking};
pub use write::{Writing, append, make_folder, write};

use super::words::io_error;
use filter::GlobError;

/// Bytes that are moved between two looks at [`Stop`].
const CHUNK: usize = 4 << 20;

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// It cannot be done with this path.
    #[error("cannot {doing} {path:?}: {why}")]
    Refused {
        /// A verb.
        doing: &'static str,
        /// The path.
        path: PathBuf,
        /// Why, and what to do.
        why: String,
    },
    /// A file has more bytes than may be read.
    #[error("cannot read {path:?}: it has {size} bytes, and a script's memory is {most} bytes (`--memory`)")]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its bytes.
        size: u64,
        /// How many there may be.
        most: u64,
    },
    /// A glob cannot be read.
    #[error(transparent)]
    Glob(#[from] GlobError),
}

/// Asks work that blocks to leave off, and to leave nothing half done.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Asks.
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn check(&self, doing: &'static str, path: &Path) -> Result<(), FileError> {
        if self.0.load(Ordering::Relaxed) { Err(refused(doing, path, "it was given up")) } else { Ok(()) }
    }
}

fn refused(doing: &'static str, path: &Path, why: impl Into<String>) -> FileError {
    FileError::Refused { doing, path: path.to_owned(), why: why.into() }
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FileError {
    let path = path.to_owned();
    move |error| {
        let why = match error.kind() {
            ErrorKind::NotFound => "there is no such file or directory".into(),
            ErrorKind::NotADirectory => "a part of it that should be a directory is a file".into(),
            ErrorKind::IsADirectory => "it is a directory".into(),
            ErrorKind::ReadOnlyFilesystem => "its file system is read-only".into(),
            ErrorKind::InvalidFilename => "the name is too long".into(),
            ErrorKind::AlreadyExists => "it is there already".into(),
            _ if error.raw_os_error() == Some(libc::ELOOP) => "its links lead in a circle".into(),
            _ => io_error(&error),
        };
        refused(doing, &path, why)
    }
}

/// What is there; `None` when nothing is.
fn present<T>(found: io::Result<T>) -> io::Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(error),
    }
}
