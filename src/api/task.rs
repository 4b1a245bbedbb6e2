//! `std.task`: many things at once.

use std::any::Any;
use std::rc::Rc;
use std::time::Duration;

use mlua::{Lua, MultiValue, Table, UserData, UserDataFields};

use super::budget;
use crate::lua::class::Class;
use crate::lua::function::{self, Members};
use crate::lua::options::FromOption;
use crate::lua::task::{self, Outcome, Status};
use crate::lua::{Args, Raise};

const MEMBERS: Members = &[
    ("scope", |lua| function::rethrowing(lua, "task.scope", scope)),
    ("spawn", |lua| function::sync(lua, "task.spawn", spawn)),
    ("sleep", |lua| function::awaiting(lua, "task.sleep", sleep)),
    ("yield", |lua| function::awaiting(lua, "task.yield", yield_now)),
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
    let function = args.function("what to run")?;
    let task = task::spawn(lua, function, args.rest());
    task.map(Task).ok_or_else(|| Raise::new("closed", "task.spawn: no task runs that this could belong to"))
}

/// A task that is awaited: with its limits it ends, and all that it spawned.
async fn scope(lua: Lua, mut args: Args) -> Result<Result<MultiValue, mlua::Value>, Raise> {
    let function = args.function("what to run")?;
    let given = args.options(&lua)?;
    let timeout: Option<Duration> = given.get("timeout")?;
    let budget = budget::read(&lua, &given)?.map(|budget| Rc::new(budget) as Rc<dyn Any>);
    given.finish()?;
    let task = task::spawn_in(&lua, budget, function, MultiValue::new());
    let task =
        task.ok_or_else(|| Raise::new("closed", "task.scope: no task runs that this could belong to"))?;
    let _ends = CancelLater(task.clone());
    let limit = timeout.unwrap_or(Duration::MAX);
    if let Ok(outcome) = tokio::time::timeout(limit, task.outcome()).await {
        return values(outcome);
    }
    task.cancel();
    task.outcome().await;
    let words = format!("task.scope: it did not end within {limit:?}");
    Err(Raise::new("timeout", words).with("may_have_run", true))
}

/// A scope does not outlive the call that opened it.
struct CancelLater(Rc<task::Task>);

impl Drop for CancelLater {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

async fn sleep(lua: Lua, mut args: Args) -> Result<(), Raise> {
    let value = args.value();
    let time = Duration::from_option(&value, &lua)
        .map_err(|_| args.wrong("the time", Duration::EXPECTED, &value))?;
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
async fn wait(lua: Lua, mut args: Args) -> Result<Result<MultiValue, mlua::Value>, Raise> {
    let task = args.this::<Task>(&lua)?.0.clone();
    args.end()?;
    if task.waits_for_current() {
        return Err(Raise::usage(
            "task.await: this task cannot end before the one that would wait for it here",
        ));
    }
    values(task.outcome().await)
}

fn values(outcome: Outcome) -> Result<Result<MultiValue, mlua::Value>, Raise> {
    match outcome {
        Outcome::Returned(values) => Ok(Ok(values)),
        Outcome::Raised(caught) => Ok(Err(caught.raw_get("error")?)),
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
