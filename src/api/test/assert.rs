//! What a case holds to be true.

use mlua::{Function, Lua, MultiValue, Table, Value};

use super::Test;
use crate::lua::compare::{Differences, show};
use crate::lua::{Args, Raise};

pub(super) fn equal(lua: &Lua, mut args: Args) -> Result<(), Raise> {
    args.this::<Test>(lua)?;
    let (got, want) = (args.value(), args.value());
    let what = what(args)?;
    let differences = Differences::of(&got, &want)?;
    if differences.is_empty() { Ok(()) } else { Err(fails(&what, &differences.to_string())) }
}

pub(super) fn truthy(lua: &Lua, mut args: Args) -> Result<Value, Raise> {
    args.this::<Test>(lua)?;
    let value = args.value();
    let what = what(args)?;
    match value {
        Value::Nil | Value::Boolean(false) => {
            Err(fails(&what, &format!("got {}, want neither nil nor false", show(&value)?)))
        }
        value => Ok(value),
    }
}

pub(super) fn matches(lua: &Lua, mut args: Args) -> Result<MultiValue, Raise> {
    args.this::<Test>(lua)?;
    let (text, pattern) = (args.value(), args.string("the pattern")?);
    let what = what(args)?;
    let failed =
        || Ok::<_, Raise>(fails(&what, &format!("got {}, want a text with {pattern:?} in it", show(&text)?)));
    if !text.is_string() {
        return Err(failed()?);
    }
    let strings: Table = lua.globals().raw_get("string")?;
    let found: MultiValue = strings.raw_get::<Function>("match")?.call((&text, &*pattern)).map_err(|_| {
        Raise::usage(format!("t.matches: {pattern:?} is no pattern of Lua; % makes a sign stand for itself"))
    })?;
    if found.front().is_none_or(Value::is_nil) { Err(failed()?) } else { Ok(found) }
}

/// What calling the function came to, and what it should have raised.
pub(super) fn raised(lua: &Lua, mut args: Args) -> Result<Value, Raise> {
    args.this::<Test>(lua)?;
    let kind = args.optional_string("the kind of the error")?;
    args.function("what is to raise it")?;
    let (returned, error) = (args.value() == Value::Boolean(true), args.value());
    let what = args.name().replace('.', ":");
    let wanted =
        kind.as_ref().map_or_else(|| "an error".to_owned(), |kind| format!("an error of the kind {kind:?}"));
    if returned {
        return Err(fails(&what, &format!("nothing was raised, want {wanted}")));
    }
    let Some(kind) = kind else { return Ok(error) };
    let (got, message) = match &error {
        Value::Table(table) => (table.raw_get::<Value>("kind")?, table.raw_get::<Value>("message")?),
        _ => (Value::Nil, Value::Nil),
    };
    if got.as_string().is_some_and(|got| *got == kind) {
        return Ok(error);
    }
    let got = match (got, message) {
        (Value::String(kind), Value::String(message)) => {
            format!("one of the kind {:?}: {}", kind.to_string_lossy(), message.to_string_lossy())
        }
        _ => show(&error)?,
    };
    Err(fails(&what, &format!("got {got}\nwant {wanted}")))
}

/// What the message of an assertion begins with; its last argument.
fn what(mut args: Args) -> Result<String, Raise> {
    let what = args.optional_string("what it is about")?;
    let what = what.unwrap_or_else(|| args.name().replace('.', ":"));
    args.end()?;
    Ok(what)
}

fn fails(what: &str, why: &str) -> Raise {
    Raise::new("assertion", format!("{what}: {why}"))
}
