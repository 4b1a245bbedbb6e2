//! Memory that runs out: what asked for it fails, and nothing else.

use std::sync::atomic::{AtomicUsize, Ordering};

use codex_lua::{Host, HostBuilder, Offline, Outcome, Reason};

use crate::Listening;
use crate::support::{Project, pinned_codex};

/// Panics of Lua threads in this test program.
static PANICS: AtomicUsize = AtomicUsize::new(0);

/// A builder with a module `memory`: `give(bytes)` leaves so many, `give()` all.
fn limited(builder: HostBuilder) -> HostBuilder {
    static HOOK: std::sync::Once = std::sync::Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if std::thread::current().name() == Some("lua") {
                PANICS.fetch_add(1, Ordering::Relaxed);
            }
            usual(panic);
        }));
    });
    builder.module("memory", |lua| {
        let memory = lua.create_table()?;
        let give = |lua: &codex_lua::mlua::Lua, bytes: Option<usize>| {
            lua.set_memory_limit(bytes.map_or(1 << 30, |bytes| lua.used_memory() + bytes)).map(drop)
        };
        memory.set("give", lua.create_function(give)?)?;
        Ok(memory)
    })
}

/// Calls each function with ever more memory, from none at all.
const STARVE: &str = "local give = require 'memory'.give
    local function starve(f, most, step)
      for bytes = 0, most, step do
        collectgarbage()
        local ok, err
        local inner = task.spawn(function()
          give(bytes)
          ok, err = pcall(f)
          repeat until pcall(give)
        end)
        local fine, why = pcall(inner.await, inner)
        repeat until pcall(give)
        if not fine then
          why = tostring(type(why) == 'table' and why.message or why)
          assert(not why:find 'cancelled', why)
        end
        if ok == false then
          local text = tostring(type(err) == 'table' and err.message or err)
          assert(not text:find 'panic', text)
        end
      end
    end";

#[track_caller]
fn survives(builder: HostBuilder, text: &str) {
    let listening = Listening::new(limited(builder));
    let running = listening.start(&format!("{STARVE} {text} note 'survived'"));
    let ended = listening.end(running);
    assert_eq!(ended.outcome, Outcome::Done);
    assert_eq!(ended.notes, ["survived"]);
    assert_eq!(PANICS.load(Ordering::Relaxed), 0, "panics of the Lua thread");
}

#[test]
fn functions_of_the_host_survive_any_lack_of_memory() {
    survives(
        Host::builder(),
        "local json = require 'std.json'
         local text = json.encode { a = { 1, 2, { b = 'c' } }, d = ('x'):rep(200) }
         local function deep(n) if n == 0 then error 'deep' end return (deep(n - 1)) end
         for i, f in ipairs {
           function() task.sleep 'never' end,
           function() codex.thread_start { nonsense = 1 } end,
           function() error { kind = 'mine', message = 'x' } end,
           function() tostring(select(2, pcall(task.sleep, 'never'))) end,
           function() json.decode(text) end,
           function() json.encode { 1, 2, { a = 'b' } } end,
           function() coroutine.wrap(function() task.yield() end)() end,
           function() task.spawn(function() task.yield() end):await() end,
           function() task.spawn(error, 'x'):await() end,
           function() task.spawn(deep, 20):await() end,
           function() xpcall(deep, debug.traceback, 30) end,
           function() task.spawn(function() end):await() end,
           function() task.spawn(function() end) task.spawn(function() end) end,
           function() load 'return 1' () end,
           function() require 'nowhere' end,
           function() setmetatable({}, { __gc = function() end }) collectgarbage() end,
           function() local c <close> = setmetatable({}, { __close = function() return {} end }) task.sleep(0) end,
           function() pcall(string.rep, 'x', 1 << 20) end,
           function() io.popen('true'):close() end,
         } do
           starve(f, 12000, i < 8 and 56 or 248)
         end",
    );
}

#[test]
fn events_and_results_survive_it() {
    let project = Project::new();
    let offline = Offline { home: Some(project.offline_home()), ..Offline::default() };
    survives(
        Host::builder().codex_bin(pinned_codex()).offline(offline).cwd(project.work()),
        "local thread = codex.thread_start()
         starve(function() for event in thread:stream 'hi' do local t = event.type end end, 40000, 1001)
         starve(function() thread:run 'hi' end, 40000, 1003)
         local thread = codex.thread_start()
         assert(thread:run('still here').status == 'completed')",
    );
}

#[test]
fn a_script_that_runs_out_of_it_fails_and_says_so() {
    for text in [
        "local t = {} while true do t[#t + 1] = {} end",
        "local t = {} while true do t[#t + 1] = task.spawn(function() task.sleep(60) end) end",
        "task.spawn(function() local s = 'x' while true do s = s .. s end end)",
        "coroutine.wrap(function() local s = 'x' while true do s = s .. s end end)()",
        "local function f() return f() + 1 end local s = {} while true do s = { s, s } end",
    ] {
        let listening = Listening::new(Host::builder().memory(8 << 20));
        let running = listening.start(text);
        let ended = listening.end(running);
        let Outcome::Failed(failure) = ended.outcome else { panic!("{text}: {:?}", ended.outcome) };
        assert!(failure.message.contains("not enough memory"), "{text}: {failure:?}");
    }
}

#[test]
fn the_limit_holds_in_every_task_and_coroutine() {
    let listening = Listening::new(Host::builder().memory(32 << 20));
    let running = listening.start(
        "local function hog() local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1000) .. i end end
         local tasks = {}
         for i = 1, 8 do
           tasks[i] = task.spawn(function()
             for k = 1, 3 do
               local ok, err = pcall(coroutine.wrap(hog))
               assert(not ok and tostring(err):find 'not enough memory', err)
               ok, err = pcall(hog)
               assert(not ok and tostring(err):find 'not enough memory', err)
               assert(collectgarbage 'count' < 33 * 1024)
               task.yield()
             end
           end)
         end
         for _, t in ipairs(tasks) do t:await() end",
    );
    assert_eq!(listening.end(running).outcome, Outcome::Done);
}

#[test]
fn allocating_for_ever_ends_when_it_is_stopped() {
    for bomb in [
        "local t = {} for i = 1, 1e9 do t[i] = i end",
        "local s = 'x' while true do s = s .. s end",
        "local t = {} for i = 1, 1e9 do t[i] = setmetatable({}, { __gc = function() end }) end",
        "local co = {} for i = 1, 1e9 do co[i] = coroutine.wrap(function() coroutine.yield() end) co[i]() end",
        "table.sort({ 1, 2, 3 }, function() local t = {} for i = 1, 1e9 do t[i] = {} end end)",
        "coroutine.wrap(function() local t = {} for i = 1, 1e9 do t[i] = i end end)()",
        "error(('x'):rep(1 << 22))",
    ] {
        let listening = Listening::new(Host::builder().memory(8 << 20).use_sigusr1());
        let running = listening.start(&format!(
            "for i = 1, 10 do
               task.spawn(function()
                 if i == 1 then started() end
                 while true do pcall(function() {bomb} end) pcall(task.yield) end
               end)
             end"
        ));
        listening.started();
        listening.host.stopper().stop(Reason::Interrupt);
        assert_eq!(listening.end(running).outcome, Outcome::Stopped(Reason::Interrupt), "{bomb}");
    }
}
