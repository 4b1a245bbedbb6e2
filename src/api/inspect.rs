//! `std.inspect`: values as text that people read.

use mlua::{Lua, Table};

use crate::lua::function;
use crate::lua::inspect::{self, Limits};
use crate::lua::{Args, Raise};

/// The module is a function.
pub fn module(lua: &Lua) -> mlua::Result<Table> {
    function::callable(lua, function::sync(lua, "inspect", show)?)
}

fn show(lua: &Lua, mut args: Args) -> Result<String, Raise> {
    let value = args.value();
    let given = args.options(lua)?;
    let usual = Limits::default();
    let limit = |key, usual| given.get::<u32>(key).map(|limit| limit.map_or(usual, |limit| limit as usize));
    let limits = Limits {
        depth: limit("depth", usual.depth)?,
        columns: limit("columns", usual.columns)?,
        fields: limit("fields", usual.fields)?,
        text: limit("text", usual.text)?,
    };
    given.finish()?;
    Ok(inspect::plain(lua, &value, &limits)?)
}
