//! The few things that the host itself reads in events and answers.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::error::WireTurnError;
use super::redact;
use crate::rpc::Text;

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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
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
    /// What has come since an earlier total.
    pub(super) fn since(&self, earlier: &Self) -> Self {
        Self {
            total_tokens: self.total_tokens.saturating_sub(earlier.total_tokens),
            input_tokens: self.input_tokens.saturating_sub(earlier.input_tokens),
            cached_input_tokens: self.cached_input_tokens.saturating_sub(earlier.cached_input_tokens),
            cache_write_input_tokens: self
                .cache_write_input_tokens
                .saturating_sub(earlier.cache_write_input_tokens),
            output_tokens: self.output_tokens.saturating_sub(earlier.output_tokens),
            reasoning_output_tokens: self
                .reasoning_output_tokens
                .saturating_sub(earlier.reasoning_output_tokens),
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        let add = |sum: &mut u64, more: u64| *sum = sum.saturating_add(more);
        add(&mut self.total_tokens, other.total_tokens);
        add(&mut self.input_tokens, other.input_tokens);
        add(&mut self.cached_input_tokens, other.cached_input_tokens);
        add(&mut self.cache_write_input_tokens, other.cache_write_input_tokens);
        add(&mut self.output_tokens, other.output_tokens);
        add(&mut self.reasoning_output_tokens, other.reasoning_output_tokens);
    }
}

/// Which thread and which turn something is about, and its item, if it has one.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Address<'a> {
    #[serde(borrow)]
    thread_id: Option<Text<'a>>,
    #[serde(borrow)]
    turn_id: Option<Text<'a>>,
    #[serde(borrow)]
    turn: Option<TurnId<'a>>,
    #[serde(borrow)]
    pub item: Option<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
struct TurnId<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, rename = "rootTurnId")]
    root: Option<Text<'a>>,
}

impl<'a> Address<'a> {
    pub fn read(params: &'a str) -> Self {
        serde_json::from_str(params).unwrap_or_default()
    }

    /// Of what no server said.
    pub fn of(thread: Option<&'a str>, turn: Option<&'a str>) -> Self {
        let text = |id: Option<&'a str>| id.map(|id| Text(id.into()));
        Self { thread_id: text(thread), turn_id: text(turn), ..Self::default() }
    }

    pub fn thread(&self) -> Option<&str> {
        self.thread_id.as_ref().map(|id| &*id.0)
    }

    pub fn turn(&self) -> Option<&str> {
        let id = self.turn_id.as_ref().map(|id| &id.0);
        id.or(self.turn.as_ref().map(|turn| &turn.id)).map(|id| &**id)
    }

    /// The turn that led to this one, where another did.
    pub fn root_turn(&self) -> Option<&str> {
        let turn = self.turn.as_ref()?;
        turn.root.as_ref().map(|root| &*root.0).filter(|root| *root != turn.id)
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
pub(super) fn completed(params: &str) -> CompletedTurn {
    #[derive(Deserialize)]
    struct Params {
        turn: CompletedTurn,
    }
    let error = match serde_json::from_str::<Params>(params) {
        Ok(params) if params.turn.status != Status::InProgress => return params.turn,
        Ok(_) => WireTurnError::unreadable(&"it has ended and is in progress"),
        Err(error) => WireTurnError::unreadable(&error),
    };
    CompletedTurn { status: Status::Failed, error: Some(error), duration_ms: None }
}

impl WireTurnError {
    pub fn unexplained() -> Self {
        Self {
            message: "the turn failed, and Codex did not say why".into(),
            codex_error_info: "other".into(),
            additional_details: None,
        }
    }

    fn unreadable(error: &dyn std::fmt::Display) -> Self {
        Self {
            message: format!("the end of the turn does not read as it should: {error}"),
            ..Self::unexplained()
        }
    }

    /// The message with its details.
    pub fn words(&self) -> String {
        let words = match &self.additional_details {
            Some(details) if !self.message.contains(details.as_str()) => {
                format!("{}: {details}", self.message)
            }
            _ => self.message.clone(),
        };
        redact::text(&words).into_owned()
    }
}

/// What the host reads of an item.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ItemHead<'a> {
    #[serde(rename = "type", borrow)]
    pub kind: Cow<'a, str>,
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    #[serde(borrow)]
    client_id: Option<Text<'a>>,
    #[serde(borrow)]
    phase: Option<Text<'a>>,
    #[serde(borrow)]
    text: Option<Text<'a>>,
}

impl<'a> ItemHead<'a> {
    pub fn read(item: &'a RawValue) -> Option<Self> {
        serde_json::from_str(item.get()).ok()
    }

    pub fn client_id(&self) -> Option<&str> {
        self.client_id.as_ref().map(|id| &*id.0)
    }
}

/// The answer of a turn: its last message of the phase `final_answer`, else its last without a phase.
#[derive(Debug, Default)]
pub(super) struct Answer {
    last: Option<String>,
    is_final: bool,
}

impl Answer {
    /// Looks at a completed item.
    pub fn see(&mut self, item: ItemHead<'_>) {
        let is_final = match &item.phase {
            None => false,
            Some(phase) if phase.0 == "final_answer" => true,
            Some(_) => return,
        };
        if let Some(text) = item.text
            && item.kind == "agentMessage"
            && is_final >= self.is_final
        {
            *self = Self { last: Some(text.0.into_owned()), is_final };
        }
    }

    pub fn text(&self) -> Option<String> {
        self.last.clone()
    }
}

/// Total and last of `thread/tokenUsage/updated`.
pub(super) fn usage(params: &str) -> Option<(Usage, Usage)> {
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
    serde_json::from_str::<Params>(params).ok().map(|p| (p.token_usage.total, p.token_usage.last))
}

/// The diff of `turn/diff/updated`.
pub(super) fn diff(params: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Params {
        diff: String,
    }
    serde_json::from_str::<Params>(params).ok().map(|p| p.diff)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn answer(messages: &[(&str, Option<&str>)]) -> Option<String> {
        let mut answer = Answer::default();
        for (text, phase) in messages {
            let item = json!({ "type": "agentMessage", "id": "m", "text": text, "phase": phase }).to_string();
            answer.see(serde_json::from_str(&item).unwrap());
        }
        answer.text()
    }

    #[test]
    fn commentary_is_never_the_answer() {
        let (plain, last) = (("a", None), ("b", Some("final_answer")));
        let commentary = ("c", Some("commentary"));
        assert_eq!(answer(&[plain, last, commentary]).as_deref(), Some("b"));
        assert_eq!(answer(&[last, plain]).as_deref(), Some("b"));
        assert_eq!(answer(&[plain, ("d", None)]).as_deref(), Some("d"));
        assert_eq!(answer(&[commentary]), None);
    }

    #[test]
    fn a_status_of_a_later_codex_is_a_failure() {
        let params = json!({ "turn": { "status": "evaporated" } }).to_string();
        assert_eq!(completed(&params).status, Status::Failed);
        assert_eq!(completed("{}").status, Status::Failed);
        let params = json!({ "turn": { "status": "inProgress" } }).to_string();
        assert_eq!(completed(&params).status, Status::Failed);
    }
}
