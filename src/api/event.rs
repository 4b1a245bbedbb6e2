//! Events as tables, with the names that scripts know.

use std::borrow::Cow;

use mlua::{Lua, Table, Value};

use crate::codex::names::{self, TypeId};
use crate::codex::{Event, Item, Method};
use crate::lua::json::{self, AsIs, JsonError, Rename, Renamed};

/// The table of names, as the JSON reader wants it.
pub struct Wire {
    /// The type whose `delta` is the text of an answer, and is called `text` too.
    answer: u16,
}

/// No type has this number: nothing is an answer's delta.
const NO_TYPE: u16 = u16::MAX;

impl Wire {
    /// For values that are no event.
    pub const PLAIN: Self = Self { answer: NO_TYPE };
}

impl Rename for Wire {
    fn field<'k>(&'k self, of: u16, key: &'k str) -> Renamed<'k> {
        let field = names::field(TypeId(of), key);
        let also = (of == self.answer && key == "delta").then_some("text");
        Renamed {
            name: field.name,
            child: field.child.0,
            tag: field.is_tag(),
            drop_null: of != TypeId::FREE.0,
            also,
        }
    }

    fn tag<'v>(&self, value: &'v str) -> Cow<'v, str> {
        names::tag(value)
    }
}

/// Reads an answer of the server whose type is `root`.
pub fn answer(lua: &Lua, json: &[u8], root: TypeId) -> mlua::Result<Value> {
    json::to_lua(lua, json, &Wire::PLAIN, root.0).map_err(mlua::Error::external)
}

/// What a loop over events gets.
pub fn item(lua: &Lua, item: Item) -> mlua::Result<Table> {
    match item {
        Item::Event(event) => self::event(lua, &event),
        Item::Lagged(bytes) => {
            let table = lua.create_table()?;
            table.raw_set("type", "stream.lagged")?;
            table.raw_set("bytes", bytes)?;
            Ok(table)
        }
    }
}

fn event(lua: &Lua, event: &Event) -> mlua::Result<Table> {
    if let Method::Known(known) = &event.method {
        let answer = known.answer().map_or(NO_TYPE, |of| of.0);
        match json::to_lua_with(lua, &event.params, &Wire { answer }, known.params.0, &[("type", known.name)])
        {
            Err(JsonError::NotAnObject | JsonError::Parse(_)) => {}
            read => return read.map_err(mlua::Error::external),
        }
    }
    let table = lua.create_table()?;
    table.raw_set("type", event.name())?;
    table.raw_set(
        "params",
        json::to_lua_or_text(lua, &event.params, &AsIs, 0).map_err(mlua::Error::external)?,
    )?;
    Ok(table)
}
