use mlua::{IntoLuaMulti, Value, Variadic};
use tokio::task::{LocalSet, yield_now};

use super::*;
use crate::lua::engine;
use crate::lua::loader::Roots;
use crate::notice::Notices;

fn state() -> Lua {
    engine::new(engine::DEFAULT_MEMORY, Roots::default(), Notices::none()).unwrap()
}

/// Runs `function` as a script, and then for as long as there is something to do beside it.
fn run_function(lua: &Lua, cancel: CancellationToken, function: Function) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    LocalSet::new().block_on(&runtime, async {
        let outcome = root(lua, cancel, function, MultiValue::new(), Count::default()).await;
        for _ in 0..10 {
            yield_now().await;
        }
        outcome
    })
}

fn run<T: IntoLuaMulti + 'static, F: Future<Output = T> + 'static>(
    work: impl Fn() -> F + 'static,
) -> Outcome {
    let lua = state();
    let function = lua.create_async_function(move |_, ()| {
        let work = work();
        async { Ok(work.await) }
    });
    run_function(&lua, CancellationToken::new(), function.unwrap())
}

#[test]
fn what_was_requested_and_is_done_is_not_kept() {
    let outcome = run(|| async {
        for _ in 0..1000 {
            request(async {});
            yield_now().await;
        }
        Task::current().map(|task| task.more().requested.borrow().len())
    });
    let Outcome::Returned(kept) = outcome else { panic!("it returns") };
    assert!(kept[0].as_integer().is_some_and(|kept| kept < 10), "{kept:?}");
}

#[test]
fn a_panic_of_what_was_requested_ends_the_script_at_once() {
    let outcome = run(|| async {
        request(async { panic!("planted") });
        std::future::pending::<()>().await;
    });
    assert!(matches!(outcome, Outcome::Panicked(words) if words == "planted"));
}

type Log = Rc<RefCell<Vec<String>>>;

fn add(log: &Log, text: impl Into<String>) {
    log.borrow_mut().push(text.into());
}

fn told(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Returned(values) => format!("returned {}", values.len()),
        Outcome::Raised(caught) => {
            format!("raised {}", caught.get::<String>("error").unwrap())
        }
        Outcome::Cancelled => "cancelled".into(),
        Outcome::Exited(status) => format!("exited {status}"),
        Outcome::Panicked(words) => format!("panicked {words}"),
    }
}

fn logging(lua: &Lua, log: &Log) -> mlua::Result<Function> {
    let log = log.clone();
    lua.create_function(move |_, text: String| {
        add(&log, text);
        Ok(())
    })
}

async fn wait(_: Lua, (): ()) -> mlua::Result<()> {
    std::future::pending().await
}

async fn turn(_: Lua, (): ()) -> mlua::Result<()> {
    yield_now().await;
    Ok(())
}

async fn ask_exit(_: Lua, status: i32) -> mlua::Result<()> {
    exit(status).await;
    Ok(())
}

/// Runs Lua as a script that has `log`, `wait` (for ever), `turn` (of the others), `spawn`, `exit`, `request` (logs
/// later), and `back`, which has the host call a function back: the log tells what came of that. The last entry is
/// what the script itself came to.
fn run_lua(cancel: &CancellationToken, source: &str) -> Vec<String> {
    let (lua, log) = (state(), Log::default());
    let globals = lua.globals();
    let set = |name: &str, function: mlua::Result<Function>| globals.set(name, function.unwrap()).unwrap();
    set("log", logging(&lua, &log));
    set("wait", lua.create_async_function(wait));
    set("turn", lua.create_async_function(turn));
    set("exit", lua.create_async_function(ask_exit));
    set("spawn", lua.create_function(|lua, child| Ok(spawn(lua, child, MultiValue::new()).is_some())));
    let own = log.clone();
    let requested = move |_: &Lua, text: String| {
        let log = own.clone();
        request(async move {
            yield_now().await;
            add(&log, text);
        });
        Ok(())
    };
    set("request", lua.create_function(requested));
    let own = log.clone();
    let back = move |lua: &Lua, (function, args): (Function, Variadic<Value>)| {
        let (script, lua, log) = (Script::current().unwrap(), lua.clone(), own.clone());
        let args = args.into_lua_multi(&lua)?;
        // Beyond the script's end, to see what came of it.
        tokio::task::spawn_local(async move {
            let called = script.call(&lua, function, args);
            add(&log, told(&called.outcome().await));
        });
        Ok(())
    };
    set("back", lua.create_function(back));
    let function = lua.load(source).set_name("=script").into_function().unwrap();
    let outcome = run_function(&lua, cancel.clone(), function);
    add(&log, told(&outcome));
    log.take()
}

fn log_of(source: &str) -> Vec<String> {
    run_lua(&CancellationToken::new(), source)
}

