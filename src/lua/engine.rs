//! A Lua state that is safe to hand to a script.

use mlua::state::{GcGenParams, GcMode};
use mlua::{Function, Lua, LuaOptions, StdLib, Table, Value};

use super::error::{self, OWN_CHUNK};
use super::function::PRELUDE;
use super::loader::{self, Roots};
use super::{coroutine, interrupt, task};
use crate::notice::Notices;

/// The memory that a script may use when nothing else is said: 1 GiB.
pub const DEFAULT_MEMORY: usize = 1 << 30;

/// Coroutines that are kept for the next task, each of two KiB.
const COROUTINES: usize = 256;

/// Makes a state whose scripts may use `memory` bytes and find modules in `roots`; Lua's warnings become notices. It
/// ends by [`interrupt::end`].
///
/// Against stock Lua: code is text, never bytecode or a C module; `require` looks in `roots` alone and may await;
/// a script's own coroutines may await; `debug` is its traceback only; the environment's `LUA_PATH`, `LUA_CPATH`
/// and `LUA_INIT` do nothing.
pub fn new(memory: usize, roots: Roots, notices: Notices) -> mlua::Result<Lua> {
    let lua = Lua::new_with(StdLib::ALL_SAFE, LuaOptions::new().thread_pool_size(COROUTINES))?;
    interrupt::warn_to(&lua, notices);
    lua.set_memory_limit(memory)?;
    lua.gc_set_mode(GcMode::Generational(GcGenParams::default()));
    error::install(&lua)?;
    coroutine::install(&lua)?;
    let natives = lua.create_table()?;
    natives.raw_set(
        "located",
        lua.create_function(|lua, (error, caught)| error::located(lua, error, caught))?,
    )?;
    natives.raw_set("caught", lua.create_function(|lua, error: Value| error::caught(lua, error))?)?;
    natives.raw_set("enter", interrupt::entering(&lua)?)?;
    loader::natives(&lua, &natives, roots)?;
    let prelude: Table = lua.load(include_str!("prelude.lua")).set_name(OWN_CHUNK).call(natives)?;
    lua.globals().raw_set("setmetatable", interrupt::setmetatable(&lua)?)?;
    for name in ["load", "loadfile", "dofile", "require"] {
        lua.globals().raw_set(name, prelude.raw_get::<Function>(name)?)?;
    }
    lua.set_named_registry_value(PRELUDE, prelude)?;
    let debug = lua.create_table()?;
    debug.raw_set(
        "traceback",
        lua.create_function(|lua, (message, level): (Value, Option<usize>)| {
            error::traceback_of(lua, message, level)
        })?,
    )?;
    lua.globals().raw_set("debug", debug)?;
    task::install(&lua)?;
    restrict_package(&lua)?;
    Ok(lua)
}

/// Leaves of `package` what still means something.
fn restrict_package(lua: &Lua) -> mlua::Result<()> {
    let package: Table = lua.globals().raw_get("package")?;
    for name in ["path", "cpath", "loadlib", "searchers", "searchpath"] {
        package.raw_set(name, Value::Nil)?;
    }
    Ok(())
}
