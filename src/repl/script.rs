//! What worked at a prompt, as a script that runs by itself.

use crate::lua::entry::{Kept, keep_locals};
use crate::lua::lexer::{Kind, tokens};
use crate::lua::syntax::Checker;

/// Modules that are variables at a prompt, and have to be required in a script.
fn modules() -> impl Iterator<Item = &'static str> {
    crate::stdlib::META.iter().filter_map(|(file, _)| file.strip_prefix("std/")?.strip_suffix(".lua"))
}

/// The entries, in order, one after another.
pub fn of(entries: &[String], checker: &Checker) -> String {
    let mut script = String::new();
    for module in modules().filter(|module| entries.iter().any(|entry| mentions(entry, module))) {
        script += &["local ", module, " = require \"std.", module, "\"\n"].concat();
    }
    if !script.is_empty() {
        script.push('\n');
    }
    for (n, entry) in entries.iter().enumerate() {
        script += &statement(entry, &entries[..n], &entries[n + 1..], checker);
        script.push('\n');
    }
    script
}

fn statement(entry: &str, before: &[String], later: &[String], checker: &Checker) -> String {
    if let Some(expression) = checker.expression(entry) {
        if later.iter().any(|entry| mentions(entry, "_")) {
            return format!("_ = {expression}");
        }
        return if checker.is_chunk(entry) { entry.into() } else { format!("local _ = {expression}") };
    }
    // A function that was written before sees a later local at a prompt, but not in a script.
    let Kept { text, names } = keep_locals(entry);
    let is_seen = |name: &String| before.iter().any(|entry| mentions(entry, name));
    if names.iter().any(|(name, how)| *how == "local" && is_seen(name)) { text } else { entry.into() }
}

fn mentions(entry: &str, name: &str) -> bool {
    tokens(entry).any(|token| token.kind == Kind::Name && token.of(entry) == name)
}

/// A text as Lua writes it.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(entries: &[&str]) -> String {
        of(&entries.iter().map(ToString::to_string).collect::<Vec<_>>(), &Checker::new().unwrap())
    }

    #[test]
    fn expressions_become_statements() {
        assert_eq!(script(&["1 + 1", "=2", "print(1)"]), "local _ = 1 + 1\nlocal _ = 2\nprint(1)\n");
        assert_eq!(script(&["f()", "print(_)"]), "_ = f()\nprint(_)\n");
        assert_eq!(script(&["1;"]), "local _ = 1\n");
    }

    #[test]
    fn a_local_that_an_earlier_function_sees_is_one_for_all() {
        assert_eq!(script(&["local x = 1", "print(x)"]), "local x = 1\nprint(x)\n");
        let both = script(&["function f() return x end", "local x = 1"]);
        assert_eq!(both, "function f() return x end\n      x = 1\n");
    }

    #[test]
    fn modules_are_required() {
        assert_eq!(script(&["task.sleep(1)"]), "local task = require \"std.task\"\n\ntask.sleep(1)\n");
    }
}
