//! The few things that the host itself reads in events and answers.

use std::borrow::Cow;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::error::WireTurnError;

/// How a turn stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Status {
    Completed,
    Interrupted,
    InProgress,
    #[serde(other)]
    Failed,
}

impl Status {
    pub fn word(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Interrupted => "interrupted",
            Self::Failed => "failed",
            Self::InProgress => "inProgress",
        }
    }
}

/// Tokens, as the wire counts them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all(deserialize = "camelCase"), default)]
pub struct Usage {
    /// All of them.
    pub total_tokens: u64,
    /// Sent to the model.
    pub input_tokens: u64,
    /// Of those, read from the model's cache.
    pub cached_input_tokens: u64,
    /// Of those, written to the model's cache.
    pub cache_write_input_tokens: u64,
    /// Written by the model.
    pub output_tokens: u64,
    /// Of those, for reasoning.
    pub reasoning_output_tokens: u64,
}

impl Usage {
    pub(super) fn add(&mut self, other: &Self) {
        self.total_tokens += other.total_tokens;
        self.input_tokens += other.input_tokens;
        self.cached_input_tokens += other.cached_input_tokens;
        self.cache_write_input_tokens += other.cache_write_input_tokens;
        self.output_tokens += other.output_tokens;
        self.reasoning_output_tokens += other.reasoning_output_tokens;
    }
}

/// Which thread and which turn something is about.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Address<'a> {
    #[serde(borrow)]
    pub thread_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    turn_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    turn: Option<TurnId<'a>>,
}

#[derive(Debug, Deserialize)]
struct TurnId<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
}

impl<'a> Address<'a> {
    pub fn read(params: &'a [u8]) -> Self {
        serde_json::from_slice(params).unwrap_or_default()
    }

    pub fn turn(&self) -> Option<&str> {
        self.turn_id.as_deref().or_else(|| self.turn.as_ref().map(|turn| &*turn.id))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CompletedTurn {
    pub status: Status,
    pub error: Option<WireTurnError>,
    pub duration_ms: Option<u64>,
}

/// `turn/completed`; one that does not read ends the turn all the same, as failed.
pub(super) fn completed(params: &[u8]) -> CompletedTurn {
    #[derive(Deserialize)]
    struct Params {
        turn: CompletedTurn,
    }
    match serde_json::from_slice::<Params>(params) {
        Ok(params) => params.turn,
        Err(error) => CompletedTurn {
            status: Status::Failed,
            error: Some(WireTurnError::unreadable(&error)),
            duration_ms: None,
        },
    }
}

impl WireTurnError {
    pub fn unexplained() -> Self {
        Self {
            message: "the turn failed, and Codex did not say why".into(),
            codex_error_info: "other".into(),
            additional_details: None,
        }
    }

    fn unreadable(error: &serde_json::Error) -> Self {
        Self {
            message: format!("the end of the turn does not read as it should: {error}"),
            ..Self::unexplained()
        }
    }

    /// The message with its details.
    pub fn words(&self) -> String {
        match &self.additional_details {
            Some(details) if !self.message.contains(details.as_str()) => {
                format!("{}: {details}", self.message)
            }
            _ => self.message.clone(),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ItemHead<'a> {
    #[serde(rename = "type", borrow)]
    pub kind: Cow<'a, str>,
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    #[serde(borrow)]
    pub client_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    phase: Option<Cow<'a, str>>,
    text: Option<String>,
}

/// The item of `item/started` and `item/completed`.
pub(super) fn item(params: &[u8]) -> Option<(ItemHead<'_>, &[u8])> {
    #[derive(Deserialize)]
    struct Params<'a> {
        #[serde(borrow)]
        item: &'a RawValue,
    }
    let raw = serde_json::from_slice::<Params<'_>>(params).ok()?.item.get();
    Some((serde_json::from_str(raw).ok()?, raw.as_bytes()))
}

/// The answer: the last message of the phase `final_answer`, else the last without a phase.
pub(super) fn answer(items: &[Bytes]) -> Option<String> {
    let last = |phase: Option<&str>| {
        items.iter().rev().find_map(|item| {
            let head: ItemHead<'_> = serde_json::from_slice(item).ok()?;
            (head.kind == "agentMessage" && head.phase.as_deref() == phase).then_some(head.text?)
        })
    };
    last(Some("final_answer")).or_else(|| last(None))
}

/// Total and last of `thread/tokenUsage/updated`.
pub(super) fn usage(params: &[u8]) -> Option<(Usage, Usage)> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Params {
        token_usage: TokenUsage,
    }
    #[derive(Deserialize)]
    struct TokenUsage {
        total: Usage,
        last: Usage,
    }
    serde_json::from_slice::<Params>(params).ok().map(|p| (p.token_usage.total, p.token_usage.last))
}

/// The diff of `turn/diff/updated`.
pub(super) fn diff(params: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Params {
        diff: String,
    }
    serde_json::from_slice::<Params>(params).ok().map(|p| p.diff)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn message(text: &str, phase: Option<&str>) -> Bytes {
        json!({ "type": "agentMessage", "id": "m", "text": text, "phase": phase }).to_string().into()
    }

    #[test]
    fn commentary_is_never_the_answer() {
        let items =
            [message("a", None), message("b", Some("final_answer")), message("c", Some("commentary"))];
        assert_eq!(answer(&items).as_deref(), Some("b"));
        assert_eq!(answer(&items[..1]).as_deref(), Some("a"));
        assert_eq!(answer(&items[2..]), None);
    }

    #[test]
    fn a_status_of_a_later_codex_is_a_failure() {
        let params = json!({ "turn": { "status": "evaporated" } }).to_string();
        assert_eq!(completed(params.as_bytes()).status, Status::Failed);
        assert_eq!(completed(b"{}").status, Status::Failed);
    }
}
