//! Signals: the first unwinds the script, the second ends the process.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;

use rustix::process::Signal;

use crate::OBEDIENT;
use crate::support::{Live, Project, processes};

const SCRIPT: &str = "
    local closer <close> = setmetatable({}, {__close = function() print 'closed' end})
    local thread = codex.thread_start { sandbox = 'full-access' }
    for event in thread:stream('$ echo $$ > pid; sleep 1000') do
      if event.item and event.item.type == 'command_execution' then
        while not io.open 'pid' do require('std.task').sleep '1ms' end
        print 'running'
      end
    end
    print 'never'";

/// Stopped in the middle of a command: the harness checks that neither server nor command is left.
fn stopped_by(signal: Signal) -> i32 {
    let project = Project::new();
    let live = project.program().offline(OBEDIENT).script(SCRIPT).start();
    live.wait_for("running\n");
    live.signal(signal);
    let done = live.finish();
    assert_eq!((done.stdout.as_str(), done.stderr.as_str()), ("running\nclosed\n", ""));
    done.code()
}

#[test]
fn ctrl_c_interrupts_the_turn_and_unwinds() {
    assert_eq!(stopped_by(Signal::INT), 130);
}

#[test]
fn sigterm_does_the_same() {
    assert_eq!(stopped_by(Signal::TERM), 143);
}

#[test]
fn sighup_does_the_same() {
    assert_eq!(stopped_by(Signal::HUP), 129);
}

#[test]
fn the_interrupted_turn_is_saved_as_such() {
    let project = Project::new();
    let script =
        "local t = codex.thread_start() print(t.id) for _ in t:stream 'silent' do print 'running' end";
    let live = project.program().offline(OBEDIENT).script(script).start();
    live.wait_for("running\n");
    live.signal(Signal::INT);
    let done = live.finish();
    assert_eq!(done.code(), 130);
    let id = done.stdout.lines().next().expect("an id");
    let script = format!("print(codex.resume('{id}', {{ turns = 1 }}).initial_turns[1].status)");
    project.program().offline(OBEDIENT).args(["-e", &script]).run().expect(0, "interrupted\n");
}

fn stuck(project: &Project, script: &str) -> Live {
    let live = project.program().offline(OBEDIENT).script(script).start();
    live.wait_for("stuck\n");
    live
}

/// A pattern that takes longer than anyone waits, in C, where no hook looks: it says `stuck` when no Lua runs any more.
const NO_RETURN: &str =
    "io.stdout:setvbuf 'no' string.gsub('stuck' .. ('a'):rep(60), ('a-'):rep(12) .. 'stuck', print)";

/// Waits until a first signal has been taken: then a thread stops the script.
fn wait_until_it_stops(live: &Live) {
    let until = std::time::Instant::now() + crate::support::DEADLINE;
    while !live.threads().iter().any(|name| name == "stop") {
        assert!(std::time::Instant::now() < until, "{:?}", live.threads());
        std::thread::yield_now();
    }
}

#[test]
fn a_second_ctrl_c_ends_what_does_not_return() {
    let project = Project::new();
    let live = stuck(&project, NO_RETURN);
    live.signal(Signal::INT);
    wait_until_it_stops(&live);
    live.signal(Signal::INT);
    let done = live.finish();
    assert_eq!((done.code(), done.stderr.as_str()), (130, ""));
}

#[test]
fn a_signal_ends_a_host_that_does_not() {
    // The script has ended; what does not return is a finalizer.
    let project = Project::new();
    let gc = format!("function() {NO_RETURN} end");
    let live = stuck(&project, &format!("last = setmetatable({{}}, {{ __gc = {gc} }})"));
    live.signal(Signal::TERM);
    assert_eq!(live.finish().code(), 143);
}

#[test]
fn finalizers_at_the_end_are_abandoned_by_name() {
    let project = Project::new();
    let script = "last = setmetatable({}, { __gc = function() while true do pcall(error) end end })";
    let done = project.program().script(script).run();
    let warning = "a __gc handler (script.lua:1) was abandoned: it computed for more than 100 ms";
    assert_eq!((done.code(), done.stderr), (0, format!("codex-lua: {warning}\n")));
}

#[test]
fn a_signal_while_the_server_starts_leaves_nothing() {
    let project = Project::new();
    let live = stuck(&project, "print 'stuck' codex.run 'hi' print 'never'");
    live.signal(Signal::TERM);
    let done = live.finish();
    assert_eq!((done.code(), done.stdout.as_str()), (143, "stuck\n"));
}

