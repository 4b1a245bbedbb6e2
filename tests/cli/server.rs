//! The server dies in the middle of things.

use rustix::process::{Pid, Signal, kill_process};

use crate::OBEDIENT;
use crate::support::{Project, outcome};

#[test]
fn a_turn_whose_server_dies_is_told_at_once_and_the_thread_goes_on_where_it_was_saved() {
    let project = Project::new();
    let script = "
        local thread = codex.thread_start { effort = 'low', sandbox = 'workspace-write', approval = 'never' }
        thread:run 'echo one'
        local ok, err = pcall(function()
          for event in thread:stream 'silent' do print('running') end
        end)
        print(ok, err.kind, err.signal, type(err.stderr), #err.message > 0)
        print(thread:run('settings').text)
        thread:run('$ echo x > ' .. os.getenv 'HOME' .. '/outside; echo y > inside')
        print(io.open(os.getenv 'HOME' .. '/outside'), io.open('inside'):read())
        local turns = thread:read { turns = 10 }.turns
        print(#turns, turns[4].status, turns[3].status)
        io.read()";
    let live = project.program().offline(OBEDIENT).script(script).keep_stdin().start();
    live.wait_for("running\n");
    kill_process(Pid::from_raw(live.server()).expect("a number"), Signal::KILL).expect("it runs");
    live.wait_for("completed\tinterrupted\n");
    let done = live.close_stdin().finish();
    let lines: Vec<&str> = done.stdout.lines().filter(|line| *line != "running").collect();
    let kind = outcome("the server is killed in mid-turn").word(1);
    let expected =
        [&*format!("false\t{kind}\t9\ttable\ttrue"), "gpt-5.5 low", "nil\ty", "4\tcompleted\tinterrupted"];
    assert_eq!((lines.as_slice(), done.stderr.as_str(), done.code()), (&expected[..], "", 0));
}

#[test]
fn a_server_that_never_starts_is_tried_three_times_a_minute() {
    let project = Project::new();
    let codex = project
        .executable("bad/codex", "#!/bin/sh\necho started >> starts\necho 'its last words' >&2\nexit 7\n");
    let script = "for i = 1, 5 do
          local err = select(2, pcall(codex.thread_start))
          print(err.kind, err.exit, err.stderr[1])
        end
        local err = select(2, pcall(codex.info))
        print(err.message)";
    let done = project.program().args(["--codex-bin".as_ref(), codex.as_os_str()]).script(script).run();
    let stdout = done.stdout.as_str();
    // Those that were not tried tell how the last one ended.
    assert_eq!(stdout.matches("server_gone\t7\tits last words").count(), 5, "{done:?}");
    assert!(stdout.contains("ended 3 times within a minute"), "{stdout}");
    assert_eq!(project.read("starts").as_deref(), Some("started\nstarted\nstarted\n"));
}

#[test]
fn a_loop_over_events_ends_with_its_server_and_a_subscription_goes_on_with_the_next() {
    let project = Project::new();
    let script = "
        local task = require 'std.task'
        local ends = 0
        codex.on('turn.completed', function() ends = ends + 1 end)
        codex.run 'hi'
        task.spawn(function()
          print(select(2, pcall(codex.run, 'silent')).kind)
        end)
        local seen = 0
        local ok, err = pcall(function()
          for event in codex.events 'turn.*' do print('running') seen = seen + 1 end
        end)
        print(ok, err.kind, err.signal, type(err.stderr), seen, ends)
        local turns = codex.events 'turn.completed'
        codex.run 'hi'
        print(turns().type, ends)";
    let live = project.program().offline(OBEDIENT).script(script).start();
    live.wait_for("running\n");
    kill_process(Pid::from_raw(live.server()).expect("a number"), Signal::KILL).expect("it runs");
    let done = live.finish();
    let mut lines: Vec<&str> = done.stdout.lines().collect();
    lines.sort_unstable();
    let expected = ["false\tserver_gone\t9\ttable\t1\t1", "running", "server_gone", "turn.completed\t2"];
    assert_eq!((lines.as_slice(), done.stderr.as_str(), done.code()), (&expected[..], "", 0));
}
