//! Telling a server that hangs from one that is slow with one request.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;

use super::deadlines::PROBE;
use crate::rpc::{CallError, Connection, Lane};

/// What every server that lives answers at once.
const QUESTION: &str = "thread/loaded/list";

/// Whether a server hangs.
#[derive(Default)]
pub(super) struct Doubt {
    asking: AtomicBool,
    verdict: OnceLock<String>,
}

impl Doubt {
    /// Why it was given up, if it was.
    pub fn verdict(&self) -> Option<String> {
        self.verdict.get().cloned()
    }

    /// It did not answer `method` and said nothing else meanwhile: asks whether it lives, and gives it up when it is
    /// silent to that too, so that the next call has a server.
    pub async fn ask(&self, connection: &Connection, method: &str, silent_for: Duration) {
        if self.asking.swap(true, Ordering::Relaxed) {
            return;
        }
        let heard = connection.heard();
        let answer = connection.request(QUESTION, json!({}), Lane::Urgent, PROBE).await;
        let is_silent = matches!(answer, Err(CallError::Deadline(_) | CallError::Crowded(_)));
        if is_silent && connection.heard() == heard {
            let what = format!(
                "the Codex server hung and was ended: it did not answer {method} within {silent_for:?} and then \
                 said nothing for {PROBE:?}"
            );
            let _ = self.verdict.set(what);
            connection.give_up();
        }
        self.asking.store(false, Ordering::Relaxed);
    }
}
