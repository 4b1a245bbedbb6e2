//! What is told and was not told then, with both sides.

use std::fmt::{self, Display, Formatter};

use serde_json::Value;

use super::difference::Difference;

/// Places that are shown.
const MOST: usize = 20;
/// Characters of a value that are shown.
const LONGEST: usize = 200;
/// Characters before the first that differs.
const BEFORE: usize = 60;

/// A method, and its parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Such as `turn/start`; of an answer, what it answers.
    pub method: String,
    /// JSON.
    pub params: Value,
}

/// What was told, and what there was instead.
#[derive(Debug, Clone, PartialEq)]
pub struct Mismatch {
    /// What is told now.
    pub asked: Call,
    /// What was told then, with its line in the file; `None` when there was nothing more.
    pub recorded: Option<(usize, Call)>,
    /// Where their parameters differ; nowhere, where it is another method.
    pub differences: Vec<Difference>,
}

impl Display for Mismatch {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { asked, recorded, differences, .. } = self;
        let both = |f: &mut Formatter<'_>, path: &str, then: &str, now: &str| {
            let path = if path.is_empty() { String::new() } else { format!("\n  {path}") };
            write!(f, "{path}\n    recorded: {then}\n    asked:    {now}")
        };
        match recorded {
            Some((line, _)) if !differences.is_empty() => {
                write!(f, "{} is another one than was recorded in line {line}:", asked.method)?;
                for Difference { path, then, now } in differences.iter().take(MOST) {
                    let (then, now) = shown(then.as_ref(), now.as_ref());
                    both(f, path, &then, &now)?;
                }
                match differences.len().saturating_sub(MOST) {
                    0 => Ok(()),
                    more => write!(f, "\n  and {more} more"),
                }
            }
            Some((line, then)) => {
                write!(f, "{} was not recorded here; line {line} has another request:", asked.method)?;
                both(f, "", &then.to_string(), &asked.to_string())
            }
            None => {
                write!(f, "{} was not recorded here, and nothing more on this thread:", asked.method)?;
                both(f, "", "nothing", &asked.to_string())
            }
        }
    }
}

impl Display for Call {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, part(&self.params.to_string(), 0))
    }
}

/// Both values, each from a little before the first character that differs.
fn shown(then: Option<&Value>, now: Option<&Value>) -> (String, String) {
    let text = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), Value::to_string);
    let (then, now) = (text(then), text(now));
    let common = then.chars().zip(now.chars()).take_while(|(then, now)| then == now).count();
    let is_long = |text: &str| text.chars().nth(LONGEST).is_some();
    let from = if is_long(&then) || is_long(&now) { common.saturating_sub(BEFORE) } else { 0 };
    (part(&then, from), part(&now, from))
}

fn part(text: &str, from: usize) -> String {
    let shown: String = text.chars().skip(from).take(LONGEST).collect();
    let before = if from > 0 { "…" } else { "" };
    let after = if text.chars().count() > from + LONGEST { "…" } else { "" };
    format!("{before}{shown}{after}")
}
