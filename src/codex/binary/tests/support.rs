//! A machine of its own for each test: a PATH folder, a data folder, and what people were told.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustix::fs::OFlags;
use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::super::{Finder, PINNED};
use crate::notice::{Notice, Notices};

/// What the fake npm does when it is to work: leaves a package whose `codex` says `$VERSION`.
const NPM: &str = r#"#!/bin/sh
PATH=/usr/bin:/bin
VERSION=0.169.0
echo "$PWD" >> "$(dirname "$0")/../npm-runs"
BEFORE
bin=node_modules/@openai/codex/vendor/some-platform/bin
mkdir -p $bin
printf '#!/bin/sh\necho codex-cli %s\n' "$VERSION" > $bin/codex
chmod 755 $bin/codex
"#;

/// No test waits longer than this for anything, and none waits this long when all is well.
pub const PATIENCE: Duration = Duration::from_mins(1);

pub struct Machine {
    dir: TempDir,
    told: Arc<Mutex<Vec<Notice>>>,
}

impl Machine {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("bin")).unwrap();
        Self { dir, told: Arc::default() }
    }

    /// A file or folder of this machine.
    pub fn at(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes an executable. Another process does, since a descriptor of ours that a fork of another test
    /// holds would make it "busy".
    pub fn script(&self, name: &str, text: &str) -> PathBuf {
        let path = self.at(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let write = r#"printf %s "$2" > "$1" && chmod 755 "$1""#;
        let done = Command::new("/bin/sh").args(["-c", write, "sh"]).arg(&path).arg(text).status().unwrap();
        assert!(done.success());
        path
    }

    /// A `codex` that tells its version.
    pub fn codex(&self, name: &str, version: &str) -> PathBuf {
        self.script(name, &format!("#!/bin/sh\necho codex-cli {version}\n"))
    }

    /// An npm on PATH that does `before` and then installs.
    pub fn npm(&self, before: &str) {
        self.script("bin/npm", &NPM.replace("BEFORE", before));
    }

    /// The folders in which npm ran.
    pub fn npm_runs(&self) -> Vec<String> {
        fs::read_to_string(self.at("npm-runs")).unwrap_or_default().lines().map(str::to_owned).collect()
    }

    pub fn path(&self) -> OsString {
        self.at("bin").into_os_string()
    }

    pub fn data(&self) -> PathBuf {
        self.at("data/codex-lua")
    }

    /// The names in the folder of all versions, but for the lock.
    pub fn versions(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.data().join("codex")) else { return Vec::new() };
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name != ".lock").collect()
    }

    pub fn installed(&self) -> PathBuf {
        self.data()
            .join("codex")
            .join(PINNED)
            .join("node_modules/@openai/codex/vendor/some-platform/bin/codex")
    }

    /// Remembers what people are told.
    pub fn notices(&self) -> Notices {
        let told = Arc::clone(&self.told);
        Notices::new(move |notice| told.lock().unwrap().push(notice))
    }

    pub fn told(&self) -> Vec<Notice> {
        self.told.lock().unwrap().clone()
    }

    pub fn warnings(&self) -> Vec<String> {
        let warning = |notice| if let Notice::Warning(text) = notice { Some(text) } else { None };
        self.told().into_iter().filter_map(warning).collect()
    }

    pub fn finder(&self) -> Finder {
        Finder {
            explicit: None,
            data_dir: self.data(),
            path: Some(self.path()),
            env_bin: None,
            install: true,
            notices: self.notices(),
        }
    }

    /// A named pipe, through which a script tells a test that it runs, and its end that it ended.
    pub fn pipe(&self, name: &str) -> PathBuf {
        let path = self.at(name);
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        path
    }
}

/// Notices as they come.
pub fn listen() -> (Notices, UnboundedReceiver<Notice>) {
    let (sender, receiver) = unbounded_channel();
    (Notices::new(move |notice| drop(sender.send(notice))), receiver)
}

/// The reading end of a named pipe.
pub struct Pipe(BufReader<File>);

impl Pipe {
    /// Waits until someone has opened it and written a line.
    pub async fn first_line(path: &Path) -> Self {
        let path = path.to_owned();
        patiently(move || {
            let mut reader = BufReader::new(File::open(path).unwrap());
            reader.read_line(&mut String::new()).unwrap();
            Self(reader)
        })
        .await
    }

    /// Waits until every process that held the writing end has ended.
    pub async fn end(mut self) {
        patiently(move || self.0.read_to_end(&mut Vec::new()).unwrap()).await;
    }
}

/// Waits until no process has this named pipe open for writing.
pub async fn nobody_writes(path: &Path) {
    let ended = async {
        loop {
            let flags = OFlags::NONBLOCK.bits().cast_signed();
            let mut pipe = File::options().read(true).custom_flags(flags).open(path).unwrap();
            // No writer is the end of the file, one that says nothing is "would block".
            if matches!(pipe.read(&mut [0]), Ok(0)) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, ended).await.expect("in time");
}

async fn patiently<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::time::timeout(PATIENCE, tokio::task::spawn_blocking(work)).await.expect("in time").unwrap()
}
