//! Where hints come from: the system's own announcements, by notify. The only file that names it.
//!
//! A hint says where to look and is never believed: it may be late, doubled, or about what is gone again.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind};
use notify::{Config, ErrorKind, EventHandler, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::error::Limit;
use super::inbox::Inbox;

/// macOS announces whole trees, and asks for no watch of each folder.
pub const WHOLE_TREES: bool = cfg!(target_os = "macos");

/// Announces what happens in folders.
pub trait Source: Send {
    /// Watches a folder, also one that is watched already: it may be another one by that name.
    fn watch(&mut self, folder: &Path) -> Result<(), Refusal>;
    /// Watches a folder no more.
    fn unwatch(&mut self, folder: &Path);
}

/// Why a folder is not watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It is not there any more.
    Gone,
    /// It may not be read.
    Unreadable,
    /// There is no more room.
    Limit(Limit),
}

/// The system's source, which puts its hints into `inbox`.
pub fn open(inbox: Arc<Inbox>) -> Result<Box<dyn Source>, Limit> {
    let watcher = RecommendedWatcher::new(Hints(inbox), Config::default().with_follow_symlinks(false));
    match watcher {
        Ok(watcher) => Ok(Box::new(System(watcher))),
        Err(error) => Err(limit(error)),
    }
}

/// One that announces nothing: when there is no other, what is watched is looked at from time to time.
pub struct Silent;

impl Source for Silent {
    fn watch(&mut self, _: &Path) -> Result<(), Refusal> {
        Ok(())
    }

    fn unwatch(&mut self, _: &Path) {}
}

struct System(RecommendedWatcher);

impl Source for System {
    fn watch(&mut self, folder: &Path) -> Result<(), Refusal> {
        let mode = if WHOLE_TREES { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
        self.0.watch(folder, mode).map_err(|error| match &error.kind {
            ErrorKind::PathNotFound => Refusal::Gone,
            ErrorKind::Io(io) => match io.kind() {
                std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => Refusal::Gone,
                std::io::ErrorKind::PermissionDenied => Refusal::Unreadable,
                _ => Refusal::Limit(limit(error)),
            },
            _ => Refusal::Limit(limit(error)),
        })
    }

    fn unwatch(&mut self, folder: &Path) {
        // It may have gone with its folder.
        let _ = self.0.unwatch(folder);
    }
}

fn limit(error: notify::Error) -> Limit {
    match error.kind {
        ErrorKind::MaxFilesWatch => Limit::Watches,
        ErrorKind::Io(error)
            if [rustix::io::Errno::MFILE, rustix::io::Errno::NFILE]
                .iter()
                .any(|full| error.raw_os_error() == Some(full.raw_os_error())) =>
        {
            Limit::Instances
        }
        _ => Limit::Other(error.to_string()),
    }
}

/// What notify's thread calls; it only notes, since the system's queue is bounded.
struct Hints(Arc<Inbox>);

impl EventHandler for Hints {
    fn handle_event(&mut self, event: notify::Result<notify::Event>) {
        let Ok(event) = event else { return self.0.lost() };
        if event.need_rescan() {
            self.0.lost();
        }
        let moved = match event.kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write))
            | EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Metadata(_)) => false,
            // Who reads changes nothing; we read ourselves.
            EventKind::Access(_) => return,
            _ => true,
        };
        self.0.touched(event.paths, moved);
    }
}

/// A hint: look here.
#[derive(Debug, Clone, Copy)]
pub struct Hint {
    /// Whether it came, went or was renamed, so that a folder there may be another one than before.
    pub moved: bool,
    /// When that was noted.
    pub at: std::time::Instant,
}

/// Paths with hints.
pub type Hinted = std::collections::HashMap<PathBuf, Hint>;
