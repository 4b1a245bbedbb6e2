//! What a script came to, for people.

use std::fmt;

use crate::Outcome;
use crate::host::Reason;
use crate::lua::error::Failure;

use super::terminal;

/// Characters of a source line that are shown.
const LONGEST_LINE: usize = 160;

/// Says what went wrong; a script that ended well says nothing.
pub fn outcome(outcome: &Outcome) {
    match outcome {
        Outcome::Failed(error) => failure(error),
        Outcome::Stopped(Reason::Timeout) => terminal::error("the script ran longer than --timeout allows"),
        Outcome::Broken(words) => {
            terminal::error(&format!("internal error: {words}"));
            terminal::detail(
                "This is a mistake in codex-lua, not in the script. Nothing that it started is left.",
            );
        }
        _ => {}
    }
}

/// Where, what, the line itself, and the way there.
pub fn failure(failure: &Failure) {
    terminal::error(&failure.headline());
    if let Some(line) = SourceLine::of(failure) {
        terminal::detail(&line.to_string());
    }
    if failure.traceback.len() > 1 {
        for frame in &failure.traceback {
            terminal::detail(&format!("    at {frame}"));
        }
    }
}

/// The line that a failure is about, with its number.
pub struct SourceLine<'a> {
    number: usize,
    text: &'a str,
}

impl<'a> SourceLine<'a> {
    /// `None` when it is not known.
    pub fn of(failure: &'a Failure) -> Option<Self> {
        let (_, number) = failure.place.as_ref()?;
        Some(Self { number: *number, text: failure.source_line.as_deref()? })
    }
}

impl fmt::Display for SourceLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start: String = self.text.chars().take(LONGEST_LINE).collect();
        let rest = if start.len() < self.text.len() { "…" } else { "" };
        write!(f, "{:>6} | {start}{rest}", self.number)
    }
}
