//! Several things that are waited for at once.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use mlua::{Function, IntoLuaMulti, Lua, MultiValue, Value};

use super::channel::{Channel, Next};
use super::{Awaiting, Outcome, Task, spawn_helper};
use crate::lua::function::{self, prelude};

/// Sources with names, which take turns.
#[derive(Default)]
pub struct Select {
    sources: Vec<Source>,
    /// Where to look first.
    turn: Cell<usize>,
}

struct Source {
    name: Value,
    input: Input,
    ended: Cell<bool>,
}

enum Input {
    Channel(Rc<Values>),
    Task(Awaiting),
    /// A task that calls what is to be called, and hands over what comes of it: one at a time.
    Calls(Awaiting, Rc<Values>),
}

/// A channel of scripts.
pub type Values = Channel<MultiValue>;

/// What a source has.
pub enum Ready {
    /// The next of its values.
    Values(Value, MultiValue),
    /// It came to this, which is no value.
    Failed(Value, Outcome),
    /// All have ended.
    End,
}

impl Select {
    /// Adds a channel.
    pub fn channel(&mut self, name: Value, channel: Rc<Values>) {
        self.add(name, Input::Channel(channel));
    }

    /// Adds a task, whose error is this one's from now on.
    pub fn task(&mut self, name: Value, task: Rc<Task>) {
        self.add(name, Input::Task(Awaiting::new(task)));
    }

    /// Adds something to be called until it returns nil. `None` when no task runs.
    pub fn calls(&mut self, lua: &Lua, name: Value, source: Value) -> mlua::Result<Option<()>> {
        let values = Rc::new(Values::new(0));
        let hand_over = hand_over(lua, values.clone())?;
        let calling = prelude::<Function>(lua, "calling")?;
        let task = spawn_helper(lua, calling, (source, hand_over).into_lua_multi(lua)?);
        Ok(task.map(|task| self.add(name, Input::Calls(Awaiting::new(task), values))))
    }

    fn add(&mut self, name: Value, input: Input) {
        self.sources.push(Source { name, input, ended: Cell::new(false) });
    }

    /// The next that has something.
    pub async fn next(&self) -> Ready {
        tokio::task::coop::consume_budget().await;
        loop {
            if let Some(ready) = self.try_next() {
                return ready;
            }
            self.changed().await;
        }
    }

    fn try_next(&self) -> Option<Ready> {
        let count = self.sources.len();
        for place in (0..count).map(|n| (self.turn.get() + n) % count) {
            if let Some(ready) = self.sources[place].try_next() {
                self.turn.set(place + 1);
                self.pass_on();
                return Some(ready);
            }
        }
        self.sources.iter().all(|source| source.ended.get()).then_some(Ready::End)
    }

    /// What it was woken for and leaves for later is there for others too.
    fn pass_on(&self) {
        for source in &self.sources {
            if let Input::Channel(channel) = &source.input {
                channel.pass_on();
            }
        }
    }

    async fn changed(&self) {
        let open = self.sources.iter().filter(|source| !source.ended.get());
        let mut changes: Vec<Pin<Box<dyn Future<Output = ()> + '_>>> = Vec::new();
        for source in open {
            if let Input::Channel(values) | Input::Calls(_, values) = &source.input {
                changes.push(Box::pin(values.filled()));
            }
            if let Input::Task(task) | Input::Calls(task, _) = &source.input {
                changes.push(Box::pin(task.0.ended.notified()));
            }
        }
        poll_fn(|context| {
            let mut polled = changes.iter_mut().map(|change| change.as_mut().poll(context));
            polled.find(Poll::is_ready).unwrap_or(Poll::Pending)
        })
        .await;
    }

    /// Ends the tasks of its own; they are left to be waited for.
    pub fn close(&self) -> Vec<Rc<Task>> {
        let mut ending = Vec::new();
        for source in &self.sources {
            source.ended.set(true);
            if let Input::Calls(Awaiting(task), _) = &source.input {
                task.cancel();
                ending.push(task.clone());
            }
        }
        ending
    }
}

impl Drop for Select {
    fn drop(&mut self) {
        self.close();
    }
}

impl Source {
    fn try_next(&self) -> Option<Ready> {
        if self.ended.get() {
            return None;
        }
        if let Input::Channel(values) | Input::Calls(_, values) = &self.input {
            match values.try_recv() {
                Next::Value(values) => return Some(Ready::Values(self.name.clone(), values)),
                Next::End => self.ended.set(true),
                Next::Pending => {}
            }
        }
        let (Input::Task(Awaiting(task)) | Input::Calls(Awaiting(task), _)) = &self.input else {
            return None;
        };
        let outcome = task.outcome.borrow().clone()?;
        self.ended.set(true);
        match (outcome, &self.input) {
            (Outcome::Returned(values), Input::Task(_)) => Some(Ready::Values(self.name.clone(), values)),
            (Outcome::Returned(_), _) => None,
            (outcome, _) => Some(Ready::Failed(self.name.clone(), outcome)),
        }
    }
}

fn hand_over(lua: &Lua, values: Rc<Values>) -> mlua::Result<Function> {
    function::awaiting(lua, "select", move |_, args| {
        let values = values.clone();
        async move {
            // Nobody closes it.
            let _ = values.send(args.rest()).await;
            Ok(())
        }
    })
}
