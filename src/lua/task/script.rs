//! The script that tasks belong to, for host code that calls back into it.

use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;
use std::task::{Context, Waker};

use mlua::{Function, Lua, MultiValue, Table};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Kind, Outcome, Task};
use crate::notice::Count;
use crate::sys::panic::{catching, words};

/// A script that runs; a cheap clone. Held by whoever calls back into it, it does not keep it alive.
#[derive(Clone)]
pub struct Script(Rc<Shared>);

struct Shared {
    /// Ends all its tasks.
    cancel: CancellationToken,
    /// Why it is to end. The first reason counts.
    end: RefCell<Option<Outcome>>,
    /// How many tasks there are beside the first.
    count: Count,
    /// Says that its tasks have ended, or are to.
    over: CancellationToken,
    /// What runs beside its tasks and ends after them.
    beside: TaskTracker,
}

/// A function of the script that the host has called, as a task that keeps nothing alive. Dropping it cancels that.
pub struct Callback(pub(super) Rc<Task>);

impl Script {
    pub(super) fn new(cancel: CancellationToken, count: Count) -> Self {
        let over = cancel.child_token();
        Self(Rc::new(Shared { cancel, end: RefCell::default(), count, over, beside: TaskTracker::new() }))
    }

    /// That of the task that runs now; `None` outside of any.
    pub fn current() -> Option<Self> {
        Task::current().map(|task| task.script.clone())
    }

    /// That which runs in this state, for who is in no task of it; `None` between scripts.
    pub fn running(lua: &Lua) -> Option<Self> {
        lua.app_data_ref::<Self>().map(|script| script.clone())
    }

    /// Calls `function` as a task beside those of the script: it runs at once up to where it first awaits. It may do
    /// what they may; an error is its caller's to report. When the script's own tasks have ended, or are cancelled, it is
    /// cancelled, and the script's end waits for its own: after that nothing is called any more. To be called on the Lua
    /// thread and outside of any task.
    pub fn call(&self, lua: &Lua, function: Function, args: MultiValue) -> Callback {
        let task = Task::new((None, Kind::Child), None, self.0.over.child_token(), self.clone());
        let running = task.clone().run(lua, function, args, Some(self.0.count.one_more()));
        let mut running = Box::pin(self.0.beside.track_future(running));
        // Whoever wakes it later finds the waker of the task that polls it next.
        if running.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending() {
            tokio::task::spawn_local(running);
        }
        Callback(task)
    }

    /// Starts a function as a task that keeps nothing alive and is waited for by nobody; `tell` hears of its error when
    /// nobody awaits it. It ends as what [`Script::call`] calls.
    pub fn detach(
        &self,
        lua: &Lua,
        function: Function,
        args: MultiValue,
        tell: impl FnOnce(&Table) + 'static,
    ) -> Rc<Task> {
        let task = Task::new((None, Kind::Child), None, self.0.over.child_token(), self.clone());
        let running = task.clone().run(lua, function, args, Some(self.0.count.one_more()));
        let own = task.clone();
        tokio::task::spawn_local(self.0.beside.track_future(async move {
            running.await;
            if let (Some(Outcome::Raised(caught)), 0) = (&*own.outcome.borrow(), own.awaited.get()) {
                tell(caught);
            }
        }));
        task
    }

    /// Runs work of the host for as long as the script runs: what waits for something to call it back with.
    pub fn run_beside(&self, work: impl Future<Output = ()> + 'static) {
        let script = self.clone();
        tokio::task::spawn_local(self.0.beside.track_future(async move {
            let work = script.0.over.run_until_cancelled(catching(Box::pin(work))).await;
            if let Some(Err(panic)) = work {
                script.end(Outcome::Panicked(words(&*panic)));
            }
        }));
    }

    /// Has it end, and nothing can catch that.
    pub(super) fn end(&self, why: Outcome) {
        self.0.end.borrow_mut().get_or_insert(why);
        self.0.cancel.cancel();
    }

    /// Its tasks have ended: ends what runs beside them, and tells why it had to end, if it had.
    pub(super) async fn settle(&self) -> Option<Outcome> {
        self.0.over.cancel();
        self.0.beside.close();
        self.0.beside.wait().await;
        self.0.end.take()
    }

    /// Why it is to end, if it is.
    pub(super) fn ended(&self) -> Option<Outcome> {
        self.0.end.borrow().clone()
    }

    pub(super) fn count(&self) -> &Count {
        &self.0.count
    }
}

impl Callback {
    /// Waits for its end.
    pub async fn outcome(&self) -> Outcome {
        self.0.outcome().await
    }

    /// Has it end where it awaits.
    pub fn cancel(&self) {
        self.0.cancel();
    }
}

impl Drop for Callback {
    fn drop(&mut self) {
        self.cancel();
    }
}