#[test]
fn the_server_dies_with_a_host_that_is_killed() {
    let project = Project::new();
    let live = project.program().offline(OBEDIENT).script(SCRIPT).start();
    live.wait_for("running\n");
    live.signal(Signal::KILL);
    let done = live.beside_others().finish();
    assert_eq!(done.code(), -9);
    let until = std::time::Instant::now() + crate::support::DEADLINE;
    while project.processes().iter().any(|process| process.contains("app-server")) {
        assert!(std::time::Instant::now() < until, "{:?}", project.processes());
        std::thread::yield_now();
    }
}

#[test]
fn a_reader_who_goes_away_ends_the_script() {
    let closer =
        "local x <close> = setmetatable({}, { __close = function() io.open('closed', 'w'):close() end })";
    for ending in
        ["for i = 1, 1e12 do print(i) end", "while true do print(1) require('std.task').sleep(0.001) end"]
    {
        let project = Project::new();
        project.file("a.lua", format!("{closer} {ending}"));
        let pipeline = "{ \"$0\" a.lua; echo $? > code; } | head -n 1";
        let shell = std::process::Command::new("/bin/sh")
            .args(["-c", pipeline, env!("CARGO_BIN_EXE_codex-lua")])
            .current_dir(project.work())
            .output()
            .expect("a shell");
        assert_eq!(String::from_utf8_lossy(&shell.stdout), "1\n");
        let code = std::fs::read_to_string(project.work().join("code")).expect("an exit status");
        assert_eq!((code.as_str(), project.work().join("closed").exists()), ("141\n", true), "{ending}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn what_nohup_protects_goes_on_without_the_terminal() {
    let project = Project::new();
    project.file("a.lua", "print 'running' io.stdout:flush() print(io.read())");
    let mut shell = std::process::Command::new("/bin/sh")
        .args(["-c", "trap '' HUP; exec \"$0\" a.lua", env!("CARGO_BIN_EXE_codex-lua")])
        .current_dir(project.work())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a shell");
    let mut stdout = BufReader::new(shell.stdout.take().expect("a pipe"));
    let mut line = String::new();
    stdout.read_line(&mut line).expect("a line");
    rustix::process::kill_process(rustix::process::Pid::from_child(&shell), Signal::HUP).expect("it lives");
    shell.stdin.take().expect("a pipe").write_all(b"still\n").expect("it reads");
    stdout.read_to_string(&mut line).expect("lines");
    let status = shell.wait().expect("an end");
    assert_eq!((line.as_str(), status.code()), ("running\nstill\n", Some(0)));
}

#[test]
#[cfg(target_os = "linux")]
fn what_a_shell_started_before_it_became_the_program_lives_on() {
    let project = Project::new();
    project.file("a.lua", "os.execute 'sleep 1000 > /dev/null 2>&1 & echo $! > ours'");
    let shell = std::process::Command::new("/bin/sh")
        .args(["-c", "sleep 1000 > /dev/null 2>&1 & echo $! > theirs; exec \"$0\" a.lua"])
        .arg(env!("CARGO_BIN_EXE_codex-lua"))
        .current_dir(project.work())
        .output()
        .expect("a shell");
    let pid = |name: &str| {
        let pid = std::fs::read_to_string(project.work().join(name)).expect("a number");
        pid.trim().parse().expect("a number")
    };
    let (theirs, ours) = (pid("theirs"), pid("ours"));
    let live = (processes::lives(theirs), processes::lives(ours));
    processes::kill(theirs);
    assert!(shell.status.success(), "{shell:?}");
    assert_eq!(live, (true, false));
}

#[test]
fn a_handler_that_computes_or_awaits_ends_with_the_script() {
    for body in ["while true do pcall(error) end", "pcall(require('std.task').sleep, 1000)"] {
        let project = Project::new();
        let script = format!(
            "codex.on('turn.completed', function()
               local closer <close> = setmetatable({{}}, {{ __close = function() print 'closed' end }})
               print 'running'
               {body}
               print 'never'
             end)
             pcall(codex.run, 'hi')
             require('std.task').sleep(1000)"
        );
        let live = project.program().offline(OBEDIENT).script(&script).start();
        live.wait_for("running\n");
        live.signal(Signal::INT);
        let done = live.finish();
        assert_eq!((&*done.stdout, &*done.stderr, done.code()), ("running\nclosed\n", "", 130));
    }
}
