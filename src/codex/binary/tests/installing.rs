//! All of it or nothing, by one process at a time.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

use super::super::{BinaryError, PINNED, install};
use super::support::{Machine, Pipe, listen};
use crate::notice::{Notice, Notices, Progress};

async fn install_here(machine: &Machine) -> Result<std::path::PathBuf, BinaryError> {
    install(&machine.data(), Some(&machine.path()), &machine.notices()).await
}

#[tokio::test]
async fn installs_once_and_says_so() {
    let machine = Machine::new();
    machine.npm("");
    assert_eq!(install_here(&machine).await.unwrap(), machine.installed());
    assert_eq!(machine.versions(), [PINNED]);
    let told = machine.told();
    let [Notice::Progress(Progress::Started(begun)), .., Notice::Progress(Progress::Done(done))] = &told[..]
    else {
        panic!("{told:?}")
    };
    assert!(begun.contains(PINNED) && begun.contains(machine.data().to_str().unwrap()), "{begun}");
    assert!(done.starts_with(&format!("Codex {PINNED} installed in ")), "{done}");

    assert_eq!(install_here(&machine).await.unwrap(), machine.installed());
    assert_eq!((machine.npm_runs().len(), machine.told().len()), (1, told.len()));
    assert!(!machine.installed().ancestors().nth(6).unwrap().join("npm-output.txt").exists());
}

#[tokio::test]
async fn npm_gets_its_options_a_lock_file_and_no_input() {
    let machine = Machine::new();
    machine.npm(
        r#"cat > input; cp input package-lock.json "$(dirname "$0")/.."
        echo "$@" > "$(dirname "$0")/../arguments""#,
    );
    install_here(&machine).await.unwrap();
    let arguments = fs::read_to_string(machine.at("arguments")).unwrap();
    assert!(arguments.starts_with("ci --ignore-scripts --no-audit --no-fund "), "{arguments}");
    assert!(!arguments.contains("registry"), "{arguments}");
    assert_eq!(fs::read_to_string(machine.at("input")).unwrap(), "");
    assert!(fs::read_to_string(machine.at("package-lock.json")).unwrap().contains("\"integrity\":\"sha512-"));
}

