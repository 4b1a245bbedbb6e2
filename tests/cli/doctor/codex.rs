//! The binary, its server, and the npm that would install one.

use crate::support::{Project, pinned_codex};

use super::{HOLDS, OWN_PROVIDER, Report, home, stand_in};

#[test]
fn a_codex_that_works_is_well() {
    let project = Project::new();
    home(&project, OWN_PROVIDER);
    let report = Report::of(project.program());
    let codex = report.get("codex");
    assert_eq!(codex.details["path"], pinned_codex().display().to_string());
    assert_eq!(
        (&codex.details["version"], &codex.details["origin"]),
        (&"0.169.0".into(), &"the data folder".into())
    );
    report
        .says("codex", "ok", &["Codex 0.169.0 at "])
        .says("login", "ok", &["needs none"])
        .says("config", "ok", &[])
        .says("sandbox", "ok", &["read-only and workspace-write hold"])
        .ends(0);
}

#[test]
fn without_a_login_it_says_how_and_leaves_the_home_alone() {
    let project = Project::new();
    let report = Report::of(project.program());
    report.says("login", "fail", &["not logged in", "bin/codex login"]).says("sandbox", "ok", &[]).ends(4);
    report.says("home", "ok", &["does not exist yet"]);
    assert!(!project.root().join("home/.codex").exists());
    assert_eq!(std::fs::read_dir(project.root().join("state")).expect("a folder").count(), 0);
}

