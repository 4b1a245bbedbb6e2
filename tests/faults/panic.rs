//! Panics of the host, wherever they are: each ends the script as what it is, and nobody waits for ever.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use codex_lua::notice::Notice;
use codex_lua::{Host, HostBuilder, Offline, Outcome};

use crate::support::{Project, pinned_codex};

const REPLIES: &str = include_str!("../lua/lib/obedient.replies.lua");

pub const ALL: &[(&str, fn())] = &[
    ("in_a_callback", in_a_callback),
    ("in_a_task_beside", in_a_task_beside),
    ("in_a_closer", in_a_closer),
    ("in_a_receiver_of_notices", in_a_receiver_of_notices),
    ("while_turns_are_ended", while_turns_are_ended),
];

fn host(project: &Project) -> HostBuilder {
    let replies = Some(project.file("replies.lua", REPLIES));
    let offline = Offline { replies, home: Some(project.offline_home()), ..Offline::default() };
    Host::builder().offline(offline).codex_bin(pinned_codex()).cwd(project.work()).module("test", |lua| {
        let module = lua.create_table()?;
        module.set("panic", lua.create_function(|_, ()| -> mlua::Result<()> { panic!("on purpose") })?)?;
        Ok(module)
    })
}

/// Runs scripts on one host; what they started has ended when it is dropped.
#[track_caller]
fn outcomes(build: impl FnOnce(HostBuilder) -> HostBuilder, scripts: &[&str]) -> Vec<Outcome> {
    let project = Project::new();
    std::fs::create_dir_all(project.offline_home()).expect("a folder");
    let host = build(host(&project)).build().expect("a host");
    let outcomes = scripts.iter().map(|script| host.run_text("script", script)).collect();
    drop(host);
    assert_eq!(project.processes(), Vec::<String>::new());
    outcomes
}

fn broken() -> Outcome {
    Outcome::Broken("on purpose".into())
}

/// The host runs the next script as if nothing had been.
fn in_a_callback() {
    let panics = "codex.run('echo x') require('test').panic()";
    let caught = "xpcall(require('test').panic, function() error 'y' end) print(pcall(error))";
    let found = outcomes(|host| host, &[panics, "print(codex.run('echo x').text)", panics, caught]);
    assert_eq!(found, [broken(), Outcome::Done, broken(), Outcome::Done]);
}

fn in_a_task_beside() {
    let script = "local task = require 'std.task'
        task.spawn(function() task.sleep(0.001) require('test').panic() end)
        codex.run 'silent'";
    assert_eq!(outcomes(|host| host, &[script]), [broken()]);
}

fn in_a_closer() {
    let script = "local x <close> = setmetatable({}, { __close = function() require('test').panic() end })";
    assert_eq!(outcomes(|host| host, &[script, "return"]), [broken(), Outcome::Done]);
}

/// It is told of an approval that was declined on the thread that reads what the server says.
fn in_a_receiver_of_notices() {
    let warned = Arc::new(AtomicUsize::new(0));
    let counting = warned.clone();
    let receiver = move |notice: Notice| {
        if matches!(notice, Notice::Warning(text) if text.starts_with("declined")) {
            counting.fetch_add(1, Ordering::Relaxed);
            panic!("on purpose");
        }
    };
    let script =
        "codex.run('$! echo x', { sandbox = 'read-only', approval = 'on-request' }) codex.run 'silent'";
    assert_eq!(outcomes(|host| host.notices(receiver), &[script]), [broken()]);
    assert_eq!(warned.load(Ordering::Relaxed), 1);
}

/// On the Lua thread, where no task runs any more.
fn while_turns_are_ended() {
    let receiver = |notice: Notice| {
        if matches!(notice, Notice::Warning(text) if text.contains("was still running")) {
            panic!("on purpose");
        }
    };
    let script = "thread = codex.thread_start() turn = thread:turn 'silent'";
    assert_eq!(outcomes(|host| host.notices(receiver), &[script, "return"]), [broken(), Outcome::Done]);
}
