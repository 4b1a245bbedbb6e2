//! `std.test`: tests of scripts.

mod assert;
mod model;
mod run;
mod trial;

use mlua::{Function, IntoLuaMulti, Lua, LuaString, MultiValue, Table, UserData, UserDataFields};

use super::path::text;
use super::watch::with_context;
use crate::lua::class::Class;
use crate::lua::error::OWN_CHUNK;
use crate::lua::function::{self, Members};
use crate::lua::{Args, Raise};

pub use trial::Trial;

const MEMBERS: Members = &[("case", |lua| function::sync(lua, "test.case", case))];

static CLASS: Class = Class {
    name: "Test",
    methods: &[
        ("equal", |lua| function::sync(lua, "t.equal", assert::equal)),
        ("truthy", |lua| function::sync(lua, "t.truthy", assert::truthy)),
        ("matches", |lua| function::sync(lua, "t.matches", assert::matches)),
        ("raises", |lua| {
            in_lua(lua)?.raw_get::<Function>("raises")?.call(function::sync(lua, "t.raises", assert::raised)?)
        }),
        ("run", |lua| function::awaiting(lua, "t.run", run::run)),
    ],
    fields: &[
        ("name", |lua| {
            function::sync(lua, "t.name", |lua, mut args| Ok(args.this::<Test>(lua)?.name.clone()))
        }),
        ("model", |lua| function::sync(lua, "t.model", model::of)),
        ("dir", |lua| function::sync(lua, "t.dir", dir)),
        ("project", |lua| function::sync(lua, "t.project", project)),
    ],
    meta: &[("__tostring", |lua| {
        function::sync(lua, "t", |lua, mut args| Ok(format!("Test {:?}", args.this::<Test>(lua)?.name)))
    })],
};

/// The case that runs, as it holds itself.
struct Test {
    name: String,
    trial: Trial,
}

/// The function of the case that is to run.
struct Chosen(Function);

impl UserData for Test {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        CLASS.define(fields);
    }
}

pub fn module(lua: &Lua) -> mlua::Result<Table> {
    function::module(lua, MEMBERS)
}

/// What runs a file of tests, and then the case that was chosen.
pub fn main(lua: &Lua, file: Function) -> mlua::Result<Function> {
    let chosen = function::sync(lua, "test", chosen)?;
    in_lua(lua)?.raw_get::<Function>("main")?.call((file, chosen))
}

/// What of this is Lua.
fn in_lua(lua: &Lua) -> mlua::Result<Table> {
    lua.load(crate::stdlib::TEST).set_name(OWN_CHUNK).call(())
}

fn case(lua: &Lua, mut args: Args) -> Result<(), Raise> {
    let (name, run) = (args.string("the name")?, args.function("the case")?);
    args.end()?;
    let trial = with_context(lua, |context| context.trial.clone())?.ok_or_else(|| {
        Raise::usage(
            "test.case: nobody runs tests here; `codex-lua test FILE` does, and `codex-lua run` does not",
        )
    })?;
    if trial.add(&name)? {
        lua.set_app_data(Chosen(run));
    }
    Ok(())
}

fn chosen(lua: &Lua, _: Args) -> Result<MultiValue, Raise> {
    let Some(trial) = with_context(lua, |context| context.trial.clone())? else {
        return Ok(MultiValue::new());
    };
    let Some(name) = trial.loaded().map(str::to_owned) else { return Ok(MultiValue::new()) };
    let Some(Chosen(run)) = lua.remove_app_data::<Chosen>() else {
        return Err(Raise::usage(format!(
            "the file has no case of the name {name:?} when it is loaded again"
        )));
    };
    Ok((run, Test { name, trial }).into_lua_multi(lua)?)
}

fn dir(lua: &Lua, mut args: Args) -> Result<Option<LuaString>, Raise> {
    let test = args.this::<Test>(lua)?;
    Ok(test.trial.file().parent().map(|dir| text(lua, dir)).transpose()?)
}

fn project(lua: &Lua, _: Args) -> Result<LuaString, Raise> {
    Ok(text(lua, super::path::here()?)?)
}
