//! Host functions that raise error tables.
//!
//! An error that a Rust function returns reaches Lua as an opaque value, so a host function answers
//! `true, values…` or `false, table`, and a Lua frame around it raises (see `prelude.lua`).

use std::future::Future;

use mlua::{Function, IntoLuaMulti, Lua, MultiValue, Table, Value};

use super::args::Args;
use super::error::Raise;

/// The registry's name of what the prelude returned.
pub(super) const PRELUDE: &str = "codex-lua.prelude";

/// Names of a module, or methods of a handle, and the functions behind them.
pub type Members = &'static [(&'static str, fn(&Lua) -> mlua::Result<Function>)];

/// A function that returns at once. `name` is how messages call it.
pub fn sync<R: IntoLuaMulti>(
    lua: &Lua,
    name: &'static str,
    f: impl Fn(&Lua, Args) -> Result<R, Raise> + 'static,
) -> mlua::Result<Function> {
    let raw =
        lua.create_function(move |lua, values: MultiValue| answer(lua, f(lua, Args::new(name, values))))?;
    raising(lua, raw)
}

/// A function that awaits.
pub fn awaiting<R: IntoLuaMulti, F: Future<Output = Result<R, Raise>> + 'static>(
    lua: &Lua,
    name: &'static str,
    f: impl Fn(Lua, Args) -> F + 'static,
) -> mlua::Result<Function> {
    raising(lua, raw_awaiting(lua, name, f)?)
}

/// As [`awaiting`], where the answer may be what another task raised, to be raised as it is.
pub fn rethrowing<F: Future<Output = Result<Result<MultiValue, Table>, Raise>> + 'static>(
    lua: &Lua,
    name: &'static str,
    f: impl Fn(Lua, Args) -> F + 'static,
) -> mlua::Result<Function> {
    let raw = lua.create_async_function(move |lua, values: MultiValue| {
        let call = f(lua.clone(), Args::new(name, values));
        async move {
            match call.await {
                Ok(Err(caught)) => (false, caught.raw_get::<Value>("error")?, caught).into_lua_multi(&lua),
                Ok(Ok(values)) => answer(&lua, Ok(values)),
                Err(raise) => answer(&lua, Err::<(), _>(raise)),
            }
        }
    })?;
    raising(lua, raw)
}

/// The function that a generic `for` calls with its handle: `try_now` gives a value without waiting, or nil; then
/// `wait` awaits it, or gives nil at the end.
pub fn iterator<R: IntoLuaMulti, F: Future<Output = Result<R, Raise>> + 'static>(
    lua: &Lua,
    name: &'static str,
    try_now: Function,
    wait: impl Fn(Lua, Args) -> F + 'static,
) -> mlua::Result<Function> {
    prelude::<Function>(lua, "iterator")?.call((try_now, raw_awaiting(lua, name, wait)?))
}

/// Closes a handle as a block does that is left.
pub fn close(lua: &Lua, handle: &Value) -> mlua::Result<()> {
    prelude::<Function>(lua, "close")?.call(handle)
}

/// A table of `members`.
pub fn module(lua: &Lua, members: Members) -> mlua::Result<Table> {
    let module = lua.create_table()?;
    for (name, make) in members {
        module.raw_set(*name, make(lua)?)?;
    }
    Ok(module)
}

/// A module that is a function.
pub fn callable(lua: &Lua, call: Function) -> mlua::Result<Table> {
    prelude::<Function>(lua, "callable")?.call(call)
}

/// One of the functions of the prelude.
pub(super) fn prelude<T: mlua::FromLua>(lua: &Lua, name: &str) -> mlua::Result<T> {
    lua.named_registry_value::<Table>(PRELUDE)?.raw_get(name)
}

/// `true, values…` or `false, table`.
pub(super) fn answer<R: IntoLuaMulti>(lua: &Lua, result: Result<R, Raise>) -> mlua::Result<MultiValue> {
    let (ok, mut values) = match result {
        Ok(values) => (true, values.into_lua_multi(lua)?),
        Err(raise) => (false, raise.into_table(lua)?.into_lua_multi(lua)?),
    };
    values.push_front(Value::Boolean(ok));
    Ok(values)
}

fn raw_awaiting<R: IntoLuaMulti, F: Future<Output = Result<R, Raise>> + 'static>(
    lua: &Lua,
    name: &'static str,
    f: impl Fn(Lua, Args) -> F + 'static,
) -> mlua::Result<Function> {
    lua.create_async_function(move |lua, values: MultiValue| {
        // Boxed, since each block that awaits a future it was given holds it twice.
        let call = Box::pin(f(lua.clone(), Args::new(name, values)));
        async move { answer(&lua, call.await) }
    })
}

fn raising(lua: &Lua, raw: Function) -> mlua::Result<Function> {
    prelude::<Function>(lua, "raising")?.call(raw)
}
