//! Values as text that people read: nested tables, cut where they are deep, long or turn back to themselves.
//!
//! What it shows is Lua where that is possible. Nothing of a script's own runs but `__tostring` of the value that is
//! asked for.

mod layout;
mod look;
mod quote;

use mlua::{Lua, Value};

/// How much is shown.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Tables within tables.
    pub depth: usize,
    /// Columns of a line, where that is possible.
    pub columns: usize,
    /// Fields of a table.
    pub fields: usize,
    /// Bytes of a string; of the value itself ten times as many.
    pub text: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 4, columns: 80, fields: 100, text: 400 }
    }
}

/// What a piece of the text is, for whoever paints it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// Brackets, commas, blanks.
    Plain,
    /// The name of a field.
    Key,
    /// A string.
    Text,
    /// A number.
    Number,
    /// `nil`, a boolean, `json.null`.
    Word,
    /// A function, a handle.
    Handle,
    /// What is not shown, and how much it is.
    Note,
    /// An error.
    Error,
}

/// A part of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub paint: Paint,
    /// Without anything that steers a terminal but line ends.
    pub text: String,
}

/// A value as text in pieces.
pub fn pieces(lua: &Lua, value: &Value, limits: &Limits) -> mlua::Result<Vec<Piece>> {
    let node = look::Looker::new(lua, limits).top(value)?;
    Ok(layout::pieces(&node, limits.columns))
}

/// A value as plain text.
pub fn plain(lua: &Lua, value: &Value, limits: &Limits) -> mlua::Result<String> {
    Ok(pieces(lua, value, limits)?.into_iter().map(|piece| piece.text).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lua::engine;
    use crate::lua::loader::Roots;
    use crate::notice::Notices;

    fn shown_in(columns: usize, code: &str) -> String {
        let lua = engine::new(engine::DEFAULT_MEMORY, Roots::default(), Notices::none()).unwrap();
        let value: Value = lua.load(code).set_name("=code").eval().unwrap();
        plain(&lua, &value, &Limits { columns, ..Limits::default() }).unwrap()
    }

    fn shown(code: &str) -> String {
        shown_in(80, code)
    }

    #[test]
    fn values_are_shown_as_lua() {
        assert_eq!(shown("nil"), "nil");
        assert_eq!(shown("{1, 2.5, 'a', true, x = {y = 1}}"), "{ 1, 2.5, \"a\", true, x = { y = 1 } }");
        assert_eq!(shown("{}"), "{}");
        assert_eq!(
            shown("{['a b'] = 1, ['end'] = 2, [3] = 3, [true] = 4}"),
            "{ [3] = 3, [\"a b\"] = 1, [\"end\"] = 2, [true] = 4 }"
        );
        assert_eq!(shown("'a\\n\\27[31m\\0\\\"ü\\xff'"), r#""a\n\u{1b}[31m\0\"ü\xff""#);
        assert_eq!(shown("1e100"), "1e+100");
        assert_eq!(shown("1/0"), "inf");
        assert_eq!(shown("2^53"), "9.007199254741e+15");
        assert_eq!(shown("function() end"), "function (code:1)");
        assert_eq!(shown("print"), "function (built in)");
    }

    #[test]
    fn what_is_deep_long_or_turns_back_is_cut() {
        assert_eq!(shown("(function() local t = {} t.t = t return t end)()"), "{ t = <cycle> }");
        assert_eq!(shown("{{{{{{1}}}}}}"), "{ { { { {…} } } } }");
        let many = shown("(function() local t = {} for n = 1, 150 do t[n] = n end return t end)()");
        assert!(many.contains("… 50 more"), "{many}");
        assert_eq!(
            shown("{ ('x'):rep(500) }"),
            format!("{{ \"{}\"… 100 more bytes }}", "x".repeat(400))
                .replace("{ \"", "{\n  \"")
                .replace(" }", "\n}")
        );
    }

    #[test]
    fn a_table_that_is_too_wide_has_a_field_a_line() {
        assert_eq!(
            shown_in(20, "{first = 1, second = {third = 'abcdef'}}"),
            "{\n  first = 1,\n  second = {\n    third = \"abcdef\"\n  }\n}"
        );
    }

    #[test]
    fn what_says_itself_how_it_reads_is_asked() {
        assert_eq!(shown("setmetatable({}, {__tostring = function() return 'me\\27' end})"), "me\\u{1b}");
        assert_eq!(shown("setmetatable({1}, {__name = 'Point'})"), "Point { 1 }");
        assert_eq!(shown("setmetatable({}, {__tostring = function() error 'no' end})"), "{}");
        assert_eq!(
            shown("setmetatable({}, {__index = function() error 'no' end, __pairs = error, __len = error})"),
            "{}"
        );
    }
}
