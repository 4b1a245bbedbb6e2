//! Budgets: the option, and what scripts see of what was spent.

use std::time::Duration;

use mlua::{Lua, Table, Value};

use crate::codex::{Allowance, Budget, Budgets, Spent, TurnResult};
use crate::lua::options::Options;
use crate::lua::{Raise, task};

/// Reads the option `budget`: a budget of which nothing is spent.
pub fn read(lua: &Lua, options: &Options) -> Result<Option<Budget>, Raise> {
    let of = options.of();
    let Some(table) = options.get::<Table>("budget")? else { return Ok(None) };
    let given = Options::new(lua, of, Some(table));
    let allowed = Allowance {
        tokens: at_least_one(&given, "tokens")?,
        turns: at_least_one(&given, "turns")?,
        time: given.get("seconds")?,
        commands: given.get("commands")?,
    };
    given.finish()?;
    if allowed.time.is_some_and(|time| time.is_zero()) {
        return Err(none_at_all(of, "seconds"));
    }
    if allowed == Allowance::default() {
        return Err(Raise::usage(format!(
            "{of}: a budget must limit something: tokens, turns, seconds or commands"
        )));
    }
    Ok(Some(Budget::new(allowed)))
}

fn at_least_one(given: &Options, key: &'static str) -> Result<Option<u64>, Raise> {
    match given.get(key)? {
        Some(0) => Err(none_at_all(given.of(), key)),
        number => Ok(number),
    }
}

fn none_at_all(of: &str, what: &str) -> Raise {
    Raise::usage(format!("{of}: a budget of no {what} lets no turn begin"))
}

/// Those of the scopes that the task which runs now is in.
pub fn of_scopes() -> Budgets {
    let mut budgets = Budgets::default();
    budgets.add(task::scopes::<Budget>());
    budgets
}

/// What was spent.
pub fn spent(lua: &Lua, spent: &Spent) -> mlua::Result<Value> {
    let table = lua.create_table()?;
    table.raw_set("tokens", spent.tokens)?;
    table.raw_set("untold", spent.untold)?;
    table.raw_set("turns", spent.turns)?;
    table.raw_set("seconds", spent.time.as_secs_f64())?;
    table.raw_set("commands", spent.commands)?;
    Ok(Value::Table(table))
}

fn allowed(lua: &Lua, allowed: &Allowance) -> mlua::Result<Value> {
    let table = lua.create_table()?;
    table.raw_set("tokens", allowed.tokens)?;
    table.raw_set("turns", allowed.turns)?;
    table.raw_set("seconds", allowed.time.map(|time: Duration| time.as_secs_f64()))?;
    table.raw_set("commands", allowed.commands)?;
    Ok(Value::Table(table))
}

/// The error that says that one is spent, with what the turn did until then.
pub fn error(message: String, budget: &Budget, result: Option<Box<TurnResult>>) -> Raise {
    let (was_spent, may_be) = (budget.spent(), budget.allowed());
    let raise = Raise::new("budget", message)
        .with_built("spent", move |lua| spent(lua, &was_spent))
        .with_built("budget", move |lua| allowed(lua, &may_be));
    let Some(result) = result else { return raise };
    raise
        .with("text", result.text.clone())
        .with("thread_id", result.thread_id.clone())
        .with("turn_id", result.turn_id.clone())
        .with_built("items", move |lua| super::result::items_of(lua, &result))
}
