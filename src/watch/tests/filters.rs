//! What is left out is neither watched nor told.

use std::fs;

use super::super::Options;
use super::support::Watched;

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn ignore_files_are_honoured() {
    let watched = Watched::new(&[(".gitignore", "out/\n*.log\n"), ("out/a", ""), ("sub/.ignore", "made\n")]);
    watched.write("out/a", "1");
    watched.write("out/new/b", "1");
    watched.write("a.log", "1");
    watched.write("sub/made/x", "1");
    watched.write(".git/index", "1");
    watched.write("sub/a", "1");
    assert_eq!(watched.changes(), ["created sub/a"]);
}

#[test]
fn a_change_of_an_ignore_file_holds_at_once() {
    let watched = Watched::new(&[(".gitignore", "out/\n"), ("out/a", "1"), ("tmp/b", "1")]);
    watched.write("tmp/b", "22");
    watched.write(".gitignore", "tmp/\n");
    assert_eq!(watched.changes(), ["modified .gitignore", "created out/a"], "out appears, tmp is forgotten");
    watched.write("tmp/b", "333");
    watched.write("out/a", "22");
    assert_eq!(watched.changes(), ["modified out/a"]);
    fs::remove_file(watched.path(".gitignore")).expect("it");
    assert_eq!(watched.changes(), ["removed .gitignore", "created tmp/b"]);
    watched.write("tmp/b", "1");
    assert_eq!(watched.changes(), ["modified tmp/b"]);
}

#[test]
fn globs_say_what_is_watched() {
    let options = Options {
        ignore: strings(&["!kept.log", "skip/"]),
        keep: strings(&["*.rs", "*.log"]),
        ..Options::default()
    };
    let watched = Watched::with(&[(".gitignore", "*.log\n")], &[""], options);
    for path in ["a.rs", "a.md", "a.log", "kept.log", "skip/a.rs", "deep/er/a.rs"] {
        watched.write(path, "1");
    }
    assert_eq!(watched.changes(), ["created a.rs", "created deep/er/a.rs", "created kept.log"]);
}

#[test]
fn a_path_that_is_named_is_watched_though_it_is_ignored() {
    let watched = Watched::with(
        &[(".gitignore", "out/\n*.log\n"), ("out/a", "1"), ("x.log", "1"), ("y.log", "1")],
        &["", "out", "x.log"],
        Options::default(),
    );
    for path in ["out/a", "x.log", "y.log"] {
        watched.write(path, "22");
    }
    assert_eq!(watched.changes(), ["modified out/a", "modified x.log"]);
}

#[test]
fn paths_that_others_cover_are_told_once() {
    let watched = Watched::with(
        &[("a/b/c", "1"), ("a/d", "1")],
        &["a/b/c", "a/b", "a", "a/d", "a"],
        Options::default(),
    );
    watched.write("a/b/c", "22");
    watched.write("a/d", "22");
    assert_eq!(watched.changes(), ["modified a/b/c", "modified a/d"]);
}
