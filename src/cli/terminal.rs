//! What people read on standard error.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Arc;

use anstyle::{AnsiColor, Style};

use super::status::{self, Status};
use crate::notice::{Notice, Progress, Receiver};

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default();
const FAINT: Style = Style::new().dimmed();
const MARK: &str = "codex-lua: ";

/// Prints notices as lines; what runs, and steps of progress, are the status line's.
pub struct Notices {
    quiet: bool,
    status: Option<Arc<Status>>,
}

impl Notices {
    /// `quiet` leaves out progress.
    pub fn new(quiet: bool) -> Self {
        Self { quiet, status: None }
    }

    /// With a status line, if this is a terminal and it is not to be quiet.
    pub fn with_status(self) -> Self {
        Self { status: if self.quiet { None } else { Status::start() }, ..self }
    }

    fn show(&self, show: impl FnOnce(&Arc<Status>)) {
        if let Some(status) = &self.status {
            show(status);
        }
    }
}

impl Receiver for Notices {
    fn receive(&self, notice: Notice) {
        match notice {
            // One line, whatever the agent wrote into it.
            Notice::Warning(text) => line(WARNING, MARK, &text.replace('\n', "\\n")),
            Notice::Progress(_) if self.quiet => {}
            Notice::Progress(Progress::Started(text)) => line(FAINT, MARK, &text),
            // In a log every step would stay.
            Notice::Progress(Progress::Step(text)) => self.show(|status| status.step(Some(text))),
            Notice::Progress(Progress::Done(text)) => {
                self.show(|status| status.step(None));
                line(FAINT, MARK, &text);
            }
            Notice::Activity(activity) => self.show(|status| status.activity(activity)),
        }
    }

    fn wants_activity(&self) -> bool {
        self.status.is_some()
    }
}

/// How the status line looks: plain where nobody wants colours.
pub fn faint() -> Style {
    match anstream::AutoStream::choice(&std::io::stderr()) {
        anstream::ColorChoice::Never => Style::new(),
        _ => FAINT,
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
    let print = || {
        // A closed standard error is no reason to stop.
        let _ = if mark.is_empty() {
            writeln!(anstream::stderr(), "{style}{text}{style:#}")
        } else {
            writeln!(anstream::stderr(), "{style}{mark}{style:#}{text}")
        };
    };
    match status::screen() {
        Some(screen) => screen.above(print),
        None => print(),
    }
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
