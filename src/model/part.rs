use std::time::Duration;

use axum::http::HeaderMap;
use serde_json::{Map, Value};

/// One part of an answer, and how long to wait before it.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The wait before the part.
    pub delay: Duration,
    /// What the part is.
    pub kind: PartKind,
}

/// What a part of an answer is.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum PartKind {
    /// A message, sent as many deltas.
    Text {
        /// The whole message.
        text: String,
        /// Whether it is interim text or the answer; `None` leaves that to the server.
        phase: Option<Phase>,
        /// The wait between two deltas.
        slow: Duration,
    },
    /// A summary of reasoning, sent as many deltas.
    Reasoning {
        /// The whole summary.
        text: String,
        /// The wait between two deltas.
        slow: Duration,
    },
    /// A call of a tool with JSON arguments.
    Call {
        /// The tool's name.
        name: String,
        /// The namespace that the tool was declared in.
        namespace: Option<String>,
        /// Its arguments.
        input: Map<String, Value>,
    },
    /// A call of a freeform tool, such as `apply_patch`.
    CustomCall {
        /// The tool's name.
        name: String,
        /// Its input, as it is.
        input: String,
    },
    /// An HTTP status instead of an answer.
    Error {
        /// 400 to 599.
        status: u16,
        /// The whole response body.
        body: String,
        /// Headers beside the usual ones.
        headers: HeaderMap,
    },
    /// The answer ends with `response.failed`.
    Failed {
        /// The machine's word for it, such as `context_length_exceeded`.
        code: String,
        /// The sentence for people.
        message: String,
    },
    /// Nothing more is sent, and the connection stays open until the client hangs up.
    Silent,
    /// A message begins, and the connection breaks in the middle of it.
    Drop {
        /// The message; about its first half is sent.
        text: String,
    },
    /// Text that is sent as it is: as the first part in the place of the answer's beginning, as the last in the
    /// place of its end.
    Raw {
        /// The text.
        text: String,
        /// Headers of the whole answer, in the place of the usual ones or beside them.
        headers: HeaderMap,
    },
}

impl PartKind {
    /// The key that a script says it with.
    pub(super) fn key(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::Reasoning { .. } => "reasoning",
            Self::Call { .. } | Self::CustomCall { .. } => "call",
            Self::Error { .. } => "error",
            Self::Failed { .. } => "failed",
            Self::Silent => "silent",
            Self::Drop { .. } => "drop",
            Self::Raw { .. } => "raw",
        }
    }

    /// Whether nothing can come after it.
    pub(super) fn is_last(&self) -> bool {
        matches!(self, Self::Error { .. } | Self::Failed { .. } | Self::Silent | Self::Drop { .. })
    }
}

/// Which kind of message a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Interim text, never the answer.
    Commentary,
    /// The answer.
    FinalAnswer,
}

impl Phase {
    /// The name on the wire.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Commentary => "commentary",
            Self::FinalAnswer => "final_answer",
        }
    }
}
