//! What `sync` promises, and how a watcher begins and ends.

use std::fs;

use super::super::{Options, WatchError, Watcher};
use super::support::{DEADLINE, Watched, notices, runtime};

#[test]
fn all_that_was_written_before_is_there_after() {
    let watched = Watched::new(&[]);
    for n in 0..200 {
        let path = format!("d{}/file{n}", n % 7);
        watched.write(&path, "1");
        assert_eq!(watched.changes(), [format!("created {path}")]);
    }
    watched.sync();
    assert_eq!(watched.changes(), [""; 0]);
}

#[test]
fn nothing_is_written_into_the_tree() {
    let watched = Watched::new(&[("a", "1")]);
    let before = fs::metadata(watched.folder.path()).and_then(|folder| folder.modified()).expect("a time");
    watched.sync();
    let after = fs::metadata(watched.folder.path()).and_then(|folder| folder.modified()).expect("a time");
    assert_eq!((before, fs::read_dir(watched.folder.path()).expect("it").count()), (after, 1));
}

#[test]
fn who_stops_waiting_loses_nothing() {
    let watched = Watched::new(&[]);
    runtime().block_on(async {
        let waiting = watched.watcher.next();
        let short = std::time::Duration::from_millis(1);
        assert!(tokio::time::timeout(short, waiting).await.is_err());
    });
    watched.write("a", "1");
    watched.write("b", "1");
    let batch = watched.next().expect("a batch");
    assert_eq!(watched.show(&batch), ["created a", "created b"]);
}

#[test]
fn the_first_batch_may_have_all_that_is_there() {
    let files = [(".gitignore", "*.log"), ("a/b", "1"), ("c", "1"), ("d.log", "1")];
    let watched = Watched::with(&files, &[""], Options { initial: true, ..Options::default() });
    let batch = watched.next().expect("a batch");
    assert_eq!(watched.show(&batch), ["created .gitignore", "created a/b", "created c"]);
    assert!(batch.fresh);
    watched.write("c", "22");
    watched.sync();
    assert!(!watched.watcher.try_next().expect("a batch").fresh);
}

#[test]
fn its_thread_ends_with_the_handle_and_who_waits_hears_of_it() {
    let watched = Watched::new(&[]);
    watched.watcher.close();
    assert_eq!(watched.next(), Err(WatchError::Closed));
    watched.over();
    assert_eq!(watched.try_sync(), Err(WatchError::Closed));
    let outlives = {
        let Watched { folder, watcher, .. } = Watched::new(&[]);
        let weak = watcher.weak();
        drop((folder, watcher));
        weak
    };
    let end = std::time::Instant::now() + DEADLINE;
    while outlives.upgrade().is_some() {
        assert!(std::time::Instant::now() < end, "its thread lives on");
        std::thread::yield_now();
    }
}

#[test]
fn wrong_beginnings_say_what_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let start = |paths: &[&str], ignore: &str| {
        let paths = paths.iter().map(|path| folder.path().join(path)).collect();
        let options = Options { paths, ignore: vec![ignore.into()], ..Options::default() };
        let started = runtime().block_on(Watcher::start(options, notices().0));
        started.map(drop).expect_err("it is wrong").to_string()
    };
    assert_eq!(start(&[], ""), "there is no path to watch");
    assert!(start(&["", "missing"], "").ends_with("missing\""));
    assert!(start(&[""], "a[").starts_with("the glob \"a[\" is wrong: "));
    let _listener = std::os::unix::net::UnixListener::bind(folder.path().join("socket")).expect("a socket");
    assert!(start(&["socket"], "").ends_with("is neither a file nor a folder"));
}
