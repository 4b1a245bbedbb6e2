//! How editors save, and what is a change of content.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::super::{Options, Timing};
use super::support::{Watched, put};

type Save = fn(&std::path::Path, &str);

const STRATEGIES: &[(&str, Save)] = &[
    ("in place", put),
    ("temp and rename over", |path, text| {
        let temp = path.with_extension("tmp");
        put(&temp, text);
        fs::rename(temp, path).expect("a rename");
    }),
    ("rename to backup and write", |path, text| {
        fs::rename(path, path.with_extension("bak")).expect("a rename");
        put(path, text);
    }),
    ("truncate, then write", |path, text| {
        put(path, "");
        put(path, text);
    }),
    ("unlink and create", |path, text| {
        fs::remove_file(path).expect("it");
        put(path, text);
    }),
];

/// Saves often enough that an editor's every order of events comes up.
const SAVES: usize = 200;

fn every_save_is_seen(paths: &[&str]) {
    for (name, save) in STRATEGIES {
        let watched = Watched::with(&[("file", "0000")], paths, Options::default());
        for n in 1..=SAVES {
            save(&watched.path("file"), &format!("{n:04}"));
            let told = watched.changes();
            assert!(told.contains(&"modified file".to_owned()), "{name}, save {n}: {told:?}");
        }
    }
}

#[test]
fn every_save_of_every_editor_is_seen() {
    every_save_is_seen(&[""]);
}

#[test]
fn also_when_only_the_file_is_watched() {
    every_save_is_seen(&["file"]);
}

#[test]
fn one_watched_file_has_no_neighbours() {
    let watched = Watched::with(&[("a", "1"), ("b", "1")], &["a"], Options::default());
    watched.write("b", "22");
    watched.write("c", "22");
    assert_eq!(watched.changes(), [""; 0]);
    watched.write("a", "22");
    assert_eq!(watched.changes(), ["modified a"]);
    fs::remove_file(watched.path("a")).expect("it");
    assert_eq!(watched.changes(), ["removed a"]);
    watched.write("a", "3");
    assert_eq!(watched.changes(), ["created a"]);
}

#[test]
fn the_same_content_again_wakes_nobody() {
    for (name, save) in STRATEGIES.iter().filter(|(name, _)| !name.contains("backup")) {
        let watched = Watched::new(&[("file", "same")]);
        watched.learned();
        save(&watched.path("file"), "same");
        assert_eq!(watched.changes(), [""; 0], "{name}");
        save(&watched.path("file"), "else");
        assert_eq!(watched.changes(), ["modified file"], "{name}");
    }
}

#[test]
fn a_file_that_was_delivered_is_known_from_then_on() {
    let watched = Watched::new(&[]);
    watched.write("file", "same");
    assert_eq!(watched.changes(), ["created file"]);
    // A stamp must be older than the clock is coarse before a content counts as known.
    let changed = || super::super::stat::Stat::of(&watched.path("file").metadata().expect("it"));
    while changed().is_racy(super::super::stat::now()) {
        std::thread::yield_now();
    }
    watched.write("file", "same");
    watched.changes();
    while changed().is_racy(super::super::stat::now()) {
        std::thread::yield_now();
    }
    watched.write("file", "same");
    assert_eq!(watched.changes(), [""; 0]);
}

#[test]
fn modes_and_times_are_no_content() {
    let watched = Watched::new(&[("file", "same")]);
    watched.learned();
    fs::set_permissions(watched.path("file"), fs::Permissions::from_mode(0o600)).expect("a mode");
    fs::File::open(watched.path("file"))
        .and_then(|file| file.set_modified(std::time::SystemTime::UNIX_EPOCH))
        .expect("a time");
    assert_eq!(watched.changes(), [""; 0]);
}

#[test]
fn what_came_and_went_is_not_told() {
    let watched = Watched::new(&[]);
    watched.write("file", "1");
    watched.write("folder/file", "1");
    fs::remove_file(watched.path("file")).expect("it");
    fs::remove_dir_all(watched.path("folder")).expect("it");
    assert_eq!(watched.changes(), [""; 0]);
}

#[test]
fn changes_while_nobody_asks_are_one_batch() {
    let watched = Watched::new(&[("a", "1"), ("b", "1")]);
    watched.write("a", "22");
    watched.write("c", "1");
    let first = watched.next().expect("a batch");
    assert_eq!(watched.show(&first), ["modified a", "created c"]);
    watched.write("a", "333");
    watched.sync();
    watched.write("b", "22");
    watched.sync();
    // One was made ready by `sync`; what came after it waits for the next.
    assert_eq!(watched.changes(), ["modified a"]);
    assert_eq!(watched.changes(), ["modified b"]);
}

#[test]
fn a_stream_of_writes_is_delivered_all_the_same() {
    let timing = Timing { debounce: super::support::DEADLINE, ..Timing::default() };
    let timing = Timing { max_wait: std::time::Duration::from_millis(50), ..timing };
    let watched = Watched::with(&[("log", "")], &[""], Options { timing, ..Options::default() });
    let path = watched.path("log");
    let (stop, stopped) = std::sync::mpsc::channel::<()>();
    let writer = std::thread::spawn(move || {
        let mut text = String::new();
        while stopped.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty) {
            text.push('x');
            fs::write(&path, &text).expect("it");
        }
    });
    for _ in 0..3 {
        let batch = watched.next().expect("a batch");
        assert_eq!(watched.show(&batch), ["modified log"]);
    }
    drop(stop);
    writer.join().expect("the writer");
}

#[test]
fn the_last_content_is_known_though_every_stamp_is_the_same() {
    // Same size, within one tick of the clock: the stamps of many of these are equal.
    let watched = Watched::new(&[("file", "0000")]);
    for n in 1..=1000 {
        watched.write("file", &format!("{n:04}"));
        if n % 50 == 0 {
            assert_eq!(watched.changes(), ["modified file"], "{n}");
        }
    }
}
