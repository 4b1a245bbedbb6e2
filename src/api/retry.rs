//! `std.retry`: again, when it failed.

use std::time::Duration;

use mlua::{Function, Lua, LuaString, Table, Value};

use super::time::clock;
use crate::lua::error::OWN_CHUNK;
use crate::lua::function;
use crate::lua::options::{FromOption, Options};
use crate::lua::{Args, Raise};

/// What does not go away by itself.
const LASTING: &[&str] = &[
    "usage",
    "cancelled",
    "budget",
    "loop",
    "memory",
    "closed",
    "not_installed",
    "not_logged_in",
    "thread_archived",
    "thread_not_found",
];
/// Errors of turns, which tell by their items whether the agent has done something.
const OF_TURNS: &[&str] = &["turn_failed", "turn_interrupted", "schema"];
/// Items that change nothing.
const HARMLESS: &[&str] = &["user_message", "agent_message", "reasoning", "plan"];

/// The module is a function.
pub fn module(lua: &Lua) -> mlua::Result<Table> {
    let plan = function::sync(lua, "retry", plan)?;
    let call: Function = lua.load(crate::stdlib::RETRY).set_name(OWN_CHUNK).call(plan)?;
    function::callable(lua, call)
}

type Plan = (u32, Option<Function>, Function, Function);

/// How often it is tried, what decides of an error, whether one may be tried again at all, and what waits.
fn plan(lua: &Lua, mut args: Args) -> Result<Plan, Raise> {
    let name = args.name();
    args.function("what to run")?;
    let given = args.options(lua)?;
    let tries = given.get("tries")?.map_or(3, |Tries(tries)| tries);
    let delays = Delays::read(&given)?;
    let (kinds, decide) = match given.get("on")? {
        None => (None, None),
        Some(On::Kinds(kinds)) => (Some(kinds), None),
        Some(On::Function(decide)) => (None, Some(decide)),
    };
    let twice = given.get("may_have_run")?.unwrap_or(false);
    given.finish()?;
    let decides = decide.is_some();
    let may_again = lua.create_function(move |_, error: Value| {
        let kind = kind(&error)?;
        let is_one = match (&kinds, &kind) {
            (Some(kinds), kind) => kind.as_ref().is_some_and(|kind| kinds.contains(kind)),
            (None, Some(kind)) => decides || !LASTING.contains(&kind.as_str()),
            (None, None) => true,
        };
        Ok(is_one && (twice || !may_have_run(&error, kind.as_deref())?))
    })?;
    let wait = function::awaiting(lua, name, move |lua, mut args| {
        let delay = delays.after(args.value().as_u32().unwrap_or(1));
        async move {
            clock(&lua).sleep(delay).await;
            Ok(())
        }
    })?;
    Ok((tries, decide, may_again, wait))
}

fn kind(error: &Value) -> mlua::Result<Option<String>> {
    let Value::Table(error) = error else { return Ok(None) };
    Ok(error.raw_get::<Value>("kind")?.as_string().map(LuaString::to_string_lossy))
}

/// Whether what failed may have been done, wholly or in part. A server that is gone tells nothing more.
fn may_have_run(error: &Value, kind: Option<&str>) -> mlua::Result<bool> {
    let (Value::Table(error), Some(kind)) = (error, kind) else { return Ok(false) };
    if kind == "server_gone" || error.raw_get::<Option<bool>>("may_have_run")? == Some(true) {
        return Ok(true);
    }
    if !OF_TURNS.contains(&kind) {
        return Ok(false);
    }
    let Some(items) = error.raw_get::<Option<Table>>("items")? else { return Ok(true) };
    for item in items.sequence_values::<Table>() {
        let kind: String = item?.raw_get("type")?;
        if !HARMLESS.contains(&kind.as_str()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// How long is waited.
#[derive(Clone, Copy)]
struct Delays {
    first: Duration,
    most: Duration,
    factor: f64,
    jitter: f64,
}

impl Delays {
    fn read(given: &Options) -> Result<Self, Raise> {
        Ok(Self {
            first: given.get("delay")?.unwrap_or(Duration::from_secs(1)),
            most: given.get("max_delay")?.unwrap_or(Duration::from_secs(30)),
            factor: given.get("factor")?.map_or(2.0, |Factor(factor)| factor),
            jitter: given.get("jitter")?.map_or(0.5, |Part(part)| part),
        })
    }

    /// After this many tries.
    fn after(&self, tries: u32) -> Duration {
        let exponent = i32::try_from(tries.saturating_sub(1)).unwrap_or(i32::MAX);
        let seconds = self.first.as_secs_f64() * self.factor.powi(exponent);
        let seconds = seconds.min(self.most.as_secs_f64()) * (1.0 - self.jitter * fastrand::f64());
        Duration::try_from_secs_f64(seconds).unwrap_or(self.most)
    }
}

struct Tries(u32);

impl FromOption for Tries {
    const EXPECTED: &'static str = "a whole number, 1 or more";
    fn from_option(value: &Value, _: &Lua) -> Result<Self, Option<String>> {
        value.as_u32().filter(|tries| *tries > 0).map(Self).ok_or(None)
    }
}

struct Factor(f64);

impl FromOption for Factor {
    const EXPECTED: &'static str = "a number, 1 or more";
    fn from_option(value: &Value, _: &Lua) -> Result<Self, Option<String>> {
        number(value).filter(|factor| *factor >= 1.0).map(Self).ok_or(None)
    }
}

/// Of a whole.
struct Part(f64);

impl FromOption for Part {
    const EXPECTED: &'static str = "a number from 0 to 1";
    fn from_option(value: &Value, _: &Lua) -> Result<Self, Option<String>> {
        number(value).filter(|part| (0.0..=1.0).contains(part)).map(Self).ok_or(None)
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Integer(number) => i32::try_from(*number).ok().map(f64::from),
        Value::Number(number) => Some(*number),
        _ => None,
    }
}

/// Which errors are tried again.
enum On {
    Kinds(Vec<String>),
    Function(Function),
}

impl FromOption for On {
    const EXPECTED: &'static str = "a list of kinds of errors, or a function";
    fn from_option(value: &Value, lua: &Lua) -> Result<Self, Option<String>> {
        match value {
            Value::Function(function) => Ok(Self::Function(function.clone())),
            kinds => Vec::from_option(kinds, lua).map(Self::Kinds),
        }
    }
}
