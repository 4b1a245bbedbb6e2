//! `--events`: a file with every event.

use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

use rustix::process::Signal;
use serde_json::Value;

use crate::OBEDIENT;
use crate::support::Project;

/// The events in a file, each of whose lines must be one.
#[track_caller]
fn events(project: &Project, name: &str) -> Vec<Value> {
    let text = project.read(name).expect("a file");
    assert!(text.is_empty() || text.ends_with('\n'), "the last line is not whole");
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

fn mode(project: &Project, name: &str) -> u32 {
    std::fs::metadata(project.work().join(name)).expect("a file").mode() & 0o777
}

#[test]
fn it_holds_what_scripts_see_in_the_order_of_the_wire() {
    let project = Project::new();
    let script = "local json = require 'std.json'
        local thread = codex.thread_start { sandbox = 'full-access' }
        for _, input in ipairs { '$ echo one', 'slowly: a few words', 'failed other' } do
          pcall(function()
            for event in thread:stream(input) do print(json.encode(event)) end
          end)
        end";
    let done = project.program().args(["--events", "events"]).offline(OBEDIENT).script(script).run();
    assert_eq!((done.code(), &*done.stderr), (0, ""));
    let seen: Vec<Value> =
        done.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let mut written = events(&project, "events");
    let kinds: Vec<_> =
        written.iter().map(|event| event["type"].as_str().expect("a type").to_owned()).collect();
    for kind in ["thread.started", "thread.status.changed", "account.rate_limits.updated"] {
        assert!(kinds.iter().any(|found| found == kind), "{kind} is of no turn: {kinds:?}");
    }
    // A command that ended at once may be told of after its turn, when nobody listens any more.
    written.retain(|event| seen.contains(event));
    assert_eq!(written, seen);
    assert_eq!(mode(&project, "events"), 0o600);
}

#[test]
fn what_the_server_asks_is_there_too() {
    let project = Project::new();
    let script = "codex.run('$! echo x', { approval = 'on-request' })";
    let done = project.program().args(["--events", "events"]).offline(OBEDIENT).script(script).run();
    assert_eq!(done.code(), 0, "{}", done.stderr);
    let events = events(&project, "events");
    let of =
        |kind: &str| events.iter().find(|event| event["type"] == kind).unwrap_or_else(|| panic!("no {kind}"));
    let asked = of("item.command_execution.request_approval");
    assert_eq!(asked["request_id"], of("server_request.resolved")["request_id"]);
    assert!(asked["request_id"].is_number() && asked["item_id"].is_string());
}

#[test]
fn a_killed_program_leaves_whole_lines_and_the_next_goes_on_after_them() {
    let project = Project::new();
    let flood = "return function() return { text = ('word '):rep(200000) } end";
    let script = "local n = 0
        for event in codex.stream 'hi' do
          n = n + 1
          if n % 100 == 0 then print(n) end
        end";
    let program = || project.program().args(["--events", "events"]).offline(flood).script(script);
    let mut before = 0;
    for n in 1..=5 {
        let live = program().start();
        live.wait_for(&format!("\n{}00\n", n + 1));
        live.signal(Signal::KILL);
        assert_eq!(live.beside_others().finish().code(), -9);
        let found = events(&project, "events").len();
        assert!(found >= before + 100, "{found} after {before}");
        before = found;
    }
}

#[test]
fn a_link_is_not_followed_and_nothing_runs() {
    let project = Project::new();
    project.file("mine", "{\"type\":\"mine\"}\n");
    symlink("mine", project.work().join("link")).expect("a link");
    symlink("nowhere", project.work().join("dangling")).expect("a link");
    project.file("script.lua", "print 'ran'");
    for (name, why) in [
        ("link", "it is a symbolic link"),
        ("dangling", "it is a symbolic link"),
        ("script.lua", "it is there already and its lines begin otherwise"),
        (".", "it is neither a file nor a pipe nor a terminal"),
        ("missing/events", "there is no such file"),
    ] {
        let done = project.program_without_codex().args(["--events", name, "-e", "print 'ran'"]).run();
        done.expect_error(2, "", &[&format!("error: cannot write events to {name}: {why}")]);
    }
    assert_eq!(project.read("mine").as_deref(), Some("{\"type\":\"mine\"}\n"));
    assert!(!project.work().join("nowhere").exists());
}

#[test]
fn one_that_is_there_goes_on_and_becomes_private() {
    let project = Project::new();
    let file = project.file("events", "{\"type\":\"before\"}\n{\"type\":\"cut");
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o666)).expect("a mode");
    std::fs::create_dir(project.work().join("elsewhere")).expect("a folder");
    let options = ["--events", "events", "--cd", "elsewhere", "--offline", "-e", "codex.run 'hi'"];
    let done = project.program().args(options).run();
    done.expect(0, "");
    let events = events(&project, "events");
    assert_eq!(events[0]["type"], "before");
    assert_eq!(events.last().expect("events")["type"], "turn.completed");
    assert_eq!(mode(&project, "events"), 0o600);
}

#[test]
fn a_full_disk_and_a_closed_pipe_are_said_once_and_the_script_goes_on() {
    let project = Project::new();
    let pipe = project.work().join("pipe");
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, rustix::fs::Mode::RWXU, 0)
        .expect("a pipe");
    let mut reader = Some(std::fs::OpenOptions::new().read(true).write(true).open(&pipe).expect("a pipe"));
    let script = "print(1) io.read() print(codex.run('hi').status, codex.run('hi').status)";
    for (file, why) in
        [("/dev/full".as_ref(), "no space is left"), (pipe.as_path(), "nobody reads it any more")]
    {
        let program = project.program().args(["--offline", "--events"]).args([file]).args(["-e", script]);
        let live = program.keep_stdin().start();
        live.wait_for("1\n");
        if file == pipe {
            reader.take();
        }
        let done = live.close_stdin().finish();
        done.expect_error(
            0,
            "1\ncompleted\tcompleted\n",
            &[&format!("codex-lua: no more events are written to {}: {why}\n", file.display())],
        );
        assert_eq!(done.stderr.lines().count(), 1, "{}", done.stderr);
    }
}

#[test]
fn a_pipe_takes_them_as_they_come() {
    let project = Project::new();
    let done = project
        .program()
        .args(["--offline", "--events", "/dev/stderr", "-e", "print(codex.run('hi').status)"])
        .run();
    assert_eq!((done.code(), &*done.stdout), (0, "completed\n"));
    let kinds: Vec<Value> =
        done.stderr.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(kinds.last().expect("events")["type"], "turn.completed");
}