#[test]
fn a_login_is_named_and_not_shown_and_a_broken_configuration_is() {
    let project = Project::new();
    let home = home(&project, "model = [\n");
    std::fs::write(home.join("auth.json"), r#"{"OPENAI_API_KEY":"planted-0123456789"}"#).expect("a file");
    let report = Report::of(project.program());
    report.says("login", "ok", &["logged in (apikey)"]);
    report.says("config", "fail", &["config.toml:1:10", "mend that file"]).ends(1);
    assert!(!report.json.to_string().contains("planted"), "{:#}", report.json);
}

#[test]
fn no_codex_is_a_failure_only_where_none_can_be_installed() {
    let project = Project::new();
    let program = |path: &str| project.program_without_codex().env("PATH", project.work().join(path));
    let report = Report::of(program("none"));
    report.says("codex", "fail", &["not installed", "install Node.js"]).says("npm", "warn", &["no npm"]);
    report.says("login", "skipped", &[]).says("sandbox", "skipped", &[]).ends(4);

    project.executable("new/npm", "#!/bin/sh\necho 10.1.0\n");
    let report = Report::of(program("new"));
    report
        .says("codex", "warn", &["not installed", "codex-lua install"])
        .says("npm", "ok", &["npm 10.1.0"])
        .ends(0);

    project.executable("old/npm", "#!/bin/sh\necho 6.14.8\n");
    project.executable("old/codex", "#!/bin/sh\necho codex-cli 0.42.0\n");
    let report = Report::of(program("old"));
    report
        .says("npm", "warn", &["6.14.8", "too old"])
        .says("codex", "fail", &["0.42.0", "not known to work"])
        .ends(4);
    assert_eq!(report.get("codex").details["candidates"][0]["version"], "0.42.0");
    assert!(!project.root().join("home/.local").exists(), "nothing is installed");
}

#[test]
fn another_version_is_told_and_a_named_one_comes_first() {
    let project = Project::new();
    let codex = stand_in(&project, "0.42.0", HOLDS);
    let report = Report::of(project.program().env("CODEX_LUA_CODEX_BIN", &codex));
    report.says(
        "codex",
        "warn",
        &["Codex 0.42.0 at ", "CODEX_LUA_CODEX_BIN", "not used", "made for 0.169.0"],
    );
    report.says("sandbox", "ok", &[]).ends(0);
    assert_eq!(report.get("codex").details["candidates"].as_array().expect("a list").len(), 2);

    let done = project.program_without_codex().args(["doctor", "--codex-bin", "none"]).run();
    done.expect_error(4, &done.stdout, &[]);
    assert!(
        done.stdout.contains("--codex-bin names none, which is in no absolute entry of PATH"),
        "{}",
        done.stdout
    );
}

#[test]
fn a_codex_that_does_not_run_says_so_and_one_that_hangs_is_ended() {
    let project = Project::new();
    let codex = project.executable("broken/codex", "#!/bin/sh\nexit 3\n");
    let report = Report::of(project.program_without_codex().env("CODEX_LUA_CODEX_BIN", &codex));
    report
        .says("codex", "fail", &["does not run or does not tell its version"])
        .says("login", "skipped", &[])
        .ends(4);

    // The harness looks that nothing of it is left.
    let codex = project.executable("hung/codex", "#!/bin/sh\nsleep 1000 & wait\n");
    let program = project.program_without_codex().env("CODEX_LUA_CODEX_BIN", &codex);
    let done = program.args(["doctor", "--timeout", "300ms"]).run();
    assert_eq!(done.code(), 4);
    assert!(done.stdout.contains("did not tell its version within 0.3 s"), "{}", done.stdout);
}

#[test]
fn a_server_that_hangs_or_dies_fails_the_login_and_is_ended() {
    let project = Project::new();
    for (does, says) in [
        ("trap '' TERM; sleep 1000 & wait", "the Codex server: no answer within 3 s"),
        ("echo its last words >&2; exit 7", "its last words"),
    ] {
        let version = "if [ \"$1\" = --version ]; then echo codex-cli 0.169.0; exit; fi";
        let codex = project.executable("bad/codex", &format!("#!/bin/sh\n{version}\n{does}\n"));
        let program = project.program_without_codex().env("CODEX_LUA_CODEX_BIN", &codex);
        let done = program.args(["doctor", "--timeout", "3s"]).run();
        assert_eq!(done.code(), 4, "{}", done.stdout);
        assert!(done.stdout.contains(says), "{}", done.stdout);
    }
}

#[test]
fn a_sandbox_that_does_not_hold_is_told() {
    let project = Project::new();
    let codex = stand_in(&project, "0.169.0", "echo x > ../outside");
    let report = Report::of(project.program_without_codex().env("CODEX_LUA_CODEX_BIN", &codex));
    report.says("sandbox", "fail", &["read-only does not hold: a command wrote outside of it"]).ends(1);
    assert_eq!(report.get("sandbox").details["workspace_write"], "open");
}

#[test]
#[cfg(target_os = "linux")]
fn a_sandbox_that_cannot_be_made_is_told() {
    let project = Project::new();
    home(&project, OWN_PROVIDER);
    // The real server takes this one, and it fails where it counts.
    let bwrap = "#!/bin/sh
        case \"$*\" in
          *--help*) echo '--argv0 --perms --as-pid-1';;
          *--argv0*) echo 'no namespaces here' >&2; exit 1;;
        esac";
    project.executable("bin/bwrap", bwrap);
    let path = std::env::var("PATH").expect("a PATH");
    let report =
        Report::of(project.program().env("PATH", format!("{}/bin:{path}", project.work().display())));
    report
        .says("sandbox", "fail", &["read-only is unavailable: no namespaces here", "user namespaces"])
        .ends(1);
}

#[test]
fn a_signal_ends_it_with_its_server() {
    let project = Project::new();
    let codex = project.executable(
        "hung/codex",
        "#!/bin/sh\nif [ \"$1\" = --version ]; then echo codex-cli 0.169.0; exit; fi\ntouch runs\nsleep 1000 & wait\n",
    );
    let program = project.program_without_codex().env("CODEX_LUA_CODEX_BIN", &codex);
    let live = program.args(["doctor"]).start();
    let until = std::time::Instant::now() + crate::support::DEADLINE;
    // The server works in a folder of its own, in the state folder.
    while !project.processes().iter().any(|process| process.contains("sleep 1000")) {
        assert!(std::time::Instant::now() < until, "{:?}", project.processes());
        std::thread::yield_now();
    }
    live.signal(rustix::process::Signal::TERM);
    assert_eq!(live.finish().code(), 143);
    assert_eq!(std::fs::read_dir(project.root().join("state")).expect("a folder").count(), 0);
}
