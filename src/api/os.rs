//! What of `os` has to be the host's.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use mlua::{Lua, Table, Value};

use crate::lua::function::{self, Members};
use crate::lua::{Args, Raise, task};

const MEMBERS: Members = &[
    ("exit", |lua| function::awaiting(lua, "os.exit", exit)),
    ("execute", |lua| function::awaiting(lua, "os.execute", execute)),
];

/// Replaces what would block every task, or skip every closer.
pub fn install(lua: &Lua) -> mlua::Result<()> {
    let os: Table = lua.globals().get("os")?;
    for (name, make) in MEMBERS {
        os.raw_set(*name, make(lua)?)?;
    }
    Ok(())
}

/// Ends the script; `true` or nothing is 0, `false` is 1.
async fn exit(_: Lua, mut args: Args) -> Result<(), Raise> {
    let status = match args.value() {
        Value::Nil | Value::Boolean(true) => 0,
        Value::Boolean(false) => 1,
        Value::Integer(status) if (0..=255).contains(&status) => i32::try_from(status).unwrap_or(1),
        other => return Err(args.wrong("the status", "a whole number from 0 to 255, or a boolean", &other)),
    };
    task::exit(status).await;
    Ok(())
}

/// As stock `os.execute`, with other tasks running meanwhile; the command ends when the task is cancelled, with all
/// that it started. What it leaves running when it ends by itself ends with the script.
async fn execute(
    lua: Lua,
    mut args: Args,
) -> Result<(Option<bool>, Option<&'static str>, Option<i32>), Raise> {
    let Some(command) = args.optional_string("the command")? else {
        return Ok((Some(true), None, None));
    };
    args.end()?;
    let _lent = crate::sys::stdio::lend();
    let failed = |error| Raise::new("process", format!("os.execute: cannot run /bin/sh: {error}"));
    let status = super::command::shell(&lua, &command, |_| {}).map_err(failed)?.wait_and_leave().await;
    Ok(exit_values(status.map_err(failed)?))
}

/// What stock Lua says of a command that ended: `true` or nil, how, and the number.
pub fn exit_values(status: ExitStatus) -> (Option<bool>, Option<&'static str>, Option<i32>) {
    let ok = status.success().then_some(true);
    match status.code() {
        Some(code) => (ok, Some("exit"), Some(code)),
        None => (ok, Some("signal"), status.signal()),
    }
}
