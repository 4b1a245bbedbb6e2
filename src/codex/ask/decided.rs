//! What was decided, told to those who hear what the server says.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::{Answer, Desk, Kind, Question};
use crate::codex::tap::Said;
use crate::codex::wire::Address;
use crate::rpc::Params;

const HANDLER: &str = "handler";

/// A decision, and who made it.
pub(super) struct Decided<'a> {
    decision: &'static str,
    by: &'static str,
    reason: Option<&'a str>,
    /// The turn that asks is to end.
    pub interrupts: bool,
}

impl<'a> Decided<'a> {
    pub fn by_handler(answer: &'a Answer, kind: Kind) -> Self {
        let (decision, reason) = answer.words();
        Self { decision, by: HANDLER, reason, interrupts: answer.interrupts(kind) }
    }

    /// There is nobody who answers.
    pub fn by_nobody() -> Self {
        Self { decision: "decline", by: "nobody", reason: None, interrupts: false }
    }

    /// Whoever should answer did not, or not so that it means anything.
    pub fn failed(why: &'a str) -> Self {
        Self { decision: "decline", by: "host", reason: Some(why), interrupts: false }
    }
}

impl Decided<'_> {
    /// The reason of a handler, where the answer itself has no place for it.
    pub fn for_the_agent(&self, kind: Kind) -> Option<String> {
        let has_place = matches!(kind, Kind::LegacyCommand | Kind::LegacyFileChange | Kind::Tool);
        let reason = self.reason.filter(|_| self.by == HANDLER && !has_place)?;
        Some(format!("That was declined: {reason}"))
    }
}

impl Kind {
    /// The event that tells a decision, and what it says of what was decided on.
    fn decided(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Command | Self::LegacyCommand => Some(("approval/decided", "command")),
            Self::FileChange | Self::LegacyFileChange => Some(("approval/decided", "file_change")),
            Self::Permissions => Some(("approval/decided", "permissions")),
            Self::Question => Some(("question/decided", "question")),
            Self::McpTool => Some(("approval/decided", "mcp_tool_call")),
            Self::Elicitation => Some(("elicitation/decided", "elicitation")),
            // What comes of a call is in its item.
            Self::Tool => None,
        }
    }
}

impl Desk {
    pub fn tell(&self, question: &Question, decided: &Decided<'_>) {
        let Some((method, kind)) = question.kind.decided() else { return };
        let about = &question.about;
        let mut fields = Map::new();
        let mut put = |name: &str, value: Option<&str>| {
            if let Some(value) = value {
                fields.insert(name.into(), value.into());
            }
        };
        put("thread_id", about.thread.as_deref());
        put("turn_id", about.turn.as_deref());
        put("item_id", about.item.as_deref());
        put("root_thread_id", about.root.as_deref());
        put("kind", Some(kind));
        put("decision", Some(decided.decision));
        put("by", Some(decided.by));
        put("reason", decided.reason);
        // It came as JSON.
        let request: Value = serde_json::from_str(&question.request.to_string()).unwrap_or_default();
        fields.insert("request_id".into(), request);
        let line = Bytes::from(Value::Object(fields).to_string());
        if let Some(params) = Params::read(&line) {
            let address = Address::of(about.thread.as_deref(), about.turn.as_deref());
            let said = Said { method, params, address: &address, request: None };
            if let Some(tap) = &self.tap {
                tap.heard(&said);
            }
            self.registry.listeners.heard(&said);
        }
    }
}
