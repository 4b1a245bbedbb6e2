use serde_json::Value;
use thiserror::Error;

/// A reply that could not be read: where, what was wrong, and what is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}{problem}", place(*.reply, *.part, .key))]
pub struct ReplyError {
    /// The reply in its list, counted from 1.
    pub reply: Option<usize>,
    /// The part in its answer, counted from 1, when the answer is a list.
    pub part: Option<usize>,
    /// The key whose value is meant (`usage.input_tokens`); empty for the part itself.
    pub key: String,
    /// What was wrong.
    pub problem: Box<ReplyProblem>,
}

/// What was wrong with a reply.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReplyProblem {
    /// A value of another type, or out of its range.
    #[error("expected {expected}, got {got}")]
    Type {
        /// What is allowed.
        expected: &'static str,
        /// What was there instead.
        got: String,
    },
    /// A key that no reply has.
    #[error("unknown key \"{key}\"{}; known: {}", did_you_mean(*.nearest), .known.join(", "))]
    UnknownKey {
        /// The key.
        key: String,
        /// The known key that looks most like it.
        nearest: Option<&'static str>,
        /// All known keys.
        known: Vec<&'static str>,
    },
    /// A key that belongs to another kind of reply.
    #[error("\"{key}\" does not go with \"{kind}\", which takes {}; a list makes one answer of several parts",
        .takes.join(", "))]
    NotWith {
        /// The key.
        key: String,
        /// The key that says what the reply is.
        kind: &'static str,
        /// The other keys that this kind takes.
        takes: Vec<&'static str>,
    },
    /// Nothing says what the reply is.
    #[error("nothing says what to answer: a reply is a text or has one of {}", .kinds.join(", "))]
    NoKind {
        /// The keys of which one is needed.
        kinds: Vec<&'static str>,
    },
    /// A part after one that ends the answer.
    #[error("nothing can come after \"{kind}\" in one answer")]
    AfterLast {
        /// The key of the part that ends it.
        kind: &'static str,
    },
    /// An HTTP error in the middle of an answer.
    #[error("\"error\" is a whole answer: an HTTP status comes before any part; \"failed\" may end a list")]
    ErrorInList,
    /// Token counts from more than one part.
    #[error("one answer has one usage, and an earlier part gave it")]
    SecondUsage,
}

impl ReplyError {
    /// A problem with the value of `key`.
    pub(super) fn at(key: &str, problem: ReplyProblem) -> Self {
        Self { reply: None, part: None, key: key.to_owned(), problem: Box::new(problem) }
    }

    /// The value of `key` is not what was `expected`.
    pub(super) fn wrong_type(key: &str, expected: &'static str, got: &Value) -> Self {
        Self::at(key, ReplyProblem::Type { expected, got: describe(got) })
    }

    /// A key that is not among the `known` ones.
    pub(super) fn unknown_key(at: &str, key: &str, known: &[&'static str]) -> Self {
        let score = |candidate: &str| strsim::jaro_winkler(key, candidate);
        let nearest = known.iter().copied().max_by(|a, b| score(a).total_cmp(&score(b)));
        // Below this, the suggestion reads like a random word.
        let nearest = nearest.filter(|candidate| score(candidate) > 0.7);
        Self::at(at, ReplyProblem::UnknownKey { key: key.to_owned(), nearest, known: known.to_vec() })
    }

    pub(super) fn in_reply(self, number: usize) -> Self {
        Self { reply: Some(number), ..self }
    }

    pub(super) fn in_part(self, number: usize) -> Self {
        Self { part: Some(number), ..self }
    }
}

fn place(reply: Option<usize>, part: Option<usize>, key: &str) -> String {
    let mut place = match (reply, part) {
        (Some(reply), Some(part)) => format!("reply {reply}, part {part}: "),
        (Some(reply), None) => format!("reply {reply}: "),
        (None, Some(part)) => format!("part {part}: "),
        (None, None) => String::new(),
    };
    if !key.is_empty() {
        place.push_str(key);
        place.push_str(": ");
    }
    place
}

fn did_you_mean(nearest: Option<&'static str>) -> String {
    nearest.map_or_else(String::new, |nearest| format!(", did you mean \"{nearest}\"?"))
}

fn describe(value: &Value) -> String {
    match value {
        Value::Null => "nothing".into(),
        Value::Array(_) => "a list".into(),
        Value::Object(_) => "a table".into(),
        other => {
            let text = other.to_string();
            let short: String = text.chars().take(60).collect();
            if short.len() < text.len() { short + "…" } else { text }
        }
    }
}
