//! `std.task`: many things at once.

mod channel;
mod many;
mod select;

use std::any::Any;
use std::rc::Rc;
use std::time::Duration;

use mlua::{Lua, MultiValue, Table, UserData, UserDataFields};

use super::{budget, watch::with_context};
use crate::lua::class::Class;
use crate::lua::error::failure;
use crate::lua::function::{self, Members};
use crate::lua::options::FromOption;
use crate::lua::task::{self, Outcome, Script, Status};
use crate::lua::{Args, Raise};

const MEMBERS: Members = &[
    ("spawn", |lua| function::sync(lua, "task.spawn", spawn)),
    ("detach", |lua| function::sync(lua, "task.detach", detach)),
    ("all", |lua| function::rethrowing(lua, "task.all", many::all)),
    ("race", |lua| function::rethrowing(lua, "task.race", many::race)),
    ("map", |lua| function::rethrowing(lua, "task.map", many::map)),
    ("scope", |lua| function::rethrowing(lua, "task.scope", scope)),
    ("timeout", |lua| function::rethrowing(lua, "task.timeout", timeout)),
    ("sleep", |lua| function::awaiting(lua, "task.sleep", sleep)),
    ("yield", |lua| function::awaiting(lua, "task.yield", yield_now)),
    ("channel", |lua| function::sync(lua, "task.channel", channel::channel)),
    ("select", |lua| function::sync(lua, "task.select", select::select)),
];

static CLASS: Class = Class {
    name: "Task",
    methods: &[
        ("await", |lua| function::rethrowing(lua, "task.await", wait)),
        ("cancel", |lua| function::sync(lua, "task.cancel", cancel)),
    ],
    fields: &[("status", |lua| function::sync(lua, "task.status", status))],
    meta: &[("__close", |lua| function::sync(lua, "task.cancel", cancel))],
};

struct Task(Rc<task::Task>);

impl UserData for Task {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        CLASS.define(fields);
    }
}

pub fn module(lua: &Lua) -> mlua::Result<Table> {
    function::module(lua, MEMBERS)
}

fn spawn(lua: &Lua, mut args: Args) -> Result<Task, Raise> {
    let (name, function) = (args.name(), args.function("what to run")?);
    task::spawn(lua, function, args.rest()).map(Task).ok_or_else(|| no_task(name))
}

fn detach(lua: &Lua, mut args: Args) -> Result<Task, Raise> {
    let (name, function) = (args.name(), args.function("what to run")?);
    let script = Script::current().ok_or_else(|| no_task(name))?;
    let own = lua.clone();
    let task = script.detach(lua, function, args.rest(), move |caught| {
        let failed =
            failure(&own, caught).map_or_else(|error| error.to_string(), |failure| failure.in_one_line());
        // Without a context the state is going.
        let _ =
            with_context(&own, |context| context.notices.warn(format!("a detached task failed: {failed}")));
    });
    Ok(Task(task))
}

fn no_task(name: &str) -> Raise {
    Raise::new("closed", format!("{name}: no task runs that this could belong to"))
}

/// What a call gives that waits for tasks: values, or what one of them raised.
type Joined = Result<Result<MultiValue, Table>, Raise>;

/// A task that is awaited: with its limits it ends, and all that it spawned.
async fn scope(lua: Lua, mut args: Args) -> Joined {
    let (name, function) = (args.name(), args.function("what to run")?);
    let given = args.options(&lua)?;
    let timeout: Option<Duration> = given.get("timeout")?;
    let budget = budget::read(&lua, &given)?.map(|budget| Rc::new(budget) as Rc<dyn Any>);
    given.finish()?;
    let task = task::spawn_in(&lua, budget, function, MultiValue::new()).ok_or_else(|| no_task(name))?;
    within(name, task, timeout.unwrap_or(Duration::MAX)).await
}

async fn timeout(lua: Lua, mut args: Args) -> Joined {
    let (name, function) = (args.name(), args.function("what to run")?);
    let limit = time(&lua, &mut args)?;
    args.end()?;
    let task = task::spawn(&lua, function, MultiValue::new()).ok_or_else(|| no_task(name))?;
    within(name, task, limit).await
}

async fn within(name: &str, task: Rc<task::Task>, limit: Duration) -> Joined {
    let _ends = CancelLater(task.clone());
    if let Ok(outcome) = tokio::time::timeout(limit, task.outcome()).await {
        return values(outcome);
    }
    task.cancel();
    task.outcome().await;
    let words = format!("{name}: it did not end within {limit:?}");
    Err(Raise::new("timeout", words).with("may_have_run", true))
}

/// A scope does not outlive the call that opened it.
struct CancelLater(Rc<task::Task>);

impl Drop for CancelLater {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

fn time(lua: &Lua, args: &mut Args) -> Result<Duration, Raise> {
    let value = args.value();
    Duration::from_option(&value, lua).map_err(|_| args.wrong("the time", Duration::EXPECTED, &value))
}

async fn sleep(lua: Lua, mut args: Args) -> Result<(), Raise> {
    let time = time(&lua, &mut args)?;
    args.end()?;
    tokio::time::sleep(time).await;
    Ok(())
}

async fn yield_now(_: Lua, args: Args) -> Result<(), Raise> {
    args.end()?;
    tokio::task::yield_now().await;
    Ok(())
}

/// Its values, or the very error that it raised.
async fn wait(lua: Lua, mut args: Args) -> Joined {
    let task = args.this::<Task>(&lua)?.0.clone();
    let name = args.name();
    args.end()?;
    ends_before(name, &task)?;
    values(task.outcome().await)
}

/// Nothing waits for a task that waits for it.
fn ends_before(name: &str, task: &task::Task) -> Result<(), Raise> {
    if task.waits_for_current() {
        let words = "this task cannot end before the one that would wait for it here";
        return Err(Raise::usage(format!("{name}: {words}")));
    }
    Ok(())
}

fn values(outcome: Outcome) -> Joined {
    match outcome {
        Outcome::Returned(values) => Ok(Ok(values)),
        Outcome::Raised(caught) => Ok(Err(caught)),
        Outcome::Cancelled | Outcome::Exited(_) | Outcome::Panicked(_) => {
            Err(Raise::new("cancelled", "the task was cancelled"))
        }
    }
}

fn cancel(lua: &Lua, mut args: Args) -> Result<(), Raise> {
    args.this::<Task>(lua)?.0.cancel();
    Ok(())
}

fn status(lua: &Lua, mut args: Args) -> Result<&'static str, Raise> {
    Ok(match args.this::<Task>(lua)?.0.status() {
        Status::Running => "running",
        Status::Done => "done",
        Status::Failed => "failed",
        Status::Cancelled => "cancelled",
    })
}
