//! What the watchers' owner does, itself and by its turns, told to every watcher in the order in which it is heard.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use super::call::Write;
use super::inbox::Inbox;
use super::own::Running;

/// Something that the owner or a turn of its does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// A turn of a thread has begun.
    TurnBegan {
        /// The thread.
        thread: String,
        /// The turn.
        turn: String,
    },
    /// A turn is over, and what ran in it.
    TurnEnded {
        /// The turn.
        turn: String,
    },
    /// No turn of a thread runs.
    ThreadRests {
        /// The thread.
        thread: String,
    },
    /// A turn began something that may write anywhere, as commands do.
    WorkBegan {
        /// The turn.
        turn: String,
        /// The item that tells of it.
        item: String,
    },
    /// That has ended.
    WorkEnded {
        /// The item that tells of it.
        item: String,
    },
    /// A turn has patched files.
    Patched {
        /// The turn.
        turn: String,
        /// What it did to each.
        patches: Vec<Patch>,
    },
    /// No turn runs any more.
    AllEnded,
    /// The owner itself began to change files.
    CallBegan,
    /// That has ended.
    CallEnded {
        /// What it did, in this order.
        writes: Arc<[Write]>,
    },
}

/// A deed, and when it was done.
#[derive(Debug, Clone)]
pub struct Told {
    /// What was done.
    pub deed: Deed,
    /// It cannot have begun before.
    pub since: Instant,
    /// When it was heard of.
    pub at: Instant,
}

/// The server may tell of what began only then: how much later.
const LATE: Duration = Duration::from_secs(1);

/// What was done to one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// Absolute.
    pub path: PathBuf,
    /// Where the file went, if it went.
    pub moved_to: Option<PathBuf>,
    /// What became of it.
    pub edit: Edit,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// It was written anew with this content.
    Add(String),
    /// This unified diff was applied.
    Update(String),
    /// It was removed.
    Delete,
}

/// Tells all watchers; a cheap clone.
#[derive(Debug, Clone, Default)]
pub struct Deeds(Arc<Mutex<Telling>>);

#[derive(Debug, Default)]
struct Telling {
    running: Running,
    /// Turns that have begun until now.
    turns: u64,
    /// When each running turn last told of something that it did not begin then.
    heard: HashMap<String, Instant>,
    watchers: Vec<Weak<Inbox>>,
}

impl Deeds {
    /// Tells of a deed; does not block.
    pub fn tell(&self, deed: &Deed) {
        let at = Instant::now();
        let mut telling = self.lock();
        let since = match deed {
            Deed::WorkBegan { turn, .. } | Deed::Patched { turn, .. } => {
                telling.heard.get(turn).copied().max(at.checked_sub(LATE)).unwrap_or(at)
            }
            _ => at,
        };
        let told = Told { deed: deed.clone(), since, at };
        telling.turns += u64::from(matches!(deed, Deed::TurnBegan { .. }));
        let Telling { running, heard, .. } = &mut *telling;
        running.hear(&told);
        heard.retain(|turn, _| running.has(turn));
        telling.watchers.retain(|inbox| inbox.upgrade().is_some_and(|inbox| inbox.deed(told.clone())));
    }

    /// A turn has told of something that it did not begin just then.
    pub fn heard(&self, turn: &str) {
        let mut telling = self.lock();
        if telling.running.has(turn) {
            telling.heard.insert(turn.to_owned(), Instant::now());
        }
    }

    /// How many turns have begun until now.
    pub fn turns(&self) -> u64 {
        self.lock().turns
    }

    /// Whether somebody watches.
    pub fn are_followed(&self) -> bool {
        self.lock().watchers.iter().any(|inbox| inbox.upgrade().is_some_and(|inbox| inbox.is_open()))
    }

    /// A watcher begins: what runs now. It is told what follows.
    pub(super) fn follow(&self, inbox: &Arc<Inbox>) -> Running {
        let mut telling = self.lock();
        telling.watchers.push(Arc::downgrade(inbox));
        telling.running.clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Telling> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
