//! What the events of one turn, ours or a subagent's, cost the budgets that it counts for.

use super::budget::{Budget, Budgets};
use super::client::Client;
use super::meter::{Answers, Reading, Untold};
use super::wire::ItemHead;

/// Looks at the events of one turn.
#[derive(Debug, Default)]
pub(super) struct Counter(Answers);

impl Counter {
    /// An item was started or completed; gives a budget for which that is too much.
    pub fn item(&mut self, method: &str, item: &ItemHead<'_>, budgets: &Budgets) -> Option<Budget> {
        match &*item.kind {
            "agentMessage" | "reasoning" if method == "item/started" => self.0.began(),
            "commandExecution" if method == "item/started" => return budgets.command(),
            _ => {}
        }
        None
    }

    /// Tokens were told; likewise.
    pub fn tokens(&mut self, reading: &Reading, budgets: &Budgets, client: &Client) -> Option<Budget> {
        note(self.0.told(reading.new.is_some()), budgets, client);
        budgets.tokens(&reading.new?)
    }

    /// The turn has ended, by itself or not.
    pub fn ended(&mut self, completed: bool, budgets: &Budgets, client: &Client) {
        note(self.0.ended(completed), budgets, client);
    }
}

fn note(untold: Option<Untold>, budgets: &Budgets, client: &Client) {
    if let Some(untold) = untold
        && budgets.untold(untold)
    {
        client.notices().warn(
            "the model reports no token usage: a budget of tokens cannot stop it; limit turns, seconds or commands",
        );
    }
}
