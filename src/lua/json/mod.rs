//! JSON to Lua tables in one pass, and back.
//!
//! `serde_json` writes a flat tape of what Lua is to be told; one protected call then plays it. So no parser
//! state is alive while Lua may throw, and no tree is built that only Lua would read. A delta of 171 bytes takes
//! 0.5 µs, half of what `serde_json::Value` and mlua's safe API take (`tests/bench/json.rs`).
//!
//! What becomes what: null is the light userdata [`mlua::Value::NULL`]; a whole number is an integer where it
//! fits 64 bits, else a float; every array, empty ones too, carries [`array_metatable`], which is how it comes
//! back as an array. On the way back a table without it is an array when it has values at 1 to n, and an object
//! otherwise, so `{}` is an object; a float without a fraction is written as a whole number, since `n / 2` of a
//! script should be accepted where a server wants an integer.
mod build;
mod fields;
mod tape;
mod write;

use std::borrow::Cow;

pub use build::array_metatable;
pub use fields::Fields;
pub use write::from_lua;

/// How deep containers may nest, both ways; `serde_json` refuses the next one.
pub const MAX_DEPTH: usize = 127;

/// What keys are called in Lua. Types are numbers that only the implementation understands: the caller gives
/// the root's, each field its value's. Arrays hand theirs to their elements.
pub trait Rename {
    /// The key `key` in an object of type `of`.
    fn field<'k>(&'k self, of: u16, key: &'k str) -> Renamed<'k>;

    /// The string `value` below a field that said [`Renamed::tag`].
    fn tag<'v>(&self, value: &'v str) -> Cow<'v, str> {
        Cow::Borrowed(value)
    }
}

/// What becomes of a key.
#[derive(Clone, Copy, Debug)]
pub struct Renamed<'k> {
    /// Its name in Lua.
    pub name: &'k str,
    /// The type of its value.
    pub child: u16,
    /// Whether a string as its value goes through [`Rename::tag`].
    pub tag: bool,
    /// Whether null as its value means that the field is absent, and is left out.
    pub drop_null: bool,
    /// A second name under which the same value is set.
    pub also: Option<&'static str>,
}

/// Every key keeps its name.
#[derive(Clone, Copy, Debug)]
pub struct AsIs;

impl Rename for AsIs {
    fn field<'k>(&'k self, of: u16, key: &'k str) -> Renamed<'k> {
        Renamed { name: key, child: of, tag: false, drop_null: false, also: None }
    }
}

/// Why JSON could not be read or a Lua value not be written.
#[derive(Debug, thiserror::Error)]
pub enum JsonError {
    /// The text is no JSON; says line and column.
    #[error("{0}")]
    Parse(#[from] serde_json::Error),
    /// The text is no UTF-8, which JSON is.
    #[error("JSON with {0}")]
    Utf8(#[from] std::str::Utf8Error),
    /// It nests deeper than it may.
    #[error("it nests deeper than {0} levels")]
    Deep(usize),
    /// [`to_lua_with`] was given something else.
    #[error("expected a JSON object")]
    NotAnObject,
    /// Lua failed, by lack of memory as a rule.
    #[error("{0}")]
    Lua(#[from] mlua::Error),
    /// The value at `path` has no form in JSON.
    #[error("at {path}: {problem}")]
    Value {
        /// As a script would write it: `input[2].text`.
        path: String,
        /// What is wrong, and what would be right.
        problem: String,
    },
}

/// Builds the Lua value of a JSON text whose root has the type `root`.
pub fn to_lua<R: Rename>(
    lua: &mlua::Lua,
    json: &[u8],
    rename: &R,
    root: u16,
) -> Result<mlua::Value, JsonError> {
    tape::with(|tape| {
        tape.record(json, rename, root, tape::Put::LEAVE)?;
        Ok(build::play(lua, tape)?)
    })
}

/// As [`to_lua`], with names as they are, of a text that nests no deeper than `depth` levels.
pub fn to_lua_within(lua: &mlua::Lua, json: &[u8], depth: usize) -> Result<mlua::Value, JsonError> {
    tape::with(|tape| {
        tape.record(json, &AsIs, 0, tape::Put::LEAVE)?;
        if tape.depth > depth {
            return Err(JsonError::Deep(depth));
        }
        Ok(build::play(lua, tape)?)
    })
}

/// As [`to_lua`], for an object, with `extra` fields; one of the object's own with such a name gives way.
pub fn to_lua_with<R: Rename>(
    lua: &mlua::Lua,
    json: &[u8],
    rename: &R,
    root: u16,
    extra: &[(&str, &str)],
) -> Result<mlua::Table, JsonError> {
    tape::with(|tape| {
        tape.record(json, rename, root, tape::Put::LEAVE)?;
        tape.add(extra)?;
        match build::play(lua, tape)? {
            mlua::Value::Table(table) => Ok(table),
            _ => Err(JsonError::NotAnObject),
        }
    })
}

/// As [`to_lua`], with the text itself where it cannot be read: too deep, a number past all numbers, half a surrogate.
pub fn to_lua_or_text<R: Rename>(
    lua: &mlua::Lua,
    json: &[u8],
    rename: &R,
    root: u16,
) -> Result<mlua::Value, JsonError> {
    tape::with(|tape| {
        tape.record_or_text(json, rename, root, tape::Put::LEAVE)?;
        Ok(build::play(lua, tape)?)
    })
}

/// Builds the table that `fill` fills.
pub fn table<'a>(
    lua: &mlua::Lua,
    fill: impl FnOnce(&mut Fields<'_, 'a>) -> Result<(), JsonError>,
) -> Result<mlua::Value, JsonError> {
    tape::with(|tape| {
        fields::record(tape, tape::Put::LEAVE, fill)?;
        Ok(build::play(lua, tape)?)
    })
}

#[cfg(test)]
mod tests;
