//! Rust error ↔ the error table of scripts.

use mlua::{IntoLua, Lua, Table, Value};
use serde::{Deserialize, Serialize};

use super::{interrupt, task};

/// The registry's name of the metatable of error tables.
const METATABLE: &str = "codex-lua.error";
/// What every chunk of the host's own is called; its frames are not shown.
pub const OWN_CHUNK: &str = "=[host]";

type Field = Box<dyn FnOnce(&Lua) -> mlua::Result<Value>>;

/// An error on its way to a script: `{kind, message, …}`.
pub struct Raise {
    kind: &'static str,
    message: String,
    fields: Vec<(&'static str, Field)>,
}

impl Raise {
    /// An error of a kind that `stdlib/meta` lists.
    pub fn new(kind: &'static str, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), fields: vec![] }
    }

    /// The script asked for something that cannot be.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new("usage", message)
    }

    /// Adds a field.
    #[must_use]
    pub fn with(self, name: &'static str, value: impl IntoLua + 'static) -> Self {
        self.with_built(name, move |lua| value.into_lua(lua))
    }

    /// Adds a field that takes a Lua state to make.
    #[must_use]
    pub fn with_built(
        mut self,
        name: &'static str,
        value: impl FnOnce(&Lua) -> mlua::Result<Value> + 'static,
    ) -> Self {
        self.fields.push((name, Box::new(value)));
        self
    }

    /// As an error that nobody could catch.
    pub fn into_failure(self) -> Failure {
        Failure { kind: Some(self.kind.to_owned()), message: self.message, ..Failure::default() }
    }

    /// The table; its traceback is added where it is raised.
    pub fn into_table(self, lua: &Lua) -> mlua::Result<Table> {
        let table = lua.create_table()?;
        table.raw_set("kind", self.kind)?;
        table.raw_set("message", self.message)?;
        for (name, value) in self.fields {
            table.raw_set(name, value(lua)?)?;
        }
        table.set_metatable(Some(lua.named_registry_value(METATABLE)?))?;
        Ok(table)
    }
}

impl std::fmt::Debug for Raise {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.kind, self.message)
    }
}

impl From<mlua::Error> for Raise {
    fn from(error: mlua::Error) -> Self {
        let kind = if matches!(error, mlua::Error::MemoryError(_)) { "memory" } else { "usage" };
        Self::new(kind, error.to_string())
    }
}

/// An error that nobody caught, as the host reports it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Failure {
    /// The kind, when it was an error table; `None` for Lua's own errors.
    pub kind: Option<String>,
    /// What went wrong; Lua's own messages begin with their place.
    pub message: String,
    /// The script's place that raised it: file and line.
    pub place: Option<(String, usize)>,
    /// The script's lines, innermost first.
    pub traceback: Vec<String>,
    /// The text of the line at that place.
    pub source_line: Option<String>,
}

impl Failure {
    /// One that has a message alone, with its place where the message begins with one.
    pub fn of_message(kind: Option<&str>, message: String) -> Self {
        Self { kind: kind.map(Into::into), place: place(&message), message, ..Self::default() }
    }

    /// Where, and what.
    pub fn headline(&self) -> String {
        let place = self.place.as_ref().map(|(file, line)| format!("{file}:{line}: "));
        let place = place.filter(|place| !self.message.starts_with(place.as_str())).unwrap_or_default();
        let kind = self.kind.as_ref().map(|kind| format!(" [{kind}]")).unwrap_or_default();
        format!("{place}{}{kind}", self.message)
    }

    /// As [`Failure::headline`], with the way there.
    pub fn in_one_line(&self) -> String {
        let way = self.traceback.join("; ");
        if self.traceback.len() > 1 { format!("{} (at {way})", self.headline()) } else { self.headline() }
    }
}

/// Makes error tables print as `place: message`.
pub(super) fn install(lua: &Lua) -> mlua::Result<()> {
    let metatable = lua.create_table()?;
    metatable.raw_set("__name", "error")?;
    let print = lua.create_function(|_, error: Table| {
        let message: String = error.raw_get::<Value>("message")?.to_string()?;
        Ok(match error.raw_get::<Option<String>>("place")? {
            Some(place) => format!("{place}: {message}"),
            None => message,
        })
    })?;
    metatable.raw_set("__tostring", print)?;
    lua.set_named_registry_value(METATABLE, metatable)
}

/// Whether it is an error table of the host's.
pub(super) fn is_one(lua: &Lua, table: &Table) -> bool {
    let own = lua.named_registry_value::<Table>(METATABLE).ok();
    own.is_some() && table.metatable() == own
}

/// Gives an error table its place and traceback, once: where it is first raised. What another task raised, and `caught`
/// has seen there, gets these lines too.
pub(super) fn located(lua: &Lua, error: Value, caught: Option<Table>) -> mlua::Result<Value> {
    if let Some(caught) = caught {
        let lines = lines_here(lua, 1)?;
        let joined = joined(lua, &caught, "the task that awaited it:", &lines)?;
        task::remember(error.clone(), joined.raw_get("traceback")?);
    } else if let Value::Table(table) = &error
        && !table.contains_key("traceback")?
    {
        let lines = lines_here(lua, 1)?;
        if let Some((file, line)) = lines.first().and_then(|line| place(line)) {
            table.raw_set("place", format!("{file}:{line}"))?;
        }
        table.raw_set("traceback", traceback(&lines))?;
    }
    Ok(error)
}

