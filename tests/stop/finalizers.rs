//! `__gc`: as in stock Lua, and it can be stopped.

use codex_lua::{Host, Outcome};

use crate::{CLOSER, Listening, stop, stops};

#[test]
fn one_that_loops() {
    for body in
        ["", "pcall(function() while true do end end)", "coroutine.wrap(function() while true do end end)()"]
    {
        stops(&format!(
            "setmetatable({{}}, {{ __gc = function() started() while true do {body} end end }})
             while true do collectgarbage() end"
        ));
    }
}

#[test]
fn one_that_loops_below_a_function_of_the_host() {
    // Whatever allocates may run it: here, what makes the table of an error, and what reads JSON.
    for call in ["pcall(task.sleep, 'never')", "json.decode '[[1], [2], [3]]'"] {
        let stopped = stop(&format!(
            "{CLOSER} local json = require 'std.json'
             local began = false
             local meta = {{ __gc = function()
               if began then return end
               began = true started() while true do pcall(error) end
             end }}
             while true do setmetatable({{}}, meta) {call} end"
        ));
        assert_eq!((stopped.notes, stopped.warnings), (vec!["closed".to_owned()], vec![]));
    }
}

#[test]
fn one_that_loops_does_not_keep_a_host_that_ends() {
    let listening = Listening::new(Host::builder().use_sigusr1());
    let running = listening.start(
        "a = setmetatable({}, { __gc = function() note 'a' end })\nb = setmetatable({}, { __gc = function()
           note 'b' while true do pcall(coroutine.wrap(function() while true do end end)) end end })
         c = setmetatable({}, { __gc = function() note 'c' end })",
    );
    let stopped = listening.end(running);
    assert_eq!((stopped.outcome, stopped.notes), (Outcome::Done, vec!["c".into(), "b".into(), "a".into()]));
    assert_eq!(
        stopped.warnings,
        ["a __gc handler (hostile:3) was abandoned: it computed for more than 100 ms"]
    );
}

#[test]
fn ten_thousand_that_loop_have_a_second_in_all() {
    let listening = Listening::new(Host::builder().use_sigusr1());
    let running = listening.start(
        "all = {} for i = 1, 10000 do
           all[i] = setmetatable({}, { __gc = function() while true do pcall(error) end end })
         end",
    );
    let ended = listening.end(running);
    assert_eq!(ended.outcome, Outcome::Done);
    let last = ended.warnings.last().map_or("", String::as_str);
    assert!(last.ends_with("did not run: those before them computed for a second"), "{:?}", ended.warnings);
    assert!(ended.warnings.len() < 20, "{:?}", ended.warnings);
}

#[test]
fn one_whose_time_comes_when_a_script_is_stopped_runs_later() {
    let listening = Listening::new(Host::builder().use_sigusr1());
    let running = listening.start(
        "local meta = { __gc = function(t) note 'collected' end }
         table.sort({ 1, 2, 3 }, function()
           for i = 1, 10 do setmetatable({}, meta) end
           started()
           while true do pcall(function() while true do collectgarbage() end end) end
         end)",
    );
    listening.started();
    listening.host.stopper().stop(codex_lua::Reason::Interrupt);
    let stopped = listening.end(running);
    assert_eq!(stopped.warnings, Vec::<String>::new());
    assert_eq!(stopped.notes, ["collected"; 10]);
}

#[test]
fn one_that_begins_after_the_stop_has_the_time_of_a_closer() {
    let stopped = stop(&format!(
        "{CLOSER} local y <close> = setmetatable({{}}, {{ __close = function()
           setmetatable({{}}, {{ __gc = function() note 'collected' end }})
           collectgarbage()
         end }})
         started() while true do end"
    ));
    assert_eq!(stopped.notes, ["collected", "closed"]);
}

/// Runs `text`, which must end well, and tells what it noted and what was warned of.
#[track_caller]
fn runs(text: &str) -> (Vec<String>, Vec<String>) {
    let listening = Listening::new(Host::builder());
    let running = listening.start(text);
    let ended = listening.end(running);
    assert_eq!(ended.outcome, Outcome::Done);
    (ended.notes, ended.warnings)
}

