//! Code that runs when the stop comes.

use crate::{stop, stops};

#[test]
fn a_loop() {
    stops("started() while true do end");
}

#[test]
fn a_loop_that_catches_everything() {
    stops("started() while true do pcall(function() while true do end end) end");
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
    assert_eq!(stop(text).notes, ["closed 0", "closed 1", "closed 2", "closed 3", "closed 4"]);
}

#[test]
fn a_wrapped_coroutine_within_a_protected_call() {
    stops("started() while true do pcall(coroutine.wrap(function() while true do end end)) end");
}

#[test]
fn a_message_handler_that_loops() {
    stops("xpcall(function() error 'x' end, function() started() while true do end end)");
}

#[test]
fn message_handlers_without_end() {
    stops("started() while true do xpcall(error, function() while true do end end) end");
}

#[test]
fn a_comparator_that_catches_everything() {
    stops("started() table.sort({ 1, 2, 3 }, function() while true do pcall(error) end end)");
}

#[test]
fn a_callback_of_gsub_with_a_handler_that_loops() {
    stops(
        "local _ = ('x'):gsub('.', function()
            started()
            while true do xpcall(error, function() while true do end end) end
        end)",
    );
}

#[test]
fn metamethods() {
    for (event, use_of_it) in [
        ("__index", "local x = a.x"),
        ("__newindex", "a.x = 1"),
        ("__add", "local x = a + a"),
        ("__lt", "local x = a < a"),
        ("__concat", "local x = a .. a"),
        ("__len", "local x = #a"),
        ("__call", "a()"),
        ("__eq", "local x = a == setmetatable({}, meta)"),
        ("__tostring", "tostring(a)"),
        ("__pairs", "pairs(a)"),
    ] {
        stops(&format!(
            "local meta = {{ {event} = function()
               started() while true do pcall(function() while true do end end) end
             end }}
             local a = setmetatable({{}}, meta)
             {use_of_it}"
        ));
    }
}

#[test]
fn a_reader_that_load_asks_for_more() {
    stops("started() load(function() while true do end end)");
    stops("started() while true do load(function() return ' ' end) end");
}

#[test]
fn an_iterator_without_end() {
    stops("started() for _ in function() return 1 end do end");
    stops("for _ in function() started() while true do end end do end");
}

#[test]
fn a_module_that_loops_while_it_is_loaded() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("endless.lua"), "require('notes').note 'started' while true do end")
        .expect("a file");
    let listening = crate::Listening::new(codex_lua::Host::builder().use_sigusr1().lua_path(folder.path()));
    let running = listening.start("while true do pcall(require, 'endless') end");
    listening.started();
    listening.host.stopper().stop(codex_lua::Reason::Interrupt);
    let outcome = listening.end(running).outcome;
    assert_eq!(outcome, codex_lua::Outcome::Stopped(codex_lua::Reason::Interrupt));
}

#[test]
fn catching_sleeps_for_ever() {
    stops("started() while true do pcall(task.sleep, 0.001) end");
}

#[test]
fn ten_thousand_tasks() {
    let spawn = |body: &str| {
        format!("for i = 1, 10000 do task.spawn(function() while true do {body} end end) end task.yield()")
    };
    stops(&format!("{} started() while true do end", spawn("task.sleep(60)")));
    stops(&format!("{} started()", spawn("pcall(task.sleep, 60)")));
    stops(&format!("{} started()", spawn("pcall(task.sleep, 0)")));
}

#[test]
fn what_an_error_says_when_nobody_caught_it() {
    for event in ["__tostring", "__index"] {
        stop(&format!(
            "error(setmetatable({{}}, {{ {event} = function() started() while true do pcall(error) end end }}))"
        ));
    }
}
