//! The session that the README shows, entered anew.

use crate::person::Person;
use crate::support::Project;

const README: &str = include_str!("../../README.md");

/// Rows of the terminal: more than the session has.
const ROWS: u16 = 100;

#[test]
fn the_session_in_the_readme_is_what_happens() {
    let start = README.find("```console\n").expect("a session") + "```console\n".len();
    let shown = &README[start..][..README[start..].find("```").expect("its end")];
    let project = Project::new();
    let program = project.program().env("NO_COLOR", "1").args(["--offline", "--quiet"]);
    let person = Person::before(program);
    person.terminal.resize(ROWS, 100);
    for entry in shown.lines().filter_map(|line| line.strip_prefix("> ")) {
        person.starts(entry).waits();
    }
    let rows = person.terminal.rows();
    let (_, rows) = rows.split_last().expect("a prompt");
    assert_eq!(shown, rows.join("\n") + "\n", "this is what it prints:\n{}", rows.join("\n"));
    person.leaves();
}
