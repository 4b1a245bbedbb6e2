use std::collections::HashMap;
use std::time::Duration;

use axum::http::HeaderMap;
use serde_json::{Map, Value};

use super::http_error::{error_body, status_message};
use super::{Part, PartKind, Phase, ReplyError, ReplyProblem, Usage};

/// Reads one part from a JSON table, key by key.
pub(super) struct PartReader {
    map: Map<String, Value>,
}

/// The keys that say what a part is, the strongest first, and the keys that may stand beside each.
const KINDS: [(&str, &[&str]); 9] = [
    ("error", &["message", "body", "headers", "delay"]),
    ("failed", &["message", "delay"]),
    ("silent", &["delay"]),
    ("drop", &["text", "delay"]),
    ("raw", &["headers", "delay"]),
    ("call", &["input", "namespace", "reasoning", "usage", "delay"]),
    ("patch", &["reasoning", "usage", "delay"]),
    ("text", &["reasoning", "phase", "slow", "usage", "delay"]),
    ("reasoning", &["slow", "usage", "delay"]),
];

const DROPPED: &str = "This message breaks off before its end, because the connection does.";

type Read<T> = Result<T, ReplyError>;

impl PartReader {
    /// The parts that one value stands for (reasoning and what follows it are two), and the usage it gives.
    pub(super) fn read(value: Value) -> Read<(Vec<Part>, Option<Usage>)> {
        let map = match value {
            Value::String(text) => Map::from_iter([("text".to_owned(), Value::String(text))]),
            Value::Object(map) => map,
            other => return Err(ReplyError::wrong_type("", "a text or a table", &other)),
        };
        let kind = kind_of(&map)?;
        Self { map }.parts(kind)
    }

    fn parts(mut self, kind: &'static str) -> Read<(Vec<Part>, Option<Usage>)> {
        let delay = self.duration("delay")?;
        let usage = self.usage()?;
        let slow = self.duration("slow")?;
        let mut kinds = Vec::new();
        if let Some(text) = self.text("reasoning")? {
            kinds.push(PartKind::Reasoning { text, slow });
        }
        match kind {
            "error" => kinds.push(self.error()?),
            "failed" => kinds.push(self.failed()?),
            "silent" => kinds.push(self.only_true("silent").map(|()| PartKind::Silent)?),
            "drop" => kinds.push(self.dropped()?),
            "raw" => {
                let text = self.text("raw")?.unwrap_or_default();
                kinds.push(PartKind::Raw { text, headers: self.headers()? });
            }
            "call" => kinds.push(self.call()?),
            "patch" => {
                let input = self.text("patch")?.unwrap_or_default();
                kinds.push(PartKind::CustomCall { name: "apply_patch".into(), input });
            }
            "text" => {
                let phase = self.phase()?;
                kinds.push(PartKind::Text { text: self.text("text")?.unwrap_or_default(), phase, slow });
            }
            _ => {}
        }
        let waits = std::iter::once(delay).chain(std::iter::repeat(Duration::ZERO));
        let parts = kinds.into_iter().zip(waits).map(|(kind, delay)| Part { delay, kind });
        Ok((parts.collect(), usage))
    }

    fn error(&mut self) -> Read<PartKind> {
        let value = self.map.remove("error").unwrap_or_default();
        let status = whole(&value).and_then(|status| u16::try_from(status).ok());
        let status = status
            .filter(|status| (400..=599).contains(status))
            .ok_or_else(|| ReplyError::wrong_type("error", "an HTTP status from 400 to 599", &value))?;
        let message = self.text("message")?.unwrap_or_else(|| status_message(status));
        let body = match self.map.remove("body") {
            None | Some(Value::Null) => error_body(status, &message).to_string(),
            Some(Value::String(body)) => body,
            Some(body) => body.to_string(),
        };
        Ok(PartKind::Error { status, body, headers: self.headers()? })
    }

