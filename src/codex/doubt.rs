//! Telling a server that hangs from one that is slow with one request.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use serde_json::json;

use super::deadlines::{PROBE, SILENCE};
use crate::rpc::{CallError, Connection, Lane};

/// What every server that lives answers at once.
const QUESTION: &str = "thread/loaded/list";

/// Whether a server hangs.
#[derive(Default)]
pub(super) struct Doubt {
    asking: AtomicBool,
    /// It said nothing while it was to end something; with what it had said until then.
    silent: Mutex<Option<u64>>,
    /// It did not do what needs it milliseconds, although it said other things.
    unable: AtomicBool,
    verdict: OnceLock<String>,
}

impl Doubt {
    /// Why it was given up, if it was.
    pub fn verdict(&self) -> Option<String> {
        self.verdict.get().cloned()
    }

    /// Whether nothing is to be expected of it any more. One that was silent and speaks again is sound again.
    pub fn is_hung(&self, connection: &Connection) -> bool {
        let silent = *self.silent.lock().unwrap_or_else(PoisonError::into_inner);
        self.unable.load(Ordering::Relaxed) || silent == Some(connection.heard())
    }

    /// Asks what needs a server milliseconds; one that hangs is not asked.
    pub async fn urgently<T>(
        &self,
        connection: &Connection,
        answer: impl Future<Output = Result<T, CallError>>,
    ) -> Result<T, CallError> {
        if self.is_hung(connection) {
            return Err(CallError::Deadline(SILENCE));
        }
        let answer = tokio::select! {
            biased;
            answer = answer => answer,
            heard = connection.silence(SILENCE) => {
                *self.silent.lock().unwrap_or_else(PoisonError::into_inner) = Some(heard);
                return Err(CallError::Deadline(SILENCE));
            }
        };
        if matches!(answer, Err(CallError::Deadline(_) | CallError::Crowded(_))) {
            self.unable.store(true, Ordering::Relaxed);
        }
        answer
    }

    /// Gives up one that hangs, so that another can be started.
    pub fn condemn(&self, connection: &Connection) {
        let _ =
            self.verdict.set("the Codex server hung and was ended: it did not end what it was to end".into());
        connection.give_up();
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
