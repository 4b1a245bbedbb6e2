//! What an MCP server asks the user, and the answer of a handler.

use mlua::{Lua, Value};

use crate::codex::{Answer, Ask};
use crate::lua::args::describe;
use crate::lua::options::Options;
use crate::lua::{Raise, json};

const ACTIONS: &[(&str, &str)] = &[("accept", "accept"), ("decline", "decline"), ("cancel", "cancel")];

/// Reads what a handler answered.
pub fn read(lua: &Lua, _: &Ask, value: &Value) -> Result<Answer, Raise> {
    let action = |word: &str| ACTIONS.iter().find(|(name, _)| *name == word).map(|(_, action)| *action);
    let answer = match value {
        Value::String(word) => action(&word.to_string_lossy()).map(|action| Answer::Elicited(action, None)),
        Value::Table(table) => {
            let given = Options::new(lua, "on_elicitation", Some(table.clone()));
            let action = given.word("action", ACTIONS)?;
            let content = match given.value("content")? {
                Value::Nil => None,
                content => Some(json::from_lua(lua, &content).map_err(|error| {
                    Raise::usage(format!("on_elicitation: the content cannot be sent: {error}"))
                })?),
            };
            given.finish()?;
            action.map(|action| Answer::Elicited(action, content))
        }
        _ => None,
    };
    answer.ok_or_else(|| {
        Raise::usage(format!(
            "on_elicitation returned {}; it returns \"accept\", \"decline\", \"cancel\" or {{action=, content=}}",
            describe(value)
        ))
    })
}