    fn failed(&mut self) -> Read<PartKind> {
        let mut code = "server_error".to_owned();
        let mut message = self.text("message")?;
        match self.map.remove("failed") {
            Some(Value::String(given)) => code = given,
            Some(Value::Object(map)) => {
                if let Some(key) = map.keys().find(|key| !["code", "message"].contains(&key.as_str())) {
                    return Err(ReplyError::unknown_key("failed", key, &["code", "message"]));
                }
                let mut inner = Self { map };
                code = inner.text("code").map_err(under("failed"))?.unwrap_or(code);
                message = inner.text("message").map_err(under("failed"))?.or(message);
            }
            other => {
                let got = other.unwrap_or_default();
                return Err(ReplyError::wrong_type("failed", "a code or a table of code and message", &got));
            }
        }
        let message = message.unwrap_or_else(|| format!("The scripted model failed: {code}"));
        Ok(PartKind::Failed { code, message })
    }

    fn dropped(&mut self) -> Read<PartKind> {
        self.only_true("drop")?;
        Ok(PartKind::Drop { text: self.text("text")?.unwrap_or_else(|| DROPPED.to_owned()) })
    }

    fn headers(&mut self) -> Read<HeaderMap> {
        let value = self.map.remove("headers").unwrap_or_default();
        if value.is_null() {
            return Ok(HeaderMap::new());
        }
        let named = serde_json::from_value::<HashMap<String, String>>(value.clone()).ok();
        named.and_then(|named| HeaderMap::try_from(&named).ok()).ok_or_else(|| {
            ReplyError::wrong_type("headers", "a table of HTTP headers and their texts", &value)
        })
    }

    fn call(&mut self) -> Read<PartKind> {
        let name = self.text("call")?.unwrap_or_default();
        if name.is_empty() {
            return Err(ReplyError::wrong_type("call", "the name of a tool", &Value::String(name)));
        }
        let namespace = self.text("namespace")?;
        match self.map.remove("input").unwrap_or_default() {
            Value::Null => Ok(PartKind::Call { name, namespace, input: Map::new() }),
            // What an empty table becomes depends on the converter.
            Value::Array(list) if list.is_empty() => {
                Ok(PartKind::Call { name, namespace, input: Map::new() })
            }
            Value::Object(input) => Ok(PartKind::Call { name, namespace, input }),
            Value::String(_) if namespace.is_some() => {
                let takes = vec!["a table as input"];
                let kind = "namespace";
                Err(ReplyError::at("input", ReplyProblem::NotWith { key: "a text".into(), kind, takes }))
            }
            Value::String(input) => Ok(PartKind::CustomCall { name, input }),
            other => Err(ReplyError::wrong_type(
                "input",
                "a table of arguments, or a freeform tool's text",
                &other,
            )),
        }
    }

    fn phase(&mut self) -> Read<Option<Phase>> {
        match self.text("phase")?.as_deref() {
            None => Ok(None),
            Some("commentary") => Ok(Some(Phase::Commentary)),
            Some("final_answer") => Ok(Some(Phase::FinalAnswer)),
            Some(other) => {
                let got = Value::String(other.to_owned());
                Err(ReplyError::wrong_type("phase", "\"commentary\" or \"final_answer\"", &got))
            }
        }
    }

    fn usage(&mut self) -> Read<Option<Usage>> {
        let map = match self.map.remove("usage").unwrap_or_default() {
            Value::Null => return Ok(None),
            Value::Object(map) => map,
            Value::Array(list) if list.is_empty() => return Ok(None),
            other => return Err(ReplyError::wrong_type("usage", "a table of token counts", &other)),
        };
        let mut usage = Usage::default();
        for (key, value) in map {
            let field =
                usage.field(&key).ok_or_else(|| ReplyError::unknown_key("usage", &key, &Usage::KEYS))?;
            let count = whole(&value)
                .ok_or_else(|| ReplyError::wrong_type(&format!("usage.{key}"), "a count of tokens", &value));
            *field = Some(count?);
        }
        Ok(Some(usage))
    }

    fn text(&mut self, key: &'static str) -> Read<Option<String>> {
        match self.map.remove(key).unwrap_or_default() {
            Value::Null => Ok(None),
            Value::String(text) => Ok(Some(text)),
            other => Err(ReplyError::wrong_type(key, "a text", &other)),
        }
    }

    fn only_true(&mut self, key: &'static str) -> Read<()> {
        match self.map.remove(key).unwrap_or_default() {
            Value::Bool(true) => Ok(()),
            other => Err(ReplyError::wrong_type(key, "true", &other)),
        }
    }

