//! One event of the server, unread.

use std::borrow::Cow;

use bytes::Bytes;
use serde::Deserialize;

use super::names;

/// What the server told: the bytes of its parameters are kept as they came, and read by whoever wants them.
#[derive(Debug, Clone)]
pub struct Event {
    /// Which kind.
    pub method: Method,
    /// A JSON value.
    pub params: Bytes,
}

/// The kind of an event.
#[derive(Debug, Clone)]
pub enum Method {
    /// One of the pinned version's.
    Known(&'static names::Event),
    /// Any other: the wire's name.
    Unknown(Box<str>),
}

/// A part of the agent's answer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AnswerPart<'e> {
    /// The message that it is of.
    #[serde(borrow)]
    pub item_id: Cow<'e, str>,
    /// The text.
    #[serde(borrow)]
    pub delta: Cow<'e, str>,
}

impl Event {
    pub(super) fn new(method: &str, params: Bytes) -> Self {
        let method = names::event(method).map_or_else(|| Method::Unknown(method.into()), Method::Known);
        Self { method, params }
    }

    /// A part of the agent's answer, when it is that: which of its messages, and the text.
    pub fn answer(&self) -> Option<AnswerPart<'_>> {
        match &self.method {
            Method::Known(event) if event.answer().is_some() => serde_json::from_slice(&self.params).ok(),
            _ => None,
        }
    }

    /// The name that scripts see.
    pub fn name(&self) -> Cow<'_, str> {
        match &self.method {
            Method::Known(event) => event.name.into(),
            Method::Unknown(method) => names::event_name(method),
        }
    }
}
