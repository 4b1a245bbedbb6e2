//! Secrets by their form, and names and values in a line of configuration.

use std::borrow::Cow;

use super::REDACTED;

/// How keys and tokens begin, and how much follows at least.
const BEGINNINGS: [(&str, usize); 12] = [
    ("sk-", 6),
    ("eyJ", 20),
    ("ghp_", 12),
    ("gho_", 12),
    ("ghu_", 12),
    ("ghs_", 12),
    ("github_pat_", 12),
    ("glpat-", 12),
    ("xoxb-", 12),
    ("xoxp-", 12),
    ("AKIA", 12),
    ("AIza", 20),
];
/// What comes before a token in a header.
const SCHEMES: [&str; 2] = ["bearer ", "basic "];
const SHORTEST_TOKEN: usize = 8;

/// The text without what looks like a key.
pub(super) fn redact(text: &str) -> Cow<'_, str> {
    let mut left = String::new();
    let mut copied = 0;
    // What leads to a secret begins with one of these, and none of them is a part of another character.
    for (at, byte) in text.bytes().enumerate() {
        if at >= copied
            && matches!(byte, b':' | b's' | b'e' | b'g' | b'x' | b'A' | b'b' | b'B')
            && let Some((start, end)) = secret_at(text, at)
        {
            left += &text[copied..start];
            left += REDACTED;
            copied = end;
        }
    }
    if copied == 0 {
        return text.into();
    }
    (left + &text[copied..]).into()
}

/// Where the secret is that `at` leads to.
fn secret_at(text: &str, at: usize) -> Option<(usize, usize)> {
    let rest = &text[at..];
    if let Some(authority) = rest.strip_prefix("://") {
        let authority =
            &authority[..authority.find(|c: char| "/ \t\n\"'\\".contains(c)).unwrap_or(authority.len())];
        let user = authority.rfind('@')?;
        return authority[..user].contains(':').then(|| (at + 3, at + 3 + user));
    }
    if text[..at].ends_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let token = |from: usize| {
        let rest = &text[from..];
        let is_part = |c: char| c.is_ascii_alphanumeric() || "-_.~+/=".contains(c);
        rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())].trim_end_matches('.')
    };
    for (beginning, least) in BEGINNINGS {
        if rest.starts_with(beginning) && token(at).len() >= beginning.len() + least {
            return Some((at, at + token(at).len()));
        }
    }
    let scheme = SCHEMES
        .iter()
        .find(|scheme| rest.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))?;
    let start = at + scheme.len();
    (token(start).len() >= SHORTEST_TOKEN).then(|| (start, start + token(start).len()))
}

/// Each name with its path and its text, in a `path=value` whose value may be a table: enough of TOML for that.
pub(super) fn pairs(setting: &str) -> Vec<(String, String)> {
    let Some((path, value)) = setting.split_once('=') else { return vec![] };
    let (path, value) = (path.trim().to_owned(), value.trim());
    if !value.starts_with(['{', '[', '"', '\'']) {
        return vec![(path, value.to_owned())];
    }
    let mut found = Vec::new();
    let mut paths = vec![path.clone()];
    let mut name = String::new();
    let mut rest = value;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '"' | '\'' => {
                let (text, after) = string(rest, c);
                rest = after;
                if rest.trim_start().starts_with('=') {
                    name = text;
                } else {
                    found.push((format!("{}.{name}", paths.join(".")), text));
                }
            }
            '{' | '[' => paths.push(std::mem::take(&mut name)),
            '}' | ']' => {
                paths.pop();
                name.clear();
            }
            ',' => name.clear(),
            c if c.is_alphanumeric() || "-_.".contains(c) => name.push(c),
            _ => {}
        }
    }
    found
}

/// The string up to its closing quote, and what comes after it.
fn string(rest: &str, quote: char) -> (String, &str) {
    let mut text = String::new();
    let mut chars = rest.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if quote == '"' => text.extend(chars.next().map(|(_, c)| c)),
            c if c == quote => return (text, &rest[at + c.len_utf8()..]),
            c => text.push(c),
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_known_by_their_form() {
        for (said, left) in [
            ("key sk-planted-0123.", "key [redacted]."),
            ("{\"k\":\"sk-proj-a_b-c\"}", "{\"k\":\"[redacted]\"}"),
            ("Authorization: Bearer abc.def-123", "Authorization: Bearer [redacted]"),
            ("BEARER abcdefgh", "BEARER [redacted]"),
            ("(eyJhbGciOiJub25lIn0.eyJlbWFpbCI6.c2ln)", "([redacted])"),
            ("http://me:pass@proxy:1/x", "http://[redacted]@proxy:1/x"),
            ("github_pat_0123456789ab", "[redacted]"),
        ] {
            assert_eq!(redact(said), left);
        }
    }

    #[test]
    fn other_text_stays() {
        for said in [
            "a task-force at risk-assessment, sk-, desk-lamps",
            "a bearer token is missing",
            "see http://example.org/@user:x and me@example.org, über Bearer of ü",
            "eyJ is short; AKIA too",
            "",
        ] {
            assert_eq!(redact(said), said);
        }
    }

    #[test]
    fn values_are_found_with_the_path_to_them() {
        let pair = |path: &str, value: &str| (path.to_owned(), value.to_owned());
        assert_eq!(pairs("a.b=bare text"), [pair("a.b", "bare text")]);
        assert_eq!(pairs("a.b=\"x \\\" y\""), [pair("a.b.", "x \" y")]);
        assert_eq!(
            pairs("a={ b = 'one', \"c d\" = { e = \"two\" }, f = ['three'], g = 1 }"),
            [pair("a..b", "one"), pair("a..c d.e", "two"), pair("a..f.", "three")]
        );
        assert!(pairs("nothing").is_empty());
    }
}
