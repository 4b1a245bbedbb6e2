//! Option tables: one reader, unknown keys refused by name.

use std::cell::RefCell;
use std::path::PathBuf;
use std::time::Duration;

use mlua::{Function, Lua, Table, Value};

use super::args::describe;
use super::error::Raise;
use super::json;

/// The options of one call. Each read names the option; [`Options::finish`] then refuses what nobody asked for.
pub struct Options {
    lua: Lua,
    of: &'static str,
    table: Option<Table>,
    known: RefCell<Vec<&'static str>>,
}

/// A type that an option can have.
pub trait FromOption: Sized {
    /// What to say that was expected.
    const EXPECTED: &'static str;
    /// Reads a value that is not nil; `Err` with more words than [`FromOption::EXPECTED`] where they help.
    fn from_option(value: &Value, lua: &Lua) -> Result<Self, Option<String>>;
}

impl Options {
    /// Options of the function that messages call `of`.
    pub fn new(lua: &Lua, of: &'static str, table: Option<Table>) -> Self {
        Self { lua: lua.clone(), of, table, known: RefCell::default() }
    }

    /// One option; `None` when it is left out.
    pub fn get<T: FromOption>(&self, key: &'static str) -> Result<Option<T>, Raise> {
        let value = self.value(key)?;
        if value.is_nil() {
            return Ok(None);
        }
        T::from_option(&value, &self.lua).map(Some).map_err(|more| {
            let got = more.unwrap_or_else(|| format!("got {}", describe(&value)));
            Raise::usage(format!("{}: {key} must be {}, {got}", self.of, T::EXPECTED))
        })
    }

    /// One option as it is.
    pub fn value(&self, key: &'static str) -> Result<Value, Raise> {
        let Some(table) = &self.table else { return Ok(Value::Nil) };
        let mut known = self.known.borrow_mut();
        if !known.contains(&key) {
            known.push(key);
        }
        drop(known);
        Ok(table.get(key)?)
    }

    /// One option of a few words.
    pub fn word<T: Copy>(&self, key: &'static str, words: &[(&str, T)]) -> Result<Option<T>, Raise> {
        let Some(word) = self.get::<String>(key)? else { return Ok(None) };
        match words.iter().find(|(name, _)| *name == word) {
            Some((_, meaning)) => Ok(Some(*meaning)),
            None => Err(Raise::usage(format!("{}: {key} must be {}, got {word:?}", self.of, listed(words)))),
        }
    }

    /// How messages call the function.
    pub fn of(&self) -> &'static str {
        self.of
    }

    /// Refuses every key that was not read.
    pub fn finish(self) -> Result<(), Raise> {
        let known = self.known.into_inner();
        let Some(table) = self.table else { return Ok(()) };
        for pair in table.pairs::<Value, Value>() {
            let (key, _) = pair?;
            let name = match &key {
                Value::String(name) => name.to_string_lossy(),
                other => {
                    return Err(Raise::usage(format!(
                        "{}: options are named, but {} is a key",
                        self.of,
                        describe(other)
                    )));
                }
            };
            if !known.contains(&name.as_str()) {
                return Err(Raise::usage(unknown(self.of, &name, &known)));
            }
        }
        Ok(())
    }
}

