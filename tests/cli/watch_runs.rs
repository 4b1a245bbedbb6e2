//! `--watch`: how a run ends and the next begins, and how all ends.

use std::path::Path;
use std::time::Instant;

use rustix::process::Signal;

use super::watch::{SLEEP, end, said, watch};
use crate::OBEDIENT;
use crate::support::{DEADLINE, Project};

/// Lets who reads this pipe go on.
#[track_caller]
fn open(gate: &Path) {
    use rustix::fs::{Mode, OFlags, open};
    let until = Instant::now() + DEADLINE;
    // An open that waits could wait for ever, for a program that has ended.
    while let Err(error) = open(gate, OFlags::WRONLY | OFlags::NONBLOCK, Mode::empty()) {
        assert!(Instant::now() < until, "nobody reads it: {error}");
        std::thread::yield_now();
    }
}

#[test]
fn a_script_that_is_edited_while_its_turn_streams_is_unwound_and_then_runs_again() {
    let project = Project::new();
    let live = project.program().args(["--watch"]).offline(OBEDIENT).script(
        "local closer <close> = setmetatable({}, {__close = function() print 'closed' end})
        local thread = codex.thread_start { sandbox = 'full-access' }
        for event in thread:stream('$ echo $$ > pid; sleep 1000') do
          if event.item and event.item.type == 'command_execution' then
            while not io.open 'pid' do require('std.task').sleep '1ms' end
            print 'running'
          end
        end",
    );
    let live = live.start();
    live.wait_for("running\n");
    let server = live.server();
    project.file(
        "script.lua",
        format!(
            "for _, pid in ipairs {{ io.open 'pid':read 'n', {server} }} do
              print(os.execute('kill -0 ' .. pid .. ' 2> /dev/null'))
            end
            print(codex.run('hi').status)"
        ),
    );
    live.wait_for_error("ok, waiting for a change\n");
    let done = end(live);
    assert_eq!(done.stdout, "running\nclosed\nnil\texit\t1\nnil\texit\t1\ncompleted\n");
    assert_eq!(said(&done), ["script.lua changed, running again", "ok, waiting for a change"]);
    assert_eq!(done.stderr.lines().count(), 2, "{}", done.stderr);
}

#[test]
fn a_script_that_never_waits_is_stopped_too() {
    let project = Project::new();
    let busy = |n: i32| format!("print 'busy {n}' io.stdout:flush() while true do pcall(error) end");
    project.file("script.lua", busy(1));
    let live = watch(&project, &[]);
    for n in 1..4 {
        live.wait_for(&format!("busy {n}\n"));
        project.file("script.lua", busy(n + 1));
    }
    live.wait_for("busy 4\n");
    assert_eq!(end(live).stdout, "busy 1\nbusy 2\nbusy 3\nbusy 4\n");
}

#[test]
fn what_changes_while_it_stops_is_in_the_next_run() {
    let project = Project::new();
    let gate = project.work().join("gate");
    let mode = rustix::fs::Mode::RWXU;
    rustix::fs::mknodat(rustix::fs::CWD, &gate, rustix::fs::FileType::Fifo, mode, 0).expect("a pipe");
    project.file("m.lua", "return 'old'");
    // Opening a pipe waits for who writes to it.
    let closer =
        "setmetatable({}, { __close = function() print 'closing' io.stdout:flush() io.open 'gate' end })";
    let script = |name: &str| format!("local c <close> = {closer} print('{name}', (require 'm')) {SLEEP}");
    project.file("script.lua", script("one"));
    let live = watch(&project, &[]);
    live.wait_for("one\told\n");
    project.file("script.lua", script("two"));
    live.wait_for("closing\n");
    project.file("m.lua", "return 'new'");
    project.file("script.lua", script("three"));
    open(&gate);
    live.wait_for("three\tnew\n");
    // In mid-stop too a signal ends it, once the closer has ended.
    project.file("script.lua", "print 'never'");
    live.wait_for("three\tnew\nclosing\n");
    live.signal(Signal::TERM);
    open(&gate);
    let done = live.finish();
    assert_eq!(done.code(), 143);
    assert!(done.stdout.starts_with("one\told\nclosing\nthree\tnew\nclosing\n"), "{done:?}");
}

