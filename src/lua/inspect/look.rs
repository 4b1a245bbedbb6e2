//! What a value is made of, without running what a script has hung on it.

use std::cmp::Ordering;
use std::ffi::c_void;

use mlua::{AnyUserData, Function, Lua, Table, Value};

use super::layout::Node;
use super::quote::{is_name, quoted};
use super::{Limits, Paint, Piece};
use crate::lua::error;
use crate::sys::visible::visible;

pub struct Looker<'l> {
    lua: &'l Lua,
    limits: &'l Limits,
    /// The tables that are being looked at, from the outermost on.
    path: Vec<*const c_void>,
}

type Field = (Vec<Piece>, Node);

impl<'l> Looker<'l> {
    pub fn new(lua: &'l Lua, limits: &'l Limits) -> Self {
        Self { lua, limits, path: vec![] }
    }

    /// The value that is asked for.
    pub fn top(&mut self, value: &Value) -> mlua::Result<Node> {
        match value {
            Value::String(text) => Ok(text_of(&text.as_bytes(), self.limits.text * 10)),
            Value::Table(table) if error::is_one(self.lua, table) => self.error(table),
            Value::Table(table) => match says_itself(table)? {
                Some(text) => Ok(Node::leaf(Paint::Handle, visible(&text))),
                None => self.value(value),
            },
            Value::UserData(data) => self.handle(data, true),
            _ => self.value(value),
        }
    }

    fn value(&mut self, value: &Value) -> mlua::Result<Node> {
        Ok(match value {
            Value::Nil => Node::leaf(Paint::Word, "nil"),
            Value::Boolean(value) => Node::leaf(Paint::Word, value.to_string()),
            Value::LightUserData(data) if data.0.is_null() => Node::leaf(Paint::Word, "json.null"),
            Value::Integer(_) | Value::Number(_) => {
                let text = self.lua.coerce_string(value.clone())?.map(|text| text.to_string_lossy());
                Node::leaf(Paint::Number, text.unwrap_or_default())
            }
            Value::String(text) => text_of(&text.as_bytes(), self.limits.text),
            Value::Function(function) => Node::leaf(Paint::Handle, place(function)),
            Value::Table(table) => self.table(table)?,
            Value::UserData(data) => self.handle(data, false)?,
            Value::Error(error) => Node::leaf(Paint::Error, visible(&error.to_string())),
            other => Node::leaf(Paint::Handle, other.type_name()),
        })
    }

    fn table(&mut self, table: &Table) -> mlua::Result<Node> {
        let name = table.metatable().and_then(|meta| meta.raw_get::<Option<String>>("__name").ok().flatten());
        self.table_as(name.map(|name| visible(&name)), table, &[])
    }

    fn table_as(&mut self, name: Option<String>, table: &Table, without: &[&str]) -> mlua::Result<Node> {
        let me = table.to_pointer();
        if self.path.contains(&me) {
            return Ok(Node::leaf(Paint::Note, "<cycle>"));
        }
        if self.path.len() >= self.limits.depth && !table.is_empty() {
            return Ok(Node::leaf(Paint::Note, "{…}"));
        }
        self.path.push(me);
        let fields = self.fields(table, without);
        self.path.pop();
        let (fields, more) = fields?;
        Ok(Node::Table { name, fields, more })
    }

    /// The sequence first, then the other keys in order.
    fn fields(&mut self, table: &Table, without: &[&str]) -> mlua::Result<(Vec<Field>, usize)> {
        let (mut fields, length) = (vec![], table.raw_len());
        for n in 1..=length.min(self.limits.fields) {
            let value: Value = table.raw_get(n)?;
            fields.push((vec![], self.value(&value)?));
        }
        let mut others = vec![];
        let in_sequence = |key: &Value| {
            key.as_integer().is_some_and(|n| n >= 1 && usize::try_from(n).is_ok_and(|n| n <= length))
        };
        table.for_each(|key: Value, value: Value| {
            let is_left_out = matches!(&key, Value::String(key) if without.iter().any(|name| *key == **name));
            if !in_sequence(&key) && !is_left_out {
                others.push((key, value));
            }
            Ok(())
        })?;
        others.sort_by(|(a, _), (b, _)| order(a, b));
        let more = length.saturating_sub(fields.len()) + others.len();
        let room = self.limits.fields - fields.len();
        let shown = others.len().min(room);
        for (key, value) in &others[..shown] {
            fields.push((self.key(key)?, self.value(value)?));
        }
        Ok((fields, more - shown))
    }

