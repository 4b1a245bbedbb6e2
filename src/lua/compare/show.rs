//! A value in one line of a message.

use std::fmt::Write as _;

use mlua::{Table, Value};

/// Characters of a text that are shown.
const LONGEST_TEXT: usize = 200;
/// Entries of a table that are shown.
const MOST_ENTRIES: usize = 8;
/// How deep tables in tables are shown.
const DEEPEST: usize = 3;

/// As a script would write it, cut where it is long.
///
/// # Errors
/// What a `__tostring` raises.
pub fn show(value: &Value) -> mlua::Result<String> {
    let mut shown = String::new();
    add(&mut shown, value, DEEPEST)?;
    Ok(shown)
}

/// A key in a path: `.name`, `[2]`.
pub fn key(key: &Value) -> mlua::Result<String> {
    match key {
        Value::String(text) if is_name(&text.as_bytes()) => Ok(format!(".{}", text.to_string_lossy())),
        other => Ok(format!("[{}]", show(other)?)),
    }
}

fn add(shown: &mut String, value: &Value, depth: usize) -> mlua::Result<()> {
    match value {
        Value::String(text) => quoted(shown, &text.to_string_lossy()),
        Value::Table(table) => entries(shown, table, depth)?,
        value if value.is_null() => shown.push_str("json.null"),
        // So that a whole one has its point.
        Value::Number(number) => {
            let _ = write!(shown, "{number:?}");
        }
        other => shown.push_str(&other.to_string()?),
    }
    Ok(())
}

fn entries(shown: &mut String, table: &Table, depth: usize) -> mlua::Result<()> {
    if depth == 0 {
        shown.push_str("{…}");
        return Ok(());
    }
    let mut listed = 0;
    shown.push('{');
    for value in table.sequence_values::<Value>().take(MOST_ENTRIES + 1) {
        separate(shown, listed);
        listed += 1;
        if listed > MOST_ENTRIES {
            shown.push_str("… }");
            return Ok(());
        }
        add(shown, &value?, depth - 1)?;
    }
    let length = table.raw_len();
    let is_listed = |key: &Value| matches!(key, Value::Integer(n) if usize::try_from(*n).is_ok_and(|n| 1 <= n && n <= length));
    let mut named = vec![];
    for entry in table.pairs::<Value, Value>() {
        let (key, value) = entry?;
        if !is_listed(&key) {
            let key = self::key(&key)?;
            named.push((key.strip_prefix('.').unwrap_or(&key).to_owned(), value));
        }
    }
    named.sort_by(|(a, _), (b, _)| a.cmp(b));
    for (key, value) in named {
        separate(shown, listed);
        listed += 1;
        if listed > MOST_ENTRIES {
            shown.push('…');
            break;
        }
        let _ = write!(shown, "{key} = ");
        add(shown, &value, depth - 1)?;
    }
    shown.push_str(if listed > 0 { " }" } else { "}" });
    Ok(())
}

fn separate(shown: &mut String, listed: usize) {
    shown.push_str(if listed > 0 { ", " } else { " " });
}

fn quoted(shown: &mut String, text: &str) {
    let start: String = text.chars().take(LONGEST_TEXT).collect();
    let _ = write!(shown, "{start:?}");
    if start.len() < text.len() {
        let _ = write!(shown, "… ({} bytes)", text.len());
    }
}

fn is_name(text: &[u8]) -> bool {
    let is_letter = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
    text.first().is_some_and(is_letter) && text.iter().all(|byte| is_letter(byte) || byte.is_ascii_digit())
}
