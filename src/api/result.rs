//! What a finished turn has to show, as a table.

use bytes::Bytes;
use mlua::{IntoLua, Lua, Value};

use super::event::answer;
use crate::codex::names::{self, TypeId};
use crate::codex::{TurnResult, Usage};

/// The Result of the contract.
pub fn to_lua(lua: &Lua, result: &TurnResult) -> mlua::Result<Value> {
    let table = lua.create_table()?;
    table.raw_set("text", result.text.as_deref())?;
    table.raw_set("items", items(lua, &result.items)?)?;
    table.raw_set("usage", usage(lua, result.usage)?)?;
    table.raw_set("thread_usage", usage(lua, result.thread_usage)?)?;
    table.raw_set("status", result.status)?;
    table.raw_set("thread_id", result.thread_id.as_str())?;
    table.raw_set("turn_id", result.turn_id.as_str())?;
    table.raw_set("duration", result.duration.as_secs_f64())?;
    table.raw_set("diff", result.diff.as_deref())?;
    Ok(Value::Table(table))
}

/// A list of items.
pub fn items(lua: &Lua, items: &[Bytes]) -> mlua::Result<Value> {
    let root = names::root("ThreadItem").unwrap_or(TypeId::FREE);
    let list = items.iter().map(|item| answer(lua, item, root)).collect::<mlua::Result<Vec<_>>>()?;
    list.into_lua(lua)
}

fn usage(lua: &Lua, usage: Option<Usage>) -> mlua::Result<Value> {
    match usage {
        None => Ok(Value::Nil),
        Some(usage) => answer(lua, &serde_json::to_vec(&usage).map_err(mlua::Error::external)?, TypeId::FREE),
    }
}