fn unknown(of: &str, name: &str, known: &[&'static str]) -> String {
    let nearest =
        known.iter().max_by(|a, b| strsim::jaro_winkler(a, name).total_cmp(&strsim::jaro_winkler(b, name)));
    match nearest {
        None => format!("{of} takes no options, got {name:?}"),
        Some(nearest) if strsim::jaro_winkler(nearest, name) < 0.7 => {
            format!("{of} has no option {name:?}; it has {}", known.join(", "))
        }
        Some(nearest) => format!("{of} has no option {name:?}; the nearest is {nearest:?}"),
    }
}

fn listed<T>(words: &[(&str, T)]) -> String {
    words.iter().map(|(name, _)| format!("{name:?}")).collect::<Vec<_>>().join(" or ")
}

impl FromOption for String {
    const EXPECTED: &'static str = "a string";
    fn from_option(value: &Value, _: &Lua) -> Result<Self, Option<String>> {
        match value {
            Value::String(text) => {
                text.to_str().map(|text| text.to_owned()).map_err(|_| Some("is not valid UTF-8".into()))
            }
            _ => Err(None),
        }
    }
}

impl FromOption for PathBuf {
    const EXPECTED: &'static str = "a path";
    fn from_option(value: &Value, lua: &Lua) -> Result<Self, Option<String>> {
        String::from_option(value, lua).map(Self::from)
    }
}

impl FromOption for bool {
    const EXPECTED: &'static str = "true or false";
    fn from_option(value: &Value, _: &Lua) -> Result<Self, Option<String>> {
        value.as_boolean().ok_or(None)
    }
}

impl FromOption for u64 {
    const EXPECTED: &'static str = "a whole number, not negative";
    fn from_option(value: &Value, _: &Lua) -> Result<Self, Option<String>> {
        match value {
            Value::Integer(n) => (*n).try_into().map_err(|_| None),
            _ => Err(None),
        }
    }
}

impl FromOption for u32 {
    const EXPECTED: &'static str = u64::EXPECTED;
    fn from_option(value: &Value, lua: &Lua) -> Result<Self, Option<String>> {
        u64::from_option(value, lua)?.try_into().map_err(|_| None)
    }
}

impl FromOption for Duration {
    const EXPECTED: &'static str = "a duration: seconds, or \"500ms\", \"10s\", \"5m\", \"2h\"";
    fn from_option(value: &Value, _: &Lua) -> Result<Self, Option<String>> {
        let seconds = match value {
            #[allow(clippy::cast_precision_loss, reason = "past 2^53 seconds nothing is precise")]
            Value::Integer(n) => *n as f64,
            Value::Number(n) => *n,
            Value::String(text) => return parse_duration(&text.to_string_lossy()).ok_or(None),
            _ => return Err(None),
        };
        // What is too long to be told from for ever is for ever.
        if seconds > Self::MAX.as_secs_f64() {
            Ok(Self::MAX)
        } else {
            Self::try_from_secs_f64(seconds).map_err(|_| None)
        }
    }
}

impl FromOption for Vec<String> {
    const EXPECTED: &'static str = "a list of strings";
    fn from_option(value: &Value, lua: &Lua) -> Result<Self, Option<String>> {
        let Value::Table(table) = value else { return Err(None) };
        table
            .sequence_values::<Value>()
            .map(|item| String::from_option(&item.map_err(|_| None)?, lua))
            .collect()
    }
}

impl FromOption for serde_json::Map<String, serde_json::Value> {
    const EXPECTED: &'static str = "a table of names and values";
    fn from_option(value: &Value, lua: &Lua) -> Result<Self, Option<String>> {
        if !value.is_table() {
            return Err(None);
        }
        match json::from_lua(lua, value) {
            Ok(serde_json::Value::Object(map)) => Ok(map),
            Ok(_) => Err(Some("got a list".into())),
            Err(error) => Err(Some(error.to_string())),
        }
    }
}

impl FromOption for Function {
    const EXPECTED: &'static str = "a function";
    fn from_option(value: &Value, _: &Lua) -> Result<Self, Option<String>> {
        value.as_function().cloned().ok_or(None)
    }
}

impl FromOption for Table {
    const EXPECTED: &'static str = "a table";
    fn from_option(value: &Value, _: &Lua) -> Result<Self, Option<String>> {
        value.as_table().cloned().ok_or(None)
    }
}

/// `500ms`, `10s`, `1.5m`, `2h`.
pub fn parse_duration(text: &str) -> Option<Duration> {
    let unit = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, unit) = text.split_at(unit);
    let factor = match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return None,
    };
    Duration::try_from_secs_f64(number.trim().parse::<f64>().ok()? * factor).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_units() {
        assert_eq!(parse_duration("500ms"), Some(Duration::from_millis(500)));
        assert_eq!(parse_duration("1.5m"), Some(Duration::from_secs(90)));
        for wrong in ["", "10", "s", "10 days", "-1s", "1e999h", "nans"] {
            assert_eq!(parse_duration(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_number_is_seconds_and_may_be_for_ever() {
        let lua = mlua::Lua::new();
        let read = |number: f64| Duration::from_option(&Value::Number(number), &lua).ok();
        assert_eq!(read(0.25), Some(Duration::from_millis(250)));
        assert_eq!([f64::MAX, 1e300, f64::INFINITY].map(read), [Some(Duration::MAX); 3]);
        assert_eq!([-1.0, f64::NAN, f64::NEG_INFINITY].map(read), [None; 3]);
        assert_eq!(
            Duration::from_option(&Value::Integer(i64::MAX), &lua).map(|time| time.as_secs() > 1 << 62),
            Ok(true)
        );
    }

    #[test]
    fn an_unknown_option_names_the_nearest() {
        let lua = mlua::Lua::new();
        let table = lua.create_table().unwrap();
        table.set("sandbx", "read-only").unwrap();
        let options = Options::new(&lua, "codex.thread_start", Some(table));
        options.get::<String>("sandbox").unwrap();
        options.get::<String>("model").unwrap();
        let error = format!("{:?}", options.finish().unwrap_err());
        assert_eq!(error, "usage: codex.thread_start has no option \"sandbx\"; the nearest is \"sandbox\"");
    }
}
