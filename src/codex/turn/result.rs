//! What a finished turn has to show.

use std::time::Duration;

use bytes::Bytes;

use crate::codex::wire::Usage;

/// All that a finished turn has to show.
#[derive(Debug, Clone, Default)]
pub struct TurnResult {
    /// The final answer, never interim commentary; `None` when the agent said nothing.
    pub text: Option<String>,
    /// The answer, where it is JSON that fits the schema of its turn.
    pub output: Option<String>,
    /// Completed items, each a JSON object of the wire.
    pub items: Vec<Bytes>,
    /// Tokens of this turn, where the server told.
    pub usage: Option<Usage>,
    /// Tokens of the whole thread, where the server told.
    pub thread_usage: Option<Usage>,
    /// How it ended: the wire's word.
    pub status: &'static str,
    /// Its thread.
    pub thread_id: String,
    /// Its own id.
    pub turn_id: String,
    /// From start to end.
    pub duration: Duration,
    /// What it changed in files, as a unified diff, where the server told.
    pub diff: Option<String>,
}

impl TurnResult {
    /// Both, where this turn asked again for what `earlier` was to give.
    #[must_use]
    pub(in crate::codex) fn after(self, earlier: &Self) -> Self {
        let usage = match (self.usage, earlier.usage) {
            (Some(mut usage), Some(before)) => {
                usage.add(&before);
                Some(usage)
            }
            (usage, before) => usage.or(before),
        };
        let diffs: Vec<_> = [&earlier.diff, &self.diff].into_iter().flatten().cloned().collect();
        Self {
            items: earlier.items.iter().chain(&self.items).cloned().collect(),
            usage,
            duration: earlier.duration + self.duration,
            diff: (!diffs.is_empty()).then(|| diffs.concat()),
            ..self
        }
    }
}
