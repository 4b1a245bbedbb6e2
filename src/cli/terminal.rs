//! What people read on standard error.

use std::io::{IsTerminal, Write as _};
use std::sync::Arc;

use anstyle::{AnsiColor, Style};

use super::status::{self, Status};
use super::visible::{self, visible};
use crate::codex::redact;
use crate::notice::{Notice, Progress, Receiver};
use crate::repl::Above;
use crate::sys::stdio::{self, Stream};

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default();
const FAINT: Style = Style::new().dimmed();
const MARK: &str = "codex-lua: ";

/// Prints notices as lines; what runs, and steps of progress, are the status line's.
#[derive(Clone)]
pub struct Notices {
    quiet: bool,
    status: Option<Arc<Status>>,
}

impl Notices {
    /// `quiet` leaves out progress.
    pub fn new(quiet: bool) -> Self {
        Self { quiet, status: None }
    }

    /// For a prompt: what is printed while a line is read goes to `above`.
    pub fn with_prompt(self, above: Above) -> Self {
        let status = Status::share(above).filter(|_| !self.quiet && std::io::stderr().is_terminal());
        Self { status, ..self }
    }

    /// With a status line, if this is a terminal and it is not to be quiet.
    pub fn with_status(self) -> Self {
        Self { status: if self.quiet { None } else { Status::start() }, ..self }
    }

    /// Says in one line what the program does now, unless it is to be quiet.
    pub fn say(&self, text: &str) {
        if !self.quiet {
            line(FAINT, MARK, &visible::line(text));
        }
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
            Notice::Warning(text) => line(WARNING, MARK, &visible::line(&text)),
            Notice::Log(text) => line(Style::new(), "", &visible::line(&text)),
            Notice::Progress(_) if self.quiet => {}
            Notice::Progress(Progress::Started(text)) => line(FAINT, MARK, &text),
            // In a log every step would stay.
            Notice::Progress(Progress::Step(text)) => self.show(|status| status.step(Some(text))),
            Notice::Progress(Progress::Done(text)) => {
                self.show(|status| status.step(None));
                line(FAINT, MARK, &text);
            }
            Notice::Answer(text) => stdio::write(Stream::Out, visible(&text).as_bytes()),
            Notice::Activity(activity) => self.show(|status| status.activity(activity)),
        }
    }

    fn wants_activity(&self) -> bool {
        self.status.is_some()
    }
}

/// How the status line looks: plain where nobody wants colours.
pub fn faint() -> Style {
    if has_colours() { FAINT } else { Style::new() }
}

/// Whether standard output is to have colours.
pub fn shows_colours() -> bool {
    anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never
}

fn has_colours() -> bool {
    anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never
}

/// Prints an error. Its further lines are indented: whoever wrote them, they are no lines of ours.
pub fn error(text: &str) {
    line(ERROR, "error: ", &text.replace('\n', "\n    "));
}

/// Prints a line that explains what is above it.
pub fn detail(text: &str) {
    line(FAINT, "", text);
}

fn line(style: Style, mark: &str, text: &str) {
    let text = visible(&redact::text(text));
    let line = if mark.is_empty() {
        format!("{style}{text}{style:#}\n")
    } else {
        format!("{style}{mark}{style:#}{text}\n")
    };
    let line = if has_colours() { line } else { anstream::adapter::strip_str(&line).to_string() };
    match status::screen() {
        Some(screen) if std::io::stderr().is_terminal() => screen.print_line(&line),
        // In one piece, since others write there too. A closed standard error is no reason to stop.
        _ => drop(std::io::stderr().write_all(line.as_bytes())),
    }
}
