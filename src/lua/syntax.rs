//! Whether a text is Lua, without running it: a state of its own, for any thread.

use mlua::{Lua, LuaOptions, StdLib};

/// What a text is as code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// It can be run, or something is wrong in the middle of it.
    Whole,
    /// More must follow.
    Part,
}

/// Compiles texts and forgets them.
pub struct Checker(Lua);

impl Checker {
    /// # Errors
    /// When there is no memory.
    pub fn new() -> mlua::Result<Self> {
        Lua::new_with(StdLib::NONE, LuaOptions::new()).map(Self)
    }

    /// Whether an entry at a prompt, an expression or statements, is whole.
    pub fn form(&self, text: &str) -> Form {
        let (expression, is_expression) = super::entry::expression(text);
        // A string that does not go on in the next line is wrong, and no part.
        let (expression, text) = (expression + "\n", format!("{text}\n"));
        let as_expression = self.compile(&expression);
        let found = match (&as_expression, is_expression) {
            (Ok(()), _) => return Form::Whole,
            (Err(_), true) => as_expression.is_err_and(|error| lacks_end(&error)),
            (Err(expression), false) => {
                self.compile(&text).is_err_and(|error| lacks_end(&error) || lacks_end(expression))
            }
        };
        if found { Form::Part } else { Form::Whole }
    }

    /// The expression that an entry is, without what is for the prompt alone.
    pub fn expression<'t>(&self, text: &'t str) -> Option<&'t str> {
        let (expression, _) = super::entry::expression(text);
        self.compile(&expression).ok()?;
        let text = text.trim();
        Some(text.strip_prefix('=').unwrap_or(text).trim_end_matches(';').trim())
    }

    /// Whether it can be run as it is.
    pub fn is_chunk(&self, text: &str) -> bool {
        self.compile(text).is_ok()
    }

    fn compile(&self, text: &str) -> mlua::Result<()> {
        self.0.load(text).set_name("=entry").into_function().map(drop)
    }
}

fn lacks_end(error: &mlua::Error) -> bool {
    matches!(error, mlua::Error::SyntaxError { incomplete_input: true, .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parser_itself_says_what_lacks_its_end() {
        let checker = Checker::new().unwrap();
        for part in [
            "for i = 1, 3 do",
            "f(",
            "x = {",
            "1 +",
            "= 1 +",
            "[[a",
            "function f()",
            "if x then\ny()",
            "x =",
            "--[[ a",
        ] {
            assert_eq!(checker.form(part), Form::Part, "{part}");
        }
        for whole in
            ["1", "x = 1", "= 2", "'a", "for", "x y", "print(1)", "local x <const> = 1", "", "end", "f()\n1"]
        {
            let expected = if whole == "for" { Form::Part } else { Form::Whole };
            assert_eq!(checker.form(whole), expected, "{whole}");
        }
    }
}
