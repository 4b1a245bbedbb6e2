//! Input for a turn that runs.
//!
//! What Codex 0.169 does on the wire: the model reads it after the command or tool call that runs, or at once when it is
//! in the middle of a message. Such a message is cut off there: it is no item, and its tokens are not told.

use super::Turn;
use crate::codex::deadlines::REQUEST;
use crate::codex::error::Error;
use crate::codex::input::Input;
use crate::rpc::CallError;

const LATE: &str = "the turn has ended, and takes no more input; start another one";

/// Whether a steer was refused since the turn runs no more, in the words that were measured.
fn ended(refusal: &str) -> bool {
    ["no active turn to steer", "expected active turn id"].iter().any(|words| refusal.contains(words))
}

impl Turn {
    /// Adds input to the running turn.
    pub async fn steer(&self, input: &[Input]) -> Result<(), Error> {
        const METHOD: &str = "turn/steer";
        input.iter().try_for_each(Input::check)?;
        self.check_steer()?;
        let params = serde_json::json!({
            "threadId": self.0.thread.id(), "expectedTurnId": self.id(), "input": input,
        });
        let client = self.0.thread.client();
        let steered = client.urgent(METHOD, params, REQUEST).await;
        let last = client.lock().clone();
        match (steered, last) {
            (Ok(_), _) => Ok(()),
            (Err(CallError::Closed(_)), Some(session)) => Err(client.gone(&session, METHOD).await),
            (Err(CallError::Refused(error)), _) if ended(&error.message) => Err(Error::Usage(LATE.into())),
            (Err(error), _) => Err(Error::from_call(METHOD, Some(self.0.thread.id()), error)),
        }
    }

    /// Whether it can take input, as far as is known here.
    fn check_steer(&self) -> Result<(), Error> {
        let state = self.0.lock();
        if state.end.is_some() {
            Err(Error::Usage(LATE.into()))
        } else if state.id.is_none() {
            Err(Error::Usage("the turn has not begun, and takes no further input until then".into()))
        } else {
            Ok(())
        }
    }

    /// Whether an error of [`Turn::steer`] says that it had ended.
    pub(in crate::codex) fn is_late(error: &Error) -> bool {
        matches!(error, Error::Usage(words) if words == LATE)
    }
}
