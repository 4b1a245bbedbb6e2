//! `std.json`.

use mlua::{Lua, Table, Value};

use crate::lua::function::{self, Members};
use crate::lua::json::{self, JsonError};
use crate::lua::{Args, Raise};

const MEMBERS: Members = &[
    ("encode", |lua| function::sync(lua, "json.encode", encode)),
    ("decode", |lua| function::sync(lua, "json.decode", decode)),
    ("array", |lua| function::sync(lua, "json.array", array)),
];

pub fn module(lua: &Lua) -> mlua::Result<Table> {
    let module = function::module(lua, MEMBERS)?;
    module.raw_set("null", Value::NULL)?;
    Ok(module)
}

fn encode(lua: &Lua, mut args: Args) -> Result<String, Raise> {
    let value = args.value();
    let given = args.options(lua)?;
    let pretty: bool = given.get("pretty")?.unwrap_or(false);
    given.finish()?;
    let value = json::from_lua(lua, &value).map_err(|error| Raise::usage(format!("json.encode: {error}")))?;
    let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
    text.map_err(|error| Raise::usage(format!("json.encode: {error}")))
}

fn decode(lua: &Lua, mut args: Args) -> Result<Value, Raise> {
    let text = match args.value() {
        Value::String(text) => text,
        other => return Err(args.wrong("the text", "a string", &other)),
    };
    let given = args.options(lua)?;
    let limit = given.get::<u32>("limit")?;
    let depth = given.get::<u32>("depth")?.map_or(json::MAX_DEPTH, |depth| depth as usize);
    given.finish()?;
    let text = text.as_bytes();
    if let Some(limit) = limit.filter(|limit| text.len() > *limit as usize) {
        let length = text.len();
        return Err(Raise::new(
            "parse",
            format!("json.decode: the text has {length} bytes, more than {limit}"),
        ));
    }
    json::to_lua_within(lua, &text, depth).map_err(|error| match error {
        JsonError::Parse(_) | JsonError::Deep(_) => Raise::new("parse", format!("json.decode: {error}")),
        error => Raise::usage(format!("json.decode: {error}")),
    })
}

/// Marks a table as an array, so that it is one in JSON also when it is empty.
fn array(lua: &Lua, mut args: Args) -> Result<Table, Raise> {
    let table = match args.value() {
        Value::Nil => lua.create_table()?,
        Value::Table(table) => table,
        other => return Err(args.wrong("the table", "a table", &other)),
    };
    args.end()?;
    table.set_metatable(Some(json::array_metatable(lua)?))?;
    Ok(table)
}
