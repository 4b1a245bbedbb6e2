//! The arguments of a host function: one reader, with messages that say what was expected.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

use mlua::{AnyUserData, FromLua, Lua, MultiValue, Table, UserDataRef, Value};

use super::error::Raise;
use super::options::Options;

/// Arguments not yet read.
pub struct Args {
    name: &'static str,
    values: MultiValue,
    read: usize,
}

impl Args {
    /// Arguments of the function that messages call `name`.
    pub fn new(name: &'static str, values: MultiValue) -> Self {
        Self { name, values, read: 0 }
    }

    /// How messages call the function.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The next argument, nil when there is none.
    pub fn value(&mut self) -> Value {
        self.read += 1;
        self.values.pop_front().unwrap_or(Value::Nil)
    }

    /// The handle that a method was called on.
    pub fn this<T: 'static>(&mut self, lua: &Lua) -> Result<UserDataRef<T>, Raise> {
        let value = self.value();
        // Whoever writes `thread:run(…)` does not count it as an argument.
        self.read -= 1;
        UserDataRef::<T>::from_lua(value.clone(), lua).map_err(|_| {
            let given = describe(&value);
            let with_colon = self.name.replace('.', ":");
            Raise::usage(format!(
                "{} got {given} as its handle; call it with a colon: {with_colon}(…)",
                self.name
            ))
        })
    }

    /// The next argument when it is a handle of this kind; else it stays unread.
    pub fn handle<T: 'static>(&mut self) -> Option<UserDataRef<T>> {
        let handle = match self.values.front() {
            Some(Value::UserData(data)) => data.borrow::<T>().ok()?,
            _ => return None,
        };
        self.value();
        Some(handle)
    }

    /// Whether the next argument is a handle of this kind.
    pub fn is_handle<T: 'static>(&self) -> bool {
        matches!(self.values.front(), Some(Value::UserData(data)) if data.is::<T>())
    }

    /// A string that must be there.
    pub fn string(&mut self, what: &str) -> Result<String, Raise> {
        let value = self.value();
        self.text(&value, what)
    }

    /// A path that must be there, of any bytes that a path can have.
    pub fn path(&mut self, what: &str) -> Result<PathBuf, Raise> {
        let value = self.value();
        let given = value.as_string().map(|path| path.as_bytes().to_vec());
        match given {
            Some(path) if !path.contains(&0) => Ok(OsString::from_vec(path).into()),
            _ => Err(self.wrong(what, "a path: a string without \\0", &value)),
        }
    }

    /// Whether there is no argument left, or nil is next.
    pub fn is_empty(&self) -> bool {
        self.values.front().is_none_or(Value::is_nil)
    }

    /// A string, or nil.
    pub fn optional_string(&mut self, what: &str) -> Result<Option<String>, Raise> {
        match self.value() {
            Value::Nil => Ok(None),
            value => self.text(&value, what).map(Some),
        }
    }

    fn text(&self, value: &Value, what: &str) -> Result<String, Raise> {
        match value {
            Value::String(text) => text
                .to_str()
                .map(|text| text.to_owned())
                .map_err(|_| Raise::usage(format!("{}: {what} is not valid UTF-8", self.name))),
            other => Err(self.wrong(what, "a string", other)),
        }
    }

    /// A function that must be there.
    pub fn function(&mut self, what: &str) -> Result<mlua::Function, Raise> {
        match self.value() {
            Value::Function(function) => Ok(function),
            other => Err(self.wrong(what, "a function", &other)),
        }
    }

    /// The last argument: a text, or else the options table, where nil is an empty one.
    pub fn text_or_options(mut self, lua: &Lua) -> Result<Result<String, Options>, Raise> {
        match self.values.front() {
            Some(Value::String(_)) => {
                let text = self.string("the filter")?;
                self.end()?;
                Ok(Ok(text))
            }
            Some(other) if !other.is_nil() && !other.is_table() => {
                Err(self.wrong("the filter", "a string or a table", other))
            }
            _ => self.options(lua).map(Err),
        }
    }

    /// The options table, the last argument; nil is an empty one.
    pub fn options(mut self, lua: &Lua) -> Result<Options, Raise> {
        let table = self.table_or_nil()?;
        let name = self.name;
        self.end()?;
        Ok(Options::new(lua, name, table))
    }

    fn table_or_nil(&mut self) -> Result<Option<Table>, Raise> {
        match self.value() {
            Value::Nil => Ok(None),
            Value::Table(table) => Ok(Some(table)),
            other => Err(self.wrong("the options", "a table", &other)),
        }
    }

    /// What has not been read.
    pub fn rest(self) -> MultiValue {
        self.values
    }

    /// There must be no more.
    pub fn end(self) -> Result<(), Raise> {
        match self.values.front() {
            None | Some(Value::Nil) => Ok(()),
            Some(extra) => Err(Raise::usage(format!(
                "{} takes {} argument{}, and got {} as another",
                self.name,
                self.read,
                if self.read == 1 { "" } else { "s" },
                describe(extra)
            ))),
        }
    }

    /// An argument that is of the wrong type.
    pub fn wrong(&self, what: &str, expected: &str, given: &Value) -> Raise {
        Raise::usage(format!("{}: {what} must be {expected}, got {}", self.name, describe(given)))
    }
}

/// A value in the words of a message.
pub fn describe(value: &Value) -> String {
    match value {
        Value::Nil => "nil".into(),
        Value::Boolean(b) => b.to_string(),
        Value::Integer(n) => n.to_string(),
        Value::Number(n) => n.to_string(),
        Value::String(text) => {
            let text = text.to_string_lossy();
            let start: String = text.chars().take(40).collect();
            if start.len() < text.len() { format!("{start:?}…") } else { format!("{start:?}") }
        }
        Value::UserData(data) => format!("a {}", type_name(data)),
        other => format!("a {}", other.type_name()),
    }
}

fn type_name(data: &AnyUserData) -> String {
    data.type_name().map_or_else(|_| "userdata".into(), |name| format!("{name:?}"))
}
