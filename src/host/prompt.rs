//! A session on the Lua thread: what its entries share.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use mlua::{Lua, MultiValue, Table, Value};
use tokio_util::sync::CancellationToken;

use super::outcome::{Failure, Outcome};
use super::reach::Reach;
use super::session::{Name, Told};
use crate::codex::Client;
use crate::lua::entry::Entries;
use crate::lua::inspect::{self, Limits, Piece};
use crate::lua::{error, interrupt, task};
use crate::notice::Count;

pub(super) type Hear = Rc<dyn Fn(Told) + Send>;
type Texts = Rc<RefCell<HashMap<String, String>>>;

/// What entries share, and the tasks that they spawned.
pub(super) struct Prompt {
    entries: Entries,
    session: Rc<task::Session>,
    /// Entries by name, for the lines that errors are about.
    texts: Texts,
    hear: Hear,
}

/// What can be looked at between entries.
pub(super) struct Shown<'p> {
    pub lua: &'p Lua,
    pub prompt: &'p Prompt,
    pub client: &'p Client,
}

impl Prompt {
    pub fn begin(lua: &Lua, count: Count, hear: Hear) -> mlua::Result<Self> {
        let texts = Texts::default();
        let (failing, reading, state) = (hear.clone(), texts.clone(), lua.weak());
        let session = task::Session::new(lua, count, move |caught| {
            if let Some(lua) = state.try_upgrade() {
                failing(Told::Failed(Box::new(failure(&lua, &caught, &reading))));
            }
        });
        let prompt = Self { entries: Entries::new(lua)?, session: Rc::new(session), texts, hear };
        let (session, hear) = (prompt.session.clone(), prompt.hear.clone());
        tokio::task::spawn_local(async move {
            session.cancelled().await;
            // A reset and the end of all cancel it too.
            if let Some(end) = session.ended() {
                hear(Told::Ended(outcome(end)));
            }
        });
        Ok(prompt)
    }

    pub fn entries(&self) -> &Entries {
        &self.entries
    }

    pub fn hear(&self) -> Hear {
        self.hear.clone()
    }

    /// Runs what was typed; gives its values as text.
    pub async fn type_in(
        &self,
        lua: &Lua,
        text: String,
        name: &str,
        columns: usize,
        cancel: CancellationToken,
    ) -> (Outcome, Vec<Vec<Piece>>) {
        let compiled = match self.entries.compile(lua, &text, name) {
            Ok(Ok(compiled)) => compiled,
            Ok(Err(mut failure)) => {
                self.texts.borrow_mut().insert(name.into(), text);
                failure.source_line = line(&self.texts, &failure);
                return (Outcome::Failed(failure), vec![]);
            }
            Err(error) => return (broken(&error), vec![]),
        };
        self.texts.borrow_mut().insert(name.into(), text);
        match self.run(lua, compiled.function, MultiValue::new(), cancel).await {
            Ok(mut values) => {
                if compiled.is_expression {
                    values.pop_front();
                }
                let shown = interrupt::in_front(|| self.shown(lua, &values, compiled.is_silent, columns));
                shown.map_or_else(|error| (broken(&error), vec![]), |shown| (Outcome::Done, shown))
            }
            Err(outcome) => (outcome, vec![]),
        }
    }

    /// Runs a function in the session.
    pub async fn run(
        &self,
        lua: &Lua,
        function: mlua::Function,
        args: MultiValue,
        cancel: CancellationToken,
    ) -> Result<MultiValue, Outcome> {
        match self.session.run(lua, cancel, function, args).await {
            task::Outcome::Returned(values) => Ok(values),
            task::Outcome::Raised(caught) => Err(Outcome::Failed(failure(lua, &caught, &self.texts))),
            other => Err(outcome(other)),
        }
    }

    fn shown(
        &self,
        lua: &Lua,
        values: &MultiValue,
        is_silent: bool,
        columns: usize,
    ) -> mlua::Result<Vec<Vec<Piece>>> {
        self.entries.keep(values)?;
        if is_silent {
            return Ok(vec![]);
        }
        let limits = Limits { columns, ..Limits::default() };
        let shown = |value: &Value| inspect::pieces(lua, value, &limits);
        interrupt::watched(lua, || values.iter().map(shown).collect())
    }

    /// Closes what was declared `<close>`, and ends all tasks.
    pub async fn end(&self, lua: &Lua) {
        if let Ok(closer) = self.entries.closer()
            && self.session.ended().is_none()
        {
            // What a closer raises was nobody's to catch.
            let _ = self.session.run(lua, CancellationToken::new(), closer, MultiValue::new()).await;
        }
        self.session.end(lua).await;
    }
}

/// What a task's outcome is for a session.
fn outcome(outcome: task::Outcome) -> Outcome {
    match outcome {
        task::Outcome::Exited(status) => Outcome::Exited(status),
        task::Outcome::Panicked(panic) => Outcome::Broken(panic),
        _ => Outcome::Stopped(super::stop::Reason::Stopped),
    }
}

fn broken(error: &mlua::Error) -> Outcome {
    Outcome::Failed(Failure::of_message(None, error.to_string()))
}

fn failure(lua: &Lua, caught: &Table, texts: &Texts) -> Failure {
    let mut failure = interrupt::in_front(|| error::failure(lua, caught))
        .unwrap_or_else(|error| Failure::of_message(None, error.to_string()));
    failure.source_line = line(texts, &failure);
    failure
}

/// The line that a failure is about, of an entry or of a file.
fn line(texts: &Texts, failure: &Failure) -> Option<String> {
    let (name, number) = failure.place.as_ref()?;
    let texts = texts.borrow();
    let read;
    let text = if let Some(text) = texts.get(name) {
        text
    } else {
        read = String::from_utf8_lossy(&std::fs::read(name).ok()?).into_owned();
        &read
    };
    Some(text.lines().nth(number.checked_sub(1)?)?.trim_end().to_owned())
}

impl Shown<'_> {
    pub fn names(&self, path: &[String]) -> Vec<Name> {
        Reach::new(self.lua, self.prompt.entries.variables()).names(path)
    }

    pub fn class(&self, path: &[String]) -> Option<String> {
        Reach::new(self.lua, self.prompt.entries.variables()).class(path)
    }

    pub fn tasks(&self) -> Vec<String> {
        self.prompt.session.tasks().iter().map(|child| child.place.clone()).collect()
    }

    pub fn threads(&self) -> Vec<String> {
        let thread = |thread: &crate::codex::Thread| {
            let info = thread.info();
            let name = info.name.map(|name| format!(" {name:?}")).unwrap_or_default();
            format!("{}{name}  {}  {}", thread.id(), thread.model(), thread.cwd())
        };
        self.client.held_threads().iter().map(thread).collect()
    }

    pub fn handles(&self) -> Vec<String> {
        Reach::new(self.lua, self.prompt.entries.variables()).handles()
    }

    pub fn turns(&self) -> usize {
        self.client.live_turns().len()
    }
}
