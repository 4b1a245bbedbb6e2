//! What could be written next.

use std::cell::RefCell;
use std::path::{MAIN_SEPARATOR, Path};
use std::rc::Rc;
use std::time::Duration;

use super::doc::{Doc, Docs};
use super::{PATIENCE, command};
use crate::host::{Name, Session};
use crate::lua::lexer::{self, KEYWORDS, Kind, Token};

/// How long what is shown beside the line may hold it up.
const GLANCE: Duration = Duration::from_millis(5);

/// Knows what could be written next.
pub struct Completions {
    session: Rc<RefCell<Session>>,
}

/// What the line says before the cursor.
struct Before<'t> {
    text: &'t str,
    tokens: Vec<Token>,
}

impl Completions {
    pub fn new(session: Rc<RefCell<Session>>) -> Self {
        Self { session }
    }

    /// Where the word begins that `pos` is in, and what it could become, each with how it is listed.
    pub fn at(&self, line: &str, pos: usize) -> (usize, Vec<(String, String)>) {
        let text = &line[..pos];
        if let Some((start, words)) = command::completions(text) {
            return (start, plain(words));
        }
        let before = Before::new(text);
        if let Some(file) = before.open_string() {
            let (start, files) = files(text, file);
            return (start, plain(files));
        }
        let (start, word) = before.word();
        let path = before.path(start);
        let mut found: Vec<(String, String)> = vec![];
        if path.is_none()
            && let Some(doc) = before.options_of().and_then(|path| self.doc(&path, PATIENCE))
        {
            let keys = Docs::known().fields(doc);
            let keys = keys.iter().filter(|field| field.name.starts_with(word));
            found.extend(keys.map(|field| (format!("{} = ", field.name), field.name.to_owned())));
        }
        if found.is_empty() {
            let names = self.session.borrow().names(&path.clone().unwrap_or_default(), PATIENCE);
            let fits = |name: &Name| name.name.starts_with(word) && is_name(&name.name);
            let calls =
                |name: Name| (name.name.clone(), if name.is_function { name.name + "()" } else { name.name });
            found.extend(names.unwrap_or_default().into_iter().filter(fits).map(calls));
            if path.is_none() && !word.is_empty() {
                let keywords = KEYWORDS.iter().filter(|keyword| keyword.starts_with(word));
                found.extend(keywords.map(|keyword| (keyword.to_string(), keyword.to_string())));
            }
        }
        found.sort();
        (start, found)
    }

    /// The arguments of the function whose bracket has just been opened.
    pub fn hint(&self, line: &str) -> Option<String> {
        let path = line.strip_suffix('(').map(Before::new)?.path_at_end()?;
        Some(self.doc(&path, GLANCE)?.arguments.clone())
    }

    /// What is known of the function at this path: by its name, or as a method of the class of what is before it.
    pub fn doc(&self, path: &[String], patience: Duration) -> Option<&'static Doc> {
        let docs = Docs::known();
        let (last, object) = path.split_last()?;
        let by_name = docs.get(&path.join(".")).or_else(|| docs.get(&format!("{}:{last}", object.join("."))));
        by_name.or_else(|| {
            let class =
                self.session.borrow().class(if object.is_empty() { path } else { object }, patience)?;
            let method = docs.get(&format!("{class}:{last}"));
            method
                .or_else(|| docs.get(&format!("codex.{class}")))
                .or_else(|| docs.get(&format!("std.{class}")))
        })
    }
}

