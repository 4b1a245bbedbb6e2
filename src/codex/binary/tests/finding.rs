//! The order of finding, and what is refused.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use super::super::{BinaryError, Finder, Origin, PINNED, Unsuitable, absolute_path_entries, install};
use super::support::{Machine, nobody_writes};
use crate::notice::Notices;

#[tokio::test]
async fn flag_then_environment_then_installed_then_path() {
    let machine = Machine::new();
    machine.npm("");
    let on_path = machine.codex("bin/codex", PINNED);
    let mut finder = machine.finder();

    let found = finder.find().await.unwrap();
    assert_eq!((found.path, found.origin), (on_path, Origin::Path));
    assert_eq!(found.version.as_deref(), Some(PINNED));
    assert!(machine.npm_runs().is_empty());

    install(&machine.data(), Some(&machine.path()), &Notices::none()).await.unwrap();
    let found = finder.find().await.unwrap();
    assert_eq!((found.path, found.origin), (machine.installed(), Origin::Installed));
    assert_eq!(found.version.as_deref(), Some(PINNED));

    finder.env_bin = Some(machine.codex("env/codex", "9.9.9"));
    let found = finder.find().await.unwrap();
    assert_eq!(
        (found.path, found.origin, found.version),
        (machine.at("env/codex"), Origin::Environment, None)
    );

    finder.explicit = Some(machine.codex("flag/codex", "9.9.9"));
    let found = finder.find().await.unwrap();
    assert_eq!((found.path, found.origin, found.version), (machine.at("flag/codex"), Origin::Flag, None));
    assert_eq!(machine.warnings(), Vec::<String>::new());
}

#[tokio::test]
async fn what_the_user_named_is_refused_by_name_and_never_passed_over() {
    let machine = Machine::new();
    machine.codex("bin/codex", PINNED);
    fs::write(machine.at("plain"), "text").unwrap();
    for (name, reason) in [("gone", "does not exist"), ("plain", "is not executable"), ("bin", "is a folder")]
    {
        let flag = Finder { explicit: Some(machine.at(name)), ..machine.finder() };
        let message = flag.find().await.unwrap_err().to_string();
        assert!(message.starts_with("--codex-bin names /"), "{message}");
        assert!(message.contains(name) && message.contains(reason), "{message}");

        let environment = Finder { env_bin: Some(machine.at(name)), ..machine.finder() };
        let message = environment.find().await.unwrap_err().to_string();
        assert!(message.starts_with("CODEX_LUA_CODEX_BIN names /"), "{message}");
    }
}

#[tokio::test]
async fn a_bare_name_is_looked_up_on_path() {
    let machine = Machine::new();
    let mine = machine.codex("bin/my-codex", "1.0.0");
    let finder = Finder { explicit: Some(PathBuf::from("my-codex")), ..machine.finder() };
    assert_eq!(finder.find().await.unwrap().path, mine);
    // `Cargo.toml` lies in the current folder of this test, which does not count.
    let finder = Finder { explicit: Some(PathBuf::from("Cargo.toml")), ..machine.finder() };
    assert!(finder.find().await.unwrap_err().to_string().contains("absolute entry of PATH"));
}

#[test]
fn relative_and_empty_path_entries_are_ignored() {
    let path = OsString::from("/one::.:relative/bin:../up:/two:");
    assert_eq!(absolute_path_entries(Some(&path)), ["/one", "/two"].map(PathBuf::from));
    assert!(absolute_path_entries(Some(OsStr::new(""))).is_empty());
    assert!(absolute_path_entries(None).is_empty());
}

/// A relative way from the current folder, which all tests share, to a folder of hostile programs.
#[tokio::test]
async fn a_hostile_checkout_runs_nothing() {
    let machine = Machine::new();
    let run = format!("#!/bin/sh\ntouch {}\n", machine.at("hostile-ran").display());
    for name in ["codex", "npm", "node", "sh", "env"] {
        machine.script(&format!("checkout/{name}"), &run);
    }
    let here = std::env::current_dir().unwrap();
    let up: PathBuf = here.components().skip(1).map(|_| "..").collect();
    let relative = up.join(machine.at("checkout").strip_prefix("/").unwrap());
    assert!(relative.join("npm").exists(), "{}", relative.display());
    let path = std::env::join_paths([relative, PathBuf::new(), machine.at("bin")]).unwrap();

    let finder = Finder { path: Some(path.clone()), ..machine.finder() };
    assert!(matches!(finder.find().await, Err(BinaryError::NoNpm)));

    // An npm that looks up `node` sees no relative entry either.
    machine
        .script("bin/npm", &format!("#!/bin/sh\nprintf %s \"$PATH\" > {}\n", machine.at("seen").display()));
    assert!(finder.find().await.is_err());
    assert_eq!(fs::read_to_string(machine.at("seen")).unwrap(), machine.at("bin").to_str().unwrap());
    assert!(!machine.at("hostile-ran").exists());
}

#[tokio::test]
async fn an_unknown_version_on_path_is_named_and_the_pinned_one_installed() {
    let machine = Machine::new();
    machine.npm("");
    let old = machine.codex("bin/codex", "0.42.0");
    let found = machine.finder().find().await.unwrap();
    assert_eq!((found.path, found.origin), (machine.installed(), Origin::Installed));
    let warnings = machine.warnings();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    for part in ["0.42.0", PINNED, old.to_str().unwrap()] {
        assert!(warnings[0].contains(part), "{warnings:?}");
    }
}

#[tokio::test]
async fn without_installing_the_unsuitable_one_is_named() {
    let machine = Machine::new();
    machine.npm("");
    let finder = Finder { install: false, ..machine.finder() };
    let message = finder.find().await.unwrap_err().to_string();
    assert!(message.contains("codex-lua install") && !message.contains("known to work"), "{message}");

    let path = machine.codex("bin/codex", "0.42.0");
    let error = finder.find().await.unwrap_err();
    let message = error.to_string();
    assert!(message.contains("Codex 0.42.0 at ") && message.contains("not known to work"), "{message}");
    let expected = Unsuitable { path, version: Some("0.42.0".to_owned()) };
    assert!(matches!(error, BinaryError::NotInstalled { unsuitable: Some(it), .. } if it == expected));
    assert!(machine.npm_runs().is_empty());
}

#[tokio::test]
async fn a_codex_on_path_that_hangs_or_says_nothing_is_skipped_and_ended() {
    let machine = Machine::new();
    machine.npm("");
    let pipe = machine.pipe("pipe");
    let hang = format!("#!/bin/sh\nexec 3<> {}\nPATH=/usr/bin:/bin\nsleep 1000 & wait\n", pipe.display());
    machine.script("bin/codex", &hang);
    let finder = Finder { install: false, ..machine.finder() };
    let result = finder.find_within(Duration::from_secs(1)).await;
    assert!(matches!(result, Err(BinaryError::NotInstalled { unsuitable: Some(_), .. })));
    assert!(
        machine.warnings()[0].contains("did not tell its version within 1 s"),
        "{:?}",
        machine.warnings()
    );
    nobody_writes(&pipe).await;

    machine.script("bin/codex", "#!/bin/sh\nexit 3\n");
    assert!(finder.find().await.is_err());
    assert!(machine.warnings()[1].contains("does not tell its version"), "{:?}", machine.warnings());
}
