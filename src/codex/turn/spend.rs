//! What a turn of ours costs.

use tokio::time::Instant;

use super::state::{End, State};
use super::{Stop, Turn};
use crate::codex::budget::Budget;
use crate::codex::wire::Status;

impl Turn {
    pub(super) fn tokens(&self, state: &mut State, params: &str) -> Option<Budget> {
        let client = self.0.thread.client();
        let reading = client.registry().meter.read(self.0.thread.id(), params)?;
        state.tokens(&reading);
        let State { counter, share, joined, .. } = state;
        if *joined == Some(true) { None } else { counter.tokens(&reading, share.budgets(), client) }
    }

    pub(super) fn count_end(&self, state: &mut State) {
        state.share.end(Instant::now());
        let completed = matches!(state.end, Some(End::Finished(Status::Completed)));
        if state.joined != Some(true) {
            state.counter.ended(completed, &self.0.budgets, self.0.thread.client());
        }
    }

    /// Stops it if it counts for a budget that is spent.
    pub(in crate::codex) fn stop_spending(&self, budget: &Budget) {
        if self.0.budgets.has(budget) {
            self.stop(Stop::Budget(budget.clone()));
        }
    }
}
