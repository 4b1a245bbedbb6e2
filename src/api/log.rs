//! `std.log`: lines with levels and fields.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::path::PathBuf;

use jiff::fmt::temporal::DateTimePrinter;
use mlua::{Function, Lua, LuaString, Table, UserData, UserDataFields, Value};
use serde_json::{Map, Value as Json};

use super::time::clock;
use super::watch::with_context;
use crate::codex::redact;
use crate::lua::class::Class;
use crate::lua::function::{self, Members};
use crate::lua::{Args, Raise, json};
use crate::notice::Notice;
use crate::sys::line_file::LineFile;

const MEMBERS: Members = &[
    ("open", |lua| function::sync(lua, "log.open", open)),
    ("debug", |lua| own(lua, "log.debug", Level::Debug)),
    ("info", |lua| own(lua, "log.info", Level::Info)),
    ("warn", |lua| own(lua, "log.warn", Level::Warn)),
    ("error", |lua| own(lua, "log.error", Level::Error)),
];

static CLASS: Class = Class {
    name: "Logger",
    methods: &[
        ("debug", |lua| method(lua, "logger.debug", Level::Debug)),
        ("info", |lua| method(lua, "logger.info", Level::Info)),
        ("warn", |lua| method(lua, "logger.warn", Level::Warn)),
        ("error", |lua| method(lua, "logger.error", Level::Error)),
        ("close", |lua| function::sync(lua, "logger.close", close)),
    ],
    fields: &[],
    meta: &[("__close", |lua| function::sync(lua, "logger.close", close))],
};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Debug,
    Info,
    Warn,
    Error,
}

const LEVELS: &[(&str, Level)] =
    &[("debug", Level::Debug), ("info", Level::Info), ("warn", Level::Warn), ("error", Level::Error)];

/// What each line has by itself.
const RESERVED: &[&str] = &["time", "level", "message"];

struct Logger {
    least: Level,
    is_json: bool,
    fields: Map<String, Json>,
    to: RefCell<To>,
}

enum To {
    StandardError,
    File(LineFile),
    Closed,
}

impl UserData for Logger {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        CLASS.define(fields);
    }
}

pub fn module(lua: &Lua) -> mlua::Result<Table> {
    function::module(lua, MEMBERS)
}

fn open(lua: &Lua, args: Args) -> Result<Logger, Raise> {
    let name = args.name();
    let given = args.options(lua)?;
    let least = given.word("level", LEVELS)?.unwrap_or(Level::Info);
    let file: Option<PathBuf> = given.get("file")?;
    let format = given.word("format", &[("text", false), ("json", true)])?;
    let fields = given.get::<Table>("fields")?;
    given.finish()?;
    let is_json = format.unwrap_or(file.is_some());
    let fields = read_fields(name, lua, fields.as_ref())?;
    let to =
        match file {
            None => To::StandardError,
            Some(path) => {
                let file = LineFile::open(&path, if is_json { "{" } else { "" });
                To::File(file.map_err(|why| {
                    Raise::new("io", format!("{name}: cannot write {}: {why}", path.display()))
                })?)
            }
        };
    Ok(Logger { least, is_json, fields, to: RefCell::new(to) })
}

fn own(lua: &Lua, name: &'static str, level: Level) -> mlua::Result<Function> {
    let logger = Logger {
        least: Level::Info,
        is_json: false,
        fields: Map::new(),
        to: RefCell::new(To::StandardError),
    };
    function::sync(lua, name, move |lua, args| logger.log(lua, level, args))
}

fn method(lua: &Lua, name: &'static str, level: Level) -> mlua::Result<Function> {
    function::sync(lua, name, move |lua, mut args| {
        let logger = args.this::<Logger>(lua)?;
        logger.log(lua, level, args)
    })
}

fn close(lua: &Lua, mut args: Args) -> Result<(), Raise> {
    args.this::<Logger>(lua)?.to.replace(To::Closed);
    Ok(())
}

impl Logger {
    fn log(&self, lua: &Lua, level: Level, mut args: Args) -> Result<(), Raise> {
        let (name, message) = (args.name(), args.string("the message")?);
        let fields = match args.value() {
            Value::Nil => None,
            Value::Table(fields) => Some(fields),
            other => return Err(args.wrong("the fields", "a table", &other)),
        };
        args.end()?;
        if level < self.least {
            return Ok(());
        }
        let mut all = self.fields.clone();
        all.extend(read_fields(name, lua, fields.as_ref())?);
        let line = self.line(lua, level, &message, Json::Object(all));
        match &mut *self.to.borrow_mut() {
            To::StandardError => with_context(lua, |context| context.notices.send(Notice::Log(line))),
            To::File(file) => {
                let written = file.write((line + "\n").as_bytes()).and_then(|()| file.flush());
                written
                    .map_err(|error| Raise::new("io", format!("{name}: the file cannot be written: {error}")))
            }
            To::Closed => Err(Raise::new("closed", format!("{name}: the logger is closed"))),
        }
    }

    fn line(&self, lua: &Lua, level: Level, message: &str, mut fields: Json) -> String {
        redact::learn_params(&fields);
        redact::value(&mut fields);
        let time = DateTimePrinter::new().precision(Some(3)).timestamp_to_string(&clock(lua).wall());
        let level = LEVELS.iter().find(|(_, known)| *known == level).map_or("", |(name, _)| *name);
        let message = redact::text(message);
        let fields = fields.as_object().into_iter().flatten();
        if self.is_json {
            let mut line =
                format!("{{\"time\":\"{time}\",\"level\":\"{level}\",\"message\":{}", quoted(&message));
            for (name, value) in fields {
                let _ = write!(line, ",{}:{}", quoted(name), ascii(&value.to_string()));
            }
            return line + "}";
        }
        let mut line = format!("{time} {level} {}", plain(&message));
        for (name, value) in fields {
            let bare = value.as_str().filter(|text| is_bare(text));
            let value = bare.map_or_else(|| ascii(&value.to_string()), str::to_owned);
            let _ = write!(line, " {}={value}", plain(name));
        }
        line
    }
}

fn read_fields(name: &str, lua: &Lua, given: Option<&Table>) -> Result<Map<String, Json>, Raise> {
    let mut fields = Map::new();
    for pair in given.into_iter().flat_map(Table::pairs::<Value, Value>) {
        let (key, value) = pair?;
        let Some(key) = key.as_string().map(LuaString::to_string_lossy) else {
            return Err(Raise::usage(format!(
                "{name}: fields are named, but a {} is a key",
                key.type_name()
            )));
        };
        if RESERVED.contains(&key.as_str()) {
            return Err(Raise::usage(format!(
                "{name}: {key:?} is what each line has by itself, and no field"
            )));
        }
        let value = match json::from_lua(lua, &value) {
            Ok(value) => value,
            Err(_) => Json::String(value.to_string()?),
        };
        fields.insert(key, value);
    }
    Ok(fields)
}

fn is_bare(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '"' | '=' | '\\'))
}

/// A JSON string that no terminal takes for anything else.
fn quoted(text: &str) -> String {
    ascii(&Json::String(text.to_owned()).to_string())
}

/// JSON with its characters outside of ASCII as escapes, and DEL.
fn ascii(json: &str) -> String {
    json.chars().fold(String::with_capacity(json.len()), |mut line, c| {
        if c.is_ascii() && c != '\u{7f}' {
            line.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(line, "\\u{unit:04x}");
            }
        }
        line
    })
}

/// In one line.
fn plain(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut line, c| {
        if c.is_control() {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
        line
    })
}