#[test]
fn a_signal_ends_it_while_it_runs_and_while_it_waits() {
    let closer = "setmetatable({}, { __close = function() print 'closed' end })";
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)] {
        let project = Project::new();
        project.file("script.lua", format!("local c <close> = {closer} print 'running' {SLEEP}"));
        let live = watch(&project, &[]);
        live.wait_for("running\n");
        live.signal(signal);
        live.finish().expect(code, "running\nclosed\n");

        project.file("script.lua", "error 'it fails'");
        let live = watch(&project, &[]);
        live.wait_for_error("exit status 1, waiting for a change\n");
        live.signal(signal);
        live.finish().expect_error(code, "", &["it fails"]);
    }
}

#[test]
fn each_run_has_its_time() {
    let project = Project::new();
    let script = |n: i32| format!("print({n}) {SLEEP}");
    project.file("script.lua", script(1));
    let live = watch(&project, &["--timeout", "200ms"]);
    for n in 1..4 {
        live.wait_for(&format!("{n}\n"));
        let waits = "error: the script ran longer than --timeout allows\n\
            codex-lua: exit status 124, waiting for a change\n";
        let before = format!("codex-lua: script.lua changed, running again\n{waits}");
        live.wait_for_error(if n == 1 { waits } else { &before });
        project.file("script.lua", script(n + 1));
    }
    live.wait_for("4\n");
    let done = end(live);
    assert_eq!(done.stdout, "1\n2\n3\n4\n");
}

#[test]
fn what_was_typed_for_a_run_that_was_stopped_is_read_by_the_next() {
    let project = Project::new();
    let script = |name: &str| format!("print '{name}' io.stdout:flush() print(io.read())");
    project.file("script.lua", script("one"));
    let mut live = project.program_without_codex().args(["--watch", "script.lua"]).keep_stdin().start();
    live.wait_for("one\n");
    project.file("script.lua", script("two"));
    live.wait_for("two\n");
    live.type_in("a line\nanother\n");
    live.wait_for("a line\n");
    project.file("script.lua", script("three"));
    live.wait_for("another\n");
    end(live);
}

#[test]
fn what_cannot_be_read_again_is_refused() {
    let project = Project::new();
    let wrong = |args: &[&str], says: &str| {
        let done = project.program_without_codex().args(["--watch"]).args(args).stdin("print 'ran'").run();
        done.expect_error(2, "", &[says]);
    };
    wrong(&["-"], "--watch needs a script that is a file: standard input is read once");
    wrong(&[], "--watch needs a script that is a file: standard input is read once");
    wrong(&["."], "--watch needs a script that is a file: . is none");
    wrong(&["/dev/stdin"], "--watch needs a script that is a file: /dev/stdin is none");
}

#[test]
fn quiet_says_nothing_of_it() {
    let project = Project::new();
    project.file("script.lua", "print(1)");
    let live = watch(&project, &["--quiet"]);
    live.wait_for("1\n");
    project.file("script.lua", "error 'wrong'");
    live.wait_for_error("wrong\n");
    let done = end(live);
    assert!(!done.stderr.contains("codex-lua: "), "{}", done.stderr);
}

#[test]
fn on_a_terminal_it_says_so_in_colour_between_what_scripts_print() {
    let project = Project::new();
    project.file("script.lua", "io.write 'one'");
    let program = project.program_without_codex().args(["--watch", "script.lua"]);
    let terminal = program.on_terminal(|command| command);
    terminal.wait_for("codex-lua: ok, waiting");
    project.file("script.lua", "print 'two' error 'wrong'");
    terminal.wait_for("codex-lua: exit status 1, waiting");
    terminal.signal(Signal::INT);
    let left = terminal.finish();
    let rows = [
        "one",
        "codex-lua: ok, waiting for a change",
        "codex-lua: script.lua changed, running again",
        "two",
        "error: script.lua:1: wrong",
        "     1 | print 'two' error 'wrong'",
        "codex-lua: exit status 1, waiting for a change",
    ];
    left.expect(130, &rows);
    assert!(left.had("\u{1b}[2mcodex-lua: \u{1b}[0mok, waiting"));
}