#[tokio::test]
async fn folders_are_ours_alone() {
    let machine = Machine::new();
    machine.npm(r#"stat -c %a . > "$(dirname "$0")/../mode" 2>/dev/null || stat -f %Lp . > "$(dirname "$0")/../mode""#);
    install_here(&machine).await.unwrap();
    assert_eq!(fs::read_to_string(machine.at("mode")).unwrap().trim(), "700");
    let versions = machine.data().join("codex");
    for folder in [machine.data(), versions.clone(), versions.join(PINNED)] {
        assert_eq!(fs::metadata(&folder).unwrap().mode() & 0o777, 0o700, "{}", folder.display());
    }
    assert_eq!(fs::metadata(versions.join(".lock")).unwrap().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_folder_that_others_can_write_is_not_trusted() {
    let machine = Machine::new();
    machine.npm("");
    let versions = machine.data().join("codex");
    fs::create_dir_all(&versions).unwrap();
    fs::set_permissions(&versions, fs::Permissions::from_mode(0o777)).unwrap();
    let error = install_here(&machine).await.unwrap_err();
    assert!(matches!(&error, BinaryError::Untrusted { path, .. } if *path == versions), "{error}");
    assert!(machine.npm_runs().is_empty());

    // Nor is what was installed before they could.
    fs::set_permissions(&versions, fs::Permissions::from_mode(0o755)).unwrap();
    install_here(&machine).await.unwrap();
    assert_eq!(fs::metadata(&versions).unwrap().mode() & 0o777, 0o700);
    fs::set_permissions(&versions, fs::Permissions::from_mode(0o770)).unwrap();
    assert!(matches!(machine.finder().find().await, Err(BinaryError::Untrusted { .. })));
}

#[tokio::test]
async fn no_npm_says_what_to_do() {
    let machine = Machine::new();
    let message = install_here(&machine).await.unwrap_err().to_string();
    for part in [PINNED, "npm", "PATH", "install Node.js", "--codex-bin", "CODEX_LUA_CODEX_BIN"] {
        assert!(message.contains(part), "{message}");
    }
    assert!(!machine.data().exists());
    assert!(matches!(install(&machine.data(), None, &Notices::none()).await, Err(BinaryError::NoNpm)));
}

#[tokio::test]
async fn an_npm_that_fails_is_quoted_and_leaves_nothing() {
    let machine = Machine::new();
    machine.npm(
        r"i=0; while [ $i -lt 40 ]; do echo line $i; i=$((i+1)); done
        echo 'npm error     at f (x.js:1)'; printf 'npm error \033[31mred\033[0m\n' >&2; exit 7",
    );
    let error = install_here(&machine).await.unwrap_err();
    let BinaryError::NpmFailed { code: Some(7), output } = &error else { panic!("{error}") };
    assert!(output.starts_with("line 26\n") && output.ends_with("npm error [31mred[0m"), "{output:?}");
    assert!(error.to_string().contains("exit code 7"), "{error}");
    assert_eq!(machine.versions(), Vec::<String>::new());

    machine.npm("kill -KILL $$");
    let message = install_here(&machine).await.unwrap_err().to_string();
    assert!(message.contains("killed by a signal"), "{message}");

    machine.npm("echo npm error code EINTEGRITY >&2; exit 1");
    assert!(matches!(install_here(&machine).await, Err(BinaryError::Integrity { .. })));
    assert_eq!(machine.versions(), Vec::<String>::new());
}

#[tokio::test]
async fn what_is_not_the_pinned_codex_is_not_kept() {
    let machine = Machine::new();
    for (before, reason) in [
        ("VERSION=0.1.0", "says that it is Codex 0.1.0, not 0.169.0"),
        ("exit 0", "has no executable `codex`"),
        ("VERSION=", "does not tell its version"),
        ("mkdir -p node_modules/@openai/codex/vendor/second", "has no executable `codex`"),
    ] {
        machine.npm(before);
        let message = install_here(&machine).await.unwrap_err().to_string();
        assert!(message.contains(reason), "{before}: {message}");
        assert_eq!(machine.versions(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn dropping_the_call_ends_npm_and_its_children() {
    let machine = Machine::new();
    let pipe = machine.pipe("pipe");
    machine
        .npm(&format!("echo half > half; exec 3> {}; echo started >&3; sleep 1000 & wait", pipe.display()));
    let pipe = {
        let installing = install_here(&machine);
        tokio::select! {
            result = installing => panic!("{result:?}"),
            pipe = Pipe::first_line(&pipe) => pipe,
        }
    };
    pipe.end().await;
    assert_eq!(machine.versions(), Vec::<String>::new());

    machine.npm("");
    install_here(&machine).await.unwrap();
}

#[tokio::test]
async fn two_at_once_run_npm_once() {
    let machine = Machine::new();
    let gate = machine.pipe("gate");
    machine.npm(&format!("read -r line < {}", gate.display()));
    let (data, path) = (machine.data(), machine.path());
    let (first_notices, mut first_told) = listen();
    let (second_notices, mut second_told) = listen();

    let first = install(&data, Some(&path), &first_notices);
    let second = async {
        // The first holds the lock as soon as it says that it begins.
        assert!(matches!(first_told.recv().await, Some(Notice::Progress(Progress::Started(_)))));
        install(&data, Some(&path), &second_notices).await
    };
    let opener = async {
        let told = second_told.recv().await;
        assert!(
            matches!(&told, Some(Notice::Progress(Progress::Started(text))) if text.contains("waiting")),
            "{told:?}"
        );
        tokio::task::spawn_blocking(move || fs::write(gate, "go\n").unwrap()).await.unwrap();
        second_told
    };
    let (first, second, mut second_told) = tokio::join!(first, second, opener);
    assert_eq!((first.unwrap(), second.unwrap()), (machine.installed(), machine.installed()));
    assert_eq!(machine.npm_runs().len(), 1);
    assert!(matches!(second_told.recv().await, Some(Notice::Progress(Progress::Done(_)))));
    assert_eq!(machine.versions(), [PINNED]);
}

#[tokio::test]
async fn what_the_dead_left_is_removed_and_links_are_not_followed() {
    let machine = Machine::new();
    machine.npm("");
    let versions = machine.data().join("codex");
    let stale = versions.join(".staging-0.169.0-1-dead");
    fs::create_dir_all(stale.join("node_modules")).unwrap();
    fs::set_permissions(&versions, fs::Permissions::from_mode(0o700)).unwrap();
    fs::write(stale.join("node_modules/half"), "half").unwrap();
    fs::create_dir(machine.at("precious")).unwrap();
    fs::write(machine.at("precious/file"), "keep").unwrap();
    symlink(machine.at("precious"), versions.join(".staging-link")).unwrap();
    fs::create_dir(versions.join("0.1.0")).unwrap();
    // A final folder that holds no Codex makes way.
    fs::create_dir_all(versions.join(PINNED).join("node_modules")).unwrap();

    install_here(&machine).await.unwrap();
    let mut left = machine.versions();
    left.sort();
    assert_eq!(left, ["0.1.0", PINNED]);
    assert!(machine.at("precious/file").exists());
}

#[tokio::test]
async fn a_data_folder_that_cannot_be_is_named() {
    let machine = Machine::new();
    machine.npm("");
    fs::write(machine.at("data"), "a file").unwrap();
    let message = install_here(&machine).await.unwrap_err().to_string();
    assert!(message.starts_with("cannot create ") && message.contains("data/codex-lua/codex"), "{message}");
}
