//! The line editor: reads entries, and draws what is printed meanwhile above them.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use rustix::process::{Signal, getpid, kill_process};
use rustyline::completion::{Completer, Pair};
use rustyline::config::{BellStyle, CompletionType};
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{ColorMode, Config, Context, Editor as Rustyline, ExternalPrinter, Helper};

use super::above::Above;
use super::complete::Completions;
use super::history::History;
use super::paint::{self, Painter};
use super::{columns, command};
use crate::lua::syntax::{Checker, Form};
use crate::sys::stdio::{self, Stream};

/// Moves the cursor up and down again. A message of the editor's ends with a new line.
const WAKE: &str = "\x1b[A\n";
/// Candidates past which one is asked whether to list them.
const MANY: usize = 200;

/// Reads entries from a terminal.
pub struct Editor {
    rustyline: Rustyline<Lines, History>,
    above: Above,
}

/// What was entered.
pub enum Read {
    /// A whole entry.
    Entry(String),
    /// Ctrl-C; whether something had been typed.
    Interrupt { typed: bool },
    /// Ctrl-D, or the terminal is gone.
    End,
}

impl Editor {
    pub fn new(
        above: Above,
        history: History,
        painter: Painter,
        completions: Rc<Completions>,
    ) -> rustyline::Result<Self> {
        let config = Config::builder()
            .auto_add_history(false)
            // Colours are ours; without the highlighter nothing could be drawn above.
            .color_mode(ColorMode::Forced)
            .completion_type(CompletionType::List)
            .completion_prompt_limit(MANY)
            .completion_show_all_if_ambiguous(true)
            .bell_style(BellStyle::None)
            .enable_signals(false)
            .build();
        let mut rustyline = Rustyline::with_history(config, history)?;
        // Without one, as on a dumb terminal, what is printed comes as it comes.
        if let Ok(mut printer) = rustyline.create_external_printer() {
            above.wake_by(Box::new(move || drop(printer.print(WAKE.into()))));
        }
        let lines = Lines {
            above: above.clone(),
            painter,
            checker: RefCell::default(),
            completions,
            pair: Cell::default(),
            columns: Cell::default(),
            text: RefCell::default(),
            asks: Cell::default(),
        };
        rustyline.set_helper(Some(lines));
        Ok(Self { rustyline, above })
    }

    /// Reads an entry that begins with this text.
    pub fn read(&mut self, text: &str) -> Read {
        self.read_with("> ", text, false)
    }

    /// What was typed of a line that was interrupted.
    pub fn typed(&self) -> String {
        self.rustyline.helper().map(|lines| lines.text.borrow().clone()).unwrap_or_default()
    }

    /// Asks something that is answered with a line; `None` when it is not answered.
    pub fn ask(&mut self, question: &str) -> Option<String> {
        match self.read_with(question, "", true) {
            Read::Entry(answer) => Some(answer),
            Read::Interrupt { .. } | Read::End => None,
        }
    }

    fn read_with(&mut self, prompt: &str, text: &str, asks: bool) -> Read {
        if let Some(lines) = self.rustyline.helper() {
            lines.asks.set(asks);
            lines.text.borrow_mut().clear();
        }
        let mut lent = stdio::lend_screen();
        self.above.begin();
        stdio::fresh_line();
        let read = self.rustyline.readline_with_initial(prompt, (text, ""));
        let rest = self.above.end();
        lent.line_ended();
        drop(lent);
        if !rest.is_empty() {
            stdio::write(Stream::Out, &rest);
        }
        match read {
            Ok(entry) => Read::Entry(entry),
            Err(ReadlineError::Interrupted) => Read::Interrupt { typed: !self.typed().is_empty() },
            // Bytes that are no UTF-8: what was typed so far is lost, and nothing else.
            Err(ReadlineError::Io(error)) if error.kind() == std::io::ErrorKind::InvalidData => {
                Read::Interrupt { typed: true }
            }
            Err(_) => Read::End,
        }
    }

    pub fn history(&mut self) -> &mut History {
        self.rustyline.history_mut()
    }
}

/// What the editor asks about the line that is being typed.
struct Lines {
    above: Above,
    painter: Painter,
    checker: RefCell<Option<Checker>>,
    completions: Rc<Completions>,
    pair: Cell<Option<(usize, usize)>>,
    columns: Cell<usize>,
    /// What is typed so far.
    text: RefCell<String>,
    /// The line is an answer, not Lua.
    asks: Cell<bool>,
}

impl Helper for Lines {}

impl Validator for Lines {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let text = context.input();
        if self.asks.get() || command::is_one(text) {
            return Ok(ValidationResult::Valid(None));
        }
        let mut checker = self.checker.borrow_mut();
        if checker.is_none() {
            *checker = Checker::new().ok();
        }
        let form = checker.as_ref().map_or(Form::Whole, |checker| checker.form(text));
        Ok(match form {
            Form::Whole => ValidationResult::Valid(None),
            Form::Part => ValidationResult::Incomplete,
        })
    }
}

impl Highlighter for Lines {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        line.clone_into(&mut self.text.borrow_mut());
        if self.asks.get() || command::is_one(line) {
            return Cow::Borrowed(line);
        }
        Cow::Owned(self.painter.code(line, self.pair.get()))
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        let columns = columns();
        // The kernel tells of a new size before it has it, and the editor may have asked too early.
        if self.columns.replace(columns) != columns {
            let _ = kill_process(getpid(), Signal::WINCH);
        }
        Cow::Owned(self.above.draw(columns) + &self.painter.bold(prompt))
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(self.painter.faint(hint))
    }

    fn highlight_char(&self, line: &str, pos: usize, kind: CmdKind) -> bool {
        line.clone_into(&mut self.text.borrow_mut());
        let pair = (kind != CmdKind::ForcedRefresh).then(|| paint::pair(line, pos)).flatten();
        let had = self.pair.replace(pair).is_some();
        // A character can change how those before it look: a quote, the last of a word.
        kind != CmdKind::MoveCursor || had || pair.is_some()
    }
}

impl Hinter for Lines {
    type Hint = String;

    fn hint(&self, line: &str, pos: usize, _: &Context<'_>) -> Option<String> {
        if self.asks.get() || pos < line.len() { None } else { self.completions.hint(line) }
    }
}

impl Completer for Lines {
    type Candidate = Pair;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        if self.asks.get() {
            return Ok((pos, vec![]));
        }
        let (start, candidates) = self.completions.at(line, pos);
        let pair = |(text, shown)| Pair { display: shown, replacement: text };
        Ok((start, candidates.into_iter().map(pair).collect()))
    }
}
