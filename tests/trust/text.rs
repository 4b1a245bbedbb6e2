//! What others wrote does not steer the terminal, where the program itself prints it.

use crate::OBEDIENT;
use crate::support::{Done, Project};

/// What steers, hides and turns round: a cleared screen, a link that says another address, a write to the clipboard,
/// text from right to left, no width at all, a byte of C1, a carriage return.
const HOSTILE: &str =
    "\u{1b}[2J\u{1b}]8;;http://evil\u{1b}\\x\u{1b}]52;c;eA==\u{7}\u{202e}\u{2066}\u{200b}\u{9b}\r";

#[track_caller]
fn is_harmless(done: &Done, lines: usize) {
    let steers = |c: char| (c.is_control() && c != '\n') || "\u{202e}\u{2066}\u{200b}".contains(c);
    assert!(!done.stderr.contains(steers), "{:?}", done.stderr);
    assert!(done.stderr.contains("\\u{1b}") && done.stderr.contains("\\u{202e}"), "{:?}", done.stderr);
    assert_eq!(done.stderr.lines().count(), lines, "{}", done.stderr);
}

/// The text as Lua takes it.
fn lua(text: &str) -> String {
    text.chars().fold(String::new(), |all, c| all + &format!("\\u{{{:x}}}", c as u32))
}

#[test]
fn a_declined_command() {
    let project = Project::new();
    let script = format!(
        "local t = codex.thread_start {{ sandbox = 'read-only', approval = 'on-request' }}
        t:run \"$! echo {}; touch x\\nerror: forged\"",
        lua(HOSTILE)
    );
    let done = project.program().offline(OBEDIENT).args(["-e", &script]).run();
    assert_eq!(done.code(), 0);
    is_harmless(&done, 1);
    assert!(done.stderr.starts_with("codex-lua: declined: ") && done.stderr.contains("\\nerror: forged"));
}

#[test]
fn a_command_without_end() {
    let project = Project::new();
    let script = "local t = codex.thread_start { sandbox = 'read-only', approval = 'on-request' }
        t:run('$! echo ' .. ('x'):rep(100000))";
    let done = project.program().offline(OBEDIENT).args(["-e", script]).run();
    assert_eq!(done.code(), 0);
    assert!(done.stderr.len() < 1000 && done.stderr.contains("xxx… (1000"), "{:.1200}", done.stderr);
}

#[test]
fn a_failure_of_the_model() {
    let project = Project::new();
    let replies = format!("return {{ {{ error = 400, message = \"{}\\nerror: forged\" }} }}", lua(HOSTILE));
    let done = project.program().offline(&replies).args(["-e", "codex.run 'hi'"]).run();
    assert_eq!(done.code(), 3);
    assert!(!done.stderr.contains(['\u{1b}', '\u{202e}', '\u{200b}', '\r']), "{:?}", done.stderr);
    assert!(!done.stderr.lines().skip(1).any(|line| line.starts_with("error:")), "{}", done.stderr);
}

#[test]
fn what_a_script_raises() {
    let project = Project::new();
    let script = format!("error(\"{}\\ncodex-lua: forged\", 0)", lua(HOSTILE));
    let done = project.program().script(&script).run();
    assert_eq!(done.code(), 1);
    is_harmless(&done, done.stderr.lines().count());
    assert!(done.stderr.contains("\n    codex-lua: forged\n"), "{}", done.stderr);
}

#[test]
fn last_words_and_other_oddities_of_a_server() {
    let project = Project::new();
    let said = project.file("said", format!("{HOSTILE}words\n"));
    let codex = project.executable(
        "bad/codex",
        &format!("#!/bin/sh\nread -r line\ncat {0}\ncat {0} >&2\nexit 7\n", said.display()),
    );
    let program = project.program_without_codex().args(["--codex-bin".as_ref(), codex.as_os_str()]);
    let done = program.args(["-e", "codex.run 'hi'"]).run();
    assert_eq!(done.code(), 1);
    let steers = |c: char| (c.is_control() && c != '\n') || "\u{202e}\u{2066}\u{200b}".contains(c);
    assert!(!done.stderr.contains(steers), "{:?}", done.stderr);
    assert!(
        done.stderr.contains("its last words: ") && done.stderr.contains("codex-lua: the Codex server sent")
    );
}

#[test]
fn the_name_of_a_file_that_changed() {
    let project = Project::new();
    let name = "\u{1b}[2J\u{202e}\u{200b}\u{9b}\r\ncodex-lua: forged";
    project.file(name, "print 'one'");
    let script = format!("dofile \"{}\"", lua(name));
    project.file("script.lua", script);
    let live = project.program_without_codex().args(["--watch", "script.lua"]).start();
    live.wait_for_error("ok, waiting for a change\n");
    project.file(name, "print 'two'");
    live.wait_for("two\n");
    live.signal(rustix::process::Signal::INT);
    let done = live.finish();
    assert_eq!(done.code(), 130);
    is_harmless(&done, done.stderr.lines().count());
    assert!(
        !done.stderr.contains("\ncodex-lua: forged") && done.stderr.contains("\\ncodex-lua: forged changed")
    );
}

#[test]
fn what_a_handler_raises_of_the_agents_text() {
    let project = Project::new();
    let replies = format!("return {{ \"{}\\nerror: forged sk-planted-0123456789\" }}", lua(HOSTILE));
    let script = "codex.on('item.completed', function(event)
          if event.item.type == 'agent_message' then error(event.item.text) end
        end)
        codex.run 'hi'";
    let done = project.program().offline(&replies).args(["-e", script]).run();
    assert_eq!(done.code(), 0);
    is_harmless(&done, 1);
    assert!(done.stderr.contains("\\nerror: forged") && !done.stderr.contains("planted"), "{}", done.stderr);
}

/// What the agent says of itself, and what a handler says of that.
#[test]
fn an_approval_that_a_handler_declines() {
    let project = Project::new();
    let replies = format!(
        "return {{ {{ call = 'exec_command', input = {{ cmd = \"echo {0}\", login = false,
          sandbox_permissions = 'require_escalated', justification = \"{0}\\nerror: forged\" }} }}, 'ok' }}",
        lua(HOSTILE)
    );
    let script = "local t = codex.thread_start { sandbox = 'read-only', approval = 'on-request',
          on_approval = function(request) error(request.reason .. '\\ncodex-lua: forged', 0) end }
        t:run 'hi'";
    let events = project.work().join("events.jsonl");
    let program = project.program().offline(&replies).args(["--events".as_ref(), events.as_os_str()]);
    let done = program.args(["-e", script]).run();
    assert_eq!(done.code(), 0);
    is_harmless(&done, 1);
    assert!(done.stderr.starts_with("codex-lua: declined: ") && done.stderr.contains("on_approval raised"));
    let told = std::fs::read_to_string(events).expect("a file");
    let decided: Vec<_> = told.lines().filter(|line| line.contains("\"approval.decided\"")).collect();
    assert_eq!(decided.len(), 1, "{told}");
    assert!(decided[0].contains("\"decision\":\"decline\"") && !decided[0].contains('\u{1b}'), "{decided:?}");
}

#[test]
fn a_line_that_a_script_logs() {
    let script = format!(
        "local log, text = require 'std.log', \"{}\\nerror: forged\"
        log.warn(text, {{ [text] = text }})
        log.open {{ format = 'json' }}:error(text, {{ [text] = text }})",
        lua(HOSTILE)
    );
    let done = Project::new().program().args(["run"]).script(&script).run();
    assert_eq!(done.code(), 0);
    is_harmless(&done, 2);
}