    fn duration(&mut self, key: &'static str) -> Read<Duration> {
        let value = self.map.remove(key).unwrap_or_default();
        let seconds = match &value {
            Value::Null => Some(0.0),
            Value::Number(number) => number.as_f64(),
            Value::String(text) => seconds(text),
            _ => None,
        };
        seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).ok_or_else(|| {
            let expected = "a duration (seconds, or text such as \"500ms\", \"2s\", \"1m\")";
            ReplyError::wrong_type(key, expected, &value)
        })
    }
}

fn kind_of(map: &Map<String, Value>) -> Read<&'static str> {
    let mut known: Vec<&'static str> = Vec::new();
    for key in KINDS.iter().flat_map(|(kind, others)| std::iter::once(kind).chain(*others)) {
        if !known.contains(key) {
            known.push(key);
        }
    }
    if let Some(key) = map.keys().find(|key| !known.contains(&key.as_str())) {
        return Err(ReplyError::unknown_key("", key, &known));
    }
    let Some((kind, takes)) = KINDS.iter().find(|(kind, _)| map.contains_key(*kind)) else {
        let kinds = KINDS.iter().map(|(kind, _)| *kind).collect();
        return Err(ReplyError::at("", ReplyProblem::NoKind { kinds }));
    };
    match map.keys().find(|key| key != kind && !takes.contains(&key.as_str())) {
        Some(key) => {
            let problem = ReplyProblem::NotWith { key: key.clone(), kind, takes: takes.to_vec() };
            Err(ReplyError::at("", problem))
        }
        None => Ok(kind),
    }
}

fn under(outer: &'static str) -> impl Fn(ReplyError) -> ReplyError {
    move |error| ReplyError { key: format!("{outer}.{}", error.key), ..error }
}

/// A number without a fraction; scripts may hold 401 as 401.0.
fn whole(value: &Value) -> Option<u64> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
    let from_float =
        |number: f64| (number.fract() == 0.0 && (0.0..9.0e15).contains(&number)).then_some(number as u64);
    value.as_u64().or_else(|| value.as_f64().and_then(from_float))
}

