use std::time::Duration;

use serde_json::{Map, Value};

use super::part_reader::PartReader;
use super::{Part, PartKind, ReplyError, ReplyProblem, Usage};

/// What the model answers to one request: one or more parts.
///
/// From JSON it is a text, a table that says what it is by one of its keys, or a list of these as one answer:
///
/// | table | answer |
/// |---|---|
/// | `{text, reasoning?, phase?, slow?}` | a message, after a summary of reasoning |
/// | `{reasoning, slow?}` | a summary of reasoning alone |
/// | `{call, input?, namespace?, reasoning?}` | a tool call: a table is arguments, a text freeform input |
/// | `{patch, reasoning?}` | a call of `apply_patch` |
/// | `{error, message?, body?, headers?}` | an HTTP status, 400 to 599, and an error body |
/// | `{failed, message?}` | `response.failed`; `failed` is a code or `{code?, message?}` |
/// | `{silent = true}` | the answer begins, and nothing follows |
/// | `{drop = true, text?}` | the connection breaks in the middle of a message |
/// | `{raw, headers?}` | the text as it is; first or last in an answer, in the place of its beginning or its end |
///
/// Each takes `delay` too, the wait before it; `slow` is the wait between two deltas. Both are seconds or a
/// text such as `"500ms"`. The first four take `usage`: `input_tokens`, `cached_input_tokens`,
/// `output_tokens`, `reasoning_output_tokens`, `total_tokens`.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    pub(super) parts: Vec<Part>,
    pub(super) usage: Usage,
}

impl Reply {
    /// A plain message.
    pub fn text(text: impl Into<String>) -> Self {
        let kind = PartKind::Text { text: text.into(), phase: None, slow: Duration::ZERO };
        Self { parts: vec![Part { delay: Duration::ZERO, kind }], usage: Usage::default() }
    }

    /// The parts, in order; never empty.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The token counts that the reply names itself.
    pub fn usage(&self) -> Usage {
        self.usage
    }

    /// How a script's own error reaches the turn.
    pub(super) fn refusal(message: String) -> Self {
        let kind = PartKind::Failed { code: "invalid_prompt".into(), message };
        Self { parts: vec![Part { delay: Duration::ZERO, kind }], usage: Usage::default() }
    }

    /// A summary of reasoning, and then the answer.
    pub(super) fn after_reasoning(mut self, text: impl Into<String>) -> Self {
        let kind = PartKind::Reasoning { text: text.into(), slow: Duration::ZERO };
        self.parts.insert(0, Part { delay: Duration::ZERO, kind });
        self
    }
}

impl From<&str> for Reply {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl TryFrom<Value> for Reply {
    type Error = ReplyError;

    fn try_from(value: Value) -> Result<Self, ReplyError> {
        match value {
            Value::Array(list) if list.is_empty() => one(Value::Object(Map::new())),
            Value::Array(list) => several(list),
            other => one(other),
        }
    }
}

fn one(value: Value) -> Result<Reply, ReplyError> {
    let (parts, usage) = PartReader::read(value)?;
    Ok(Reply { parts, usage: usage.unwrap_or_default() })
}

fn several(list: Vec<Value>) -> Result<Reply, ReplyError> {
    let alone = list.len() == 1;
    let (mut parts, mut usage): (Vec<Part>, Option<Usage>) = (Vec::new(), None);
    for (number, value) in (1..).zip(list) {
        let at = |key: &str, problem| Err(ReplyError::at(key, problem).in_part(number));
        let (read, counts) = PartReader::read(value).map_err(|error| error.in_part(number))?;
        if let Some(last) = parts.last().filter(|part| part.kind.is_last()) {
            return at("", ReplyProblem::AfterLast { kind: last.kind.key() });
        }
        if !alone && read.iter().any(|part| matches!(part.kind, PartKind::Error { .. })) {
            return at("", ReplyProblem::ErrorInList);
        }
        if counts.is_some() && usage.is_some() {
            return at("usage", ReplyProblem::SecondUsage);
        }
        usage = usage.or(counts);
        parts.extend(read);
    }
    Ok(Reply { parts, usage: usage.unwrap_or_default() })
}