#[test]
fn a_callback_awaits_and_its_caller_gets_what_it_returned() {
    let log = log_of(
        "back(function(...) turn() log(select('#', ...)) return 1, 2 end, 'a', 'b', 'c') turn() turn() turn() turn()",
    );
    assert_eq!(log, ["3", "returned 2", "returned 0"]);
}

#[test]
fn an_error_of_a_callback_is_its_callers_alone() {
    let log = log_of("back(function() error('no', 0) end) turn() turn() turn() log('goes on')");
    assert_eq!(log, ["raised no", "goes on", "returned 0"]);
}

#[test]
fn what_a_callback_spawned_is_its_own() {
    let log = log_of(
        "back(function() spawn(function() turn() log('child') end) log('parent') end)
        back(function() spawn(function() error('child', 0) end) wait() end)
        for _ = 1, 20 do turn() end",
    );
    assert_eq!(log, ["parent", "raised child", "child", "returned 0", "returned 0"]);
}

#[test]
fn a_callback_keeps_no_script_and_none_ends_before_it() {
    let log = log_of(
        "back(function()
            local _ <close> = setmetatable({}, { __close = function() log('closed') request('requested') end })
            pcall(wait)
            log('never')
        end)
        back(function() spawn(function() wait() end) end)
        turn()
        turn()
        log('ends')",
    );
    let (ends, rest) = log.split_first().unwrap();
    assert_eq!(ends, "ends");
    let place = |text: &str| rest.iter().position(|entry| entry == text).unwrap();
    assert!(place("closed") < place("requested"), "{log:?}");
    assert_eq!(rest.iter().filter(|entry| *entry == "cancelled").count(), 2, "{log:?}");
    assert_eq!(rest.last().unwrap(), "returned 0");
}

#[test]
fn a_callback_runs_on_while_tasks_do() {
    let log = log_of(
        "spawn(function() for _ = 1, 9 do turn() end log('task') end) back(function() turn() log('back') end)",
    );
    assert_eq!(log[..2], ["back", "returned 0"]);
    assert_eq!(log[2..], ["task", "returned 0"]);
}

#[test]
fn exit_in_a_callback_ends_the_script() {
    let log = log_of("back(function() pcall(exit, 7) log('never') end) wait()");
    assert_eq!(log, ["cancelled", "exited 7"]);
}

#[test]
fn who_cancels_a_script_cancels_its_callbacks() {
    let cancel = CancellationToken::new();
    cancel.cancel();
    assert_eq!(run_lua(&cancel, "log('never')"), ["cancelled"]);
    let log = log_of("back(function() pcall(wait) log('never') end) turn() turn() error('no', 0)");
    assert_eq!(log, ["cancelled", "raised no"]);
}

#[test]
fn what_runs_beside_a_script_ends_with_it_and_nothing_is_called_after() {
    let (lua, log) = (state(), Log::default());
    let own = log.clone();
    let kept = Rc::<RefCell<Option<Script>>>::default();
    let keep = kept.clone();
    let function = lua.create_async_function(move |_, ()| {
        let (script, log) = (Script::current().unwrap(), own.clone());
        script.run_beside(async move {
            let _told = Told(log);
            std::future::pending::<()>().await;
        });
        *keep.borrow_mut() = Some(script);
        async {
            yield_now().await;
            Ok(())
        }
    });
    assert!(matches!(run_function(&lua, CancellationToken::new(), function.unwrap()), Outcome::Returned(_)));
    assert_eq!(*log.borrow(), ["dropped"]);
    let script = kept.take().unwrap();
    let late = lua.load("error('never')").into_function().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let outcome = LocalSet::new()
        .block_on(&runtime, async { script.call(&lua, late, MultiValue::new()).outcome().await });
    assert!(matches!(outcome, Outcome::Cancelled));
}

struct Told(Log);

impl Drop for Told {
    fn drop(&mut self) {
        add(&self.0, "dropped");
    }
}

#[test]
fn a_dropped_callback_is_cancelled() {
    let lua = state();
    let function = lua.create_async_function(|lua, ()| async move {
        let waits = lua.create_async_function(wait)?;
        let called = Script::current().map(|script| script.call(&lua, waits, MultiValue::new()));
        yield_now().await;
        let task = called.as_ref().map(|called| called.0.clone());
        drop(called);
        Ok(matches!(task.unwrap().outcome().await, Outcome::Cancelled))
    });
    let outcome = run_function(&lua, CancellationToken::new(), function.unwrap());
    assert!(matches!(outcome, Outcome::Returned(values) if values[0] == Value::Boolean(true)));
}

#[test]
fn a_panic_beside_the_script_ends_it() {
    let outcome = run(|| async {
        Script::current().unwrap().run_beside(async { panic!("planted") });
        std::future::pending::<()>().await;
    });
    assert!(matches!(outcome, Outcome::Panicked(words) if words == "planted"));
}
