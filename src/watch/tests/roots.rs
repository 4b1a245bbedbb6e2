//! Roots that go and come back.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::time::Duration;

use super::super::{Options, WatchError};
use super::support::{DEADLINE, Watched};

/// With a beat that does not keep a test waiting.
fn options() -> Options {
    Options { beat: Duration::from_millis(10), ..Options::default() }
}

/// Reads batches until each of these paths is there, or is not there when it begins with a `-`; the last word counts.
fn await_paths(watched: &Watched, wanted: &[&str]) {
    let mut is_there = BTreeMap::new();
    let is_told = |told: &BTreeMap<String, bool>, path: &str| match path.strip_prefix('-') {
        Some(path) => told.get(path) == Some(&false),
        None => told.get(path) == Some(&true),
    };
    while !wanted.iter().all(|path| is_told(&is_there, path)) {
        let batch = watched.next().unwrap_or_else(|error| panic!("{error} after {is_there:?}"));
        for change in watched.show(&batch) {
            let mut words = change.split(' ');
            let (kind, path) = (words.next(), words.next_back().expect("a path"));
            is_there.insert(path.to_owned(), kind != Some("removed"));
        }
    }
}

#[test]
fn a_root_that_is_deleted_and_made_again_is_followed() {
    let watched = Watched::with(&[("up/root/a", "1")], &["up/root"], options());
    for n in 0..10 {
        fs::remove_dir_all(watched.path("up/root")).expect("it");
        watched.write("up/root/d/b", &"x".repeat(n + 1));
        watched.write("up/root/a", &"x".repeat(n + 2));
        await_paths(&watched, &["up/root/a"]);
        watched.write("up/root/d/b", "last");
        await_paths(&watched, &["up/root/d/b"]);
    }
}

#[test]
fn so_is_one_whose_parents_go_too() {
    let watched = Watched::with(&[("x/y/root/a", "1")], &["x/y/root"], options());
    fs::remove_dir_all(watched.path("x")).expect("it");
    await_paths(&watched, &["-x/y/root/a"]);
    watched.write("x/other", "1");
    watched.write("x/y/root/b", "1");
    await_paths(&watched, &["x/y/root/b"]);
    watched.write("x/y/root/b", "22");
    await_paths(&watched, &["x/y/root/b"]);
}

#[test]
fn so_is_a_file_whose_folder_goes() {
    let watched = Watched::with(&[("up/file", "1")], &["up/file"], options());
    fs::remove_dir_all(watched.path("up")).expect("it");
    await_paths(&watched, &["-up/file"]);
    watched.write("up/other", "1");
    watched.write("up/file", "22");
    await_paths(&watched, &["up/file"]);
}

#[test]
fn a_root_that_is_renamed_away_is_gone_until_there_is_another() {
    let watched = Watched::with(&[("root/a", "1")], &["root"], options());
    watched.rename("root", "elsewhere");
    await_paths(&watched, &["-root/a"]);
    watched.write("elsewhere/a", "22");
    watched.write("root/b", "1");
    await_paths(&watched, &["root/b"]);
    // A folder above it may be renamed too, which nothing announces.
    watched.write("deep/er/root/a", "1");
    let watched = Watched::on(watched.folder, &["deep/er/root"], options()).expect("it is there");
    watched.rename("deep", "deeper");
    await_paths(&watched, &["-deep/er/root/a"]);
    watched.rename("deeper", "deep");
    await_paths(&watched, &["deep/er/root/a"]);
    watched.write("deep/er/root/a", "22");
    await_paths(&watched, &["deep/er/root/a"]);
}

#[test]
fn a_root_may_be_a_link() {
    let watched = Watched::with(&[("one/a", "1"), ("two/a", "22"), ("two/b", "1")], &["one"], options());
    symlink("one", watched.path("link")).expect("a link");
    let watched = Watched::on(watched.folder, &["link"], options()).expect("it is there");
    watched.write("one/a", "333");
    assert_eq!(watched.changes(), ["modified link/a"]);
    symlink("two", watched.path("new")).expect("a link");
    watched.rename("new", "link");
    await_paths(&watched, &["link/a", "link/b"]);
    watched.write("two/b", "22");
    await_paths(&watched, &["link/b"]);
}

#[test]
fn what_is_gone_is_said_and_for_good_it_is_an_error() {
    let gone_after = Duration::from_millis(1);
    let hasty = Options { gone_after, ..options() };
    let watched = Watched::with(&[("root/a", "1")], &["root"], hasty);
    fs::remove_dir_all(watched.path("root")).expect("it");
    await_paths(&watched, &["-root/a"]);
    let error = watched.next().expect_err("it does not come back");
    assert!(matches!(&error, WatchError::Gone { .. }), "{error:?}");
    assert!(error.to_string().contains("root\" is gone"), "{error}");

    let watched = Watched::with(&[("root/a", "1"), ("other", "1")], &["root", "other"], options());
    fs::remove_dir_all(watched.path("root")).expect("it");
    let until = std::time::Instant::now() + DEADLINE;
    while !watched.said().contains("root\" is gone; it is watched again when it comes back") {
        assert!(std::time::Instant::now() < until, "nothing is said");
        watched.sync();
    }
    watched.write("other", "22");
    await_paths(&watched, &["other"]);
}

#[test]
fn a_root_that_is_emptied_and_filled_again_at_once_is_followed() {
    let watched = Watched::with(&[("root/a", "1")], &["root"], options());
    for n in 0..100 {
        fs::remove_dir_all(watched.path("root")).expect("it");
        watched.write("root/d/b", &"x".repeat(n + 1));
        watched.write("root/a", &"x".repeat(n + 2));
        let told = watched.changes();
        assert_eq!(told.len(), 2, "{n}: {told:?}");
    }
}

#[test]
fn a_file_that_need_not_be_there_is_seen_when_it_comes() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = ["here", "later", "up/down/later"].map(|file| folder.path().join(file)).to_vec();
    let gone_after = Duration::from_millis(20);
    let watched = Watched::on(folder, &[], Options { files, gone_after, ..options() }).expect("it watches");
    watched.write("later", "1");
    await_paths(&watched, &["later"]);
    watched.write("up/other", "1");
    watched.write("up/down/later", "1");
    await_paths(&watched, &["up/down/later"]);
    fs::remove_dir_all(watched.path("up")).expect("it");
    fs::remove_file(watched.path("later")).expect("it");
    await_paths(&watched, &["-up/down/later", "-later"]);
    // As a folder it is not there, and what is in it is not watched.
    watched.write("later/file", "1");
    watched.rename("later", "away");
    watched.write("later", "2");
    watched.write("here", "1");
    await_paths(&watched, &["later", "here"]);
    assert!(watched.said.lock().expect("it").is_empty(), "that it is gone is nothing to be said");
}
