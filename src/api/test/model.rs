//! The model of a case.

use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

use mlua::{Function, IntoLuaMulti, Lua, Table, UserData, UserDataFields, Value};
use tokio::sync::mpsc;

use super::{Test, Trial};
use crate::lua::class::Class;
use crate::lua::compare::{Differences, show};
use crate::lua::json::{self, AsIs};
use crate::lua::options::Options;
use crate::lua::task::{Outcome, Script};
use crate::lua::{Args, Raise, error, function};
use crate::model::{Reply, Request, Rest};

static CLASS: Class = Class {
    name: "Model",
    methods: &[
        ("reply", |lua| function::sync(lua, "model.reply", reply)),
        ("requests", |lua| function::sync(lua, "model.requests", requests)),
        ("expect", |lua| function::sync(lua, "model.expect", expect)),
    ],
    fields: &[],
    meta: &[],
};

/// What `expect` can look at.
const FIELDS: &[&str] = &["thread_id", "number", "text", "tool_outputs", "model", "effort", "kind", "body"];

pub(super) struct Model(Trial);

/// A request, and where its reply goes.
type Question = (serde_json::Value, Sender<Result<Reply, String>>);

impl UserData for Model {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        CLASS.define(fields);
    }
}

/// The model of a test.
pub(super) fn of(lua: &Lua, mut args: Args) -> Result<Model, Raise> {
    Ok(Model(args.this::<Test>(lua)?.trial.clone()))
}

fn reply(lua: &Lua, mut args: Args) -> Result<(), Raise> {
    let given = args.this::<Model>(lua)?.0.given();
    let name = args.name();
    let wrong =
        |number: usize, why: &dyn std::fmt::Display| Raise::usage(format!("{name}: reply {number}: {why}"));
    let replies = args.rest();
    if replies.is_empty() {
        return Err(Raise::usage(format!("{name}: there must be a reply")));
    }
    for (number, value) in (1..).zip(replies) {
        let added = if let Value::Function(function) = value {
            given.add_rest(made_by(lua, function)?)
        } else {
            let value = json::from_lua(lua, &value).map_err(|error| wrong(number, &error))?;
            given.add(Reply::try_from(value).map_err(|error| wrong(number, &error))?)
        };
        added.map_err(|error| wrong(number, &error))?;
    }
    Ok(())
}

/// Has a function of the test make replies, on its own thread.
fn made_by(lua: &Lua, function: Function) -> Result<Rest, Raise> {
    let script = Script::current().ok_or_else(|| Raise::new("closed", "the test has ended"))?;
    let (ask, mut asked) = mpsc::unbounded_channel::<Question>();
    let (lua, called) = (lua.clone(), script.clone());
    script.run_beside(async move {
        while let Some((request, tell)) = asked.recv().await {
            // Whoever asked may have hung up.
            let _ = tell.send(make(&lua, &called, &function, &request).await);
        }
    });
    Ok(Arc::new(move |request: &Request| {
        let gone = || "the test has ended".to_owned();
        let (tell, told) = channel();
        ask.send((request.describe(), tell)).map_err(|_| gone())?;
        told.recv().map_err(|_| gone())?
    }))
}

async fn make(
    lua: &Lua,
    script: &Script,
    function: &Function,
    request: &serde_json::Value,
) -> Result<Reply, String> {
    let args = table(lua, request).and_then(|request| request.into_lua_multi(lua));
    let args = args.map_err(|error| error.to_string())?;
    match script.call(lua, function.clone(), args).outcome().await {
        Outcome::Returned(values) => {
            let value = json::from_lua(lua, values.front().unwrap_or(&Value::Nil));
            let reply = value
                .map_err(|error| error.to_string())
                .and_then(|value| Reply::try_from(value).map_err(|error| error.to_string()));
            reply.map_err(|error| format!("the function given to model:reply returned no reply: {error}"))
        }
        Outcome::Raised(caught) => Err(match error::failure(lua, &caught) {
            Ok(failure) => format!("the function given to model:reply failed: {}", failure.headline()),
            Err(error) => error.to_string(),
        }),
        Outcome::Cancelled | Outcome::Exited(_) | Outcome::Panicked(_) => Err("the test has ended".into()),
    }
}

fn requests(lua: &Lua, mut args: Args) -> Result<Table, Raise> {
    let (_, requests) = args.this::<Model>(lua)?.0.requests();
    args.end()?;
    let requests = requests.iter().map(|request| table(lua, &request.describe()));
    Ok(lua.create_sequence_from(requests.collect::<mlua::Result<Vec<_>>>()?)?)
}

fn expect(lua: &Lua, mut args: Args) -> Result<Value, Raise> {
    let trial = args.this::<Model>(lua)?.0.clone();
    let name = args.name();
    let what = args.value();
    let wanted = match &what {
        Value::String(_) => None,
        Value::Table(fields) => Some(named(lua, fields)?),
        other => return Err(args.wrong("what is expected", "a text or a table of fields", other)),
    };
    args.end()?;
    let fails = |why: String| Err(Raise::new("assertion", format!("{}: {why}", name.replace('.', ":"))));
    let number = trial.next_expected();
    let (before, requests) = trial.requests();
    let Some(request) = number.checked_sub(before + 1).and_then(|at| requests.get(at)) else {
        let count = before + requests.len();
        let times = if count == 1 { "once".to_owned() } else { format!("{count} times") };
        return fails(if number > count {
            format!("the model was asked {times}, and this looks at request {number}")
        } else {
            format!("request {number} is not kept any more: there were {count}")
        });
    };
    let request = table(lua, &request.describe())?;
    let Value::Table(fields) = &request else { return Ok(request) };
    if let Some(wanted) = wanted {
        let got = lua.create_table()?;
        for pair in wanted.pairs::<Value, Value>() {
            let (key, _) = pair?;
            got.raw_set(key.clone(), fields.raw_get::<Value>(key)?)?;
        }
        let differences = Differences::of(&Value::Table(got), &Value::Table(wanted))?;
        if !differences.is_empty() {
            return fails(format!("request {number}: {differences}"));
        }
    } else if let Value::String(wanted) = &what {
        let said: Option<mlua::LuaString> = fields.raw_get("text")?;
        let has =
            said.is_some_and(|said| memchr::memmem::find(&said.as_bytes(), &wanted.as_bytes()).is_some());
        if !has {
            let got = show(&fields.raw_get("text")?)?;
            return fails(format!("request {number} says {got}, want a text with {} in it", show(&what)?));
        }
    }
    Ok(request)
}

/// The fields of a request that are named, none of which is unknown.
fn named(lua: &Lua, fields: &Table) -> Result<Table, Raise> {
    let given = Options::new(lua, "model:expect", Some(fields.clone()));
    let named = lua.create_table()?;
    for field in FIELDS {
        named.raw_set(*field, given.value(field)?)?;
    }
    given.finish()?;
    Ok(named)
}

fn table(lua: &Lua, described: &serde_json::Value) -> mlua::Result<Value> {
    json::to_lua(lua, described.to_string().as_bytes(), &AsIs, 0).map_err(mlua::Error::external)
}
