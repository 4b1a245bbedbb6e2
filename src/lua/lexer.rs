//! The tokens of Lua text: for what looks at code without running it.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A name.
    Name,
    /// A reserved word.
    Keyword,
    /// A number.
    Number,
    /// A string, with its quotes.
    Text,
    /// A comment, with its dashes.
    Comment,
    /// An operator, a bracket, a separator.
    Sign,
    /// What is no Lua.
    Unknown,
}

/// One token of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Its first byte.
    pub start: usize,
    /// The byte after it.
    pub end: usize,
    /// A string or a long comment that ends with the text, and not by itself.
    pub open: bool,
}

impl Token {
    /// Its text.
    pub fn of<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start..self.end]
    }
}

/// The reserved words.
pub const KEYWORDS: &[&str] = &[
    "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local",
    "nil", "not", "or", "repeat", "return", "then", "true", "until", "while",
];

const SIGNS: &[&str] = &["...", "..", "==", "~=", "<=", ">=", "//", "::", "<<", ">>"];

/// The tokens of `text`, comments too.
pub fn tokens(text: &str) -> impl Iterator<Item = Token> {
    let mut at = 0;
    std::iter::from_fn(move || {
        at += text[at..].len() - text[at..].trim_start().len();
        let token = next(text, at)?;
        at = token.end;
        Some(token)
    })
}

fn next(text: &str, start: usize) -> Option<Token> {
    let rest = &text[start..];
    let first = rest.chars().next()?;
    let token = |kind, length| Token { kind, start, end: start + length, open: false };
    if let Some(comment) = rest.strip_prefix("--") {
        let (length, closed) = match long(comment) {
            Some((length, closed)) => (length, closed),
            None => (comment.find('\n').unwrap_or(comment.len()), true),
        };
        return Some(Token { open: !closed, ..token(Kind::Comment, 2 + length) });
    }
    if first == '['
        && let Some((length, closed)) = long(rest)
    {
        return Some(Token { open: !closed, ..token(Kind::Text, length) });
    }
    if first == '"' || first == '\'' {
        let (length, closed) = short(rest, first);
        return Some(Token { open: !closed, ..token(Kind::Text, length) });
    }
    if first.is_ascii_digit() || (first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit())) {
        return Some(token(Kind::Number, number(rest)));
    }
    if first.is_ascii_alphabetic() || first == '_' {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let kind = if KEYWORDS.contains(&&rest[..length]) { Kind::Keyword } else { Kind::Name };
        return Some(token(kind, length));
    }
    if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
        return Some(token(Kind::Sign, sign.len()));
    }
    let kind = if "+-*/%^#&~|<>=(){}[];:,.".contains(first) { Kind::Sign } else { Kind::Unknown };
    Some(token(kind, first.len_utf8()))
}

/// The length of a `[[…]]` or `[==[…]==]` at the start, and whether it is closed.
fn long(text: &str) -> Option<(usize, bool)> {
    let level = text.strip_prefix('[')?.bytes().take_while(|b| *b == b'=').count();
    text[1 + level..].starts_with('[').then(|| {
        let end = format!("]{}]", "=".repeat(level));
        match text[2 + level..].find(&end) {
            Some(at) => (2 + level + at + end.len(), true),
            None => (text.len(), false),
        }
    })
}

/// The length of a quoted string at the start, and whether it is closed. It ends at a line's end that is not escaped.
fn short(text: &str, quote: char) -> (usize, bool) {
    let mut chars = text.char_indices().skip(1);
    let mut skips_blanks = false;
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some((_, 'z')) => skips_blanks = true,
                Some(_) => skips_blanks = false,
                None => return (text.len(), false),
            },
            c if c == quote => return (at + 1, true),
            '\n' if !skips_blanks => return (at, false),
            c if !c.is_whitespace() => skips_blanks = false,
            _ => {}
        }
    }
    (text.len(), false)
}

fn number(text: &str) -> usize {
    let is_hex = text.starts_with("0x") || text.starts_with("0X");
    let exponents: &[char] = if is_hex { &['p', 'P'] } else { &['e', 'E'] };
    let mut before = ' ';
    let is_part = |c: char| {
        let part =
            c.is_ascii_alphanumeric() || c == '.' || ((c == '+' || c == '-') && exponents.contains(&before));
        before = c;
        part
    };
    text.len() - text.trim_start_matches(is_part).len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(text: &str) -> Vec<(Kind, &str)> {
        tokens(text).map(|token| (token.kind, token.of(text))).collect()
    }

    #[test]
    fn a_line_has_its_tokens() {
        use Kind::{Comment, Keyword, Name, Number, Sign, Text};
        assert_eq!(
            all("local x<const> = 0x1p-4 .. 'a\\'b' -- done"),
            [
                (Keyword, "local"),
                (Name, "x"),
                (Sign, "<"),
                (Name, "const"),
                (Sign, ">"),
                (Sign, "="),
                (Number, "0x1p-4"),
                (Sign, ".."),
                (Text, "'a\\'b'"),
                (Comment, "-- done")
            ]
        );
        assert_eq!(all("a[b[[c]]]"), [(Name, "a"), (Sign, "["), (Name, "b"), (Text, "[[c]]"), (Sign, "]")]);
        assert_eq!(all("--[==[ x\n]] ]==] y"), [(Comment, "--[==[ x\n]] ]==]"), (Name, "y")]);
        assert_eq!(all("1..2"), [(Number, "1..2")], "as Lua reads it: a malformed number");
    }

    #[test]
    fn what_does_not_end_says_so() {
        let last = |text: &str| tokens(text).last().map(|token| (token.kind, token.open));
        assert_eq!(last("x = [[a\nb"), Some((Kind::Text, true)));
        assert_eq!(last("--[[a"), Some((Kind::Comment, true)));
        assert_eq!(last("'a"), Some((Kind::Text, true)));
        assert_eq!(last("'a\\\nb'"), Some((Kind::Text, false)));
        assert_eq!(last("'a\\z\n  b'"), Some((Kind::Text, false)));
        assert_eq!(all("'a\nb")[1], (Kind::Name, "b"));
    }

    proptest! {
        #[test]
        fn tokens_lie_behind_each_other_and_blanks_between(text in "[-a-z0-9 \"'\\\\=\\[\\]<>.ü\n]{0,40}") {
            let mut end = 0;
            for token in tokens(&text) {
                prop_assert!(token.start >= end && token.end > token.start);
                prop_assert!(text[end..token.start].trim().is_empty());
                end = token.end;
            }
            prop_assert!(text[end..].trim().is_empty());
        }
    }
}
