//! What a call comes to.

use serde_json::{Value, json};

use crate::codex::redact;

/// What the agent is told of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Whether it did what it is for.
    pub success: bool,
    /// What it gives.
    pub parts: Vec<Part>,
}

/// A piece of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A text.
    Text(String),
    /// An image as a `data:` URL.
    Image(String),
}

impl Output {
    /// What a tool gave.
    pub fn of(parts: Vec<Part>) -> Self {
        Self { success: true, parts }
    }

    /// Why there is none, without what is secret in it.
    pub fn failed(why: impl AsRef<str>) -> Self {
        Self { success: false, parts: vec![Part::Text(redact::text(why.as_ref()).into_owned())] }
    }

    /// As the wire wants it.
    pub fn wire(&self) -> Value {
        let wire = |part: &Part| match part {
            Part::Text(text) => json!({ "type": "inputText", "text": text }),
            Part::Image(url) => json!({ "type": "inputImage", "imageUrl": url }),
        };
        let parts: Vec<_> = self.parts.iter().map(wire).collect();
        json!({ "success": self.success, "contentItems": parts })
    }
}
