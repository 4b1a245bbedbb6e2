//! `std.time`: clocks.

use std::sync::LazyLock;
use std::time::{Instant, SystemTime};

use mlua::{Lua, Table};

use crate::lua::function::{self, Members};
use crate::lua::{Args, Raise};

const MEMBERS: Members = &[
    ("now", |lua| function::sync(lua, "time.now", now)),
    ("monotonic", |lua| function::sync(lua, "time.monotonic", monotonic)),
];

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

pub fn module(lua: &Lua) -> mlua::Result<Table> {
    LazyLock::force(&START);
    function::module(lua, MEMBERS)
}

/// Seconds since 1970, UTC.
fn now(_: &Lua, args: Args) -> Result<f64, Raise> {
    args.end()?;
    Ok(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64()))
}

/// Seconds on a clock that never goes back; only differences mean something.
fn monotonic(_: &Lua, args: Args) -> Result<f64, Raise> {
    args.end()?;
    Ok(START.elapsed().as_secs_f64())
}
