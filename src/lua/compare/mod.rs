//! Where two Lua values differ, place by place.

mod show;
#[cfg(test)]
mod tests;
mod text;

use std::collections::HashSet;
use std::fmt;
use std::rc::Rc;

use mlua::{Table, Value};

pub use show::show;

/// Places that are told of.
const MOST: usize = 20;

/// All places where two values differ.
#[derive(Debug, Default)]
pub struct Differences {
    /// The first of them.
    told: Vec<Difference>,
    /// How many more there are.
    more: usize,
}

#[derive(Debug)]
struct Difference {
    /// `[2].name`; empty for the values themselves.
    path: String,
    what: String,
}

/// Two values that stand at the same place.
struct Pair {
    path: Path,
    got: Value,
    want: Value,
}

type Path = Option<Rc<Step>>;

struct Step {
    above: Path,
    key: String,
}

impl Differences {
    /// Compares. What `==` holds for the same is; tables are when what they hold is, in rings too, unless they have an
    /// `__eq`, which then decides; NaN is the same as NaN.
    ///
    /// # Errors
    /// What an `__eq` or a `__tostring` raises.
    pub fn of(got: &Value, want: &Value) -> mlua::Result<Self> {
        let mut found = Self::default();
        let mut pairs = vec![Pair { path: None, got: got.clone(), want: want.clone() }];
        let mut seen = HashSet::new();
        while let Some(Pair { path, got, want }) = pairs.pop() {
            if is_same(&got, &want)? {
                continue;
            }
            match (&got, &want) {
                (Value::Table(got), Value::Table(want)) if !decides(got) && !decides(want) => {
                    // What is being compared already is the same as far as is known.
                    if seen.insert((got.to_pointer(), want.to_pointer())) {
                        inside(&path, got, want, &mut pairs)?;
                    }
                }
                _ if found.told.len() == MOST => found.more += 1,
                _ => found.told.push(Difference { path: written(&path), what: what(&got, &want)? }),
            }
        }
        Ok(found)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.told.is_empty()
    }
}

impl fmt::Display for Differences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let ([Difference { path, what }], 0) = (&*self.told, self.more) {
            let place = if path.is_empty() { String::new() } else { format!("{path}: ") };
            return write!(f, "{place}{what}");
        }
        write!(f, "they differ in {} places", self.told.len() + self.more)?;
        for Difference { path, what } in &self.told {
            write!(f, "\n{path}: {what}")?;
        }
        if self.more > 0 {
            write!(f, "\nand {} more", self.more)?;
        }
        Ok(())
    }
}

fn what(got: &Value, want: &Value) -> mlua::Result<String> {
    if let (Value::String(got), Value::String(want)) = (got, want)
        && let Some(lines) = text::lines(&got.as_bytes(), &want.as_bytes())
    {
        return Ok(lines);
    }
    let (got, want) = (show(got)?, show(want)?);
    let note = if got == want { ", which are not the same one" } else { "" };
    Ok(format!("got {got}, want {want}{note}"))
}

fn is_same(got: &Value, want: &Value) -> mlua::Result<bool> {
    match (got, want) {
        (Value::Number(a), Value::Number(b)) if a.is_nan() && b.is_nan() => Ok(true),
        (Value::Integer(a), Value::Number(b)) | (Value::Number(b), Value::Integer(a)) => {
            Ok(is_same_number(*a, *b))
        }
        _ => got.equals(want),
    }
}

/// As Lua compares them: by their mathematical values.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "both are checked for"
)]
fn is_same_number(a: i64, b: f64) -> bool {
    b == a as f64 && b < i64::MAX as f64 && b as i64 == a
}

fn decides(table: &Table) -> bool {
    table.metatable().is_some_and(|meta| meta.contains_key("__eq").unwrap_or(false))
}

/// Adds what two tables hold, so that it is looked at in the order of its keys.
fn inside(path: &Path, got: &Table, want: &Table, pairs: &mut Vec<Pair>) -> mlua::Result<()> {
    let mut held = vec![];
    for entry in got.pairs::<Value, Value>() {
        let (key, value) = entry?;
        let other: Value = want.raw_get(key.clone())?;
        held.push((key, value, other));
    }
    for entry in want.pairs::<Value, Value>() {
        let (key, other) = entry?;
        if got.raw_get::<Value>(key.clone())?.is_nil() {
            held.push((key, Value::Nil, other));
        }
    }
    let mut differ = vec![];
    for (key, got, want) in held {
        if !is_same(&got, &want)? {
            differ.push((rank(&key), key, got, want));
        }
    }
    differ.sort_by(|(a, ..), (b, ..)| b.cmp(a));
    for (_, key, got, want) in differ {
        let step = Step { above: path.clone(), key: show::key(&key)? };
        pairs.push(Pair { path: Some(Rc::new(step)), got, want });
    }
    Ok(())
}

/// Numbers, then texts, then the rest.
fn rank(key: &Value) -> (u8, i64, Vec<u8>) {
    match key {
        Value::Integer(n) => (0, *n, vec![]),
        Value::String(text) => (1, 0, text.as_bytes().to_vec()),
        _ => (2, 0, vec![]),
    }
}

fn written(path: &Path) -> String {
    let mut keys = vec![];
    let mut step = path.as_ref();
    while let Some(Step { above, key }) = step.map(Rc::as_ref) {
        keys.push(key.as_str());
        step = above.as_ref();
    }
    keys.into_iter().rev().collect()
}

impl Drop for Step {
    /// A path as deep as a list of a million links must not be dropped by as many calls.
    fn drop(&mut self) {
        let mut above = self.above.take();
        while let Some(mut step) = above.and_then(Rc::into_inner) {
            above = step.above.take();
        }
    }
}
