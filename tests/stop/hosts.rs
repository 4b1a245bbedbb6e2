//! Hosts that go on, that have a deadline, and that have no signal.

use std::time::Duration;

use codex_lua::{Host, Outcome, Reason};

use crate::{CLOSER, Listening};

#[test]
fn the_next_script_runs_as_if_nothing_had_been() {
    let host = Host::builder().use_sigusr1().timeout(Duration::from_millis(50)).build().expect("a host");
    for _ in 0..3 {
        assert_eq!(host.run_text("a", "while true do end"), Outcome::Stopped(Reason::Timeout));
        assert_eq!(
            host.run_text("b", "local n = 0 for i = 1, 1000 do n = n + i end assert(n == 500500)"),
            Outcome::Done
        );
    }
}

#[test]
fn closers_leave_nothing_behind_for_the_next_use_of_a_coroutine() {
    // Cancelled tasks give their coroutines back; a hook left on one would stop whoever gets it next.
    let listening = Listening::new(Host::builder().use_sigusr1());
    let spin = "for i = 1, 50 do task.spawn(function() while true do task.yield() end end) end
        task.yield() started() while true do end";
    let check = "local task = require 'std.task' local n = 0
        for i = 1, 50 do task.spawn(function() for k = 1, 100 do n = n + 1 end task.yield() end) end
        while n < 5000 do task.yield() end";
    for _ in 0..3 {
        let running = listening.start(spin);
        listening.started();
        listening.host.stopper().stop(Reason::Stopped);
        assert_eq!(running.wait(), Outcome::Stopped(Reason::Stopped));
        assert_eq!(listening.host.run_text("check", check), Outcome::Done);
    }
}

#[test]
fn without_the_signal_the_next_await_is_the_end() {
    for body in ["pcall(task.sleep, 0.001)", "pcall(task.yield)", "pcall(task.sleep, 60)"] {
        let listening = Listening::new(Host::builder());
        let running = listening.start(&format!("{CLOSER} started() while true do {body} end"));
        listening.started();
        listening.host.stopper().stop(Reason::Stopped);
        let stopped = listening.end(running);
        assert_eq!(stopped.outcome, Outcome::Stopped(Reason::Stopped));
        assert_eq!(stopped.notes, ["closed"], "{body}");
    }
}

#[test]
fn without_the_signal_closers_and_finalizers_have_their_time_too() {
    let listening = Listening::new(Host::builder());
    let running = listening.start(&format!(
        "{CLOSER} local y <close> = setmetatable({{}}, {{ __close = function() while true do pcall(error) end end }})
         last = setmetatable({{}}, {{ __gc = function() while true do pcall(error) end end }})
         started() while true do pcall(task.yield) end"
    ));
    listening.started();
    listening.host.stopper().stop(Reason::Stopped);
    let stopped = listening.end(running);
    assert_eq!(stopped.notes, ["closed"]);
    assert_eq!(stopped.warnings.len(), 2, "{:?}", stopped.warnings);
}

#[test]
fn a_module_that_panics_ends_its_script_and_nothing_else() {
    let module = |lua: &codex_lua::mlua::Lua| {
        let module = lua.create_table()?;
        let now = |_: &codex_lua::mlua::Lua, (): ()| -> codex_lua::mlua::Result<()> { panic!("now") };
        module.set("now", lua.create_function(now)?)?;
        let later = || -> codex_lua::mlua::Result<()> { panic!("later") };
        let later = move |_, (): ()| async move {
            tokio::task::yield_now().await;
            later()
        };
        module.set("later", lua.create_async_function(later)?)?;
        Ok(module)
    };
    for call in ["now", "later"] {
        for text in [
            "CALL()",
            "task.spawn(function() CALL() end)",
            "task.spawn(function() CALL() end):await()",
            "task.spawn(function() CALL() end) while true do task.yield() end",
            "local ok, err = pcall(CALL) assert(not ok) error(err)",
            "coroutine.wrap(CALL)()",
        ] {
            let listening = Listening::new(Host::builder().module("panics", module));
            let text = format!(
                "local panics = require 'panics' {}",
                text.replace("CALL", &format!("panics.{call}"))
            );
            let running = listening.start(&text);
            assert_eq!(listening.end(running).outcome, Outcome::Broken(call.into()), "{text}");
        }
    }
}
