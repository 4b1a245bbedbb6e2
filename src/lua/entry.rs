//! What is typed at a prompt: expressions and statements, whose locals are kept for the next entry.
//!
//! A chunk's locals end with it. So `local x = 1` outside of any block becomes an assignment in the `_ENV` that all
//! entries share (`entry.lua`): reads of globals and of what was kept are those of tables, and a closure sees what
//! the name means now. What was declared `<close>` is closed with the session.

use mlua::{Function, Lua, MultiValue, Table, Value};

use super::error::{Failure, OWN_CHUNK};
use super::function::prelude;
use super::lexer::{Kind, Token, tokens};

/// What entries share.
pub struct Entries {
    entry: Table,
    env: Table,
}

/// An entry that can be run.
pub struct Compiled {
    /// The function.
    pub function: Function,
    /// A semicolon at its end says that nobody wants to see its values.
    pub is_silent: bool,
    /// What it returns first is none of its values.
    pub is_expression: bool,
}

/// A text as a chunk that returns nil and its values, and whether it says of itself, by a `=`, that it is an
/// expression. Returned alone a call would be a tail call, and an error in it had no line of the entry.
pub(super) fn expression(text: &str) -> (String, bool) {
    match text.trim_start().strip_prefix('=') {
        Some(rest) => (format!("return nil, {rest}"), true),
        None => (format!("return nil, {text}"), false),
    }
}

impl Entries {
    /// None so far.
    pub fn new(lua: &Lua) -> mlua::Result<Self> {
        let make = lua.load(include_str!("entry.lua")).set_name(OWN_CHUNK);
        let entry: Table = make.call(lua.globals())?;
        Ok(Self { env: entry.raw_get("env")?, entry })
    }

    /// Makes a function of an entry, and declares its locals.
    pub fn compile(&self, lua: &Lua, text: &str, name: &str) -> mlua::Result<Result<Compiled, Failure>> {
        let last = tokens(text).filter(|token| token.kind != Kind::Comment).last();
        let is_silent = last.is_some_and(|token| token.of(text) == ";");
        let (expression, is_expression) = expression(text);
        let whole = |function, is_expression| Ok(Ok(Compiled { function, is_silent, is_expression }));
        let function = match self.load(lua, &expression, name)? {
            Ok(function) => return whole(function, true),
            Err(message) if is_expression => return Ok(Err(Failure::of_message(Some("parse"), message))),
            Err(_) => match self.load(lua, text, name)? {
                Ok(function) => {
                    let kept = keep_locals(text);
                    // What only Lua's own locals can be stays one.
                    match self.load(lua, &kept.text, name)? {
                        Ok(function) => {
                            self.declare(kept)?;
                            function
                        }
                        Err(_) => function,
                    }
                }
                Err(message) => {
                    let kept = keep_locals(text);
                    // Lua has room for 200 of its own.
                    let is_much = message.contains("too many local variables");
                    match if is_much { self.load(lua, &kept.text, name)? } else { Err(message) } {
                        Ok(function) => {
                            self.declare(kept)?;
                            function
                        }
                        Err(message) => return Ok(Err(Failure::of_message(Some("parse"), message))),
                    }
                }
            },
        };
        whole(function, false)
    }

    fn declare(&self, kept: Kept) -> mlua::Result<()> {
        let declare: Function = self.entry.raw_get("declare")?;
        kept.names.into_iter().try_for_each(|name| declare.call(name))
    }

    fn load(&self, lua: &Lua, text: &str, name: &str) -> mlua::Result<Result<Function, String>> {
        let load: Function = prelude(lua, "load")?;
        let (function, message): (Value, Value) = load.call((text, format!("={name}"), "t", &self.env))?;
        match function {
            Value::Function(function) => Ok(Ok(function)),
            _ => Ok(Err(message.to_string()?)),
        }
    }

    /// Makes a function of a script that runs as it always does, and leaves the last values of its locals as
    /// variables. `None` when that cannot be.
    pub fn script(&self, lua: &Lua, text: &str, name: &str) -> mlua::Result<Option<Function>> {
        let text = format!("local {KEEP} = ... return function(...) {}\nend", leave_locals(text));
        let load: Function = prelude(lua, "load")?;
        match load.call::<Value>((text, name, "t"))? {
            Value::Function(make) => make.call(self.entry.raw_get::<Function>("set")?).map(Some),
            _ => Ok(None),
        }
    }

    /// The first of these is `_` from now on.
    pub fn keep(&self, values: &MultiValue) -> mlua::Result<()> {
        self.entry.raw_get::<Function>("keep")?.call(values)
    }

    /// The variables that were kept and, behind them, all others.
    pub fn variables(&self) -> &Table {
        &self.env
    }

    /// A function that closes what was declared `<close>`.
    pub fn closer(&self) -> mlua::Result<Function> {
        self.entry.raw_get("close")
    }
}

