//! What the system says of a folder.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::{Access, access, statvfs};

/// What it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Folder {
    /// Who may do what there, such as 0o700.
    pub mode: u32,
    /// Whether it belongs to this user.
    pub is_ours: bool,
    /// Whether we can put something there.
    pub writable: bool,
    /// Bytes that are free for us on its disk, where the system tells.
    pub free: Option<u64>,
}

/// Looks at `path`; `None` when nothing is there.
///
/// # Errors
/// When it cannot be reached, or is no folder.
pub fn look(path: &Path) -> std::io::Result<Option<Folder>> {
    let found = match fs::metadata(path) {
        Ok(found) if found.is_dir() => found,
        Ok(_) => return Err(std::io::ErrorKind::NotADirectory.into()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(Some(Folder {
        mode: found.mode() & 0o7777,
        is_ours: found.uid() == rustix::process::geteuid().as_raw(),
        writable: access(path, Access::WRITE_OK | Access::EXEC_OK).is_ok(),
        free: statvfs(path).ok().map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize)),
    }))
}

/// Whether users who have nothing to do with `path` may enter it, and all that it lies in.
pub fn others_may_enter(path: &Path) -> bool {
    const OTHERS_ENTER: u32 = 0o001;
    path.ancestors().all(|above| fs::metadata(above).is_ok_and(|found| found.mode() & OTHERS_ENTER != 0))
}
