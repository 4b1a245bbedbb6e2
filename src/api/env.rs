//! `std.env`: variables, and files of them.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use mlua::{Lua, LuaString, Table};
use serde_json::{Map, Value as Json};

use super::fs::apart;
use crate::codex::redact;
use crate::lua::function::{self, Members};
use crate::lua::{Args, Raise};
use crate::sys::{dotenv, files};

const MEMBERS: Members = &[
    ("get", |lua| function::sync(lua, "env.get", get)),
    ("all", |lua| function::sync(lua, "env.all", all)),
    ("load", |lua| function::awaiting(lua, "env.load", load)),
];

/// Bytes of the largest file that is read.
const LARGEST: u64 = 1 << 20;

pub fn module(lua: &Lua) -> mlua::Result<Table> {
    function::module(lua, MEMBERS)
}

fn get(lua: &Lua, mut args: Args) -> Result<Option<LuaString>, Raise> {
    let name = args.string("the name")?;
    args.end()?;
    // The system has no such names, and Rust's would panic.
    if name.is_empty() || name.contains(['=', '\0']) {
        return Ok(None);
    }
    Ok(std::env::var_os(name).map(|value| string(lua, &value)).transpose()?)
}

fn all(lua: &Lua, args: Args) -> Result<Table, Raise> {
    args.end()?;
    let all = lua.create_table()?;
    for (name, value) in std::env::vars_os() {
        all.raw_set(string(lua, &name)?, string(lua, &value)?)?;
    }
    Ok(all)
}

fn string(lua: &Lua, text: &OsStr) -> mlua::Result<LuaString> {
    lua.create_string(text.as_bytes())
}

async fn load(lua: Lua, mut args: Args) -> Result<Option<Table>, Raise> {
    let (name, path) = (args.name(), args.path("the path")?);
    args.end()?;
    let shown = path.display().to_string();
    let Some(bytes) = apart(name, move |_| files::read(&path, LARGEST)).await? else { return Ok(None) };
    let wrong = |what: String| Raise::new("parse", format!("{name}: {shown}: {what}"));
    let text = String::from_utf8(bytes).map_err(|_| wrong("it is not valid UTF-8".into()))?;
    let variables = dotenv::parse(&text).map_err(|error| wrong(error.to_string()))?;
    let known: Map<_, _> =
        variables.iter().cloned().map(|(name, value)| (name, Json::String(value))).collect();
    redact::learn_params(&Json::Object(known));
    Ok(Some(lua.create_table_from(variables)?))
}