fn seconds(text: &str) -> Option<f64> {
    let units = [("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3600.0)];
    let (digits, unit) =
        units.iter().find_map(|(suffix, unit)| text.strip_suffix(suffix).map(|digits| (digits, unit)))?;
    // Rust also reads "inf", "nan" and "+1" as numbers.
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    plain.then(|| digits.parse::<f64>().ok()).flatten().map(|number| number * unit)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::Reply;

    fn error(value: Value) -> String {
        Reply::try_from(value).unwrap_err().to_string()
    }

    fn kinds(value: Value) -> Vec<PartKind> {
        Reply::try_from(value).unwrap().parts().iter().map(|part| part.kind.clone()).collect()
    }

    #[test]
    fn errors_say_where_and_what_is_allowed() {
        let known = "known: error, message, body, headers, delay, failed, silent, drop, text, raw, call, input, \
            namespace, reasoning, usage, patch, phase, slow";
        let kinds = "error, failed, silent, drop, raw, call, patch, text, reasoning";
        let nothing = format!("nothing says what to answer: a reply is a text or has one of {kinds}");
        let duration = "expected a duration (seconds, or text such as \"500ms\", \"2s\", \"1m\")";
        for (value, expected) in [
            (json!({ "txet": "x" }), format!("unknown key \"txet\", did you mean \"text\"?; {known}")),
            (json!({ "zzz": 1, "text": "" }), format!("unknown key \"zzz\"; {known}")),
            (json!({}), nothing.clone()),
            (json!([]), nothing.clone()),
            (json!({ "delay": 1 }), nothing),
            (json!(["a", 5]), "part 2: expected a text or a table, got 5".into()),
            (json!([["a"]]), "part 1: expected a text or a table, got a list".into()),
            (
                json!({ "text": "a", "call": "b" }),
                "\"text\" does not go with \"call\", which takes input, namespace, reasoning, usage, delay; \
                 a list makes one answer of several parts"
                    .into(),
            ),
            (json!({ "text": 5 }), "text: expected a text, got 5".into()),
            (json!({ "text": "", "delay": -1 }), format!("delay: {duration}, got -1")),
            (json!({ "text": "", "slow": "5" }), format!("slow: {duration}, got \"5\"")),
            (json!({ "text": "", "slow": "infs" }), format!("slow: {duration}, got \"infs\"")),
            (json!({ "error": 200 }), "error: expected an HTTP status from 400 to 599, got 200".into()),
            (
                json!({ "error": 429, "headers": { "retry after": "1" } }),
                "headers: expected a table of HTTP headers and their texts, got a table".into(),
            ),
            (json!({ "silent": false }), "silent: expected true, got false".into()),
            (json!({ "call": "" }), "call: expected the name of a tool, got \"\"".into()),
            (
                json!({ "call": "x", "input": [1] }),
                "input: expected a table of arguments, or a freeform tool's text, got a list".into(),
            ),
            (
                json!({ "text": "", "phase": "final" }),
                "phase: expected \"commentary\" or \"final_answer\", got \"final\"".into(),
            ),
            (
                json!({ "failed": { "cod": "x" } }),
                "failed: unknown key \"cod\", did you mean \"code\"?; known: code, message".into(),
            ),
            (json!({ "failed": { "code": 1 } }), "failed.code: expected a text, got 1".into()),
            (
                json!({ "text": "", "usage": { "input_tokens": 1.5 } }),
                "usage.input_tokens: expected a count of tokens, got 1.5".into(),
            ),
            (
                json!({ "text": "", "usage": { "input": 1 } }),
                format!(
                    "usage: unknown key \"input\", did you mean \"input_tokens\"?; known: {}",
                    Usage::KEYS.join(", ")
                ),
            ),
            (
                json!([{ "silent": true }, "a"]),
                "part 2: nothing can come after \"silent\" in one answer".into(),
            ),
            (
                json!(["a", { "error": 500 }]),
                "part 2: \"error\" is a whole answer: an HTTP status comes before any part; \
                 \"failed\" may end a list"
                    .into(),
            ),
            (
                json!([{ "text": "", "usage": {} }, { "text": "", "usage": {} }]),
                "part 2: usage: one answer has one usage, and an earlier part gave it".into(),
            ),
        ] {
            assert_eq!(error(value.clone()), expected, "{value}");
        }
    }

    #[test]
    fn a_call_is_a_function_with_a_table_and_freeform_with_a_text() {
        let call = |input: Value| {
            let input = input.as_object().cloned().unwrap();
            PartKind::Call { name: "t".into(), namespace: None, input }
        };
        let custom = |name: &str| PartKind::CustomCall { name: name.into(), input: "in".into() };
        assert_eq!(kinds(json!({ "call": "t", "input": { "a": 1 } })), [call(json!({ "a": 1 }))]);
        assert_eq!(kinds(json!({ "call": "t" })), [call(json!({}))]);
        assert_eq!(kinds(json!({ "call": "t", "input": [] })), [call(json!({}))]);
        assert_eq!(kinds(json!({ "call": "t", "input": "in" })), [custom("t")]);
        assert_eq!(kinds(json!({ "patch": "in" })), [custom("apply_patch")]);
    }

    #[test]
    fn failures_may_be_short() {
        let failed =
            |code: &str, message: &str| PartKind::Failed { code: code.into(), message: message.into() };
        assert_eq!(kinds(json!({ "failed": { "message": "m" } })), [failed("server_error", "m")]);
        assert_eq!(kinds(json!({ "failed": "c", "message": "m" })), [failed("c", "m")]);
        assert_eq!(kinds(json!({ "failed": "c" })), [failed("c", "The scripted model failed: c")]);
    }

    #[test]
    fn the_delay_of_a_table_is_before_its_first_part_and_counts_may_be_floats() {
        let reply =
            json!({ "text": "a", "reasoning": "r", "delay": "1.5s", "usage": { "input_tokens": 3.0 } });
        let reply = Reply::try_from(reply).unwrap();
        let delays: Vec<_> = reply.parts().iter().map(|part| (part.kind.key(), part.delay)).collect();
        assert_eq!(delays, [("reasoning", Duration::from_millis(1500)), ("text", Duration::ZERO)]);
        assert_eq!(reply.usage().input_tokens, Some(3));
    }
}
