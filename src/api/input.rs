//! Input of a turn: a string, one item, or a list of them.

use mlua::{Lua, Table, Value};

use crate::codex::Input;
use crate::lua::args::describe;
use crate::lua::options::Options;
use crate::lua::{Args, Raise};

const SHAPES: &str = "a string, an item ({text=}, {image=}, {local_image=}, {audio=}, {skill=, path=}, {mention=, path=}), or a list of these";

/// The next argument as input.
pub fn read(lua: &Lua, args: &mut Args) -> Result<Vec<Input>, Raise> {
    let of = args.name();
    match args.value() {
        Value::Table(list) if list.raw_len() > 0 => {
            list.sequence_values().map(|value| one(lua, of, &value?)).collect()
        }
        Value::Table(table) if table.is_empty() => {
            Err(Raise::usage(format!("{of}: the input is an empty table; give {SHAPES}")))
        }
        value => Ok(vec![one(lua, of, &value)?]),
    }
}

fn one(lua: &Lua, of: &'static str, value: &Value) -> Result<Input, Raise> {
    match value {
        Value::String(text) => match text.to_str() {
            Ok(text) => Ok(Input::Text(text.to_owned())),
            Err(_) => Err(Raise::usage(format!("{of}: the input is not valid UTF-8"))),
        },
        Value::Table(table) => item(lua, of, table),
        other => Err(Raise::usage(format!("{of}: input must be {SHAPES}, got {}", describe(other)))),
    }
}

fn item(lua: &Lua, of: &'static str, table: &Table) -> Result<Input, Raise> {
    let options = Options::new(lua, of, Some(table.clone()));
    let text = options.get::<String>("text")?.map(Input::Text);
    let image = options.get("image")?.map(Input::Image);
    let local_image = options.get("local_image")?.map(Input::LocalImage);
    let audio = options.get("audio")?.map(Input::LocalAudio);
    let path = options.get::<String>("path")?;
    let named = |key: &'static str, make: fn(String, String) -> Input| {
        let Some(name) = options.get::<String>(key)? else { return Ok(None) };
        let path =
            path.clone().ok_or_else(|| Raise::usage(format!("{of}: an item with {key} needs a path")))?;
        Ok::<_, Raise>(Some(make(name, path)))
    };
    let skill = named("skill", |name, path| Input::Skill(name, path.into()))?;
    let mention = named("mention", Input::Mention)?;
    options.finish()?;
    let mut found = [text, image, local_image, audio, skill, mention].into_iter().flatten();
    match (found.next(), found.next()) {
        (Some(item), None) => Ok(item),
        (None, _) => Err(Raise::usage(format!("{of}: an item must be {SHAPES}"))),
        (Some(_), Some(_)) => {
            Err(Raise::usage(format!("{of}: an item is one thing; put several into a list")))
        }
    }
}
