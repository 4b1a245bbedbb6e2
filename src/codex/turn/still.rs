//! A turn that waits for an answer.

use tokio::time::Instant;

use super::Turn;

/// As long as this is held the turn need show no life; its whole time goes on.
pub(in crate::codex) struct Still(Turn);

impl Turn {
    /// Something that it asked waits for an answer.
    pub(in crate::codex) fn keep_still(&self) -> Still {
        self.0.lock().timer.asks();
        Still(self.clone())
    }
}

impl Drop for Still {
    fn drop(&mut self) {
        let turn = &self.0;
        turn.0.lock().timer.told(Instant::now());
        turn.0.thread.client().wind_clock(turn);
    }
}
