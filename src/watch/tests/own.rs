//! What the owner writes by its own calls wakes nobody, and hides nothing that others write.

use std::fs;
use std::path::Path;

use super::super::{Call, Deeds, Options, Owner, Timing};
use super::support::{DEADLINE, Watched, put};
use crate::sys::files::{self, Stop, Writing};

type Act = fn(&Path, &mut Call);

fn write(path: &Path, text: &str, atomic: bool, call: &mut Call) {
    let how = Writing { atomic, mode: None, parents: false };
    files::write(path, text.as_bytes(), how, &Stop::default()).expect("a file");
    call.put(path, text.as_bytes());
}

fn append(path: &Path, text: &str, call: &mut Call) {
    files::append(path, text.as_bytes(), false).expect("a file");
    call.added(path, text.into());
}

fn copy(from: &Path, to: &Path, call: &mut Call) {
    let tree = call.source(from);
    files::copy(from, to, true, &Stop::default()).expect("a copy");
    call.copied(tree.as_ref(), to);
}

fn rename(from: &Path, to: &Path, call: &mut Call) {
    let tree = call.tree(from);
    files::rename(from, to, true, &Stop::default()).expect("it goes");
    call.moved(tree, to);
}

fn remove(path: &Path, call: &mut Call) {
    let place = call.place(path);
    assert!(files::remove(path, true).expect("it goes"));
    call.removed(place);
}

/// What is done, what comes of it for one who wants to know, and a file of it.
const ACTS: &[(Act, &[&str], &str)] = &[
    (|at, call| write(&at.join("in/new"), "new", true, call), &["created new"], "new"),
    (|at, call| write(&at.join("in/a"), "2", true, call), &["modified a"], "a"),
    (|at, call| write(&at.join("in/a"), "22", false, call), &["modified a"], "a"),
    (|at, call| write(&at.join("link"), "22", true, call), &["modified a"], "a"),
    (|at, call| append(&at.join("in/a"), "2", call), &["modified a"], "a"),
    (|at, call| append(&at.join("in/log"), "1", call), &["created log"], "log"),
    (|at, call| copy(&at.join("in/a"), &at.join("in/d/a"), call), &["modified d/a"], "d/a"),
    (|at, call| copy(&at.join("link"), &at.join("in/b"), call), &["created b"], "b"),
    (|at, call| copy(&at.join("in/d"), &at.join("in/e"), call), &["created e/a", "created e/f/b"], "e/f/b"),
    (|at, call| rename(&at.join("in/a"), &at.join("in/z"), call), &["renamed a z"], "z"),
    (
        |at, call| rename(&at.join("in/d"), &at.join("in/e"), call),
        &["renamed d/a e/a", "renamed d/f/b e/f/b"],
        "e/a",
    ),
    (|at, call| rename(&at.join("out"), &at.join("in/out"), call), &["created out/a"], "out/a"),
    (|at, call| rename(&at.join("in/d"), &at.join("d"), call), &["removed d/a", "removed d/f/b"], "d/a"),
    (|at, call| remove(&at.join("in/a"), call), &["removed a"], "a"),
    (|at, call| remove(&at.join("in/d"), call), &["removed d/a", "removed d/f/b"], "d/f/b"),
    (|at, call| remove(&at.join("in"), call), &["removed a", "removed d/a", "removed d/f/b"], "a"),
];

/// A folder with `in`, which is watched, and a link and a tree beside it.
fn watched(deeds: &Deeds, options: Options) -> Watched {
    let folder = tempfile::tempdir().expect("a folder");
    for path in ["in/a", "in/d/a", "in/d/f/b", "out/a"] {
        put(&folder.path().join(path), path);
    }
    std::os::unix::fs::symlink("in/a", folder.path().join("link")).expect("a link");
    Watched::on(folder, &["in"], Options { deeds: deeds.clone(), ..options }).expect("it watches")
}

fn act(watched: &Watched, deeds: &Deeds, act: Act) {
    act(watched.folder.path(), &mut deeds.call());
}

/// Without the folder that is watched.
fn below(told: Vec<String>) -> Vec<String> {
    told.into_iter().map(|told| told.replace(" in/", " ")).collect()
}

#[test]
fn what_the_owner_does_itself_wakes_nobody_until_others_touch_it() {
    for (number, (done, _, file)) in ACTS.iter().enumerate() {
        let deeds = Deeds::default();
        let watched = watched(&deeds, Options::default());
        act(&watched, &deeds, *done);
        assert_eq!(watched.changes(), [""; 0], "{number}");
        watched.write(&format!("in/{file}"), "theirs");
        let told = below(watched.changes());
        assert!(told.len() == 1 && told[0].ends_with(&format!("ed {file}")), "{number}: {told:?}");
    }
}

#[test]
fn who_wants_to_know_is_told_whose_it_is() {
    for (number, (done, told, _)) in ACTS.iter().enumerate() {
        let deeds = Deeds::default();
        let watched = watched(&deeds, Options { own: true, ..Options::default() });
        act(&watched, &deeds, *done);
        watched.sync();
        let batch = watched.watcher.try_next().expect("a batch");
        assert_eq!(below(watched.show(&batch)), *told, "{number}");
        assert!(batch.changes.iter().all(|change| change.owner == Owner::Own), "{number}: {batch:?}");
    }
}

