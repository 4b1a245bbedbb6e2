//! What the agent asks the user, and the answers of a handler.

use mlua::{Lua, Value};
use serde_json::{Map, json};

use crate::codex::{Answer, Ask, Decision};
use crate::lua::Raise;
use crate::lua::args::describe;
use crate::lua::options::FromOption;

/// Reads what a handler answered.
pub fn read(lua: &Lua, ask: &Ask, value: &Value) -> Result<Answer, Raise> {
    let answers = match value {
        Value::String(word) if word == "decline" => return Ok(Answer::Decided(Decision::Decline(None))),
        Value::String(word) if word == "cancel" => return Ok(Answer::Decided(Decision::Cancel)),
        Value::Table(answers) => answers,
        other => {
            return Err(Raise::usage(format!(
                "on_question returned {}; it returns a table of answers by the questions' ids, \"decline\" or \
                 \"cancel\"",
                describe(other)
            )));
        }
    };
    let ids = ids(ask.params());
    let mut read = Map::new();
    for pair in answers.pairs::<Value, Value>() {
        let (id, answer) = pair?;
        let Some(id) = ids.iter().find(|known| id.as_string().is_some_and(|id| id == known.as_str())) else {
            let asked = ids.join(", ");
            return Err(Raise::usage(format!(
                "on_question answered {}, which was not asked; the ids are {asked}",
                describe(&id)
            )));
        };
        let texts = match &answer {
            Value::String(_) => String::from_option(&answer, lua).map(|text| vec![text]),
            list => Vec::from_option(list, lua),
        };
        let texts = texts.map_err(|_| {
            Raise::usage(format!(
                "on_question: the answer to {id:?} must be a string or a list of strings, got {}",
                describe(&answer)
            ))
        })?;
        read.insert(id.clone(), json!(texts));
    }
    Ok(Answer::Answers(read))
}

fn ids(params: &[u8]) -> Vec<String> {
    let params: serde_json::Value = serde_json::from_slice(params).unwrap_or_default();
    let questions = params["questions"].as_array();
    questions
        .into_iter()
        .flatten()
        .filter_map(|question| question["id"].as_str().map(str::to_owned))
        .collect()
}
