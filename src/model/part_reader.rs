use std::time::Duration;

use serde_json::{Map, Value};

use super::http_error::{error_body, status_message};
use super::{Part, PartKind, Phase, ReplyError, ReplyProblem, Usage};

/// Reads one part from a JSON table, key by key.
pub(super) struct PartReader {
    map: Map<String, Value>,
}

/// The keys that say what a part is, the strongest first, and the keys that may stand beside each.
const KINDS: [(&str, &[&str]); 8] = [
    ("error", &["message", "body", "delay"]),
    ("failed", &["message", "delay"]),
    ("silent", &["delay"]),
    ("drop", &["text", "delay"]),
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
        Ok(PartKind::Error { status, body })
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
