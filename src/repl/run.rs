//! The loop: reads an entry, runs it, shows what came of it.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use super::command::{self, Command};
use super::complete::Completions;
use super::editor::{Editor, Read};
use super::history::History;
use super::paint::Painter;
use super::{Manner, ask, columns};
use crate::Error;
use crate::host::{Answer, Chunk, Entry, Host, Outcome, Reason, Session, Source, Told};
use crate::sys::stdio::{self, Stream, typed};

/// How often it is looked, while an entry runs, whether the agent asks something.
const LOOK: Duration = Duration::from_millis(20);

/// Runs a prompt until its end; `script` is run before.
///
/// # Errors
/// When the terminal cannot be used or Lua has no memory.
pub fn run(host: Host, script: Option<Chunk>, manner: Manner) -> Result<Outcome, Error> {
    let (report, control) = (manner.report, manner.control.clone());
    let session = Session::begin(host, move |told| match told {
        Told::Failed(failure) => report(&failure),
        Told::Ended(outcome) => control.end_with(outcome),
    })?;
    let session = Rc::new(RefCell::new(session));
    let painter = Painter { colours: manner.colours };
    let history = History::open(manner.history.clone());
    let completions = Rc::new(Completions::new(session.clone()));
    let editor = Editor::new(manner.above.clone(), history, painter, completions.clone());
    let mut prompt = Prompt {
        session,
        completions,
        editor: editor.map_err(|error| Error::Terminal(error.to_string()))?,
        painter,
        manner,
        worked: vec![],
        times: false,
    };
    typed::hold();
    let outcome = prompt.talk(script);
    typed::let_go();
    prompt.manner.control.over();
    Ok(outcome)
}

/// A prompt that runs.
pub(super) struct Prompt {
    pub session: Rc<RefCell<Session>>,
    pub completions: Rc<Completions>,
    pub editor: Editor,
    pub painter: Painter,
    pub manner: Manner,
    /// Entries that did not fail, for `.save`.
    pub worked: Vec<String>,
    /// Whether it is said how long each entry took.
    pub times: bool,
}

impl Prompt {
    fn talk(&mut self, script: Option<Chunk>) -> Outcome {
        if self.manner.greets {
            let version = env!("CARGO_PKG_VERSION");
            self.note(&format!("codex-lua {version}, Lua 5.4 · .help tells more"));
        }
        let init = self.manner.init.clone().filter(|init| init.is_file());
        let init = init.map(|init| Chunk { source: Source::File(init), args: vec![] });
        for chunk in init.into_iter().chain(script) {
            if let (_, Some(end)) = self.enter(Entry::Script(chunk)) {
                return end;
            }
        }
        let mut typed = String::new();
        loop {
            if let Some(end) = self.manner.control.ended() {
                return end;
            }
            self.answer_questions();
            self.manner.control.reads();
            let read = self.editor.read(&std::mem::take(&mut typed));
            self.manner.control.has_read();
            if let Some(end) = self.manner.control.ended() {
                return end;
            }
            let before = self.editor.typed();
            let end = match read {
                Read::Entry(text) => self.take(&text),
                Read::Interrupt { .. } if self.answer_questions() => {
                    typed = before;
                    None
                }
                Read::Interrupt { typed } => {
                    if !typed {
                        self.note("Ctrl-D or .exit leaves");
                    }
                    None
                }
                Read::End => self.may_leave().then_some(Outcome::Done),
            };
            if let Some(end) = end {
                return end;
            }
        }
    }

    fn take(&mut self, text: &str) -> Option<Outcome> {
        if text.trim().is_empty() {
            return None;
        }
        if let Err(error) = self.editor.history().enter(text.trim_end()) {
            self.complain(&format!("the history cannot be written: {error}"));
            self.editor.history().forget_file();
        }
        match Command::read(text) {
            Some(command) => command::run(self, command),
            None => self.enter_text(text),
        }
    }

    /// Runs what was typed, and keeps it for `.save` when it works.
    fn enter_text(&mut self, text: &str) -> Option<Outcome> {
        let (worked, end) = self.enter(Entry::Typed(text.to_owned()));
        if worked {
            self.worked.push(text.trim_end().to_owned());
        }
        end
    }

    /// As [`Prompt::enter_text`], and says how long it took.
    pub fn timed(&mut self, text: &str) -> Option<Outcome> {
        let times = std::mem::replace(&mut self.times, true);
        let end = self.enter_text(text);
        self.times = times;
        end
    }

    /// Runs an entry; tells whether it worked, and what ends the prompt.
    pub fn enter(&mut self, entry: Entry) -> (bool, Option<Outcome>) {
        let answer = self.run(entry);
        (answer.outcome == Outcome::Done, self.show(&answer))
    }

    fn run(&mut self, entry: Entry) -> Answer {
        let entered = {
            let mut session = self.session.borrow_mut();
            let entered = session.enter(entry, columns());
            self.manner.control.begin(session.stopper());
            entered
        };
        let answer = loop {
            match entered.wait_for(LOOK) {
                Some(answer) => break answer,
                None => self.answer_questions(),
            };
        };
        self.manner.control.done();
        answer
    }

    /// Puts what the agent asks; tells whether there was anything.
    fn answer_questions(&mut self) -> bool {
        let mut any = false;
        while let Some(question) = self.manner.asked.next() {
            ask::put(question, &mut self.editor, self.painter);
            any = true;
        }
        any
    }

    fn show(&mut self, answer: &Answer) -> Option<Outcome> {
        for value in &answer.values {
            say(&self.painter.value(value));
        }
        match &answer.outcome {
            Outcome::Failed(failure) => {
                stdio::fresh_line();
                (self.manner.report)(failure);
            }
            Outcome::Stopped(Reason::Interrupt) => {
                self.note("interrupted");
            }
            Outcome::Stopped(Reason::Timeout) => self.complain("the entry ran longer than --timeout allows"),
            Outcome::Done => {}
            end => return Some(end.clone()),
        }
        if self.times {
            self.note(&took(answer.took));
        }
        None
    }

    /// Whether to leave: asks when turns run.
    pub fn may_leave(&mut self) -> bool {
        let turns = self.session.borrow().turns();
        if turns == 0 {
            return true;
        }
        let runs = if turns == 1 { "a turn runs".to_owned() } else { format!("{turns} turns run") };
        let answer = self.editor.ask(&format!("{runs}: interrupt and leave? [y/N] "));
        answer.is_some_and(|answer| matches!(answer.trim(), "y" | "Y" | "yes"))
    }

    /// Prints a line about what was done.
    pub fn note(&self, text: &str) {
        say(&self.painter.faint(text));
    }

    /// Prints a line about what cannot be done.
    pub fn complain(&self, text: &str) {
        say(&self.painter.error(&crate::sys::visible::line(text)));
    }
}

/// Prints a line.
pub(super) fn say(text: &str) {
    stdio::fresh_line();
    stdio::write(Stream::Out, format!("{text}\n").as_bytes());
}

/// `1.2ms`, `3.40s`.
pub(super) fn took(time: Duration) -> String {
    if time < Duration::from_secs(1) {
        format!("{:.1}ms", time.as_secs_f64() * 1e3)
    } else {
        format!("{:.2}s", time.as_secs_f64())
    }
}
