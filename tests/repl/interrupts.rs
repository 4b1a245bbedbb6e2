//! Ctrl-C and Ctrl-D, wherever one is.

use crate::person::Person;
use crate::support::{Project, processes};

#[test]
fn at_the_prompt_it_clears_the_line_or_says_how_to_leave() {
    let project = Project::new();
    let person = Person::at(&project);
    person.types("something").presses("\x03").waits();
    person.presses("\x03").sees("Ctrl-D or .exit leaves").waits();
    person.gets("something", &["nil"]);
    person.leaves();
}

#[test]
fn it_returns_from_loops_with_all_state_kept() {
    let project = Project::new();
    let person = Person::at(&project);
    person.gets("local n = 1", &[]);
    for busy in [
        "while true do end",
        "while true do pcall(function() while true do end end) end",
        "coroutine.wrap(function() while true do n = 2 end end)()",
        "table.sort({ 1, 2, 3 }, function() while true do end end)",
        "('x'):gsub('x', function() while true do end end)",
        "task.sleep(1000)",
        "setmetatable({}, { __tostring = function() while true do end end })",
    ] {
        person.starts(busy).presses("\x03").sees("interrupted").waits();
        person.clears().gets("n > 0", &["true"]).clears();
    }
    person.leaves();
}

#[test]
fn a_task_that_lets_no_other_run_is_what_is_stopped() {
    let project = Project::new();
    let person = Person::at(&project);
    person.gets(
        "task.spawn(function() while true do task.sleep(0.001) beats = (beats or 0) + 1 end end);",
        &[],
    );
    person.gets("local hog = task.spawn(function() while true do end end);", &[]);
    person.starts("hog.status").presses("\x03").sees("interrupted").waits();
    person.gets("hog.status", &["\"cancelled\""]);
    person.gets("local before = beats task.sleep(0.02) print(beats > before)", &["true"]);
    person.leaves();
}

#[test]
fn it_interrupts_a_turn_that_runs() {
    let project = Project::new();
    let person = Person::before(project.program().env("NO_COLOR", "1").offline(crate::OBEDIENT));
    person.gets("local t = codex.thread_start { sandbox = 'full-access' }", &[]);
    person.starts("t:run '$ sleep 1000'").sees_start("turn 1 · running sleep 1000");
    person.presses("\x03").sees("interrupted").waits();
    person.gets("t:run('well').text;", &["ok"]);
    person.leaves();
    assert_eq!(project.processes(), [""; 0]);
}

#[test]
fn ctrl_d_asks_while_a_turn_runs_and_leaves_nothing_behind() {
    let project = Project::new();
    let person = Person::with_model(&project);
    person.gets("local t = codex.thread_start { sandbox = 'full-access' }", &[]);
    person.gets("local turn = t:turn '$ sleep 1000'", &[]);
    person.presses("\x04").is_at("a turn runs: interrupt and leave? [y/N]");
    person.presses("\r").waits();
    person.gets("turn.status", &["\"inProgress\""]);
    person.presses("\x04").is_at("a turn runs: interrupt and leave? [y/N]");
    person.terminal.enter("y\r");
    let left = person.terminal.finish();
    assert_eq!(left.code, 0);
    assert_eq!(project.processes(), [""; 0]);
}

#[test]
fn signals_end_it_with_their_statuses() {
    use rustix::process::Signal;
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129)] {
        let project = Project::new();
        let person = Person::at(&project);
        person.types("half a line");
        person.terminal.signal(signal);
        assert_eq!(person.terminal.finish().code, code);
    }
    let project = Project::new();
    let person = Person::at(&project);
    person.starts("while true do end");
    person.terminal.signal(Signal::TERM);
    assert_eq!(person.terminal.finish().code, 143);
}

#[test]
fn exit_of_a_script_leaves_also_from_a_task() {
    let project = Project::new();
    let person = Person::at(&project);
    person.enters("os.exit(7)");
    assert_eq!(person.terminal.finish().code, 7);
    let person = Person::at(&project);
    person.enters("task.spawn(function() task.sleep(0.05) os.exit(8) end);");
    assert_eq!(person.terminal.finish().code, 8);
}

#[test]
fn a_server_that_died_is_told_and_the_next_call_has_another() {
    let project = Project::new();
    let person = Person::with_model(&project);
    person.gets("local t = codex.thread_start()", &[]);
    let servers = processes::of(project.root()).into_iter();
    for server in servers.filter(|process| process.to_string().contains("app-server")) {
        server.kill();
    }
    person.enters("t:run 'x'").sees_start("error: entry 2:1: ").waits();
    person.gets("local u = codex.thread_start()", &[]).gets("u:run('x').text;", &["ok"]);
    person.leaves();
}