/// What a task's body makes of an error that nobody caught: the error itself, and its traceback.
pub(super) fn caught(lua: &Lua, error: Value) -> mlua::Result<Table> {
    let caught = lua.create_table()?;
    let raised = match (task::remembered(&error), &error) {
        (Some(traceback), _) => Some(traceback),
        (None, Value::Table(table)) => table.raw_get("traceback").ok().flatten(),
        (None, _) => None,
    };
    caught.raw_set("error", error)?;
    caught.raw_set(
        "traceback",
        match raised {
            Some(traceback) => traceback,
            None => traceback(&lines_here(lua, 1)?),
        },
    )?;
    Ok(caught)
}

/// What `caught` is of an error that goes on in another task, which is at these lines. An error table of ours tells them
/// too.
pub(super) fn joined(lua: &Lua, caught: &Table, how: &str, lines: &[String]) -> mlua::Result<Table> {
    let (error, traceback): (Value, String) = (caught.raw_get("error")?, caught.raw_get("traceback")?);
    let joined = traceback + "\n" + how + &listed(lines);
    let metatable: Table = lua.named_registry_value(METATABLE)?;
    if let Value::Table(table) = &error
        && table.metatable().is_some_and(|own| own == metatable)
    {
        table.raw_set("traceback", joined.as_str())?;
    }
    let caught = lua.create_table()?;
    caught.raw_set("error", error)?;
    caught.raw_set("traceback", joined)?;
    Ok(caught)
}

/// Reads what `caught` made. This may run the script's code, `__tostring` say, outside of any task.
pub fn failure(lua: &Lua, caught: &Table) -> mlua::Result<Failure> {
    interrupt::watched(lua, || read(lua, caught))
}

fn read(lua: &Lua, caught: &Table) -> mlua::Result<Failure> {
    let traceback: String = caught.raw_get("traceback")?;
    let lines: Vec<String> = traceback.lines().skip(1).map(|line| line.trim().to_owned()).collect();
    let error: Value = caught.raw_get("error")?;
    let (kind, message) = match &error {
        Value::Table(table) => (
            field(table, "kind")?,
            match field(table, "message")? {
                Some(message) => message,
                None => table_as_text(lua, table, &error)?,
            },
        ),
        Value::Nil => (None, "nil was raised as an error".into()),
        Value::Error(error) => (None, error.to_string()),
        other => (None, other.to_string()?),
    };
    let place = if kind.is_some() { None } else { place(&message) };
    let place = place.or_else(|| lines.iter().find_map(|line| self::place(line)));
    Ok(Failure { kind, message, place, traceback: lines, source_line: None })
}

/// A field that is a string.
fn field(table: &Table, name: &str) -> mlua::Result<Option<String>> {
    match table.get(name) {
        // So ends also what is stopped.
        Err(error @ mlua::Error::MemoryError(_)) => Err(error),
        found => Ok(found.unwrap_or_default()),
    }
}

/// A table that is no error of ours: as it prints itself, else as JSON where it has that form.
fn table_as_text(lua: &Lua, table: &Table, error: &Value) -> mlua::Result<String> {
    let prints = table.metatable().is_some_and(|meta| meta.contains_key("__tostring").unwrap_or(false));
    match super::json::from_lua(lua, error) {
        Ok(json) if !prints => Ok(json.to_string()),
        _ => error.to_string(),
    }
}

/// `debug.traceback` for scripts, without the host's frames.
pub(super) fn traceback_of(lua: &Lua, message: Value, level: Option<usize>) -> mlua::Result<Value> {
    let text = match &message {
        Value::Nil => String::new(),
        Value::String(_) | Value::Integer(_) | Value::Number(_) => message.to_string()? + "\n",
        _ => return Ok(message),
    };
    (text + &traceback(&lines_here(lua, level.unwrap_or(1))?)).into_lua(lua)
}

fn traceback(lines: &[String]) -> String {
    "stack traceback:".to_owned() + &listed(lines)
}

fn listed(lines: &[String]) -> String {
    lines.iter().fold(String::new(), |text, line| text + "\n\t" + line)
}

fn lines_here(lua: &Lua, level: usize) -> mlua::Result<Vec<String>> {
    Ok(script_lines(&lua.traceback(None, level)?.to_string_lossy()))
}

/// The frames of scripts in a traceback of Lua, innermost first; it lists the host's and mlua's too.
pub(super) fn script_lines(whole: &str) -> Vec<String> {
    let is_host = |line: &str| ["[host]", "__mlua", "[C]"].iter().any(|start| line.starts_with(start));
    let mut lines: Vec<String> = Vec::new();
    let mut after_host = true;
    for line in whole.lines().skip(1).map(str::trim) {
        // The tail calls of a host frame are its own.
        let is_ours = is_host(line) || (after_host && line.starts_with("(...tail calls"));
        if !is_ours {
            lines.push(line.to_owned());
        }
        after_host = is_ours;
    }
    lines
}

/// `file:line` at the start of a message or of a frame.
fn place(text: &str) -> Option<(String, usize)> {
    let mut end = 0;
    for part in text.split(':') {
        if end > 0 && !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) {
            return Some((text[..end - 1].to_owned(), part.parse().ok()?));
        }
        end += part.len() + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_found_in_messages_and_frames() {
        assert_eq!(place("a/b.lua:12: boom: x"), Some(("a/b.lua".into(), 12)));
        assert_eq!(place("a/b.lua:7: in function 'f'"), Some(("a/b.lua".into(), 7)));
        assert_eq!(place("[string \"x\"]:1: no"), Some(("[string \"x\"]".into(), 1)));
        assert_eq!(place("no place: here"), None);
    }
}