#[test]
fn what_others_write_into_it_before_it_is_told_is_told() {
    for (number, (done, _, file)) in ACTS.iter().enumerate() {
        let deeds = Deeds::default();
        let watched = watched(&deeds, Options::default());
        act(&watched, &deeds, *done);
        watched.write(&format!("in/{file}"), "theirs");
        let told = below(watched.changes());
        assert!(told.len() == 1 && told[0].ends_with(&format!("ed {file}")), "{number}: {told:?}");
    }
}

#[test]
fn what_others_wrote_goes_with_nothing_of_ours_unseen() {
    let cases: &[(Act, &str)] = &[
        (|at, call| append(&at.join("in/a"), "ours", call), "modified a"),
        (|at, call| rename(&at.join("in/a"), &at.join("in/d/a"), call), "modified d/a"),
        (|at, call| rename(&at.join("in/a"), &at.join("in/z"), call), "created z"),
    ];
    for (done, told) in cases {
        let deeds = Deeds::default();
        let watched = watched(&deeds, Options::default());
        watched.learned();
        watched.write("in/a", "theirs");
        act(&watched, &deeds, *done);
        assert_eq!(below(watched.changes()), [*told]);
    }
    // Between two of ours:
    let deeds = Deeds::default();
    let watched = watched(&deeds, Options::default());
    act(&watched, &deeds, |at, call| append(&at.join("in/a"), "1", call));
    put(&watched.path("in/a"), "theirs");
    act(&watched, &deeds, |at, call| append(&at.join("in/a"), "2", call));
    assert_eq!(below(watched.changes()), ["modified a"]);
    // A new one of theirs:
    watched.write("in/new", "theirs");
    act(&watched, &deeds, |at, call| rename(&at.join("in/new"), &at.join("in/newer"), call));
    assert_eq!(below(watched.changes()), ["created newer"]);
}

#[test]
fn ours_upon_ours_is_ours() {
    let deeds = Deeds::default();
    let watched = watched(&deeds, Options::default());
    act(&watched, &deeds, |at, call| {
        write(&at.join("in/new"), "1", true, call);
        append(&at.join("in/new"), "2", call);
        rename(&at.join("in/new"), &at.join("in/newer"), call);
        append(&at.join("in/newer"), "3", call);
        copy(&at.join("in/newer"), &at.join("in/d/copy"), call);
        rename(&at.join("in/d"), &at.join("in/e"), call);
        remove(&at.join("in/a"), call);
        append(&at.join("in/a"), "again", call);
    });
    assert_eq!(watched.changes(), [""; 0]);
    for _ in 0..3 {
        act(&watched, &deeds, |at, call| (0..100).for_each(|_| append(&at.join("in/a"), "more", call)));
        assert_eq!(watched.changes(), [""; 0]);
    }
    // What failed claims nothing.
    act(&watched, &deeds, |at, call| {
        let _place = call.place(&at.join("in/a"));
    });
    fs::remove_file(watched.path("in/a")).expect("it");
    assert_eq!(below(watched.changes()), ["removed a"]);
}

#[test]
fn what_is_under_way_is_waited_for() {
    let deeds = Deeds::default();
    let timing =
        Timing { debounce: Timing::default().debounce / 100, max_wait: DEADLINE * 2, ..Timing::default() };
    let watched = watched(&deeds, Options { timing, ..Options::default() });
    let other =
        Watched::on(tempfile::tempdir().expect("a folder"), &[""], Options { timing, ..Options::default() });
    let other = other.expect("it watches");
    let mut call = deeds.call();
    write(&watched.path("in/a"), "ours", true, &mut call);
    std::thread::scope(|scope| {
        let next = scope.spawn(|| watched.next().expect("a batch"));
        // One that began after it and waits for nothing has its batch first.
        other.write("a", "1");
        other.next().expect("a batch");
        drop(call);
        watched.write("in/d/a", "theirs");
        assert_eq!(below(watched.show(&next.join().expect("it"))), ["modified d/a"]);
    });
}

#[test]
fn where_nobody_watches_nothing_is_looked_at() {
    let deeds = Deeds::default();
    let folder = tempfile::tempdir().expect("a folder");
    let call = deeds.call();
    assert!(call.tree(folder.path()).is_none() && call.source(folder.path()).is_none());
    let watched = watched(&deeds, Options::default());
    assert!(call.tree(watched.folder.path()).is_some());
    drop(watched);
    assert!(call.place(folder.path()).is_none());
}

#[test]
fn all_that_there_is_at_first_is_told_whoever_wrote_it() {
    let deeds = Deeds::default();
    let watched = watched(&deeds, Options { initial: true, ..Options::default() });
    act(&watched, &deeds, |at, call| write(&at.join("in/a"), "ours", true, call));
    assert_eq!(below(watched.changes()), ["created a", "created d/a", "created d/f/b"]);
    act(&watched, &deeds, |at, call| write(&at.join("in/a"), "2", true, call));
    assert_eq!(watched.changes(), [""; 0]);
}
