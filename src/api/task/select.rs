//! `task.select`.

use std::cell::RefCell;
use std::rc::Rc;

use mlua::{AnyUserData, Lua, MultiValue, UserData, UserDataFields, Value};

use super::channel::Channel;
use super::{Joined, Task, ends_before, no_task, values};
use crate::api::turn::four;
use crate::lua::args::describe;
use crate::lua::class::Class;
use crate::lua::task::select::{self, Ready};
use crate::lua::{Args, Raise, function, task};

static CLASS: Class = Class {
    name: "Select",
    methods: &[("close", |lua| function::sync(lua, "select.close", close))],
    fields: &[],
    meta: &[
        ("__call", |lua| function::rethrowing(lua, "select", next)),
        ("__close", |lua| function::sync(lua, "select.close", close)),
    ],
};

/// What is waited for, and what has to be closed of it.
#[derive(Clone)]
struct Select(Rc<select::Select>, Rc<RefCell<Vec<Value>>>);

impl UserData for Select {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        CLASS.define(fields);
    }
}

enum Source {
    Channel(Rc<select::Values>),
    Task(Rc<task::Task>),
    Calls(Value),
}

pub fn select(lua: &Lua, mut args: Args) -> Result<MultiValue, Raise> {
    let name = args.name();
    let given = args.value();
    let Value::Table(table) = &given else {
        return Err(args.wrong("what to wait for", "a table of names and sources", &given));
    };
    let (mut sources, mut owned) = (Vec::new(), Vec::<Value>::new());
    for pair in table.pairs::<Value, Value>() {
        let (key, value) = pair?;
        // The end of a list such as `{ watch.files "." }` holds a watcher twice.
        if !owned.contains(&value) {
            sources.push((key.clone(), source(&args, &key, &value)?));
            owned.push(value);
        }
    }
    args.end()?;
    owned.retain(is_closed);
    let mut select = select::Select::default();
    for (key, source) in sources {
        match source {
            Source::Channel(channel) => select.channel(key, channel),
            Source::Task(task) => select.task(key, task),
            Source::Calls(value) => select.calls(lua, key, value)?.ok_or_else(|| no_task(name))?,
        }
    }
    four(lua, Select(Rc::new(select), Rc::new(RefCell::new(owned))))
}

fn source(args: &Args, key: &Value, value: &Value) -> Result<Source, Raise> {
    let called = match value {
        Value::UserData(data) if data.is::<Channel>() => {
            return Ok(Source::Channel(data.borrow::<Channel>()?.0.clone()));
        }
        Value::UserData(data) if data.is::<Task>() => {
            let task = data.borrow::<Task>()?.0.clone();
            ends_before(args.name(), &task)?;
            return Ok(Source::Task(task));
        }
        Value::Function(_) => true,
        value => has(value, "__call"),
    };
    if called {
        return Ok(Source::Calls(value.clone()));
    }
    let what = format!("the source {}", describe(key));
    Err(args.wrong(&what, "an iterator, a channel, a task or a function", value))
}

/// Whether a block that is left closes it.
fn is_closed(value: &Value) -> bool {
    has(value, "__close")
}

fn has(value: &Value, meta: &str) -> bool {
    match value {
        Value::UserData(data) => {
            AnyUserData::metatable(data).is_ok_and(|own| own.contains(meta).unwrap_or(false))
        }
        Value::Table(table) => {
            table.metatable().is_some_and(|own| !own.raw_get(meta).unwrap_or(Value::Nil).is_nil())
        }
        _ => false,
    }
}

async fn next(lua: Lua, mut args: Args) -> Joined {
    let Select(select, _) = args.this::<Select>(&lua)?.clone();
    match select.next().await {
        Ready::Values(name, mut values) => {
            values.push_front(name);
            Ok(Ok(values))
        }
        Ready::Failed(_, outcome) => values(outcome),
        Ready::End => Ok(Ok(MultiValue::from_iter([Value::Nil]))),
    }
}

fn close(lua: &Lua, mut args: Args) -> Result<(), Raise> {
    let Select(select, owned) = args.this::<Select>(lua)?.clone();
    for ending in select.close() {
        task::request(async move { drop(ending.outcome().await) });
    }
    let mut closed = Ok(());
    for handle in &owned.take() {
        closed = closed.and(function::close(lua, handle));
    }
    Ok(closed?)
}
