//! Removing, but not what nobody means.

use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::{FileError, failed, present, refused};

const DOING: &str = "remove";

/// Removes a file, a link (not where it leads) or a directory, one that is not empty only with `recursive`. False when
/// nothing was there.
///
/// # Errors
/// Also for the root, the home, the working directory, and what they lie in.
pub fn remove(path: &Path, recursive: bool) -> Result<bool, FileError> {
    // A slash at its end would follow a link.
    let path: PathBuf = path.components().collect();
    let Some(found) = present(path.symlink_metadata()).map_err(failed(DOING, &path))? else {
        return Ok(false);
    };
    let removed = if found.is_dir() {
        let whole = path.canonicalize().map_err(failed(DOING, &path))?;
        if let Some(what) = guarded(&whole) {
            return Err(refused(DOING, &path, format!("{what}, which no script removes")));
        }
        if recursive { fs::remove_dir_all(&whole) } else { fs::remove_dir(&whole) }
    } else {
        fs::remove_file(&path)
    };
    match present(removed) {
        Ok(removed) => Ok(removed.is_some()),
        Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => {
            Err(refused(DOING, &path, "it is a directory that is not empty: recursive = true removes it"))
        }
        Err(error) => Err(failed(DOING, &path)(error)),
    }
}

/// Why a directory must not be removed; its path is without links.
fn guarded(path: &Path) -> Option<&'static str> {
    let holds = |other: Option<PathBuf>| {
        other.and_then(|other| other.canonicalize().ok()).is_some_and(|other| other.starts_with(path))
    };
    if path.parent().is_none() {
        Some("it is the root of all files")
    } else if holds(std::env::home_dir()) {
        Some("it is your home, or your home lies in it")
    } else if holds(std::env::current_dir().ok()) {
        Some("it is the working directory, or that lies in it")
    } else {
        None
    }
}

/// Removes whatever is at a path of ours, also what is closed to ourselves.
pub fn remove_tree(path: &Path) -> io::Result<()> {
    let removed = match present(path.symlink_metadata())? {
        None => return Ok(()),
        Some(found) if found.is_dir() => fs::remove_dir_all(path).or_else(|error| {
            if error.kind() == ErrorKind::PermissionDenied {
                open_up(path)?;
                fs::remove_dir_all(path)
            } else {
                Err(error)
            }
        }),
        Some(_) => fs::remove_file(path),
    };
    present(removed).map(drop)
}

fn open_up(folder: &Path) -> io::Result<()> {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            open_up(&entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    /// As a user for whom permissions count.
    #[cfg(target_os = "linux")]
    fn without_privileges(test: impl FnOnce() + Send) {
        use rustix::thread::{CapabilitySet, capabilities, set_capabilities};
        std::thread::scope(|scope| {
            let thread = scope.spawn(|| {
                let mut own = capabilities(None).unwrap();
                own.effective.remove(CapabilitySet::DAC_OVERRIDE | CapabilitySet::DAC_READ_SEARCH);
                set_capabilities(None, own).unwrap();
                test();
            });
            thread.join().unwrap();
        });
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_is_closed_is_told_and_what_is_ours_goes_all_the_same() {
        use super::*;
        use crate::sys::files::{Stop, Walk, Walking, Writing, read, write};
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let close = |name, mode| fs::set_permissions(path(name), fs::Permissions::from_mode(mode)).unwrap();
        fs::create_dir_all(path("closed/in")).unwrap();
        fs::write(path("closed/file"), "old").unwrap();
        fs::write(path("mine"), "old").unwrap();
        close("closed/file", 0o644);
        close("closed", 0o555);
        close("mine", 0o444);
        without_privileges(|| {
            let how = |atomic| Writing { atomic, mode: None, parents: false };
            let written = |name, atomic| {
                write(&path(name), b"new", how(atomic), &Stop::default()).unwrap_err().to_string()
            };
            assert!(written("mine", true).ends_with(": not permitted"));
            assert!(written("closed/file", true).ends_with("atomic = false writes into it"));
            assert!(written("closed/new", false).ends_with(": not permitted"));
            write(&path("closed/file"), b"new", how(false), &Stop::default()).unwrap();
            assert_eq!(read(&path("closed/file"), 3).unwrap().unwrap(), b"new");
            assert!(remove(&path("closed"), true).unwrap_err().to_string().ends_with(": not permitted"));
            close("closed", 0o000);
            let walk = Walk::new(folder.path(), Walking::default());
            let mut walk = walk.unwrap();
            assert_eq!(walk.some().unwrap().len(), 1, "what was found before");
            let error = walk.some().unwrap_err().to_string();
            assert!(error.contains("/closed\": not permitted; ignore = "), "{error}");
            remove_tree(&path("closed")).unwrap();
        });
        assert!(!path("closed").exists());
    }
}
