//! Code that computes and never awaits is stopped, and its closers run.

use std::sync::mpsc;
use std::time::Duration;

use codex_lua::{Chunk, Host, Outcome, Reason, Source};

/// Ample: stopping takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs `text`, stops it once it has called `started()`, and tells what it called `note(…)` with.
fn stop(text: &str) -> (Outcome, Vec<String>) {
    let (say, said) = mpsc::channel::<String>();
    let host = Host::builder()
        .use_sigusr1()
        .module("notes", move |lua| {
            let say = say.clone();
            let notes = lua.create_table()?;
            notes.set("note", lua.create_function(move |_, text: String| Ok(say.send(text).is_ok()))?)?;
            Ok(notes)
        })
        .build()
        .expect("a host");
    let text =
        format!("local note = require('notes').note local function started() note 'started' end {text}");
    let source = Source::Text { name: "hostile".into(), text };
    let running = host.start(Chunk { source, args: vec![] });
    assert_eq!(said.recv_timeout(PATIENCE).as_deref(), Ok("started"));
    let (tell, told) = mpsc::channel();
    host.stopper().stop(Reason::Interrupt);
    std::thread::spawn(move || drop(tell.send(running.wait())));
    let outcome = told.recv_timeout(PATIENCE).expect("the script was stopped");
    (outcome, said.try_iter().collect())
}

fn stopped(text: &str) -> Vec<String> {
    let (outcome, notes) = stop(text);
    assert_eq!(outcome, Outcome::Stopped(Reason::Interrupt));
    notes
}

const CLOSER: &str = "local x <close> = setmetatable({}, { __close = function() note 'closed' end })";

#[test]
fn a_loop() {
    assert_eq!(stopped(&format!("{CLOSER} started() while true do end")), ["closed"]);
}

#[test]
fn a_loop_that_catches_everything() {
    let text = "started() while true do pcall(function() while true do end end) end";
    assert_eq!(stopped(&format!("{CLOSER} {text}")), ["closed"]);
}

#[test]
fn nested_coroutines_close_from_the_inside() {
    let text = "local function nest(n)
            local y <close> = setmetatable({}, { __close = function() note('closed ' .. n) end })
            if n == 0 then started() while true do end end
            local co = coroutine.create(nest)
            while true do coroutine.resume(co, n - 1) end
        end
        nest(4)";
    assert_eq!(stopped(text), ["closed 0", "closed 1", "closed 2", "closed 3", "closed 4"]);
}

#[test]
fn a_message_handler_that_loops() {
    stopped("xpcall(function() error 'x' end, function() started() while true do end end)");
}

#[test]
fn a_comparator_that_catches_everything() {
    let text = "started() table.sort({ 1, 2, 3 }, function() while true do pcall(error) end end)";
    assert_eq!(stopped(&format!("{CLOSER} {text}")), ["closed"]);
}

#[test]
fn a_callback_of_gsub_with_a_handler_that_loops() {
    let text = "local _ = ('x'):gsub('.', function()
            started()
            while true do xpcall(error, function() while true do end end) end
        end)";
    assert_eq!(stopped(&format!("{CLOSER} {text}")), ["closed"]);
}

#[test]
fn a_closer_that_loops_does_not_keep_the_next_from_running() {
    let text = "local y <close> = setmetatable({}, { __close = function() while true do end end }) started() while true do end";
    let (outcome, notes) = stop(&format!("{CLOSER} {text}"));
    assert_eq!(outcome, Outcome::Stopped(Reason::Interrupt));
    assert!(notes.is_empty() || notes == ["closed"], "{notes:?}");
}

#[test]
fn catching_sleeps_for_ever() {
    let text = "local task = require 'std.task' started() while true do pcall(task.sleep, 0.001) end";
    assert_eq!(stopped(&format!("{CLOSER} {text}")), ["closed"]);
}

#[test]
fn ten_thousand_tasks() {
    let text = "local task = require 'std.task'
        for i = 1, 10000 do task.spawn(function() while true do task.sleep(60) end end) end
        started() while true do end";
    stopped(text);
}

#[test]
fn the_host_runs_the_next_script_as_if_nothing_had_been() {
    let host = Host::builder().use_sigusr1().timeout(Duration::from_millis(50)).build().unwrap();
    for _ in 0..3 {
        assert_eq!(host.run_text("a", "while true do end"), Outcome::Stopped(Reason::Timeout));
        assert_eq!(
            host.run_text("b", "local n = 0 for i = 1, 1e5 do n = n + i end assert(n == 5000050000)"),
            Outcome::Done
        );
    }
}

#[test]
fn closers_leave_nothing_behind_for_the_next_use_of_a_coroutine() {
    // Cancelled tasks give their coroutines back; a hook left on one would stop whoever gets it next.
    let host = Host::builder().use_sigusr1().timeout(Duration::from_millis(50)).build().unwrap();
    let spin = "local task = require 'std.task' for i = 1, 50 do task.spawn(function() while true do task.yield() end end) end while true do end";
    let check = "local task = require 'std.task' local n = 0
        for i = 1, 50 do task.spawn(function() for k = 1, 100 do n = n + 1 end task.yield() end) end
        while n < 5000 do task.yield() end";
    for _ in 0..3 {
        assert_eq!(host.run_text("spin", spin), Outcome::Stopped(Reason::Timeout));
        assert_eq!(host.run_text("check", check), Outcome::Done);
    }
}
