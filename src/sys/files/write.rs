//! Writing: by default beside the file and then in its place, so that whoever reads finds the old or the new.

use std::fs::{DirBuilder, File, Metadata, OpenOptions, Permissions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

use super::look::open;
use super::temp::Temp;
use super::{CHUNK, FileError, Stop, failed, present, refused};

const DOING: &str = "write";

/// How a file is written.
#[derive(Debug, Clone, Copy)]
pub struct Writing {
    /// Beside it, and then in its place; else into it.
    pub atomic: bool,
    /// Who may do what with it; else as it was, or as the user's umask says.
    pub mode: Option<u32>,
    /// Makes the directories that it lies in.
    pub parents: bool,
}

/// Gives a file this content. Links are followed; the mode and, where that is allowed, the owner stay.
pub fn write(path: &Path, content: &[u8], how: Writing, stop: &Stop) -> Result<(), FileError> {
    if how.parents {
        make_parents(path)?;
    }
    let target = behind_links(path)?;
    // To put another in its place would need no permission of the file: opening it asks for that.
    let opened =
        present(open(OpenOptions::new().write(true), DOING, &target)).map_err(failed(DOING, path))?;
    let found = opened.transpose()?.map(|file| file.metadata()).transpose().map_err(failed(DOING, path))?;
    if !how.atomic {
        return write_into(path, &target, content, how.mode, stop);
    }
    let temp = Temp::beside(&target);
    let first_mode = if found.is_some() || how.mode.is_some() { 0o600 } else { 0o666 };
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(first_mode)
        .open(temp.path())
        .map_err(|error| beside(path, found.is_some(), error))?;
    fill(&mut file, path, content, stop)?;
    if let Some(found) = &found {
        keep_owner(&file, found);
    }
    if let Some(mode) = how.mode.or(found.map(|found| found.mode() & 0o7777)) {
        file.set_permissions(Permissions::from_mode(mode)).map_err(failed(DOING, path))?;
    }
    file.sync_all().map_err(failed(DOING, path))?;
    stop.check(DOING, path)?;
    temp.put(&target, true).map_err(failed(DOING, path))
}

fn write_into(
    path: &Path,
    target: &Path,
    content: &[u8],
    mode: Option<u32>,
    stop: &Stop,
) -> Result<(), FileError> {
    let opened = open(OpenOptions::new().write(true).create(true).truncate(false), DOING, target);
    let mut file = opened.map_err(|error| no_folder(path, error))??;
    file.set_len(0).map_err(failed(DOING, path))?;
    if let Some(mode) = mode {
        file.set_permissions(Permissions::from_mode(mode)).map_err(failed(DOING, path))?;
    }
    fill(&mut file, path, content, stop)
}

/// Adds to the end of a file, which is made if it is not there.
pub fn append(path: &Path, content: &[u8], parents: bool) -> Result<(), FileError> {
    if parents {
        make_parents(path)?;
    }
    let opened = open(OpenOptions::new().append(true).create(true), DOING, path);
    let mut file = opened.map_err(|error| no_folder(path, error))??;
    file.write_all(content).map_err(failed(DOING, path))
}

/// Makes a directory and those that it lies in; it may be there.
pub fn make_folder(path: &Path) -> Result<(), FileError> {
    let made = DirBuilder::new().recursive(true).create(path);
    made.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => refused("make", path, "it is there, and no directory"),
        _ => failed("make", path)(error),
    })
}

fn make_parents(path: &Path) -> Result<(), FileError> {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).map_or(Ok(()), make_folder)
}

fn fill(file: &mut File, path: &Path, content: &[u8], stop: &Stop) -> Result<(), FileError> {
    for chunk in content.chunks(CHUNK) {
        stop.check(DOING, path)?;
        file.write_all(chunk).map_err(failed(DOING, path))?;
    }
    Ok(())
}

/// The file that is to be written: replacing a link would leave the file that it names as it was.
fn behind_links(path: &Path) -> Result<PathBuf, FileError> {
    if !path.is_symlink() {
        return Ok(path.to_owned());
    }
    path.canonicalize().map_err(|error| match error.kind() {
        ErrorKind::NotFound => refused(DOING, path, "it is a link that leads nowhere: remove it first"),
        _ => failed(DOING, path)(error),
    })
}

/// Whoever may not give it away leaves it with us.
fn keep_owner(file: &File, found: &Metadata) {
    let ours = file.metadata();
    if ours.is_ok_and(|ours| (ours.uid(), ours.gid()) != (found.uid(), found.gid())) {
        let _ = fchown(file, Some(found.uid()), Some(found.gid()));
    }
}

fn beside(path: &Path, is_there: bool, error: std::io::Error) -> FileError {
    if is_there && error.kind() == ErrorKind::PermissionDenied {
        let why = "no file can be made beside it (not permitted): atomic = false writes into it";
        return refused(DOING, path, why);
    }
    no_folder(path, error)
}

fn no_folder(path: &Path, error: std::io::Error) -> FileError {
    match error.kind() {
        ErrorKind::NotFound => {
            refused(DOING, path, "the directory that it should lie in is not there: parents = true makes it")
        }
        _ => failed(DOING, path)(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const USUAL: Writing = Writing { atomic: true, mode: None, parents: false };

    #[test]
    fn what_is_given_up_leaves_the_old() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        write(&path, b"old", USUAL, &Stop::default()).unwrap();
        let stop = Stop::default();
        stop.ask();
        for content in [&b"new"[..], b""] {
            assert!(write(&path, content, USUAL, &stop).is_err());
        }
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn whoever_reads_finds_the_old_or_the_new() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let contents = [vec![b'a'; 200_000], vec![b'b'; 300_000]];
        write(&path, &contents[0], USUAL, &Stop::default()).unwrap();
        std::thread::scope(|scope| {
            let writing = scope.spawn(|| {
                for round in 0..20 {
                    write(&path, &contents[round % 2], USUAL, &Stop::default()).unwrap();
                }
            });
            while !writing.is_finished() {
                let found = fs::read(&path).unwrap();
                assert!(contents.contains(&found), "{} bytes", found.len());
            }
        });
    }
}
