//! Roots that go and come back.

use std::fs;
use std::os::unix::fs::symlink;
use std::time::Duration;

use super::super::{Options, WatchError};
use super::support::{DEADLINE, Watched};

/// With a beat that does not keep a test waiting.
fn options() -> Options {
    Options { beat: Duration::from_millis(10), ..Options::default() }
}

/// Collects changes until all of these were told.
fn await_changes(watched: &Watched, wanted: &[&str]) {
    let mut told = vec![];
    while !wanted.iter().all(|change| told.iter().any(|told| told == change)) {
        let batch = watched.next().unwrap_or_else(|error| panic!("{error} after {told:?}"));
        told.extend(watched.show(&batch));
    }
}

#[test]
fn a_root_that_is_deleted_and_made_again_is_followed() {
    let watched = Watched::with(&[("up/root/a", "1")], &["up/root"], options());
    for n in 0..10 {
        fs::remove_dir_all(watched.path("up/root")).expect("it");
        watched.write("up/root/d/b", &"x".repeat(n + 1));
        watched.write("up/root/a", &"x".repeat(n + 2));
        await_changes(&watched, &["modified up/root/a"]);
        watched.write("up/root/d/b", "last");
        await_changes(&watched, &["modified up/root/d/b"]);
    }
}

#[test]
fn so_is_one_whose_parents_go_too() {
    let watched = Watched::with(&[("x/y/root/a", "1")], &["x/y/root"], options());
    fs::remove_dir_all(watched.path("x")).expect("it");
    await_changes(&watched, &["removed x/y/root/a"]);
    watched.write("x/other", "1");
    watched.write("x/y/root/b", "1");
    await_changes(&watched, &["created x/y/root/b"]);
    watched.write("x/y/root/b", "22");
    await_changes(&watched, &["modified x/y/root/b"]);
}

#[test]
fn so_is_a_file_whose_folder_goes() {
    let watched = Watched::with(&[("up/file", "1")], &["up/file"], options());
    fs::remove_dir_all(watched.path("up")).expect("it");
    await_changes(&watched, &["removed up/file"]);
    watched.write("up/other", "1");
    watched.write("up/file", "22");
    await_changes(&watched, &["created up/file"]);
}

#[test]
fn a_root_that_is_renamed_away_is_gone_until_there_is_another() {
    let watched = Watched::with(&[("root/a", "1")], &["root"], options());
    watched.rename("root", "elsewhere");
    await_changes(&watched, &["removed root/a"]);
    watched.write("elsewhere/a", "22");
    watched.write("root/b", "1");
    await_changes(&watched, &["created root/b"]);
    // A folder above it may be renamed too, which nothing announces.
    watched.write("deep/er/root/a", "1");
    let watched = Watched::on(watched.folder, &["deep/er/root"], options()).expect("it is there");
    watched.rename("deep", "deeper");
    await_changes(&watched, &["removed deep/er/root/a"]);
    watched.rename("deeper", "deep");
    await_changes(&watched, &["created deep/er/root/a"]);
    watched.write("deep/er/root/a", "22");
    await_changes(&watched, &["modified deep/er/root/a"]);
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
    await_changes(&watched, &["modified link/a", "created link/b"]);
    watched.write("two/b", "22");
    await_changes(&watched, &["modified link/b"]);
}

#[test]
fn what_is_gone_is_said_and_for_good_it_is_an_error() {
    let gone_after = Duration::from_millis(1);
    let hasty = Options { gone_after, ..options() };
    let watched = Watched::with(&[("root/a", "1")], &["root"], hasty);
    fs::remove_dir_all(watched.path("root")).expect("it");
    await_changes(&watched, &["removed root/a"]);
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
    await_changes(&watched, &["modified other"]);
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
