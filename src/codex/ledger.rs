//! What was spent of one budget; pure.

use std::time::Duration;

use tokio::time::Instant;

use super::budget::{Allowance, Spent};
use super::meter::Untold;

/// Sums, and the turns that run at this moment.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    tokens: u64,
    commands: u64,
    turns: u64,
    /// Answers that were cut off, and whole ones, of which no tokens were told.
    cut: u64,
    whole: u64,
    /// Times that are over.
    time: Duration,
    running: u64,
    /// Since when at least one runs.
    since: Option<Instant>,
    exceeded: bool,
}

impl Ledger {
    pub fn tokens(&mut self, tokens: u64) {
        self.tokens = self.tokens.saturating_add(tokens);
    }

    pub fn command(&mut self) {
        self.commands += 1;
    }

    /// Tells whether it is the first whole one.
    pub fn untold(&mut self, untold: Untold) -> bool {
        let count = if untold == Untold::Cut { &mut self.cut } else { &mut self.whole };
        *count += 1;
        untold == Untold::Whole && self.whole == 1
    }

    /// Counts a turn, if something of all that is limited is left for it.
    pub fn admit(&mut self, allowed: &Allowance, now: Instant) -> bool {
        let left = |spent: u64, allowed: Option<u64>| allowed.is_none_or(|allowed| spent < allowed);
        let is_left = !self.is_spent(allowed, now)
            && left(self.tokens, allowed.tokens)
            && left(self.turns, allowed.turns);
        self.turns += u64::from(is_left);
        is_left
    }

    /// A turn that was counted does not begin.
    pub fn withdraw(&mut self) {
        self.turns = self.turns.saturating_sub(1);
    }

    /// A turn begins.
    pub fn run(&mut self, now: Instant) {
        self.running += 1;
        self.since.get_or_insert(now);
    }

    /// A turn has ended.
    pub fn rest(&mut self, now: Instant) {
        self.running = self.running.saturating_sub(1);
        if self.running == 0
            && let Some(since) = self.since.take()
        {
            self.time += now.saturating_duration_since(since);
        }
    }

    fn time(&self, now: Instant) -> Duration {
        self.time + self.since.map_or(Duration::ZERO, |since| now.saturating_duration_since(since))
    }

    /// When the time is spent, if turns go on. A time that no clock will reach is none.
    pub fn due(&self, allowed: &Allowance) -> Option<Instant> {
        self.since?.checked_add(allowed.time?.saturating_sub(self.time))
    }

    /// Whether no turn may go on.
    pub fn is_spent(&self, allowed: &Allowance, now: Instant) -> bool {
        self.exceeded || allowed.time.is_some_and(|allowed| self.time(now) >= allowed)
    }

    /// Whether more was spent than may be, for the first time.
    pub fn has_just_exceeded(&mut self, allowed: &Allowance) -> bool {
        let over = |spent: u64, allowed: Option<u64>| allowed.is_some_and(|allowed| spent > allowed);
        let is_over = over(self.tokens, allowed.tokens) || over(self.commands, allowed.commands);
        is_over && !std::mem::replace(&mut self.exceeded, true)
    }

    pub fn spent(&self, now: Instant) -> Spent {
        Spent {
            tokens: (self.whole == 0).then_some(self.tokens),
            untold: self.cut + self.whole,
            turns: self.turns,
            time: self.time(now),
            commands: self.commands,
        }
    }
}
