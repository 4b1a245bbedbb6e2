//! Strings as Lua writes them.

use std::fmt::Write as _;

use crate::lua::lexer::KEYWORDS;
use crate::sys::visible::steers;

/// A string in quotes: what steers a terminal is escaped, bytes that are no UTF-8 too. Past `longest` bytes the
/// second answer says how many there are more.
pub fn quoted(bytes: &[u8], longest: usize) -> (String, usize) {
    let shown = &bytes[..start_of_character(bytes, longest)];
    let mut text = String::with_capacity(shown.len() + 2);
    text.push('"');
    for chunk in shown.utf8_chunks() {
        chunk.valid().chars().for_each(|c| character(&mut text, c));
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text.push('"');
    (text, bytes.len() - shown.len())
}

fn character(text: &mut String, c: char) {
    match c {
        '"' => text.push_str("\\\""),
        '\\' => text.push_str("\\\\"),
        '\n' => text.push_str("\\n"),
        '\r' => text.push_str("\\r"),
        '\t' => text.push_str("\\t"),
        '\0' => text.push_str("\\0"),
        c if steers(c) => {
            let _ = write!(text, "{}", c.escape_unicode());
        }
        c => text.push(c),
    }
}

fn start_of_character(bytes: &[u8], longest: usize) -> usize {
    if bytes.len() <= longest {
        return bytes.len();
    }
    let is_inside = |at: &usize| bytes[*at] & 0xc0 == 0x80;
    // A character has four bytes at most; what is longer is none.
    (longest.saturating_sub(3)..=longest).rev().find(|at| !is_inside(at)).unwrap_or(longest)
}

/// Whether a key can stand without quotes.
pub fn is_name(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && !KEYWORDS.contains(&key)
}
