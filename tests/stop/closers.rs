//! Closers: each has its time, and is abandoned by name.

use codex_lua::{Host, Outcome, Reason};

use crate::{CLOSER, Listening, stop};

const LOOPS: &str = "setmetatable({}, { __close = function()\nwhile true do pcall(function() while true do end end) end end })";

/// One that computes for the time that it is given.
const WORKS: &str = "local function works(name, seconds)
    return setmetatable({}, { __close = function()
      local until_ = os.clock() + seconds
      while os.clock() < until_ do end
      note(name)
    end })
  end";

fn abandoned(line: u32) -> String {
    format!("a __close handler (hostile:{line}) was abandoned: it computed for more than 100 ms")
}

#[test]
fn one_that_loops_is_abandoned_by_name_and_the_next_one_runs() {
    let stopped = stop(&format!("{CLOSER}\nlocal y <close> = {LOOPS} started() while true do end"));
    assert_eq!(stopped.notes, ["closed"]);
    assert_eq!(stopped.warnings, [abandoned(3)]);
}

#[test]
fn each_has_a_time_of_its_own() {
    // os.clock is of the whole process: other threads make these shorter, never longer.
    let text = format!(
        "{WORKS} local a <close> = works('a', 0.06)
         local b <close> = works('b', 0.06)
         local c <close> = works('c', 0.06)
         started() while true do end"
    );
    let stopped = stop(&text);
    assert_eq!((stopped.notes, stopped.warnings), (vec!["c".into(), "b".into(), "a".into()], vec![]));
}

#[test]
fn those_of_a_coroutine_have_it_too() {
    let text = format!(
        "{CLOSER} {WORKS} coroutine.wrap(function()
           local a <close> = works('a', 0.06)
           local b <close> = works('b', 0.06)
           local c <close> = {LOOPS}
           started() while true do end
         end)()"
    );
    let stopped = stop(&text);
    assert_eq!(stopped.notes, ["b", "a", "closed"]);
    assert_eq!(stopped.warnings.len(), 1);
}

#[test]
fn those_below_a_call_that_cannot_yield_have_it_too() {
    let text = format!(
        "{CLOSER} {WORKS} table.sort({{ 1, 2, 3 }}, function()
           local a <close> = works('a', 0.06)
           local b <close> = works('b', 0.06)
           started() while true do pcall(error) end
         end)"
    );
    let stopped = stop(&text);
    assert_eq!((stopped.notes, stopped.warnings), (vec!["b".into(), "a".into(), "closed".into()], vec![]));
}

#[test]
fn one_that_loops_below_a_call_that_cannot_yield() {
    let text = format!(
        "{CLOSER} table.sort({{ 1, 2, 3 }}, function()
           local a <close> = {LOOPS}
           started() while true do pcall(error) end
         end)"
    );
    let stopped = stop(&text);
    assert_eq!(stopped.notes, ["closed"]);
    assert_eq!(stopped.warnings, [abandoned(3)]);
}

#[test]
fn one_of_a_coroutine_that_ends_by_the_stop() {
    let text = format!(
        "{CLOSER} coroutine.wrap(function()
           local a <close> = {LOOPS}
           table.sort({{ 1, 2, 3 }}, function() started() while true do end end)
         end)()"
    );
    assert_eq!(stop(&text).notes, ["closed"]);
}

#[test]
fn one_that_runs_when_the_stop_comes_is_code_that_runs() {
    // Nothing was unwinding: it ends at once, and without a word.
    let text = format!(
        "{CLOSER} while true do
           pcall(function()
             local a <close> = setmetatable({{}}, {{ __close = function() started() while true do end end }})
           end)
         end"
    );
    let stopped = stop(&text);
    assert_eq!((stopped.notes, stopped.warnings), (vec!["closed".into()], vec![]));
}

#[test]
fn no_coroutine_gives_one_more_time() {
    let script = |body: &str| {
        format!(
            "{CLOSER} local loops = function() while true do end end
             local old = coroutine.create(loops)
             local a <close> = setmetatable({{}}, {{ __close = function() {body} end }})
             started() while true do end"
        )
    };
    let closes = "local co = coroutine.create(function()
          local y <close> = setmetatable({}, { __close = function() end })
          coroutine.yield()
        end)
        coroutine.resume(co)
        coroutine.close(co)";
    for body in [
        "coroutine.resume(old)",
        "coroutine.wrap(loops)()",
        "while true do coroutine.resume(coroutine.create(loops)) end",
        "while true do coroutine.wrap(function() end)() end",
        &format!("while true do {closes} end"),
    ] {
        let stopped = stop(&script(body));
        assert_eq!((stopped.notes, stopped.warnings.len()), (vec!["closed".to_owned()], 1), "{body}");
    }
}

#[test]
fn one_cannot_await() {
    for body in ["task.sleep(60)", "while true do pcall(task.sleep, 60) end"] {
        let text = "local a <close> = setmetatable({}, { __close = function() BODY end }) started() while true do end";
        let stopped = stop(&format!("{CLOSER} {}", text.replace("BODY", body)));
        assert_eq!(stopped.notes, ["closed"], "{body}");
    }
}

#[test]
fn those_of_a_cancelled_task_have_all_the_time_until_a_stop() {
    let text = format!(
        "{WORKS} local t = task.spawn(function()
           local a <close> = works('worked', 0.3)
           task.sleep(60)
         end)
         task.yield() t:cancel() pcall(t.await, t) started() while true do end"
    );
    let listening = Listening::new(Host::builder().use_sigusr1());
    let running = listening.start(&text);
    assert_eq!(listening.said.recv_timeout(crate::PATIENCE).as_deref(), Ok("worked"));
    listening.started();
    listening.host.stopper().stop(Reason::Interrupt);
    assert_eq!(listening.end(running).warnings, Vec::<String>::new());
}

#[test]
fn exit_ends_although_they_loop() {
    let listening = Listening::new(Host::builder().use_sigusr1());
    let running = listening.start(
        "local a <close> = setmetatable({}, { __close = function() started() while true do end end }) os.exit(3)",
    );
    listening.started();
    listening.host.stopper().stop(Reason::Interrupt);
    let stopped = listening.end(running);
    assert_eq!((stopped.outcome, stopped.warnings.len()), (Outcome::Exited(3), 1));
}
