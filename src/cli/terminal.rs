//! What people read on standard error.

use std::fmt::Write as _;
use std::io::{IsTerminal, Write as _};
use std::sync::{Mutex, PoisonError};

use anstyle::{AnsiColor, Style};

use crate::notice::{Notice, Progress, Receiver};

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default();
const FAINT: Style = Style::new().dimmed();

/// Prints notices as lines; on a terminal a step of progress takes the place of the one before.
pub struct Notices {
    quiet: bool,
    /// Whether the last line is a step that the next line replaces.
    step: Mutex<bool>,
}

impl Notices {
    /// `quiet` leaves out progress.
    pub fn new(quiet: bool) -> Self {
        Self { quiet, step: Mutex::new(false) }
    }
}

impl Receiver for Notices {
    fn receive(&self, notice: Notice) {
        let mut step = self.step.lock().unwrap_or_else(PoisonError::into_inner);
        let (text, style, is_step) = match notice {
            // One line, whatever the agent wrote into it.
            Notice::Warning(text) => (text.replace('\n', "\\n"), WARNING, false),
            Notice::Progress(_) if self.quiet => return,
            Notice::Progress(Progress::Started(text) | Progress::Done(text)) => (text, FAINT, false),
            Notice::Progress(Progress::Step(text)) if std::io::stderr().is_terminal() => (text, FAINT, true),
            // In a log every step would stay.
            Notice::Progress(Progress::Step(_)) => return,
        };
        if std::mem::replace(&mut *step, is_step) {
            // To the start of the line above, and away with it.
            let _ = write!(anstream::stderr(), "\x1b[1A\x1b[2K");
        }
        line(style, "codex-lua: ", &text);
    }
}

/// Prints an error.
pub fn error(text: &str) {
    line(ERROR, "error: ", text);
}

/// Prints a line that explains what is above it.
pub fn detail(text: &str) {
    line(FAINT, "", text);
}

fn line(style: Style, mark: &str, text: &str) {
    let text = visible(text);
    // A closed standard error is no reason to stop.
    let _ = if mark.is_empty() {
        writeln!(anstream::stderr(), "{style}{text}{style:#}")
    } else {
        writeln!(anstream::stderr(), "{style}{mark}{style:#}{text}")
    };
}

/// Control characters shown as escapes: what the agent wrote must not steer the terminal.
pub fn visible(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut shown, c| {
        match c {
            '\n' | '\t' => shown.push(c),
            c if c.is_control()
                || ('\u{202a}'..='\u{202e}').contains(&c)
                || ('\u{2066}'..='\u{2069}').contains(&c) =>
            {
                let _ = write!(shown, "{}", c.escape_unicode());
            }
            c => shown.push(c),
        }
        shown
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(visible("a\u{1b}[2Jb\rc\u{202e}d\n"), "a\\u{1b}[2Jb\\u{d}c\\u{202e}d\n");
    }
}
