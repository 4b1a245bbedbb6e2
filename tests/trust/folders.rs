//! Folders of ours: private, and no links that others planted.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use crate::support::{Project, pinned_codex};

#[test]
fn the_offline_home_is_private_and_the_users_own_is_not_touched() {
    let project = Project::new();
    let mine = project.root().join("mine");
    fs::create_dir(&mine).expect("a folder");
    let program = project.program().env("CODEX_HOME", &mine).env("OPENAI_API_KEY", "sk-secret");
    let script = "print(codex.run('hi').status, codex.info().codex_home)";
    let done = program.args(["--offline", "-e", script]).run();
    let home = project.offline_home();
    done.expect(0, &format!("completed\t{}\n", home.display()));
    assert_eq!(fs::metadata(&home).expect("a home").permissions().mode() & 0o777, 0o700);
    assert_eq!(fs::read_dir(&mine).expect("a folder").count(), 0);
    assert_eq!(fs::read_dir(project.root().join("home")).expect("a folder").count(), 0);
}

#[test]
fn a_link_in_the_place_of_the_offline_home_is_not_followed() {
    let project = Project::new();
    let elsewhere = project.root().join("elsewhere");
    fs::create_dir(&elsewhere).expect("a folder");
    fs::set_permissions(&elsewhere, fs::Permissions::from_mode(0o755)).expect("a mode");
    fs::create_dir_all(project.offline_home().parent().expect("a folder")).expect("a folder");
    symlink(&elsewhere, project.offline_home()).expect("a link");
    let done = project.program().args(["--offline", "-e", "codex.run 'hi'"]).run();
    done.expect_error(1, "", &["offline: ", "is a link to another folder"]);
    assert_eq!(fs::read_dir(&elsewhere).expect("a folder").count(), 0);
    assert_eq!(fs::metadata(&elsewhere).expect("a folder").permissions().mode() & 0o777, 0o755);
}

#[test]
fn a_state_folder_that_others_can_write_is_refused_and_one_that_they_can_read_is_closed() {
    let project = Project::new();
    let state = project.offline_home().parent().expect("a folder").to_owned();
    fs::create_dir_all(&state).expect("a folder");
    fs::set_permissions(&state, fs::Permissions::from_mode(0o777)).expect("a mode");
    let run = || project.program().args(["--offline", "-e", "print(codex.run('hi').status)"]).run();
    run().expect_error(1, "", &["can be written by other users", "chmod go-w"]);
    assert!(!project.offline_home().exists());
    fs::set_permissions(&state, fs::Permissions::from_mode(0o755)).expect("a mode");
    run().expect(0, "completed\n");
    for folder in [&state, &project.offline_home()] {
        assert_eq!(fs::metadata(folder).expect("a folder").permissions().mode() & 0o777, 0o700);
    }
}

#[test]
fn a_relative_state_folder_is_not_taken() {
    let project = Project::new();
    let program = project.program().env("XDG_STATE_HOME", "here");
    program.args(["--offline", "-e", "print(codex.run('hi').status)"]).run().expect(0, "completed\n");
    assert!(!project.work().join("here").exists());
    assert!(project.root().join("home/.local/state/codex-lua/offline").exists());
}

#[test]
fn a_codex_that_is_asked_for_its_version_makes_no_home() {
    let project = Project::new();
    fs::create_dir(project.work().join("bin")).expect("a folder");
    symlink(pinned_codex(), project.work().join("bin/codex")).expect("a link");
    let path = format!("{}/bin:{}", project.work().display(), std::env::var("PATH").expect("a PATH"));
    let program = project.program_without_codex().env("PATH", path).args(["--no-install", "--offline"]);
    program.args(["-e", "print(codex.info().server)"]).run().expect(0, "0.169.0\n");
    assert_eq!(fs::read_dir(project.root().join("home")).expect("a folder").count(), 0);
}
