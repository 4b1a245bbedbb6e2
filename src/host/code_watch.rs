//! What scripts are made of, watched.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use crate::lua::CodeFiles;
use crate::notice::{Notice, Notices};
use crate::watch::{Options, WatchError, Watcher};

/// Tells when a run would read other code than it did: a script, a module, a file of replies was edited, or came where
/// a module was looked for. The hosts that are given it ([`HostBuilder::code_watch`](super::HostBuilder::code_watch))
/// tell it what they read; each file is watched, and no folder but for it.
#[derive(Debug, Clone)]
pub struct CodeWatch {
    files: CodeFiles,
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
        Self { files: CodeFiles::default(), notices: Notices::new(once) }
    }

    /// For the next run, of which nothing was read yet.
    #[must_use]
    pub fn next(&self) -> Self {
        Self { files: CodeFiles::default(), notices: self.notices.clone() }
    }

    /// Waits until some of what was read until then stands there otherwise, and tells which files. What was saved with
    /// the same content has not changed, and what was saved before this was called has.
    ///
    /// # Errors
    /// When the system gives no thread to watch from.
    pub async fn changed(&self) -> Result<Vec<PathBuf>, WatchError> {
        loop {
            let files = self.files.paths();
            let known = files.len();
            let watcher = self.watch(files).await?;
            loop {
                // What is told is a hint: what counts is what stands there, also what changed before it was watched.
                let changed = self.compare().await;
                if !changed.is_empty() {
                    return Ok(changed);
                }
                tokio::select! {
                    hint = hint(watcher.as_ref()) => hint?,
                    () = self.files.more_than(known) => break,
                }
            }
        }
    }

    /// Whether nothing was read that could change.
    pub fn is_empty(&self) -> bool {
        self.files.paths().is_empty()
    }

    pub(super) fn files(&self) -> CodeFiles {
        self.files.clone()
    }

    async fn watch(&self, files: Vec<PathBuf>) -> Result<Option<Watcher>, WatchError> {
        if files.is_empty() {
            return Ok(None);
        }
        Watcher::start(Options { files, ..Options::default() }, self.notices.clone()).await.map(Some)
    }

    async fn compare(&self) -> Vec<PathBuf> {
        let files = self.files.clone();
        tokio::task::spawn_blocking(move || files.changed()).await.unwrap_or_default()
    }
}

/// Waits until something may have changed.
async fn hint(watcher: Option<&Watcher>) -> Result<(), WatchError> {
    match watcher {
        Some(watcher) => watcher.next().await.map(drop),
        None => std::future::pending().await,
    }
}
