//! Whatever happens, in whatever order: in the end it is known what every file holds.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::super::{Batch, Kind, Options, Timing};
use super::support::Watched;

/// One thing that a program does to files; what cannot be done is not done.
#[derive(Debug, Clone)]
enum Deed {
    Write(PathBuf),
    WriteAside(PathBuf),
    Rename(PathBuf, PathBuf),
    MakeFolder(PathBuf),
    Remove(PathBuf),
    RemoveRoot,
    Take,
}

/// Few names, so that they meet.
fn path() -> impl Strategy<Value = PathBuf> {
    let name = prop::sample::select(vec!["a", "b", "c"]);
    prop::collection::vec(name, 1..5).prop_map(|names| names.iter().collect())
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        8 => path().prop_map(Deed::Write),
        2 => path().prop_map(Deed::WriteAside),
        6 => (path(), path()).prop_map(|(from, to)| Deed::Rename(from, to)),
        2 => path().prop_map(Deed::MakeFolder),
        3 => path().prop_map(Deed::Remove),
        1 => Just(Deed::RemoveRoot),
        2 => Just(Deed::Take),
    ]
}

fn doing(root: &Path, deed: &Deed, n: usize) {
    // All of one size, so that sizes tell nothing.
    let text = format!("{n:08}");
    let _ = match deed {
        Deed::Write(path) => {
            let path = root.join(path);
            let _ = fs::create_dir_all(path.parent().unwrap_or(root));
            fs::write(path, text)
        }
        Deed::WriteAside(path) => {
            let path = root.join(path);
            let temp = path.with_extension("tmp");
            fs::write(&temp, text).and_then(|()| fs::rename(temp, path))
        }
        Deed::Rename(from, to) => fs::rename(root.join(from), root.join(to)),
        Deed::MakeFolder(path) => fs::create_dir_all(root.join(path)),
        Deed::Remove(path) => {
            fs::remove_file(root.join(path)).or_else(|_| fs::remove_dir_all(root.join(path)))
        }
        Deed::RemoveRoot => fs::remove_dir_all(root).and_then(|()| fs::create_dir(root)),
        Deed::Take => Ok(()),
    };
}

type Contents = BTreeMap<PathBuf, String>;

fn contents(folder: &Path, found: &mut Contents) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match fs::read_to_string(&path) {
            Ok(text) => drop(found.insert(path, text)),
            Err(_) => contents(&path, found),
        }
    }
}

/// What somebody knows who reads what is told to be there, when it is told.
fn learn(known: &mut Contents, batch: &Batch) {
    for change in &batch.changes {
        match &change.kind {
            Kind::Renamed { from } => drop(known.remove(from)),
            Kind::Removed => {
                known.remove(&change.path);
                continue;
            }
            Kind::Created | Kind::Modified => {}
        }
        match fs::read_to_string(&change.path) {
            Ok(text) => drop(known.insert(change.path.clone(), text)),
            Err(_) => drop(known.remove(&change.path)),
        }
    }
}

fn survives(deeds: &[Deed], beside: bool) {
    let timing = Timing { debounce: std::time::Duration::from_millis(1), ..Timing::default() };
    let files = [("root/a/a", "start"), ("root/b", "start"), ("root/c/a/b", "start")];
    let watched = Watched::with(&files, &["root"], Options { timing, ..Options::default() });
    let root = watched.path("root");
    let mut known = Contents::new();
    contents(&root, &mut known);
    let storm = |taking: &mut dyn FnMut()| {
        for (n, deed) in deeds.iter().enumerate() {
            doing(&root, deed, n);
            if matches!(deed, Deed::Take) {
                taking();
            }
        }
    };
    if beside {
        std::thread::scope(|scope| {
            let storm = scope.spawn(|| storm(&mut || ()));
            while !storm.is_finished() {
                watched.watcher.try_next().iter().for_each(|batch| learn(&mut known, batch));
                watched.sync();
            }
        });
    } else {
        storm(&mut || {
            watched.watcher.try_next().iter().for_each(|batch| learn(&mut known, batch));
            watched.sync();
        });
    }
    for _ in 0..2 {
        watched.sync();
        watched.watcher.try_next().iter().for_each(|batch| learn(&mut known, batch));
    }
    let mut real = Contents::new();
    contents(&root, &mut real);
    assert_eq!(known, real);
}

/// `PROPTEST_CASES` asks for more.
fn cases(usual: u32) -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(usual);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn no_final_content_is_missed(deeds in prop::collection::vec(deed(), 1..80)) {
        survives(&deeds, false);
    }
}

proptest! {
    #![proptest_config(cases(15))]

    #[test]
    fn nor_while_it_is_read(deeds in prop::collection::vec(deed(), 100..400)) {
        survives(&deeds, true);
    }
}
