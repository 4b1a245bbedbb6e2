//! Lua functions as tools: making them.

mod call;
mod output;

use std::time::Duration;

use mlua::{Function, Lua, UserData, UserDataFields, Value};

use super::options;
use crate::codex::tools::{self, Entry, Namespace, Tools};
use crate::lua::args::describe;
use crate::lua::class::Class;
use crate::lua::options::Options;
use crate::lua::{Args, Raise, function};

/// How long a call may take when nothing else is said: as long as a turn may be idle.
const TIMEOUT: Duration = Duration::from_mins(15);

static CLASS: Class = Class {
    name: "Tool",
    methods: &[],
    fields: &[
        ("name", |lua| field(lua, |tool| tool.name().to_owned())),
        ("description", |lua| field(lua, |tool| tool.description().to_owned())),
    ],
    meta: &[("__tostring", |lua| field(lua, |tool| format!("Tool {}", tool.name())))],
};

/// A tool, or several under one name, as scripts hold them.
pub struct Tool(Entry);

impl UserData for Tool {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        CLASS.define(fields);
    }
}

fn field(lua: &Lua, get: fn(&Entry) -> String) -> mlua::Result<Function> {
    function::sync(lua, "tool", move |lua, mut args| Ok(get(&args.this::<Tool>(lua)?.0)))
}

/// Makes a tool.
pub fn make(lua: &Lua, args: Args) -> Result<Tool, Raise> {
    let given = args.options(lua)?;
    let (name, description) = (given.get("name")?, given.get("description")?);
    let (input, run) = (options::schema(&given, "input")?, given.get::<Function>("run")?);
    let timeout = given.get("timeout")?.unwrap_or(TIMEOUT);
    let of = given.of();
    given.finish()?;
    let (name, description) = (needed(of, "a name", name)?, needed(of, "a description", description)?);
    let runner = call::runner(lua, needed(of, "a function as run", run)?, timeout);
    let tool = tools::Tool::new(name, description, input, runner);
    tool.map(|tool| Tool(Entry::Tool(tool))).map_err(|error| Raise::usage(format!("{of}: {error}")))
}

/// Puts tools under one name.
pub fn make_several(lua: &Lua, args: Args) -> Result<Tool, Raise> {
    let given = args.options(lua)?;
    let (name, description, entries) = (given.get("name")?, given.get("description")?, list(&given)?);
    let of = given.of();
    given.finish()?;
    let (name, description) = (needed(of, "a name", name)?, needed(of, "a description", description)?);
    let several = Namespace::new(name, description, entries);
    several.map(|tools| Tool(Entry::Namespace(tools))).map_err(|error| Raise::usage(format!("{of}: {error}")))
}

/// Reads what the agent of a thread can call.
pub fn read(options: &Options) -> Result<Tools, Raise> {
    Tools::new(list(options)?).map_err(|error| Raise::usage(format!("{}: {error}", options.of())))
}

/// The option `tools`.
fn list(options: &Options) -> Result<Vec<Entry>, Raise> {
    let wrong = |got: &Value| {
        let of = options.of();
        Raise::usage(format!("{of}: tools must be a list of what codex.tool returns, got {}", describe(got)))
    };
    let list = match options.value("tools")? {
        Value::Nil => return Ok(vec![]),
        Value::Table(list) if list.raw_len() > 0 || list.is_empty() => list,
        other => return Err(wrong(&other)),
    };
    let entry = |value: mlua::Result<Value>| {
        let value = value?;
        let tool = value.as_userdata().and_then(|data| Some(data.borrow::<Tool>().ok()?.0.clone()));
        tool.ok_or_else(|| wrong(&value))
    };
    list.sequence_values().map(entry).collect()
}

fn needed<T>(of: &str, what: &str, given: Option<T>) -> Result<T, Raise> {
    given.ok_or_else(|| Raise::usage(format!("{of} needs {what}")))
}
