//! `--watch`: what of a script is watched, and what of that is a change.

use std::fs;

use rustix::process::Signal;

use crate::OBEDIENT;
use crate::support::{Done, Live, Project};

/// Long enough that a run which is not stopped is a test that fails.
pub const SLEEP: &str = "require('std.task').sleep '1h'";

pub fn watch(project: &Project, options: &[&str]) -> Live {
    project.program_without_codex().args(["--watch"]).args(options).args(["script.lua"]).start()
}

/// Ends it as Ctrl-C does, while it waits.
#[track_caller]
pub fn end(live: Live) -> Done {
    live.signal(Signal::INT);
    let done = live.finish();
    assert_eq!(done.code(), 130, "{done:?}");
    done
}

/// What it said of itself.
pub fn said(done: &Done) -> Vec<&str> {
    done.stderr.lines().filter_map(|line| line.strip_prefix("codex-lua: ")).collect()
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
fn what_it_writes_itself_is_no_change() {
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
        require("std.fs").write("m.lua", "return 4\n")
        print "written" "#;
    let live = project.program().args(["--watch"]).offline(OBEDIENT).script(script).start();
    live.wait_for_error("ok, waiting for a change\n");
    project.file("script.lua", "print((require 'm'))");
    live.wait_for("4\n");
    let done = end(live);
    assert_eq!(done.stdout, "1\nwritten\n4\n");
    assert_eq!(said(&done)[1], "script.lua changed, running again");
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
