//! Folders that come, go, are renamed; links; what may not be read.

use std::fs;
use std::os::unix::fs::symlink;

use super::super::Options;
use super::support::Watched;

#[test]
fn new_folders_are_walked_at_once() {
    let watched = Watched::new(&[]);
    for n in 0..50 {
        let path = format!("a{n}/b/c/file");
        watched.write(&path, "1");
        assert_eq!(watched.changes(), [format!("created {path}")]);
        watched.write(&path, "22");
        assert_eq!(watched.changes(), [format!("modified {path}")]);
    }
}

#[test]
fn a_renamed_folder_is_followed() {
    let watched = Watched::new(&[("a/b/file", "1"), ("a/c", "1")]);
    watched.rename("a", "z");
    assert_eq!(watched.changes(), ["renamed a/b/file z/b/file", "renamed a/c z/c"]);
    watched.write("z/b/file", "22");
    watched.write("z/b/new", "1");
    assert_eq!(watched.changes(), ["modified z/b/file", "created z/b/new"]);
    // Round in a circle, and another one in its place.
    watched.rename("z", "y");
    watched.rename("y", "a");
    watched.write("z/b/file", "another");
    watched.write("a/b/file", "333");
    assert_eq!(
        watched.changes(),
        ["created a/b/file", "renamed z/b/new a/b/new", "renamed z/c a/c", "modified z/b/file"]
    );
    watched.write("z/b/file", "1");
    watched.write("a/c", "22");
    assert_eq!(watched.changes(), ["modified a/c", "modified z/b/file"]);
}

#[test]
fn folders_that_change_places_keep_their_watches() {
    let watched = Watched::new(&[("a/file", "1"), ("b/file", "22")]);
    for n in 0..20 {
        watched.rename("a", "c");
        watched.rename("b", "a");
        watched.rename("c", "b");
        assert_eq!(watched.changes(), ["modified a/file", "modified b/file"], "{n}");
        watched.write("a/file", &"x".repeat(100 + n));
        assert_eq!(watched.changes(), ["modified a/file"], "{n}");
        watched.write("b/file", &"x".repeat(200 + n));
        assert_eq!(watched.changes(), ["modified b/file"], "{n}");
    }
}

#[test]
fn a_folder_that_is_deleted_and_made_again_is_watched() {
    let watched = Watched::new(&[("a/b/file", "1")]);
    for n in 0..30 {
        fs::remove_dir_all(watched.path("a")).expect("it");
        watched.write("a/b/file", &"x".repeat(10 + n));
        assert_eq!(watched.changes(), ["modified a/b/file"], "{n}");
    }
    watched.write("a/b/file", "last");
    assert_eq!(watched.changes(), ["modified a/b/file"]);
}

#[test]
fn a_folder_that_is_moved_out_is_left_and_one_that_is_moved_in_is_walked() {
    let watched = Watched::with(&[("in/a/file", "1"), ("out/x/file", "1")], &["in"], Options::default());
    watched.rename("in/a", "out/a");
    watched.rename("out/x", "in/x");
    assert_eq!(watched.changes(), ["removed in/a/file", "created in/x/file"]);
    watched.write("out/a/file", "22");
    watched.write("in/x/file", "22");
    assert_eq!(watched.changes(), ["modified in/x/file"]);
}

#[test]
fn a_file_may_become_a_folder_and_a_folder_a_file() {
    let watched = Watched::new(&[("a", "1"), ("b/file", "1")]);
    fs::remove_file(watched.path("a")).expect("it");
    fs::remove_dir_all(watched.path("b")).expect("it");
    watched.write("a/file", "1");
    watched.write("b", "1");
    assert_eq!(watched.changes(), ["removed a", "created a/file", "created b", "removed b/file"]);
}

#[test]
fn links_are_watched_themselves_and_not_followed() {
    let watched = Watched::with(&[("in/d/file", "1"), ("out/file", "1")], &["in"], Options::default());
    symlink(watched.path("out"), watched.path("in/link")).expect("a link");
    symlink("..", watched.path("in/d/loop")).expect("a link");
    symlink("nowhere", watched.path("in/broken")).expect("a link");
    assert_eq!(watched.changes(), ["created in/broken", "created in/d/loop", "created in/link"]);
    watched.write("out/file", "22");
    assert_eq!(watched.changes(), [""; 0]);
    watched.write("in/d/file", "22");
    assert_eq!(watched.changes(), ["modified in/d/file"], "once, whatever the loop says");
    fs::remove_file(watched.path("in/link")).expect("it");
    symlink(watched.path("in"), watched.path("in/link")).expect("a link");
    assert_eq!(watched.changes(), ["modified in/link"]);
}

#[cfg(target_os = "linux")]
#[test]
fn pipes_and_sockets_are_no_files() {
    let watched = Watched::new(&[]);
    let _listener = std::os::unix::net::UnixListener::bind(watched.path("socket")).expect("a socket");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        watched.path("pipe"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RWXU,
        0,
    )
    .expect("a pipe");
    watched.write("file", "1");
    assert_eq!(watched.changes(), ["created file"]);
}

#[test]
fn names_need_not_be_text() {
    use std::os::unix::ffi::OsStrExt;
    let watched = Watched::new(&[]);
    let name = std::ffi::OsStr::from_bytes(b"a\xff\nb");
    fs::write(watched.folder.path().join(name), "1").expect("a file");
    watched.sync();
    let batch = watched.watcher.try_next().expect("a batch");
    assert_eq!(batch.changes[0].path, watched.folder.path().join(name));
}

#[cfg(target_os = "linux")]
#[test]
fn what_may_not_be_read_is_said_and_watched_when_it_may() {
    use rustix::thread::{CapabilitySet, capabilities, set_capabilities};
    use std::os::unix::fs::PermissionsExt;
    // On a thread of its own, which gives up what lets root read everything.
    let test = || {
        let mut own = capabilities(None).expect("capabilities");
        own.effective.remove(CapabilitySet::DAC_OVERRIDE | CapabilitySet::DAC_READ_SEARCH);
        set_capabilities(None, own).expect("less");
        let folder = tempfile::tempdir().expect("a folder");
        let shut = folder.path().join("shut");
        super::support::put(&shut.join("file"), "1");
        let mode = |mode| fs::set_permissions(&shut, fs::Permissions::from_mode(mode)).expect("a mode");
        mode(0);
        let watched = Watched::on(folder, &[""], Options::default()).expect("the rest is watched");
        watched.write("open/file", "1");
        assert_eq!(watched.changes(), ["created open/file"]);
        assert!(watched.said().contains("/shut\" may not be read"), "{}", watched.said());
        mode(0o700);
        assert_eq!(watched.changes(), ["created shut/file"]);
        watched.write("shut/file", "22");
        assert_eq!(watched.changes(), ["modified shut/file"]);
    };
    std::thread::spawn(test).join().expect("the test");
}
