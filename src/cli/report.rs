//! What a script came to, for people.

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
    if let (Some(text), Some((_, line))) = (&failure.source_line, &failure.place) {
        let start: String = text.chars().take(LONGEST_LINE).collect();
        let rest = if start.len() < text.len() { "…" } else { "" };
        terminal::detail(&format!("{line:>6} | {start}{rest}"));
    }
    if failure.traceback.len() > 1 {
        for frame in &failure.traceback {
            terminal::detail(&format!("    at {frame}"));
        }
    }
}
