//! A task that stays: entry after entry runs in it, and what they spawn lives on between them.

use std::cell::{OnceCell, RefCell};
use std::rc::{Rc, Weak};

use mlua::{Function, Lua, MultiValue, Table};
use tokio_util::sync::CancellationToken;

use super::outcome::{body, broken, came_of};
use super::{CURRENT, Kind, More, Outcome, Script, Status, Task};
use crate::lua::interrupt::{Foreground, Tracked};
use crate::notice::Count;
use crate::sys::panic::{catching, words};

/// Entries of a prompt, and the tasks that they spawned.
pub struct Session(Rc<Task>);

/// A task that an entry spawned.
pub struct Child {
    /// Where its function is, as `entry 3:1`.
    pub place: String,
    /// How it stands.
    pub status: Status,
}

/// What a session does without other tasks doing.
pub(super) struct Stays {
    failed: Box<dyn Fn(Table)>,
    spawned: RefCell<Vec<(Weak<Task>, Function)>>,
}

impl Stays {
    /// A task failed that nobody awaits: the others go on.
    pub fn failed(&self, error: Table) {
        (self.failed)(error);
    }

    pub fn spawned(&self, task: &Rc<Task>, function: &Function) {
        let mut spawned = self.spawned.borrow_mut();
        spawned.retain(|(task, _)| task.upgrade().is_some_and(|task| task.status() == Status::Running));
        spawned.push((Rc::downgrade(task), function.clone()));
    }
}

impl Session {
    /// One without entries. `failed` hears what `caught` made of the error of a task that nobody awaits.
    pub fn new(lua: &Lua, count: Count, failed: impl Fn(Table) + 'static) -> Self {
        let cancel = CancellationToken::new();
        let script = Script::new(cancel.clone(), count);
        lua.set_app_data(script.clone());
        let mut task = Task::new((None, Kind::Child), None, cancel, script);
        if let Some(task) = Rc::get_mut(&mut task) {
            let stays = Stays { failed: Box::new(failed), spawned: RefCell::default() };
            task.more = OnceCell::from(Box::new(More { stays: Some(stays), ..More::default() }));
        }
        Self(task)
    }

    /// Runs one entry until it returns or `cancel` says so; the tasks that it spawned go on.
    pub async fn run(
        &self,
        lua: &Lua,
        cancel: CancellationToken,
        function: Function,
        args: MultiValue,
    ) -> Outcome {
        let run =
            catching(Box::pin(CURRENT.scope(self.0.clone(), self.body(lua, &cancel, function, args)))).await;
        let outcome = run.unwrap_or_else(|panic| {
            self.0.script.end(Outcome::Panicked(words(&*panic)));
            Outcome::Cancelled
        });
        self.ended().unwrap_or(outcome)
    }

    async fn body(
        &self,
        lua: &Lua,
        cancel: &CancellationToken,
        function: Function,
        args: MultiValue,
    ) -> Outcome {
        let body = match body(lua) {
            Some(body) => {
                Tracked::new(body.call_async::<(bool, MultiValue)>((function, args)), cancel.clone())
            }
            None => return broken(lua, &"the host has ended"),
        };
        let running = Foreground::new(async {
            tokio::select! {
                biased;
                () = cancel.cancelled() => Outcome::Cancelled,
                () = self.0.cancel.cancelled() => Outcome::Cancelled,
                returned = body => came_of(lua, returned),
            }
        });
        running.await
    }

    /// How the session ended, if an entry or a task ended it.
    pub fn ended(&self) -> Option<Outcome> {
        self.0.script.ended()
    }

    /// Waits until something ends it.
    pub async fn cancelled(&self) {
        self.0.cancel.cancelled().await;
    }

    /// The tasks that run.
    pub fn tasks(&self) -> Vec<Child> {
        let stays = self.0.more().stays.iter();
        let spawned = stays.flat_map(|stays| stays.spawned.borrow().clone());
        let child = |(task, function): (Weak<Task>, Function)| {
            let status = task.upgrade()?.status();
            let info = function.info();
            let place = match (info.short_src, info.line_defined) {
                (Some(source), Some(line)) => format!("{source}:{line}"),
                _ => "host".into(),
            };
            (status == Status::Running).then_some(Child { place, status })
        };
        spawned.filter_map(child).collect()
    }

    /// Cancels all its tasks and waits for their ends, and for what handles requested that closed.
    pub async fn end(&self, lua: &Lua) {
        self.0.cancel.cancel();
        let more = self.0.more();
        more.wait_for(&more.children).await;
        more.wait_for(&more.helpers).await;
        more.settle_requested().await;
        lua.remove_app_data::<Script>();
        self.0.script.settle().await;
    }
}
