//! `--watch`: a script that runs again when what it is made of changes.

use std::fs;
use std::path::Path;
use std::time::Instant;

use rustix::process::Signal;

use crate::OBEDIENT;
use crate::support::{DEADLINE, Done, Live, Project};

/// Long enough that a run which is not stopped is a test that fails.
const SLEEP: &str = "require('std.task').sleep '1h'";

fn watch(project: &Project, options: &[&str]) -> Live {
    project.program_without_codex().args(["--watch"]).args(options).args(["script.lua"]).start()
}

/// Ends it as Ctrl-C does, while it waits.
#[track_caller]
fn end(live: Live) -> Done {
    live.signal(Signal::INT);
    let done = live.finish();
    assert_eq!(done.code(), 130, "{done:?}");
    done
}

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

/// What it said of itself.
fn said(done: &Done) -> Vec<&str> {
    done.stderr.lines().filter_map(|line| line.strip_prefix("codex-lua: ")).collect()
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
fn what_it_requires_and_runs_is_watched_too() {
    let project = Project::new();
    project.file("lib/m.lua", "return 'module 1'");
    project.file("elsewhere/n.lua", "return 'path 1'");
    project.file("done.lua", "print 'dofile 1'");
    project.file("loaded.lua", "print 'loadfile 1'");
    let script = "print((require 'lib.m')) print((require 'n')) dofile 'done.lua' loadfile 'loaded.lua' ()
        print('end of ' .. ...)";
    project.file("script.lua", script);
    let live = project.program_without_codex().args(["--watch", "--lua-path", "elsewhere", "script.lua"]);
    let live = live.args(["run"]).start();
    for (file, text, says) in [
        ("lib/m.lua", "return 'module 2'", "module 2\npath 1\ndofile 1\nloadfile 1\nend of run\n"),
        ("elsewhere/n.lua", "return 'path 2'", "module 2\npath 2\ndofile 1\nloadfile 1\nend of run\n"),
        ("done.lua", "print 'dofile 2'", "module 2\npath 2\ndofile 2\nloadfile 1\nend of run\n"),
        ("loaded.lua", "print 'loadfile 2'", "module 2\npath 2\ndofile 2\nloadfile 2\nend of run\n"),
        // It comes before the one in the other folder.
        ("n.lua", "return 'beside'", "module 2\nbeside\ndofile 2\nloadfile 2\nend of run\n"),
    ] {
        live.wait_for("end of run\n");
        project.file("other.lua", "it is not code of the script");
        project.file(file, text);
        live.wait_for_error(&format!("codex-lua: {file} changed, running again\n"));
        live.wait_for(says);
    }
    assert_eq!(end(live).stdout.matches("end of run").count(), 6);
}

#[test]
fn a_module_that_is_missing_may_come() {
    let project = Project::new();
    project.file("script.lua", "print((require 'made.later'))");
    let live = watch(&project, &[]);
    live.wait_for_error("there is no module \"made.later\"");
    live.wait_for_error("codex-lua: exit status 1, waiting for a change\n");
    project.file("made/later/init.lua", "return 'first here'");
    live.wait_for("first here\n");
    project.file("made/later.lua", "return 'then here'");
    live.wait_for("then here\n");
    let done = end(live);
    assert_eq!(done.stdout, "first here\nthen here\n");
    assert!(done.stderr.contains("codex-lua: made/later/init.lua changed, running again\n"));
}

#[test]
fn so_may_the_script_itself() {
    let project = Project::new();
    let live = watch(&project, &[]);
    live.wait_for_error("cannot read script.lua: there is no such file");
    live.wait_for_error("waiting for a change\n");
    project.file("script.lua", "print 'here'");
    live.wait_for("here\n");
    end(live);
}

#[test]
fn what_is_broken_may_be_mended() {
    let project = Project::new();
    project.file("m.lua", "return 1");
    project.file("script.lua", "print((require 'm'))");
    let live = watch(&project, &[]);
    live.wait_for("1\n");
    project.file("m.lua", "return = 2");
    live.wait_for_error("m.lua:1: unexpected symbol near '='");
    project.file("m.lua", "return 3");
    live.wait_for("3\n");
    project.file("script.lua", "print(");
    live.wait_for_error("script.lua:1: unexpected symbol near <eof>");
    project.file("script.lua", "os.exit(7)");
    live.wait_for_error("codex-lua: exit status 7, waiting for a change\n");
    project.file("script.lua", "print 'mended'");
    live.wait_for("mended\n");
    assert_eq!(end(live).stdout, "1\n3\nmended\n");
}

#[test]
fn editors_save_in_many_ways() {
    let project = Project::new();
    let script = project.file("script.lua", "print 'version 0.'");
    let live = watch(&project, &[]);
    let text = |n: usize| format!("print 'version {n}.'");
    let (temporary, backup) = (project.work().join("temporary"), project.work().join("script.lua~"));
    let save: [&dyn Fn(usize); 4] = [
        &|n| fs::write(&script, text(n)).expect("in place"),
        &|n| {
            fs::write(&temporary, text(n)).expect("a file");
            fs::rename(&temporary, &script).expect("over the old one");
        },
        &|n| {
            fs::rename(&script, &backup).expect("a backup");
            fs::write(&script, text(n)).expect("a new one");
        },
        &|n| {
            fs::remove_file(&script).expect("unlinked");
            fs::write(&script, text(n)).expect("a new one");
        },
    ];
    for (n, save) in (1..).zip(save.iter().chain(&save)) {
        live.wait_for(&format!("version {}.\n", n - 1));
        save(n);
    }
    live.wait_for("version 8.\n");
    end(live);
}

#[test]
fn saves_that_come_together_are_one() {
    let project = Project::new();
    let one = format!("print 'one' {SLEEP}");
    project.file("script.lua", &one);
    let live = watch(&project, &[]);
    live.wait_for("one\n");
    live.while_stopped(|| {
        project.file("script.lua", "print 'two'");
        project.file("script.lua", "print 'three'");
        project.file("script.lua", "print 'four'");
    });
    live.wait_for_error("ok, waiting for a change\n");
    project.file("script.lua", "print 'last'");
    live.wait_for("last\n");
    assert_eq!(end(live).stdout, "one\nfour\nlast\n");
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
fn the_scripted_model_is_code_too_and_events_go_on() {
    let project = Project::new();
    project.file("said.lua", "return 'model 1'");
    let replies = project.file("replies.lua", "return { require 'said' }");
    project.file("script.lua", "print(codex.run('hi').text)");
    let offline = format!("--offline={}", replies.display());
    let live = project.program().args(["--watch", "--events", "events", &offline, "script.lua"]).start();
    live.wait_for("model 1\n");
    project.file("said.lua", "return 'model 2'");
    live.wait_for("model 2\n");
    live.wait_for_error("ok, waiting for a change\n");
    project.file("replies.lua", "return 1");
    live.wait_for_error("it must return a list of replies or a function");
    live.wait_for_error("exit status 1, waiting for a change\n");
    project.file("replies.lua", "return function() return 'model 3' end");
    live.wait_for("model 3\n");
    let done = end(live);
    assert_eq!(done.stdout, "model 1\nmodel 2\nmodel 3\n");
    let events = project.read("events").expect("a file");
    let ends = events.lines().filter(|line| line.starts_with("{\"type\":\"turn.completed\""));
    assert_eq!(ends.count(), 3);
}

#[test]
fn a_watcher_of_the_scripts_own_works_beside_it_and_the_same_content_is_no_change() {
    let project = Project::new();
    let script = |name: &str| {
        format!(
            "local watcher <close> = require('std.watch').files('.', {{ filter = 'data' }})
            print '{name} begins'
            for batch in watcher do print('{name}', batch.paths[1]) end"
        )
    };
    project.file("script.lua", script("one"));
    let live = watch(&project, &[]);
    live.wait_for("one begins\n");
    live.while_stopped(|| {
        project.file("script.lua", script("two"));
        project.file("script.lua", script("one"));
        project.file("data", "1");
    });
    // Both watch in the same way: had the first been stopped, it would not have come to this.
    live.wait_for("one\tdata\n");
    project.file("script.lua", script("three"));
    live.wait_for("three begins\n");
    project.file("data", "2");
    live.wait_for("three\tdata\n");
    assert_eq!(end(live).stdout, "one begins\none\tdata\nthree begins\nthree\tdata\n");
}

#[test]
fn what_its_own_turns_patch_is_no_change() {
    let project = Project::new();
    project.file("m.lua", "return 1\n");
    let script = r#"local function patch(edit)
          local whole = "*** Begin Patch\n" .. edit .. "\n*** End Patch"
          codex.run("patch: " .. whole, { sandbox = "full-access", approval = "never" })
        end
        print((require "m"))
        patch "*** Update File: m.lua\n@@\n-return 1\n+return 2"
        pcall(require, "none")
        patch "*** Update File: m.lua\n@@\n-return 2\n+return 3"
        print "patched" "#;
    let live = project.program().args(["--watch"]).offline(OBEDIENT).script(script).start();
    live.wait_for_error("ok, waiting for a change\n");
    project.file("script.lua", "print((require 'm'))");
    live.wait_for("3\n");
    let done = end(live);
    assert_eq!(done.stdout, "1\npatched\n3\n");
    assert_eq!(said(&done)[1], "script.lua changed, running again");
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
fn code_of_the_command_line_is_what_it_requires() {
    let project = Project::new();
    project.file("m.lua", "return 1");
    let live = project.program_without_codex().args(["--watch", "-e", "print((require 'm'))"]).start();
    live.wait_for("1\n");
    project.file("m.lua", "return 2");
    live.wait_for("2\n");
    end(live);
    let done = project.program_without_codex().args(["--watch", "-e", "print 'alone'"]).run();
    done.expect_error(
        2,
        "alone\n",
        &["error: --watch: no file was read as code, so that nothing can change"],
    );
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
