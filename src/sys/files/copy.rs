//! Copying and moving: beside the goal first, so that it is there whole or not at all.

use std::fs::{self, DirBuilder, Metadata, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, symlink};
use std::path::Path;

use super::look::{Kind, open};
use super::remove::remove_tree;
use super::temp::{Temp, put};
use super::{CHUNK, FileError, Stop, failed, present, refused};

/// Copies a file, or a directory with all below it, with their modes; links in a directory are copied as links.
pub fn copy(from: &Path, to: &Path, overwrite: bool, stop: &Stop) -> Result<(), FileError> {
    let found = fs::metadata(from).map_err(failed("copy", from))?;
    check(from, &found, to, overwrite)?;
    transfer(from, &found, to, overwrite, stop)
}

/// Moves a file, a link or a directory, to another file system too: then it is copied first.
pub fn rename(from: &Path, to: &Path, overwrite: bool, stop: &Stop) -> Result<(), FileError> {
    let found = fs::symlink_metadata(from).map_err(failed("move", from))?;
    check(from, &found, to, overwrite)?;
    match put(from, to, overwrite) {
        Err(error) if error.kind() == ErrorKind::CrossesDevices => {
            rename_across(from, &found, to, overwrite, stop)
        }
        done => done.map_err(|error| taken(to, error)),
    }
}

fn rename_across(
    from: &Path,
    found: &Metadata,
    to: &Path,
    overwrite: bool,
    stop: &Stop,
) -> Result<(), FileError> {
    transfer(from, found, to, overwrite, stop)?;
    remove_tree(from).map_err(failed("remove after it was copied", from))
}

/// Whether the goal can be one.
fn check(from: &Path, found: &Metadata, to: &Path, overwrite: bool) -> Result<(), FileError> {
    if let Some(there) = present(fs::symlink_metadata(to)).map_err(failed("write", to))? {
        let same = (there.dev(), there.ino()) == (found.dev(), found.ino());
        let why = match () {
            () if same => "it is the very thing that should come there",
            () if there.is_dir() => "a directory is there: remove it first, or name a path in it",
            () if !overwrite => "it is there already: overwrite = true replaces it",
            () if found.is_dir() => "a file is there, and a directory should come: remove it first",
            () => return Ok(()),
        };
        return Err(refused("write", to, why));
    }
    let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let parent = parent.canonicalize().map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            refused("write", to, "the directory that it should lie in is not there: fs.mkdir makes it")
        }
        _ => failed("write", to)(error),
    })?;
    let inside = found.is_dir() && from.canonicalize().is_ok_and(|from| parent.starts_with(from));
    if inside { Err(refused("write", to, "it would lie in itself")) } else { Ok(()) }
}

fn transfer(from: &Path, found: &Metadata, to: &Path, overwrite: bool, stop: &Stop) -> Result<(), FileError> {
    let temp = Temp::beside(to);
    take(from, found, temp.path(), stop)?;
    stop.check("copy", from)?;
    temp.put(to, overwrite).map_err(|error| taken(to, error))
}

/// Somebody may have been quicker.
fn taken(to: &Path, error: io::Error) -> FileError {
    match error.kind() {
        ErrorKind::AlreadyExists => refused("write", to, "it is there already: overwrite = true replaces it"),
        _ => failed("write", to)(error),
    }
}

fn take(from: &Path, found: &Metadata, to: &Path, stop: &Stop) -> Result<(), FileError> {
    const DOING: &str = "copy";
    stop.check(DOING, from)?;
    let mode = Permissions::from_mode(found.mode() & 0o7777);
    match Kind::of(found.file_type()) {
        Kind::File => take_file(from, to, mode, stop),
        Kind::Link => fs::read_link(from).and_then(|target| symlink(target, to)).map_err(failed(DOING, from)),
        Kind::Directory => {
            DirBuilder::new().mode(0o700).create(to).map_err(failed(DOING, from))?;
            for entry in fs::read_dir(from).map_err(failed(DOING, from))? {
                let entry = entry.map_err(failed(DOING, from))?;
                let found = entry.metadata().map_err(failed(DOING, &entry.path()))?;
                take(&entry.path(), &found, &to.join(entry.file_name()), stop)?;
            }
            fs::set_permissions(to, mode).map_err(failed(DOING, from))
        }
        Kind::Other => Err(refused(DOING, from, "it is a pipe, a socket or a device")),
    }
}

fn take_file(from: &Path, to: &Path, mode: Permissions, stop: &Stop) -> Result<(), FileError> {
    const DOING: &str = "copy";
    let source = open(OpenOptions::new().read(true), DOING, from).map_err(failed(DOING, from))??;
    let copied = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to);
    let mut copied = copied.map_err(failed(DOING, from))?;
    while io::copy(&mut (&source).take(CHUNK as u64), &mut copied).map_err(failed(DOING, from))? > 0 {
        stop.check(DOING, from)?;
    }
    copied.set_permissions(mode).map_err(failed(DOING, from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_moved_to_another_file_system_is_copied_and_then_gone() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir_all(path("from/sub")).unwrap();
        fs::write(path("from/sub/file"), "1").unwrap();
        symlink("sub/file", path("from/link")).unwrap();
        symlink("from", path("whole")).unwrap();
        for (from, to) in [("from", "to"), ("whole", "link")] {
            let found = fs::symlink_metadata(path(from)).unwrap();
            rename_across(&path(from), &found, &path(to), false, &Stop::default()).unwrap();
            assert!(path(from).symlink_metadata().is_err());
        }
        assert_eq!(fs::read_to_string(path("to/link")).unwrap(), "1");
        assert_eq!(fs::read_link(path("link")).unwrap(), Path::new("from"));
    }

    #[test]
    fn what_is_given_up_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("from")).unwrap();
        fs::write(path("from/file"), "1").unwrap();
        let stop = Stop::default();
        stop.ask();
        assert!(copy(&path("from"), &path("to"), false, &stop).is_err());
        let found = fs::metadata(path("from")).unwrap();
        assert!(rename_across(&path("from"), &found, &path("to"), false, &stop).is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(path("from/file").is_file());
    }
}
