//! `task.all`, `task.race`, `task.map`: several tasks that one call waits for.

use std::rc::Rc;

use mlua::{Function, IntoLuaMulti, Lua, MultiValue, Table, Value};

use super::{Joined, Task, ends_before, no_task, values};
use crate::lua::args::describe;
use crate::lua::options::Options;
use crate::lua::task::{self, Group, Outcome};
use crate::lua::{Args, Raise};

pub async fn all(lua: Lua, mut args: Args) -> Joined {
    let mut group = group(&lua, &mut args)?;
    args.end()?;
    let results = lua.create_table()?;
    while let Some((place, outcome)) = group.next().await {
        match outcome {
            Outcome::Returned(values) => results.raw_set(place + 1, first(values))?,
            failed => {
                group.end().await;
                return values(failed);
            }
        }
    }
    Ok(Ok(results.into_lua_multi(&lua)?))
}

pub async fn race(lua: Lua, mut args: Args) -> Joined {
    let name = args.name();
    let mut group = group(&lua, &mut args)?;
    args.end()?;
    let Some((_, outcome)) = group.next().await else {
        return Err(Raise::usage(format!("{name}: the list is empty, and nobody can win")));
    };
    group.end().await;
    values(outcome)
}

pub async fn map(lua: Lua, mut args: Args) -> Joined {
    let name = args.name();
    let entries = list(&mut args)?;
    let function = args.function("what to call")?;
    let Limits { at_once, collect } = Limits::read(args.options(&lua)?)?;
    let (results, errors) = (lua.create_table()?, lua.create_table()?);
    let (mut group, mut entries) = (Group::default(), (1..).zip(entries));
    loop {
        for (place, entry) in entries.by_ref().take(at_once - group.waiting()) {
            let args = (entry, place).into_lua_multi(&lua)?;
            group.add(task::spawn(&lua, function.clone(), args).ok_or_else(|| no_task(name))?);
        }
        let Some((place, outcome)) = group.next().await else { break };
        match outcome {
            Outcome::Returned(values) => results.raw_set(place + 1, first(values))?,
            failed if !collect => {
                group.end().await;
                return values(failed);
            }
            failed => errors.raw_set(place + 1, error(&lua, failed)?)?,
        }
    }
    Ok(Ok((results, errors).into_lua_multi(&lua)?))
}

struct Limits {
    at_once: usize,
    collect: bool,
}

impl Limits {
    fn read(given: Options) -> Result<Self, Raise> {
        let limit = given.get::<u32>("limit")?;
        let collect = given.word("on_error", &[("cancel", false), ("collect", true)])?.unwrap_or(false);
        let name = given.of();
        given.finish()?;
        if limit == Some(0) {
            return Err(Raise::usage(format!("{name}: with a limit of 0 nothing runs")));
        }
        let at_once = limit.map_or(usize::MAX, |limit| limit.try_into().unwrap_or(usize::MAX));
        Ok(Self { at_once, collect })
    }
}

/// The tasks of a list, with those that its functions make.
fn group(lua: &Lua, args: &mut Args) -> Result<Group, Raise> {
    let name = args.name();
    let (mut tasks, mut functions) = (Vec::<Option<Rc<task::Task>>>::new(), Vec::<Function>::new());
    for (place, value) in (1..).zip(list(args)?) {
        match &value {
            Value::Function(function) => {
                functions.push(function.clone());
                tasks.push(None);
            }
            Value::UserData(data) if data.is::<Task>() => {
                let task = data.borrow::<Task>()?.0.clone();
                ends_before(name, &task)?;
                tasks.push(Some(task));
            }
            other => return Err(args.wrong(&format!("entry {place}"), "a task or a function", other)),
        }
    }
    let (mut group, mut functions) = (Group::default(), functions.into_iter());
    for task in tasks {
        let task = match task {
            Some(task) => Some(task),
            None => functions.next().and_then(|function| task::spawn(lua, function, MultiValue::new())),
        };
        group.add(task.ok_or_else(|| no_task(name))?);
    }
    Ok(group)
}

/// The entries of a list that must be there, and be no more than a list.
fn list(args: &mut Args) -> Result<Vec<Value>, Raise> {
    let given = args.value();
    let Value::Table(table) = &given else { return Err(args.wrong("the list", "a table", &given)) };
    let length = table.raw_len();
    for pair in table.pairs::<Value, Value>() {
        let (key, _) = pair?;
        if !matches!(key, Value::Integer(place) if usize::try_from(place).is_ok_and(|place| (1..=length).contains(&place)))
        {
            let key = describe(&key);
            return Err(Raise::usage(format!(
                "{}: the list must be one, but {key} is a key in it",
                args.name()
            )));
        }
    }
    Ok(table.sequence_values().collect::<mlua::Result<_>>()?)
}

fn first(mut values: MultiValue) -> Value {
    values.pop_front().unwrap_or(Value::Nil)
}

/// The error that it would have been to await this.
fn error(lua: &Lua, failed: Outcome) -> Result<Value, Raise> {
    match values(failed) {
        Ok(Ok(_)) => Ok(Value::Nil),
        Ok(Err(caught)) => Ok(Table::raw_get(&caught, "error")?),
        Err(raise) => Ok(Value::Table(raise.into_table(lua)?)),
    }
}
