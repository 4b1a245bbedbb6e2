//! What scripts are made of, watched.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::lua::CodeFiles;
use crate::notice::{Notice, Notices};
use crate::watch::{Batch, Deeds, Options, Owner, Timing, WatchError, Watcher};

/// How long a change waits at most, also while a turn runs, which may be about to tell that it made it.
const MAX_WAIT: Duration = Duration::from_millis(500);

/// Tells when a run would read other code than it did: a script, a module, a file of replies was edited, or came where
/// a module was looked for. The hosts that are given it ([`HostBuilder::code_watch`](super::HostBuilder::code_watch))
/// tell it what they read; each file is watched, and no folder but for it. What a script writes itself, by
/// patches of its turns or by `std.fs`, is no change: else it would be interrupted in that, and run again without end.
#[derive(Debug, Clone)]
pub struct CodeWatch {
    files: CodeFiles,
    deeds: Deeds,
    notices: Notices,
}

impl CodeWatch {
    /// For a first run. A warning of what watches is sent once, however many runs there are.
    pub fn new(notices: Notices) -> Self {
        let said = Arc::<Mutex<BTreeSet<String>>>::default();
        let once = move |notice| match notice {
            Notice::Warning(text) => {
                let is_new = said.lock().unwrap_or_else(PoisonError::into_inner).insert(text.clone());
                if is_new {
                    notices.warn(text);
                }
            }
            other => notices.send(other),
        };
        Self { files: CodeFiles::default(), deeds: Deeds::default(), notices: Notices::new(once) }
    }

    /// For the next run, of which nothing was read yet.
    #[must_use]
    pub fn next(&self) -> Self {
        Self { files: CodeFiles::default(), deeds: Deeds::default(), notices: self.notices.clone() }
    }

    /// Waits until some of what was read until then stands there otherwise, and tells which files. What was saved with
    /// the same content has not changed, and what was saved before this was called has.
    ///
    /// # Errors
    /// When the system gives no thread to watch from.
    pub async fn changed(&self) -> Result<Vec<PathBuf>, WatchError> {
        let mut before: Option<Watcher> = None;
        loop {
            let files = self.files.paths();
            let known = files.len();
            let watcher = self.watch(files).await?;
            let mut own = rest(before.as_ref()).await?;
            let mut quiet = false;
            loop {
                // What is told is a hint: what counts is what stands there, also what changed before it was watched.
                let changed = self.compare(own).await;
                if changed.is_empty() {
                    tokio::select! {
                        batch = next(watcher.as_ref()) => (own, quiet) = (own_of(batch)?, true),
                        () = self.files.more_than(known) => break,
                    }
                } else if quiet {
                    return Ok(changed);
                } else {
                    // It may just be being written.
                    tokio::time::sleep(Timing::default().debounce).await;
                    (own, quiet) = (vec![], true);
                }
            }
            before = watcher;
        }
    }

    /// Whether nothing was read that could change.
    pub fn is_empty(&self) -> bool {
        self.files.paths().is_empty()
    }

    /// What was read so far, and the hashes of it; `None` where there was no such file.
    pub fn contents(&self) -> BTreeMap<PathBuf, Option<u64>> {
        self.files.contents()
    }

    /// Watches what a run in another process has read; `content` is the hash that that one told.
    pub fn learn(&self, path: PathBuf, content: Option<u64>) {
        self.files.learn(path, content);
    }

    pub(super) fn files(&self) -> CodeFiles {
        self.files.clone()
    }

    pub(super) fn deeds(&self) -> Deeds {
        self.deeds.clone()
    }

    async fn watch(&self, files: Vec<PathBuf>) -> Result<Option<Watcher>, WatchError> {
        if files.is_empty() {
            return Ok(None);
        }
        let timing = Timing { max_wait: MAX_WAIT, ..Timing::default() };
        let options = Options { files, timing, deeds: self.deeds(), own: true, ..Options::default() };
        Watcher::start(options, self.notices.clone()).await.map(Some)
    }

    /// What is not as it was read; `own` is, whatever stands there.
    async fn compare(&self, own: Vec<PathBuf>) -> Vec<PathBuf> {
        let files = self.files.clone();
        let compare = move || {
            for path in &own {
                files.accept(path);
            }
            files.changed()
        };
        tokio::task::spawn_blocking(compare).await.unwrap_or_default()
    }
}

async fn next(watcher: Option<&Watcher>) -> Result<Batch, WatchError> {
    match watcher {
        Some(watcher) => watcher.next().await,
        None => std::future::pending().await,
    }
}

/// What a watcher that another one follows has still to tell of the script's own.
async fn rest(watcher: Option<&Watcher>) -> Result<Vec<PathBuf>, WatchError> {
    let Some(watcher) = watcher else { return Ok(vec![]) };
    watcher.sync().await?;
    own_of(Ok(watcher.try_next().unwrap_or_default()))
}

/// What of a batch the script's own turns wrote.
fn own_of(batch: Result<Batch, WatchError>) -> Result<Vec<PathBuf>, WatchError> {
    match batch {
        Ok(batch) => {
            let own = batch.changes.into_iter().filter(|change| change.owner == Owner::Own);
            Ok(own.map(|change| change.path).collect())
        }
        // They wrote it again and again.
        Err(WatchError::Loop { paths, .. }) => Ok(paths),
        Err(error) => Err(error),
    }
}
