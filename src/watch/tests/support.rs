//! A folder that is watched, and what was told of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use super::super::{Batch, Kind, Options, WatchError, Watcher};
use crate::notice::{Notice, Notices};

/// How long anything may take: generous, since it only delays a failure.
pub const DEADLINE: Duration = Duration::from_secs(20);

pub struct Watched {
    pub folder: TempDir,
    pub watcher: Watcher,
    pub said: Arc<Mutex<Vec<String>>>,
    runtime: Runtime,
}

pub fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().build().expect("a runtime")
}

pub fn notices() -> (Notices, Arc<Mutex<Vec<String>>>) {
    let said = Arc::<Mutex<Vec<String>>>::default();
    let saying = said.clone();
    let notices = Notices::new(move |notice| {
        if let Notice::Warning(text) = notice {
            saying.lock().expect("it").push(text);
        }
    });
    (notices, said)
}

impl Watched {
    /// Watches a folder with these files in it.
    pub fn new(files: &[(&str, &str)]) -> Self {
        Self::with(files, &[""], Options::default())
    }

    /// Watches these paths of a folder with these files in it.
    pub fn with(files: &[(&str, &str)], paths: &[&str], options: Options) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (path, text) in files {
            put(&folder.path().join(path), text);
        }
        Self::on(folder, paths, options).unwrap_or_else(|error| panic!("{error}"))
    }

    pub fn on(folder: TempDir, paths: &[&str], options: Options) -> Result<Self, WatchError> {
        let runtime = runtime();
        let (notices, said) = notices();
        let paths = paths.iter().map(|path| folder.path().join(path)).collect();
        let watcher = runtime.block_on(Watcher::start(Options { paths, ..options }, notices))?;
        Ok(Self { folder, watcher, said, runtime })
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub fn write(&self, path: &str, text: &str) {
        put(&self.path(path), text);
    }

    pub fn rename(&self, from: &str, to: &str) {
        fs::rename(self.path(from), self.path(to)).expect("a rename");
    }

    /// Waits for the next batch.
    pub fn next(&self) -> Result<Batch, WatchError> {
        let next = async { tokio::time::timeout(DEADLINE, self.watcher.next()).await };
        self.runtime.block_on(next).expect("a batch in time")
    }

    pub fn sync(&self) {
        self.try_sync().expect("it watches");
    }

    pub fn try_sync(&self) -> Result<(), WatchError> {
        let sync = async { tokio::time::timeout(DEADLINE, self.watcher.sync()).await };
        self.runtime.block_on(sync).expect("in time")
    }

    /// What changed until now, as `kind path` or `renamed from path`.
    pub fn changes(&self) -> Vec<String> {
        self.sync();
        self.watcher.try_next().map(|batch| self.show(&batch)).unwrap_or_default()
    }

    pub fn show(&self, batch: &Batch) -> Vec<String> {
        let below = |path: &Path| {
            path.strip_prefix(self.folder.path()).expect("below it").to_string_lossy().into_owned()
        };
        let show = |change: &super::super::Change| match &change.kind {
            Kind::Renamed { from } => format!("renamed {} {}", below(from), below(&change.path)),
            kind => format!("{} {}", kind.name(), below(&change.path)),
        };
        batch.changes.iter().map(show).collect()
    }

    pub fn said(&self) -> String {
        self.said.lock().expect("it").join("\n")
    }

    /// Waits until contents of small trees have been read, which nothing tells.
    pub fn learned(&self) {
        // The thread reads before it takes the next wish, some files each time.
        for _ in 0..3 {
            self.sync();
        }
    }

    pub fn over(&self) {
        let over = async { tokio::time::timeout(DEADLINE, self.watcher.over()).await };
        self.runtime.block_on(over).expect("the thread ends");
    }
}

pub fn put(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}
