//! Codex's home, and our folders.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::support::{Program, Project};

use super::{HOLDS, OWN_PROVIDER, Report, home, stand_in};

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
}

/// With a Codex that is quick to ask.
fn program(project: &Project) -> Program {
    project.program_without_codex().env("CODEX_LUA_CODEX_BIN", stand_in(project, "0.169.0", HOLDS))
}

#[test]
fn a_home_is_looked_at() {
    let project = Project::new();
    let home = home(&project, OWN_PROVIDER);
    let report = Report::of(program(&project));
    report.says("home", "ok", &[]).ends(0);
    let details = report.get("home").details;
    assert_eq!((&details["path"], &details["mode"]), (&home.display().to_string().into(), &"0700".into()));
    assert!(details["free_bytes"].as_u64().is_some_and(|free| free > 0));

    Report::of(program(&project).env("TMPDIR", project.root()))
        .says("home", "warn", &["below TMPDIR"])
        .ends(0);
    set_mode(&home, 0o777);
    Report::of(program(&project))
        .says("home", "fail", &["can be written by other users", "chmod go-w"])
        .ends(1);
    let named = |name: &Path| Report::of(program(&project).env("CODEX_HOME", name));
    named(&project.root().join("gone")).says(
        "home",
        "fail",
        &["(CODEX_HOME) does not exist", "mkdir -m 700 "],
    );
    named(Path::new("relative")).says(
        "home",
        "fail",
        &["another folder wherever you stand", "absolute path"],
    );
    named(&home.join("config.toml")).says("home", "fail", &["config.toml"]);
}

#[test]
fn a_home_that_others_may_enter_is_told_where_they_can_come_to_it() {
    let project = Project::new();
    let home = home(&project, OWN_PROVIDER);
    set_mode(&home, 0o755);
    let open = home
        .ancestors()
        .all(|above| fs::metadata(above).is_ok_and(|found| found.permissions().mode() & 1 != 0));
    let status = if open { "warn" } else { "ok" };
    Report::of(program(&project)).says("home", status, &[]);
    set_mode(project.root(), 0o700);
    Report::of(program(&project)).says("home", "ok", &[]);
}

#[test]
fn our_folders_are_looked_at() {
    let project = Project::new();
    let data = project.root().join("home/.local/share/codex-lua/codex");
    let state = project.root().join("state/codex-lua");
    fs::create_dir_all(data.join(".staging-0.169.0-1-dead/node_modules")).expect("folders");
    fs::write(data.join(".lock"), "").expect("a file");
    fs::create_dir_all(&state).expect("folders");
    for folder in [&data, &state] {
        set_mode(folder, 0o700);
    }
    let report = Report::of(program(&project));
    report
        .says("data", "warn", &["1 folder unfinished", "codex-lua install"])
        .says("state", "ok", &[])
        .ends(0);
    assert_eq!(report.get("data").details["unfinished"].as_array().map(Vec::len), Some(1));

    // While an install is at work it is not stale.
    let lock = fs::File::open(data.join(".lock")).expect("a file");
    lock.lock().expect("a lock");
    Report::of(program(&project)).says("data", "ok", &[]);
    drop(lock);

    for folder in [&data, &state] {
        set_mode(folder, 0o777);
    }
    let report = Report::of(program(&project));
    report
        .says("data", "fail", &["can be written by other users"])
        .says("state", "fail", &["chmod go-w"])
        .ends(4);
    report.says("login", "fail", &["can be written by other users"]);
}
