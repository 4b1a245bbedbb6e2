//! Who answers for every thread.

use std::sync::Arc;
use std::time::Duration;

use super::{Answerer, Kind};

/// A place for somebody who answers what no thread's own answerer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seat {
    /// What the script says for all threads; it is asked first.
    Script,
    /// The host itself: a person, say.
    Host,
}

/// Those who sit there.
#[derive(Default)]
pub(in crate::codex) struct Seats {
    script: Option<Arc<dyn Answerer>>,
    host: Option<Arc<dyn Answerer>>,
}

impl Seats {
    pub fn take(&mut self, seat: Seat, who: Option<Arc<dyn Answerer>>) {
        match seat {
            Seat::Script => self.script = who,
            Seat::Host => self.host = who,
        }
    }

    /// The first who answers this kind, and how long it may take.
    pub fn first(&self, kind: Kind) -> Option<(Arc<dyn Answerer>, Duration)> {
        [&self.script, &self.host]
            .into_iter()
            .flatten()
            .find_map(|who| Some((who.clone(), who.patience(kind)?)))
    }
}