impl<'t> Before<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, tokens: lexer::tokens(text).collect() }
    }

    fn of(&self, n: usize) -> &'t str {
        self.tokens.get(n).map_or("", |token| token.of(self.text))
    }

    /// The byte after the quote of a string that is not closed.
    fn open_string(&self) -> Option<usize> {
        let last = self.tokens.last().filter(|token| token.kind == Kind::Text && token.open)?;
        let quoted = last.of(self.text).starts_with(['"', '\'']);
        quoted.then_some(last.start + 1)
    }

    /// The name that is being written.
    fn word(&self) -> (usize, &'t str) {
        let last = self.tokens.last().filter(|token| token.end == self.text.len());
        match last.filter(|token| matches!(token.kind, Kind::Name | Kind::Keyword)) {
            Some(token) => (token.start, token.of(self.text)),
            None => (self.text.len(), ""),
        }
    }

    /// `a`, `b` for the `c` of `a.b.c` that begins at `start`; `None` where no dot is before it.
    fn path(&self, start: usize) -> Option<Vec<String>> {
        let end = self.tokens.iter().take_while(|token| token.end <= start).count();
        matches!(end.checked_sub(1).map(|n| self.of(n)), Some("." | ":")).then(|| self.names_before(end - 1))
    }

    /// `a`, `b` when the text ends with `a.b`.
    fn path_at_end(&self) -> Option<Vec<String>> {
        let path = self.names_before(self.tokens.len());
        (!path.is_empty()).then_some(path)
    }

    /// The names, with dots or colons between them, whose last one is before the `end`th token.
    fn names_before(&self, mut end: usize) -> Vec<String> {
        let mut names = vec![];
        while let Some(token) = end.checked_sub(1).and_then(|n| self.tokens.get(n)) {
            if token.kind != Kind::Name {
                return vec![];
            }
            names.push(token.of(self.text).to_owned());
            if end < 2 || !matches!(self.of(end - 2), "." | ":") {
                break;
            }
            end -= 2;
        }
        names.reverse();
        names
    }

    /// The function in whose `{…}` a key could be written now.
    fn options_of(&self) -> Option<Vec<String>> {
        let (start, _) = self.word();
        let end = self.tokens.iter().take_while(|token| token.end <= start).count();
        // A key comes after the bracket or after a comma.
        if !matches!(self.of(end.checked_sub(1)?), "{" | "," | ";") {
            return None;
        }
        let open = self.innermost(end, "{")?;
        let call = match self.of(open.checked_sub(1)?) {
            "(" => open - 1,
            "," => self.innermost(open, "(")?,
            _ => open,
        };
        let path = self.names_before(call);
        (!path.is_empty()).then_some(path)
    }

    /// The last bracket before the `end`th token that is not closed, if it is this one.
    fn innermost(&self, end: usize, bracket: &str) -> Option<usize> {
        let mut depth = 0_usize;
        for n in (0..end).rev() {
            match self.of(n) {
                ")" | "}" | "]" => depth += 1,
                open @ ("(" | "{" | "[") if depth == 0 => return (open == bracket).then_some(n),
                "(" | "{" | "[" => depth -= 1,
                _ => {}
            }
        }
        None
    }
}

fn is_name(text: &str) -> bool {
    !KEYWORDS.contains(&text)
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn plain(words: Vec<String>) -> Vec<(String, String)> {
    words.into_iter().map(|word| (word.clone(), word)).collect()
}

/// Files whose path begins like the text from `start` on; folders end with a slash.
pub fn files(text: &str, start: usize) -> (usize, Vec<String>) {
    let typed = &text[start..];
    let name = typed.rfind(MAIN_SEPARATOR).map_or(0, |at| at + 1);
    let folder = if name == 0 { Path::new(".") } else { Path::new(&typed[..name]) };
    let mut found = vec![];
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(file) = entry.file_name().into_string() else { continue };
        let is_hidden = file.starts_with('.') && !typed[name..].starts_with('.');
        // Names that would need an escape, or could steer the terminal, are not offered.
        let is_plain = !file.chars().any(|c| crate::sys::visible::steers(c) || "\"'\\".contains(c));
        if file.starts_with(&typed[name..]) && !is_hidden && is_plain {
            let is_folder = entry.path().is_dir();
            found.push(file + if is_folder { "/" } else { "" });
        }
    }
    found.sort();
    (start + name, found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_from_the_end() {
        let path = |text: &str| {
            let before = Before::new(text);
            before.path(before.word().0)
        };
        let names = |names: &[&str]| Some(names.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(path("x = codex.re"), names(&["codex"]));
        assert_eq!(path("f(a.b:"), names(&["a", "b"]));
        assert_eq!(path("cod"), None);
        assert_eq!(path("f()."), names(&[]));
    }

    #[test]
    fn options_belong_to_the_call_around_them() {
        let options = |text: &str| Before::new(text).options_of().map(|path| path.join("."));
        assert_eq!(options("codex.thread_start { "), Some("codex.thread_start".into()));
        assert_eq!(options("codex.thread_start{ cwd = '.', s"), Some("codex.thread_start".into()));
        assert_eq!(options("t:run('x', { "), Some("t.run".into()));
        assert_eq!(options("t:run('x', { f(), "), Some("t.run".into()));
        assert_eq!(options("codex.thread_start { cwd = "), None);
        assert_eq!(options("x = { "), None);
        assert_eq!(options("f { sandbox = { "), None);
    }
}