/// An entry whose locals are kept.
pub struct Kept {
    /// What is run.
    pub text: String,
    /// Its locals, each "local" or "close".
    pub names: Vec<(String, &'static str)>,
}

/// The text with the locals outside of its blocks as assignments, line for line.
pub fn keep_locals(text: &str) -> Kept {
    let tokens: Vec<Token> = tokens(text).filter(|token| token.kind != Kind::Comment).collect();
    let mut edits = Edits { text, kept: String::with_capacity(text.len()), at: 0 };
    let (mut names, mut depth, mut n) = (vec![], 0_usize, 0);
    while let Some(token) = tokens.get(n) {
        n += 1;
        match token.of(text) {
            "function" | "do" | "if" | "repeat" if token.kind == Kind::Keyword => depth += 1,
            "end" | "until" if token.kind == Kind::Keyword => depth = depth.saturating_sub(1),
            "local" if token.kind == Kind::Keyword && depth == 0 => {
                edits.blank(token);
                if let Some([function, name]) = tokens.get(n..n + 2)
                    && function.of(text) == "function"
                {
                    names.push((name.of(text).to_owned(), "local"));
                    continue;
                }
                n = names_of(text, &tokens, n, &mut edits, &mut names);
            }
            _ => {}
        }
    }
    Kept { text: edits.end(), names }
}

/// What a script calls with what it leaves.
const KEEP: &str = "_codex_lua_keep";

/// The text with calls at its end, or before the `return` there, that tell its locals.
fn leave_locals(text: &str) -> String {
    let mut names: Vec<_> = keep_locals(text).names;
    names.sort_unstable();
    names.dedup();
    // What is closed by then is of no use.
    let names = names.iter().filter(|(_, how)| *how == "local");
    let calls: String = names.flat_map(|(name, _)| [KEEP, "(\"", name, "\", ", name, ") "]).collect();
    let (mut depth, mut end) = (0_usize, None);
    for token in tokens(text).filter(|token| token.kind == Kind::Keyword) {
        match token.of(text) {
            "function" | "do" | "if" | "repeat" => depth += 1,
            "end" | "until" => depth = depth.saturating_sub(1),
            "return" if depth == 0 => end = Some(token.start),
            _ => {}
        }
    }
    match end {
        Some(end) => format!("{}{calls}{}", &text[..end], &text[end..]),
        None => format!("{text}\n{calls}"),
    }
}

/// Reads `a <const>, b` from the `n`th token on; gives what follows.
fn names_of(
    text: &str,
    tokens: &[Token],
    mut n: usize,
    edits: &mut Edits<'_>,
    names: &mut Vec<(String, &'static str)>,
) -> usize {
    while let Some(name) = tokens.get(n).filter(|token| token.kind == Kind::Name) {
        let (mut how, mut last) = ("local", name);
        n += 1;
        if let Some([open, attribute, close]) = tokens.get(n..n + 3)
            && open.of(text) == "<"
        {
            if attribute.of(text) == "close" {
                how = "close";
            }
            for token in [open, attribute, close] {
                edits.blank(token);
            }
            last = close;
            n += 3;
        }
        names.push((name.of(text).to_owned(), how));
        match tokens.get(n).map(|token| token.of(text)) {
            Some(",") => n += 1,
            Some("=") => return n,
            _ => {
                edits.insert(last.end, " = nil;");
                return n;
            }
        }
    }
    n
}

/// A copy of a text, with changes from its start to its end.
struct Edits<'t> {
    text: &'t str,
    kept: String,
    at: usize,
}

impl Edits<'_> {
    fn blank(&mut self, token: &Token) {
        self.insert(token.start, "");
        self.kept.extend(std::iter::repeat_n(' ', token.end - token.start));
        self.at = token.end;
    }

    fn insert(&mut self, at: usize, text: &str) {
        self.kept += &self.text[self.at..at];
        self.kept += text;
        self.at = at;
    }

    fn end(mut self) -> String {
        self.kept += &self.text[self.at..];
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str) -> (String, Vec<(String, &'static str)>) {
        let kept = keep_locals(text);
        (kept.text, kept.names)
    }

    #[test]
    fn a_script_leaves_its_locals_and_runs_as_before() {
        let calls = format!("{KEEP}(\"a\", a) {KEEP}(\"f\", f) ");
        assert_eq!(
            leave_locals("local a local function f() end -- x"),
            format!("local a local function f() end -- x\n{calls}")
        );
        assert_eq!(leave_locals("local a return a"), format!("local a {KEEP}(\"a\", a) return a"));
    }

    #[test]
    fn locals_outside_of_blocks_are_kept() {
        let name = |name: &str| (name.to_owned(), "local");
        assert_eq!(kept("local x = 1"), ("      x = 1".into(), vec![name("x")]));
        assert_eq!(kept("local x, y\n(f)()").0, "      x, y = nil;\n(f)()");
        assert_eq!(
            kept("local a <const>, b <close> = f()"),
            ("      a        , b         = f()".into(), vec![name("a"), ("b".into(), "close")])
        );
        assert_eq!(kept("local function f() local x = 1 end").0, "      function f() local x = 1 end");
        for same in
            ["do local x = 1 end", "if a then local x end", "f(function() local x = 1 end)", "'local x'"]
        {
            assert_eq!(kept(same), (same.into(), vec![]));
        }
        assert_eq!(kept("while a do local x end local y = 2").1, [name("y")]);
        assert_eq!(kept("repeat local x until x local y").0, "repeat local x until x       y = nil;");
        assert_eq!(kept("local x -- a comment\nlocal y").0, "      x = nil; -- a comment\n      y = nil;");
    }
}
