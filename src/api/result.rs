//! What a finished turn has to show, as a table.

use mlua::{Lua, Value};

use super::event::Wire;
use crate::codex::names::{self, TypeId};
use crate::codex::{TurnResult, Usage};
use crate::lua::json::{self, AsIs, Fields, JsonError};

/// The Result of the contract.
pub fn to_lua(lua: &Lua, result: &TurnResult) -> mlua::Result<Value> {
    let table = json::table(lua, |table| {
        if let Some(text) = &result.text {
            table.text("text", text);
        }
        if let Some(output) = &result.output {
            table.json("output", output.as_bytes(), &AsIs, 0)?;
        }
        items(table, result)?;
        usage(table, "usage", result.usage)?;
        usage(table, "thread_usage", result.thread_usage)?;
        table.text("status", result.status);
        table.text("thread_id", &result.thread_id);
        table.text("turn_id", &result.turn_id);
        table.float("duration", result.duration.as_secs_f64());
        if let Some(diff) = &result.diff {
            table.text("diff", diff);
        }
        Ok(())
    });
    table.map_err(mlua::Error::external)
}

/// Its items alone.
pub fn items_of(lua: &Lua, result: &TurnResult) -> mlua::Result<Value> {
    field(lua, "items", |table| items(table, result))
}

/// Its usage alone.
pub fn usage_of(lua: &Lua, result: &TurnResult) -> mlua::Result<Value> {
    field(lua, "usage", |table| usage(table, "usage", result.usage))
}

fn field<'a>(
    lua: &Lua,
    name: &str,
    fill: impl FnOnce(&mut Fields<'_, 'a>) -> Result<(), JsonError>,
) -> mlua::Result<Value> {
    match json::table(lua, fill).map_err(mlua::Error::external)? {
        Value::Table(table) => table.raw_get(name),
        other => Ok(other),
    }
}

fn items<'a>(table: &mut Fields<'_, 'a>, result: &'a TurnResult) -> Result<(), JsonError> {
    let root = names::root("ThreadItem").unwrap_or(TypeId::FREE);
    table.list("items", &result.items, &Wire::PLAIN, root.0)
}

fn usage(table: &mut Fields<'_, '_>, name: &'static str, usage: Option<Usage>) -> Result<(), JsonError> {
    let Some(usage) = usage else { return Ok(()) };
    table.table(name, |table| {
        table.int("total_tokens", usage.total_tokens);
        table.int("input_tokens", usage.input_tokens);
        table.int("cached_input_tokens", usage.cached_input_tokens);
        table.int("cache_write_input_tokens", usage.cache_write_input_tokens);
        table.int("output_tokens", usage.output_tokens);
        table.int("reasoning_output_tokens", usage.reasoning_output_tokens);
        Ok(())
    })
}
