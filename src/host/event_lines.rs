//! Every event as a line, for whoever looks on.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::codex::{Said, Tap};

/// Is told an event as JSON.
pub(super) type TellEvent = Box<dyn Fn(&[u8]) + Send + Sync>;

/// Tells events while it is turned on.
pub(super) struct EventLines {
    on: AtomicBool,
    tell: Option<TellEvent>,
}

impl std::fmt::Debug for EventLines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EventLines")
    }
}

impl EventLines {
    pub fn new(tell: Option<TellEvent>) -> Self {
        Self { on: AtomicBool::new(false), tell }
    }

    /// Whether anybody could look on.
    pub fn are_wanted(&self) -> bool {
        self.tell.is_some()
    }

    pub fn is_on(&self) -> bool {
        self.on.load(Ordering::Relaxed)
    }

    pub fn turn(&self, on: bool) {
        self.on.store(on, Ordering::Relaxed);
    }
}

impl Tap for EventLines {
    fn heard(&self, said: &Said<'_>) {
        if let (Some(tell), true) = (&self.tell, self.is_on()) {
            let mut text = Vec::new();
            said.line().write(&mut text);
            tell(&text);
        }
    }
}
