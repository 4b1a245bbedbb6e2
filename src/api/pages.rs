//! Lists that the server gives page by page, as one loop.

use std::rc::Rc;

use mlua::{Function, Lua, UserData, UserDataFields, Value};
use serde_json::value::RawValue;

use super::event::answer;
use crate::codex;
use crate::codex::names::{self, TypeId};
use crate::lua::class::Class;
use crate::lua::{Args, Raise, function};

static CLASS: Class = Class {
    name: "Pages",
    methods: &[("close", |lua| function::sync(lua, "pages.close", close))],
    fields: &[],
    meta: &[("__call", next), ("__close", |lua| function::sync(lua, "pages.close", close))],
};

/// A list that is being walked, and the type of its entries.
#[derive(Clone)]
pub struct Pages {
    pages: Rc<codex::Pages>,
    of: TypeId,
}

impl UserData for Pages {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        CLASS.define(fields);
    }
}

impl Pages {
    /// Entries of the type that the schema gives this name.
    pub fn new(pages: codex::Pages, of: &str) -> Self {
        Self { pages: Rc::new(pages), of: names::root(of).unwrap_or(TypeId::FREE) }
    }

    fn entry(&self, lua: &Lua, entry: Option<Box<RawValue>>) -> mlua::Result<Option<Value>> {
        entry.map(|entry| answer(lua, entry.get().as_bytes(), self.of)).transpose()
    }
}

fn next(lua: &Lua) -> mlua::Result<Function> {
    let now = lua.create_function(|lua, pages: mlua::AnyUserData| {
        let pages = pages.borrow::<Pages>()?;
        pages.entry(lua, pages.pages.try_next())
    })?;
    function::iterator(lua, "pages", now, |lua, mut args| async move {
        let pages = args.this::<Pages>(&lua)?.clone();
        let entry = pages.pages.next().await?;
        Ok(pages.entry(&lua, entry)?)
    })
}

fn close(lua: &Lua, mut args: Args) -> Result<(), Raise> {
    args.this::<Pages>(lua)?.pages.close();
    Ok(())
}