#[test]
fn they_run_last_made_first_while_a_script_runs_and_at_its_end() {
    let (notes, _) = runs(
        "local function made(name) return setmetatable({}, { __gc = function() note(name) end }) end
         do local a, b, c = made 'a', made 'b', made 'c' end
         collectgarbage() collectgarbage()
         note 'then'
         keep = { made 'd', made 'e' }",
    );
    assert_eq!(notes, ["c", "b", "a", "then", "e", "d"]);
}

#[test]
fn a_table_comes_back_to_life_and_may_be_marked_again() {
    let (notes, _) = runs(
        "local meta = {}
         meta.__gc = function(t) note('gc ' .. t.n) t.n = t.n + 1 back = t if t.n < 3 then setmetatable(t, meta) end end
         setmetatable({ n = 1 }, meta)
         collectgarbage()
         assert(back and back.n == 2 and getmetatable(back) == meta)
         back = nil collectgarbage() collectgarbage()
         assert(back.n == 3)
         back = nil collectgarbage() collectgarbage()
         assert(back == nil)",
    );
    assert_eq!(notes, ["gc 1", "gc 2"]);
}

#[test]
fn which_metamethod_runs_is_looked_up_when_it_runs() {
    let (notes, _) = runs(
        "local late, gone, never = { __gc = true }, { __gc = print }, {}
         setmetatable({}, late) setmetatable({}, gone) setmetatable({}, never)
         late.__gc = function() note 'late' end
         gone.__gc = nil
         never.__gc = function() note 'never' end
         assert(getmetatable(setmetatable({}, late)).__gc == late.__gc)
         local n = 0 for k in pairs(late) do n = n + 1 end assert(n == 1)
         collectgarbage() collectgarbage()",
    );
    assert_eq!(notes, ["late", "late"]);
}

#[test]
fn weak_tables_see_what_they_see_in_stock_lua() {
    runs(
        "local values, keys = setmetatable({}, { __mode = 'v' }), setmetatable({}, { __mode = 'k' })
         local in_values, in_keys
         local t = setmetatable({}, { __gc = function(t) in_values, in_keys = values[1], keys[t] end })
         values[1], keys[t] = t, 'here'
         t = nil collectgarbage()
         assert(in_values == nil and in_keys == 'here')
         collectgarbage() collectgarbage()
         assert(next(keys) == nil)",
    );
}

#[test]
fn an_error_of_one_is_a_warning_and_it_cannot_yield() {
    let (_, warnings) = runs(
        "setmetatable({}, { __gc = function() error 'broken' end })
         collectgarbage()
         setmetatable({}, { __gc = function() task.sleep(1) end })
         collectgarbage()
         warn('a ', 'b')",
    );
    assert_eq!(warnings.len(), 3, "{warnings:?}");
    assert!(
        warnings[0].starts_with("error in __gc") && warnings[0].contains("hostile:2: broken"),
        "{warnings:?}"
    );
    assert!(warnings[1].contains("attempt to yield across a C-call boundary"), "{warnings:?}");
    assert_eq!(warnings[2], "a b");
}

#[test]
fn setmetatable_says_what_it_always_said() {
    runs(
        "local function fails(text, ...)
           local ok, message = pcall(setmetatable, ...)
           assert(not ok and message == text, message)
         end
         fails(\"bad argument #1 to 'setmetatable' (table expected, got number)\", 1, {})
         fails(\"bad argument #2 to 'setmetatable' (nil or table expected, got number)\", {}, 1)
         fails(\"bad argument #2 to 'setmetatable' (nil or table expected, got no value)\", {})
         fails('cannot change a protected metatable', setmetatable({}, { __metatable = 1 }), {})
         local t, m = {}, {}
         assert(setmetatable(t, m) == t and getmetatable(t) == m)
         assert(setmetatable(t, nil) == t and getmetatable(t) == nil)",
    );
}

#[test]
fn a_hundred_thousand_come_and_go() {
    let (notes, _) = runs(
        "local n = 0
         local meta = { __gc = function() n = n + 1 end }
         for i = 1, 100000 do local t = setmetatable({ i }, meta) end
         collectgarbage() collectgarbage()
         note(n)",
    );
    assert_eq!(notes, ["100000"]);
}
