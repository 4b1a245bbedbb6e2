//! What turns may spend, and what they have spent.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::error::Error;
use super::ledger::Ledger;
use super::meter::Untold;
use super::wire::Usage;

/// What may be spent; `None` is no limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Allowance {
    /// As Codex counts them: input, cached input too, and output.
    pub tokens: Option<u64>,
    /// Turns that are started or queued; those of subagents are none.
    pub turns: Option<u64>,
    /// In which a turn runs, by the clock: two at once count once.
    pub time: Option<Duration>,
    /// Commands that agents start.
    pub commands: Option<u64>,
}

/// What was spent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    /// `None` when an answer of the model was complete and the server told no usage of it.
    pub tokens: Option<u64>,
    /// Answers whose tokens nobody knows: those, and what was cut off.
    pub untold: u64,
    /// See [`Allowance::turns`].
    pub turns: u64,
    /// See [`Allowance::time`].
    pub time: Duration,
    /// See [`Allowance::commands`].
    pub commands: u64,
}

/// A budget that threads, their copies and tasks share; a cheap clone.
#[derive(Clone)]
pub struct Budget(Arc<Inner>);

struct Inner {
    allowed: Allowance,
    ledger: Mutex<Ledger>,
}

impl Budget {
    /// One of which nothing is spent.
    pub fn new(allowed: Allowance) -> Self {
        Self(Arc::new(Inner { allowed, ledger: Mutex::default() }))
    }

    /// What may be spent.
    pub fn allowed(&self) -> Allowance {
        self.0.allowed
    }

    /// What was spent until now.
    pub fn spent(&self) -> Spent {
        self.ledger().spent(Instant::now())
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.0.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts something; tells whether it is what was too much.
    fn spend(&self, count: impl FnOnce(&mut Ledger)) -> bool {
        let mut ledger = self.ledger();
        count(&mut ledger);
        ledger.has_just_exceeded(&self.0.allowed)
    }
}

impl PartialEq for Budget {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Budget {}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Budget({self})")
    }
}

/// What was spent of what is limited: `21099 of 20000 tokens, 2 of 3 turns`.
impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (allowed, spent) = (self.allowed(), self.spent());
        let tokens = spent.tokens.map_or_else(|| "an unknown number".into(), |tokens| tokens.to_string());
        let mut parts = Vec::new();
        let mut part = |spent: String, allowed: Option<String>, what: &str| {
            parts.extend(allowed.map(|allowed| format!("{spent} of {allowed} {what}")));
        };
        part(tokens, allowed.tokens.map(|n| n.to_string()), "tokens");
        part(spent.turns.to_string(), allowed.turns.map(|n| n.to_string()), "turns");
        part(seconds(spent.time), allowed.time.map(seconds), "seconds");
        part(spent.commands.to_string(), allowed.commands.map(|n| n.to_string()), "commands");
        f.write_str(&parts.join(", "))
    }
}

/// To a tenth.
fn seconds(time: Duration) -> String {
    let text = format!("{:.1}", time.as_secs_f64());
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
}

/// The budgets that something counts for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Budgets(Vec<Budget>);

impl Budgets {
    /// These too, each once.
    pub fn add(&mut self, others: impl IntoIterator<Item = Budget>) {
        for other in others {
            if !self.has(&other) {
                self.0.push(other);
            }
        }
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Budget> {
        self.0.iter()
    }

    pub(super) fn has(&self, budget: &Budget) -> bool {
        self.0.contains(budget)
    }

    /// Counts one more turn, unless one of them has nothing left for it.
    pub(super) fn admit(&self) -> Result<Share, Error> {
        let now = Instant::now();
        for (place, budget) in self.0.iter().enumerate() {
            if !budget.ledger().admit(&budget.0.allowed, now) {
                self.0[..place].iter().for_each(|budget| budget.ledger().withdraw());
                return Err(Error::Budget { budget: budget.clone(), result: None });
            }
        }
        Ok(Share { budgets: self.clone(), stage: Stage::Admitted })
    }

    /// Counts tokens; gives the first budget for which they are too much.
    pub(super) fn tokens(&self, usage: &Usage) -> Option<Budget> {
        self.spend(|ledger| ledger.tokens(usage.total_tokens))
    }

    /// Counts a command; likewise.
    pub(super) fn command(&self) -> Option<Budget> {
        self.spend(Ledger::command)
    }

    /// Counts an answer of which no tokens are known; tells whether a limit of tokens is no limit any more, the first
    /// time.
    pub(super) fn untold(&self, untold: Untold) -> bool {
        let is_first = |budget: &&Budget| budget.ledger().untold(untold) && budget.allowed().tokens.is_some();
        // All of them count it.
        self.0.iter().filter(is_first).count() > 0
    }

    fn spend(&self, count: impl Fn(&mut Ledger)) -> Option<Budget> {
        let exceeded: Vec<_> = self.0.iter().filter(|budget| budget.spend(&count)).collect();
        exceeded.first().copied().cloned()
    }
}

/// What one turn has to do with its budgets: it is counted, and its time runs. Dropped, it has ended.
#[derive(Debug, Default)]
pub(super) struct Share {
    budgets: Budgets,
    stage: Stage,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Stage {
    #[default]
    Admitted,
    Running,
    Ended,
}

impl Share {
    pub fn budgets(&self) -> &Budgets {
        &self.budgets
    }

    /// The turn has begun; gives a budget that was spent before.
    pub fn run(&mut self, now: Instant) -> Option<Budget> {
        if self.stage != Stage::Admitted {
            return None;
        }
        self.stage = Stage::Running;
        self.budgets.0.iter().for_each(|budget| budget.ledger().run(now));
        self.budgets.0.iter().find(|budget| budget.ledger().is_spent(&budget.0.allowed, now)).cloned()
    }

    /// When which budget of time is spent.
    pub fn due(&self) -> Option<(Instant, Budget)> {
        let due = |budget: &Budget| Some((budget.ledger().due(&budget.0.allowed)?, budget.clone()));
        self.budgets.0.iter().filter_map(due).min_by_key(|(at, _)| *at)
    }

    /// The turn has ended; one that never began is not counted.
    pub fn end(&mut self, now: Instant) {
        let stage = std::mem::replace(&mut self.stage, Stage::Ended);
        for budget in &self.budgets.0 {
            match stage {
                Stage::Admitted => budget.ledger().withdraw(),
                Stage::Running => budget.ledger().rest(now),
                Stage::Ended => {}
            }
        }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.end(Instant::now());
    }
}

#[cfg(test)]
mod tests;
