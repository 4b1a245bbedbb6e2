//! What differs between two calls, path by path.

use serde_json::Value;

use super::Rules;

/// One place where they differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Such as `input[0].text`; empty for the whole.
    pub path: String,
    /// What was told then; `None` where there was nothing.
    pub then: Option<Value>,
    /// What is told now.
    pub now: Option<Value>,
}

/// Where `now` differs from `then`.
pub(super) fn differences(then: &Value, now: &Value, rules: &dyn Rules) -> Vec<Difference> {
    let mut found = vec![];
    compare("", Some(then), Some(now), &mut |path, then, now| {
        let is_same = match (then, now) {
            (Some(Value::String(then)), Some(Value::String(now))) => rules.same(path, then, now, false),
            _ => then == now,
        };
        if !is_same && !rules.ignores(path) {
            found.push(Difference { path: path.to_owned(), then: then.cloned(), now: now.cloned() });
        }
    });
    found
}

/// Has strings of `now`, which does not differ from `then`, stand for those of then.
pub(super) fn learn(then: &Value, now: &Value, rules: &dyn Rules) {
    compare("", Some(then), Some(now), &mut |path, then, now| {
        if let (Some(Value::String(then)), Some(Value::String(now))) = (then, now) {
            rules.same(path, then, now, true);
        }
    });
}

type Leaf<'l> = dyn FnMut(&str, Option<&Value>, Option<&Value>) + 'l;

/// Shows `leaf` each pair of values that have no parts, or not both.
fn compare(path: &str, then: Option<&Value>, now: Option<&Value>, leaf: &mut Leaf<'_>) {
    match (then, now) {
        (Some(Value::Object(then)), Some(Value::Object(now))) => {
            let names = then.keys().chain(now.keys().filter(|name| !then.contains_key(*name)));
            for name in names {
                let dot = if path.is_empty() { "" } else { "." };
                compare(&format!("{path}{dot}{name}"), then.get(name), now.get(name), leaf);
            }
        }
        (Some(Value::Array(then)), Some(Value::Array(now))) => {
            for place in 0..then.len().max(now.len()) {
                compare(&format!("{path}[{place}]"), then.get(place), now.get(place), leaf);
            }
        }
        _ => leaf(path, then, now),
    }
}
