//! What the system does not do: lost announcements, limits, none at all. By a source of our own.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::super::error::Limit;
use super::super::inbox::Inbox;
use super::super::source::{Refusal, Silent, Source, open};
use super::super::{Batch, Kind, Options, Watcher};
use super::support::{DEADLINE, notices, put, runtime};

/// Refuses more than some folders.
struct Narrow {
    system: Box<dyn Source>,
    left: usize,
}

impl Source for Narrow {
    fn watch(&mut self, folder: &Path) -> Result<(), Refusal> {
        self.left = self.left.checked_sub(1).ok_or(Refusal::Limit(Limit::Watches))?;
        self.system.watch(folder)
    }

    fn unwatch(&mut self, folder: &Path) {
        self.system.unwatch(folder);
    }
}

fn names(batch: &Batch, root: &Path) -> Vec<String> {
    let below = |path: &PathBuf| path.strip_prefix(root).expect("below it").display().to_string();
    batch.changes.iter().map(|change| format!("{} {}", change.kind.name(), below(&change.path))).collect()
}

fn options(root: &Path) -> Options {
    Options { paths: vec![root.into()], poll: Duration::from_millis(5), ..Options::default() }
}

#[test]
fn at_a_limit_the_tree_is_compared_and_that_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["a/file", "b/file", "c/file"] {
        put(&folder.path().join(name), "1");
    }
    let (notices, said) = notices();
    let runtime = runtime();
    runtime.block_on(async {
        let narrow = |inbox| Ok(Box::new(Narrow { system: open(inbox)?, left: 2 }) as Box<dyn Source>);
        let watcher = Watcher::start_with(options(folder.path()), notices, narrow).await.expect("it watches");
        for name in ["a/file", "b/file", "c/file", "d/e/file"] {
            put(&folder.path().join(name), "22");
        }
        let mut told = vec![];
        while told.len() < 4 {
            let next = tokio::time::timeout(DEADLINE, watcher.next()).await.expect("in time");
            told.extend(names(&next.expect("a batch"), folder.path()));
        }
        told.sort();
        assert_eq!(told, ["created d/e/file", "modified a/file", "modified b/file", "modified c/file"]);
        put(&folder.path().join("d/e/file"), "333");
        watcher.sync().await.expect("it is compared at once");
        let batch = watcher.try_next().expect("a batch");
        assert_eq!(names(&batch, folder.path()), ["modified d/e/file"]);
    });
    let said = said.lock().expect("it");
    assert_eq!(said.len(), 1, "{said:?}");
    for text in ["fs.inotify.max_user_watches = ", "sysctl", "compared every 0.005 s instead"] {
        assert!(said[0].contains(text), "{said:?}");
    }
}

#[test]
fn without_any_announcement_the_tree_is_compared() {
    let folder = tempfile::tempdir().expect("a folder");
    put(&folder.path().join("a"), "1");
    let (notices, said) = notices();
    runtime().block_on(async {
        let none = |_| Err(Limit::Instances);
        let watcher = Watcher::start_with(options(folder.path()), notices, none).await.expect("it watches");
        for n in 0..5 {
            put(&folder.path().join("a"), &"x".repeat(n + 2));
            let next = tokio::time::timeout(DEADLINE, watcher.next()).await.expect("in time");
            assert_eq!(names(&next.expect("a batch"), folder.path()), ["modified a"]);
        }
        fs::remove_dir_all(folder.path()).expect("it");
        let next = tokio::time::timeout(DEADLINE, watcher.next()).await.expect("in time");
        assert_eq!(next.expect("a batch").changes[0].kind, Kind::Removed);
    });
    assert!(said.lock().expect("it")[0].contains("fs.inotify.max_user_instances = "));
}

#[test]
fn when_announcements_are_lost_the_tree_is_compared() {
    let folder = tempfile::tempdir().expect("a folder");
    for n in 0..20 {
        put(&folder.path().join(format!("d{n}/file")), "1");
    }
    runtime().block_on(async {
        let shared = Arc::new(Mutex::new(None::<Arc<Inbox>>));
        let keep = shared.clone();
        let deaf = move |inbox| {
            *keep.lock().expect("it") = Some(inbox);
            Ok(Box::new(Silent) as Box<dyn Source>)
        };
        let watcher =
            Watcher::start_with(options(folder.path()), notices().0, deaf).await.expect("it watches");
        put(&folder.path().join("d3/file"), "22");
        put(&folder.path().join("d3/new/deep"), "1");
        fs::remove_dir_all(folder.path().join("d7")).expect("it");
        fs::rename(folder.path().join("d1/file"), folder.path().join("d9/moved")).expect("a rename");
        let inbox = shared.lock().expect("it").clone().expect("an inbox");
        inbox.lost();
        let batch = tokio::time::timeout(DEADLINE, watcher.next()).await.expect("in time").expect("a batch");
        assert!(batch.fresh);
        let told = ["modified d3/file", "created d3/new/deep", "removed d7/file", "renamed d9/moved"];
        assert_eq!(names(&batch, folder.path()), told);
    });
}

#[test]
fn more_than_the_systems_queue_holds_is_delivered_whole() {
    const FILES: usize = 20_000;
    let folder = tempfile::tempdir().expect("a folder");
    runtime().block_on(async {
        let watcher = Watcher::start(options(folder.path()), notices().0).await.expect("it watches");
        // Without a pause: the queue of the system overflows or not, as it comes.
        for n in 0..FILES {
            fs::write(folder.path().join(n.to_string()), "").expect("a file");
        }
        let mut told = std::collections::BTreeSet::new();
        while told.len() < FILES {
            let next = tokio::time::timeout(DEADLINE, watcher.next()).await.expect("in time");
            told.extend(names(&next.expect("a batch"), folder.path()));
        }
    });
}
