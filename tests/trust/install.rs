//! Installing Codex, interrupted at the worst moments: all of it or nothing, by one process at a time.

use std::fs;
use std::os::unix::fs::symlink;
use std::time::Instant;

use rustix::process::{Pid, Signal, kill_process};

use crate::support::{DEADLINE, Live, Program, Project};

/// An npm that says that it runs, waits for the file `go`, and leaves a package whose codex tells the pinned version.
const NPM: &str = r#"#!/bin/sh
work=$(dirname "$0")/..
echo $$ >> $work/runs
bin=node_modules/@openai/codex/vendor/some-platform/bin
mkdir -p $bin
sleep 1000 &
until [ -e $work/go ]; do /bin/sleep 0.01; done
kill $!
printf '#!/bin/sh\necho codex-cli 0.169.0\n' > $bin/codex
chmod 755 $bin/codex
"#;

fn program(project: &Project) -> Program {
    let path = format!("{}/bin:/usr/bin:/bin", project.work().display());
    project.program_without_codex().env("PATH", path).env("XDG_DATA_HOME", project.root().join("data"))
}

/// What is in the folder of all versions, but for the lock.
fn versions(project: &Project) -> Vec<String> {
    let entries = fs::read_dir(project.root().join("data/codex-lua/codex")).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().into_string().expect("a name"));
    names.filter(|name| name != ".lock").collect()
}

#[track_caller]
fn wait_until(reached: impl Fn() -> bool) {
    let until = Instant::now() + DEADLINE;
    while !reached() {
        assert!(Instant::now() < until, "the test waited too long");
        std::thread::yield_now();
    }
}

/// Npm is at work, for the nth time.
#[track_caller]
fn started(project: &Project, program: Program, nth: usize) -> Live {
    let live = program.start();
    wait_until(|| project.read("runs").is_some_and(|runs| runs.lines().count() == nth));
    live
}

/// It can be installed now, and nothing of what went wrong is left.
#[track_caller]
fn installs(project: &Project) {
    project.file("go", "");
    let done = program(project).args(["install"]).run();
    assert_eq!(done.code(), 0, "{}", done.stderr);
    assert!(done.stdout.ends_with("some-platform/bin/codex\n"), "{}", done.stdout);
    assert_eq!(versions(project), ["0.169.0"]);
}

#[test]
fn killed_half_way_it_leaves_no_process_and_nothing_that_is_used() {
    let project = Project::new();
    project.executable("bin/npm", NPM);
    let live = started(&project, program(&project).args(["install"]), 1);
    live.signal(Signal::KILL);
    assert_eq!(live.beside_others().finish().code(), -9);
    wait_until(|| project.processes().is_empty());
    assert_eq!(versions(&project).len(), 1, "what is half done is there");
    let done = program(&project).args(["--no-install", "--offline", "-e", "codex.run 'hi'"]).run();
    done.expect_error(4, "", &["[not_installed]"]);
    installs(&project);
}

#[test]
fn signals_end_npm_and_leave_nothing() {
    let project = Project::new();
    project.executable("bin/npm", NPM);
    for (nth, signal, code) in [(1, Signal::INT, 130), (2, Signal::TERM, 143), (3, Signal::HUP, 129)] {
        let live = started(&project, program(&project).args(["install"]), nth);
        live.signal(signal);
        assert_eq!(live.finish().code(), code);
        assert_eq!(versions(&project), Vec::<String>::new());
    }
    // A script that needs Codex installs it in the same way.
    let run = program(&project).args(["--offline", "-e", "codex.run 'hi'"]);
    let live = started(&project, run, 4);
    live.signal(Signal::INT);
    assert_eq!(live.finish().code(), 130);
    assert_eq!(versions(&project), Vec::<String>::new());
    installs(&project);
}

#[test]
fn an_npm_that_is_killed_is_an_error() {
    let project = Project::new();
    project.executable("bin/npm", NPM);
    let live = started(&project, program(&project).args(["install"]), 1);
    let pid = project.read("runs").and_then(|runs| runs.trim().parse().ok()).and_then(Pid::from_raw);
    kill_process(pid.expect("a number"), Signal::KILL).expect("it runs");
    live.finish().expect_error(4, "", &["it was killed by a signal", "Nothing was installed"]);
    assert_eq!(versions(&project), Vec::<String>::new());
    installs(&project);
}

#[test]
fn a_task_that_fails_beside_an_install_leaves_nothing() {
    let project = Project::new();
    project.executable("bin/npm", NPM);
    let script = "local task = require 'std.task'
        task.spawn(function() codex.run 'hi' end)
        while not io.open 'runs' do task.sleep '1ms' end
        error 'the sibling'";
    let done = program(&project).args(["--offline", "-e", script]).run();
    done.expect_error(1, "", &["the sibling"]);
    assert_eq!(versions(&project), Vec::<String>::new());
    installs(&project);
}

#[test]
fn of_two_at_once_one_installs_and_both_have_it() {
    let project = Project::new();
    project.executable("bin/npm", NPM);
    let first = started(&project, program(&project).args(["install"]), 1).beside_others();
    let second = program(&project).args(["install"]).start().beside_others();
    second.wait_for_error("waiting for another process that installs Codex");
    project.file("go", "");
    let (first, second) = (first.finish(), second.finish());
    assert_eq!((first.code(), second.code(), &first.stdout), (0, 0, &second.stdout));
    assert_eq!(project.read("runs").expect("runs").lines().count(), 1);
    assert_eq!(versions(&project), ["0.169.0"]);
}

#[test]
fn who_waits_installs_when_the_first_is_killed() {
    let project = Project::new();
    project.executable("bin/npm", NPM);
    let first = started(&project, program(&project).args(["install"]), 1).beside_others();
    let second = program(&project).args(["install"]).start().beside_others();
    second.wait_for_error("waiting for another process that installs Codex");
    first.signal(Signal::KILL);
    assert_eq!(first.finish().code(), -9);
    project.file("go", "");
    assert_eq!(second.finish().code(), 0);
    assert_eq!(versions(&project), ["0.169.0"]);
}

#[test]
fn links_in_the_data_folder_are_not_followed() {
    let project = Project::new();
    project.executable("bin/npm", NPM);
    let data = project.root().join("data/codex-lua/codex");
    fs::create_dir_all(&data).expect("a folder");
    fs::write(project.root().join("precious"), "keep").expect("a file");
    symlink(project.root().join("precious"), data.join(".lock")).expect("a link");
    program(&project).args(["install"]).run().expect_error(4, "", &["cannot open", ".lock"]);
    fs::remove_file(data.join(".lock")).expect("the link");

    fs::create_dir(project.root().join("folder")).expect("a folder");
    fs::write(project.root().join("folder/file"), "keep").expect("a file");
    for name in [".staging-0.169.0-1-x", "0.169.0"] {
        symlink(project.root().join("folder"), data.join(name)).expect("a link");
    }
    installs(&project);
    assert_eq!(fs::read_to_string(project.root().join("folder/file")).expect("it stays"), "keep");
    assert_eq!(fs::read_to_string(project.root().join("precious")).expect("it stays"), "keep");
    assert!(!fs::symlink_metadata(data.join("0.169.0")).expect("a folder").is_symlink());
}
