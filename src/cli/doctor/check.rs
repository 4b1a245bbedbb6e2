//! One thing that was looked at.

use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value};

/// Names of the checks, in the order in which they are shown.
pub const NAMES: [&str; 13] = [
    "codex",
    "login",
    "config",
    "sandbox",
    "home",
    "data",
    "state",
    "npm",
    "proxy",
    "inotify",
    "leftovers",
    "types",
    "terminal",
];

/// How it is; a greater one is worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Nothing to do.
    Ok,
    /// Could not be looked at, for a reason that another check tells.
    Skipped,
    /// Works, but not for everything.
    Warn,
    /// Scripts do not work.
    Fail,
}

#[derive(Debug, Serialize)]
pub struct Check {
    pub name: &'static str,
    #[serde(flatten)]
    pub finding: Finding,
}

/// What was found.
#[derive(Debug, Serialize)]
pub struct Finding {
    pub status: Status,
    /// What there is, as a phrase.
    pub found: String,
    /// What to do about it.
    pub advice: Option<String>,
    /// The same for programs.
    pub details: Map<String, Value>,
}

pub fn place(name: &str) -> usize {
    NAMES.iter().position(|known| *known == name).unwrap_or(NAMES.len())
}

impl Finding {
    fn new(status: Status, found: impl Into<String>) -> Self {
        Self { status, found: found.into(), advice: None, details: Map::new() }
    }

    pub fn ok(found: impl Into<String>) -> Self {
        Self::new(Status::Ok, found)
    }

    pub fn skipped(why: impl Into<String>) -> Self {
        Self::new(Status::Skipped, why)
    }

    pub fn warn(found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { advice: Some(advice.into()), ..Self::new(Status::Warn, found) }
    }

    pub fn fail(found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { advice: Some(advice.into()), ..Self::new(Status::Fail, found) }
    }

    pub fn late(deadline: Duration) -> Self {
        Self::fail(
            format!("no answer within {} s", deadline.as_secs_f32()),
            "look whether the disk or the program hangs; --timeout gives it longer",
        )
    }

    pub fn broken(error: impl std::fmt::Display) -> Self {
        Self::fail(format!("could not be looked at: {error}"), "please report this")
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }

    pub fn named(self, name: &'static str) -> Check {
        Check { name, finding: self }
    }
}
