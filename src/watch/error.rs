//! What can go wrong with watching, typed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::sys::files::filter::GlobError;
use crate::sys::inotify;

/// Why files are not watched, or are not watched any more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WatchError {
    /// No path was given.
    #[error("there is no path to watch")]
    NoPath,
    /// A path is not there.
    #[error("there is no file or folder {0:?}")]
    Missing(PathBuf),
    /// A path is neither a file nor a folder.
    #[error("{0:?} is neither a file nor a folder")]
    Kind(PathBuf),
    /// A path lies elsewhere.
    #[error("{path:?} does not lie below {root:?}")]
    Outside {
        /// The path.
        path: PathBuf,
        /// Where it was looked for.
        root: PathBuf,
    },
    /// A glob cannot be read.
    #[error(transparent)]
    Glob(#[from] GlobError),
    /// A path cannot be watched.
    #[error("{path:?} cannot be watched: {error}")]
    Unusable {
        /// The path.
        path: PathBuf,
        /// What the system said.
        error: String,
    },
    /// All that was watched is gone, and did not come back.
    #[error("{path:?} is gone, and did not come back within {} s", .after.as_secs_f64())]
    Gone {
        /// The first of what was watched.
        path: PathBuf,
        /// How long it was waited for.
        after: Duration,
    },
    /// Whoever takes the batches makes them.
    #[error("the loop wakes itself: after {turns} of its turns these had changed, and by nobody else: {}. Leave out what the turns \
        write (`ignore`), or a batch whose changes all are `maybe_own`", some_of(.paths))]
    Loop {
        /// What changed so often.
        paths: Vec<PathBuf>,
        /// After how many turns.
        turns: usize,
    },
    /// The handle was closed, or its thread ended.
    #[error("the watcher is closed")]
    Closed,
}

/// The first few of many paths, in quotes.
fn some_of(paths: &[PathBuf]) -> String {
    const NAMED: usize = 5;
    let named = format!("{:?}", &paths[..paths.len().min(NAMED)]);
    let named = named.trim_matches(['[', ']']);
    match paths.len().saturating_sub(NAMED) {
        0 => named.to_owned(),
        more => format!("{named} and {more} more"),
    }
}

/// What people should know of a watcher that goes on.
#[derive(Debug, thiserror::Error)]
pub enum Warning {
    /// A root went.
    #[error("watch: {0:?} is gone; it is watched again when it comes back")]
    Gone(PathBuf),
    /// Folders that may not be read.
    #[error("watch: {first:?}{} may not be read, so nothing in there is watched", and(*.more))]
    Unreadable {
        /// One of them.
        first: PathBuf,
        /// How many more.
        more: usize,
    },
    /// Announcements are not all there is.
    #[error("watch: {why}; the files are compared every {} s instead", .every.as_secs_f64())]
    Polling {
        /// Why.
        why: Limit,
        /// How often it is looked.
        every: Duration,
    },
}

fn and(more: usize) -> String {
    if more == 0 { String::new() } else { format!(" and {more} more") }
}

/// A limit of the system on watches.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Limit {
    /// Too many folders.
    #[error(
        "the system's limit of watched folders is reached ({}); `sysctl fs.inotify.max_user_watches=…` as root raises it",
        named("max_user_watches", |limits| limits.watches)
    )]
    Watches,
    /// Too many watchers.
    #[error(
        "the system's limit of watchers is reached ({}, or this process's open files); `sysctl fs.inotify.max_user_instances=…` as root raises it",
        named("max_user_instances", |limits| limits.instances)
    )]
    Instances,
    /// Changes that other machines make are not announced.
    #[error("{path:?} lies on {kind}, which does not announce all changes")]
    Remote {
        /// A root.
        path: PathBuf,
        /// The kind of file system.
        kind: &'static str,
    },
    /// Any other refusal.
    #[error("watching by the system failed ({0})")]
    Other(String),
}

/// The name of a limit and what it is at.
fn named(name: &str, which: fn(&inotify::Count) -> u64) -> String {
    match inotify::limits(Path::new("/proc")) {
        Some(limits) => format!("fs.inotify.{name} = {}", which(&limits)),
        None => format!("fs.inotify.{name}"),
    }
}
