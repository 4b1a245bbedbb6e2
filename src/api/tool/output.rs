//! What a function returned, as the agent is told it.

use mlua::{Lua, MultiValue, Table, Value};

use crate::codex::tools::{Output, Part};
use crate::lua::json;

/// Reads what a function returned; why it cannot be told, if it cannot.
pub fn read(lua: &Lua, values: &MultiValue) -> Result<Output, String> {
    match (values.front().unwrap_or(&Value::Nil), values.get(1)) {
        (Value::Nil, Some(Value::String(why))) => Ok(Output::failed(why.to_string_lossy())),
        (Value::Table(list), _) if has_image(list) => {
            let parts = list
                .sequence_values::<Value>()
                .map(|value| part(lua, &value.map_err(|error| error.to_string())?));
            Ok(Output::of(parts.collect::<Result<_, _>>()?))
        }
        (value, _) => Ok(Output::of(vec![part(lua, value)?])),
    }
}

fn has_image(list: &Table) -> bool {
    list.sequence_values::<Value>().any(|value| value.is_ok_and(|value| image(&value).is_some()))
}

/// A text is itself, all else but an image its JSON.
fn part(lua: &Lua, value: &Value) -> Result<Part, String> {
    if let Some(url) = image(value) {
        let url = url.to_str().ok().filter(|url| url.starts_with("data:")).map(|url| url.to_owned());
        return url.map(Part::Image).ok_or_else(|| "it returned an image that is no data: URL".into());
    }
    if let Value::String(text) = value {
        let text = text.to_str().map_err(|_| "it returned a text that is not valid UTF-8")?;
        return Ok(Part::Text(text.to_owned()));
    }
    let json = json::from_lua(lua, value);
    json.map(|json| Part::Text(json.to_string()))
        .map_err(|error| format!("it returned what is no JSON: {error}"))
}

/// The URL of a table whose one field is `image`.
fn image(value: &Value) -> Option<mlua::LuaString> {
    let table = value.as_table()?;
    let alone = table.pairs::<Value, Value>().take(2).count() == 1;
    table.raw_get::<Value>("image").ok()?.as_string().filter(|_| alone).cloned()
}