    fn key(&mut self, key: &Value) -> mlua::Result<Vec<Piece>> {
        if let Some(name) = key.as_string().and_then(|key| key.to_str().ok().map(|key| key.to_owned()))
            && is_name(&name)
        {
            return Ok(vec![Piece { paint: Paint::Key, text: name }]);
        }
        let plain = |text: &str| Piece { paint: Paint::Plain, text: text.into() };
        let key = match key {
            // A table as a key is one that can be told from others, not one to be read.
            Value::Table(_) => vec![Piece { paint: Paint::Handle, text: "table".into() }],
            key => match self.value(key)? {
                Node::Leaf(pieces) => pieces,
                _ => vec![plain(key.type_name())],
            },
        };
        Ok([vec![plain("[")], key, vec![plain("]")]].concat())
    }

    /// A handle with its fields, when it lists them; they are the host's own.
    fn handle(&mut self, data: &AnyUserData, with_fields: bool) -> mlua::Result<Node> {
        let name = data.type_name().map_or_else(|_| "userdata".to_owned(), |name| name.to_string_lossy());
        let meta = data.metatable()?;
        let pairs = meta.get::<Option<Function>>("__pairs").ok().flatten();
        let (Some(pairs), true) = (pairs, with_fields && self.path.len() < self.limits.depth) else {
            let says = meta.get::<Option<Function>>("__tostring").ok().flatten();
            let text = says.and_then(|says| says.call::<String>(data).ok()).unwrap_or(name);
            return Ok(Node::leaf(Paint::Handle, visible(&text)));
        };
        let next: Function = pairs.call(data)?;
        let mut fields = vec![];
        while let (Some(key), value) = next.call::<(Option<String>, Value)>(())? {
            if !matches!(value, Value::Function(_)) {
                fields.push((vec![Piece { paint: Paint::Key, text: key }], self.value(&value)?));
            }
        }
        Ok(if fields.is_empty() {
            Node::leaf(Paint::Handle, name)
        } else {
            Node::Table { name: Some(name), fields, more: 0 }
        })
    }

    /// Where, what, the way there, and what else it holds.
    fn error(&mut self, table: &Table) -> mlua::Result<Node> {
        let kind: String = table.raw_get::<Option<String>>("kind")?.unwrap_or_default();
        let text = Value::Table(table.clone()).to_string()?;
        let traceback: String = table.raw_get::<Option<String>>("traceback")?.unwrap_or_default();
        let lines = traceback.lines().skip(1).map(|line| format!("\n    at {}", visible(line.trim())));
        let mut pieces = vec![Piece { paint: Paint::Error, text: format!("{kind}: {}", visible(&text)) }];
        pieces.push(Piece { paint: Paint::Note, text: lines.collect() });
        let rest = self.table_as(None, table, &["kind", "message", "place", "traceback"])?;
        let is_empty = matches!(&rest, Node::Table { fields, .. } if fields.is_empty());
        Ok(Node::Lines(pieces, (!is_empty).then(|| Box::new(rest))))
    }
}

/// What a table's own `__tostring` says of it; nothing when that fails.
fn says_itself(table: &Table) -> mlua::Result<Option<String>> {
    let has = table.metatable().is_some_and(|meta| meta.raw_get::<Function>("__tostring").is_ok());
    match has.then(|| Value::Table(table.clone()).to_string()) {
        // So ends also what is stopped.
        Some(Err(error @ mlua::Error::MemoryError(_))) => Err(error),
        Some(said) => Ok(said.ok()),
        None => Ok(None),
    }
}

fn text_of(bytes: &[u8], longest: usize) -> Node {
    let (text, more) = quoted(bytes, longest);
    let mut pieces = vec![Piece { paint: Paint::Text, text }];
    if more > 0 {
        pieces.push(Piece { paint: Paint::Note, text: format!("… {more} more bytes") });
    }
    Node::Leaf(pieces)
}

fn place(function: &Function) -> String {
    let info = function.info();
    match (info.short_src, info.line_defined) {
        (Some(source), Some(line)) if info.what != "C" && source != "[host]" => {
            format!("function ({}:{line})", visible(&source))
        }
        _ => "function (built in)".into(),
    }
}

/// Numbers by size, then strings as people sort them, then the rest as it comes.
fn order(a: &Value, b: &Value) -> Ordering {
    let rank = |key: &Value| match key {
        Value::Integer(_) | Value::Number(_) => 0,
        Value::String(_) => 1,
        _ => 2,
    };
    match (a, b) {
        (Value::String(a), Value::String(b)) => a.as_bytes().cmp(&b.as_bytes()),
        _ => match (a.as_number(), b.as_number()) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            _ => rank(a).cmp(&rank(b)),
        },
    }
}
