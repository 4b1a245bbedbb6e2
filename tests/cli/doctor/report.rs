//! How it is said: for people, for programs, and in the README.

use crate::support::Project;

use super::{HOLDS, Report, stand_in};

#[test]
fn the_table_is_aligned_and_has_colours_where_they_are_wanted() {
    let project = Project::new();
    let codex = stand_in(&project, "0.169.0", HOLDS);
    let program = || project.program_without_codex().env("CODEX_LUA_CODEX_BIN", &codex).args(["doctor"]);
    let plain = program().env("TERM", "xterm").run();
    assert_eq!((plain.code(), plain.stderr.as_str()), (0, ""));
    assert!(!plain.stdout.contains('\x1b'), "{}", plain.stdout);
    let starts: Vec<_> = plain.stdout.lines().map(|line| line.get(..17).unwrap_or_default()).collect();
    for start in ["ok    codex      ", "ok    login      ", "ok    sandbox    ", "ok    terminal   "] {
        assert!(starts.contains(&start), "{}", plain.stdout);
    }
    let last = plain.stdout.lines().last().expect("a verdict");
    assert!(last == "all is well" || last.starts_with("scripts run; warnings: "), "{last}");

    let forced = program().env("TERM", "xterm").env("CLICOLOR_FORCE", "1").run();
    assert!(forced.stdout.contains("\x1b[32mok  \x1b[0m  codex "), "{:?}", forced.stdout);
    let refused = program().env("TERM", "xterm").env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1").run();
    assert!(!refused.stdout.contains('\x1b'), "{:?}", refused.stdout);
}

#[test]
fn what_others_wrote_does_not_steer_the_terminal() {
    let project = Project::new();
    let codex = project.executable("a\u{1b}[2J\u{202e}/codex", "#!/bin/sh\nexit 3\n");
    let done = project
        .program_without_codex()
        .args(["doctor".as_ref(), "--codex-bin".as_ref(), codex.as_os_str()])
        .run();
    assert!(done.stdout.contains("a\\u{1b}[2J\\u{202e}/codex"), "{:?}", done.stdout);
    assert!(!done.stdout.contains(['\u{1b}', '\u{202e}']));
}

/// The names are for programs, so they stay; the README lists them.
#[test]
fn the_readme_names_every_check() {
    let project = Project::new();
    let report = Report::of(project.program_without_codex().env("PATH", "/none"));
    let checks = report.json["checks"].as_array().expect("checks");
    let names: Vec<_> = checks.iter().map(|check| check["name"].as_str().expect("a name")).collect();
    let readme = include_str!("../../../README.md");
    let table = readme
        .split("<!-- doctor: begin -->")
        .nth(1)
        .and_then(|rest| rest.split("<!-- doctor: end -->").next());
    let rows = table.expect("a table").lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    assert_eq!(names, rows.collect::<Vec<_>>());
    for key in ["codex_lua", "pinned_codex", "status", "exit_code"] {
        assert!(!report.json[key].is_null(), "{key}");
    }
}
