//! Coroutines as tasks: structured, cancelled by their scope, never aborted.
//!
//! A task runs a Lua function to its end together with the tasks it spawned. Cancelling drops what it awaits, so
//! that no `pcall` can swallow it and its `__close` handlers run at once; those only *request*, through
//! [`request`], and the task waits for what they requested before it ends. The host calls back into a script through
//! its [`Script`].

pub mod channel;
mod group;
#[cfg(test)]
mod laws;
mod outcome;
mod script;
pub mod select;
mod session;
mod spawn;
#[cfg(test)]
mod tests;

use std::any::Any;
use std::cell::{Cell, OnceCell, RefCell};
use std::future::Future;
use std::rc::{Rc, Weak};

use mlua::{Function, Lua, MultiValue, Table, Value};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::interrupt::Tracked;
use crate::notice::{Count, Counted};
use crate::sys::panic::{catching, words};
use group::Ends;
pub use group::Group;
pub(super) use outcome::install;
pub use outcome::{Outcome, Status};
use outcome::{body, broken, came_of};
pub use script::{Callback, Script};
pub use session::{Child, Session};
pub use spawn::{spawn, spawn_helper, spawn_in};

tokio::task_local! {
    static CURRENT: Rc<Task>;
}

type Requested = JoinHandle<()>;

/// What a task is to the one that spawned it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It waits for it.
    Child,
    /// It cancels it when its children have ended, and then waits for it.
    Helper,
}

/// One task.
pub struct Task {
    parent: Option<Weak<Task>>,
    kind: Kind,
    cancel: CancellationToken,
    outcome: RefCell<Option<Outcome>>,
    ended: Notify,
    awaited: Cell<usize>,
    script: Script,
    more: OnceCell<Box<More>>,
}

/// What most tasks never need.
#[derive(Default)]
struct More {
    /// What holds for it and for all that it spawns.
    scope: Option<Rc<dyn Any>>,
    tell_ends: RefCell<Vec<(Rc<Ends>, usize)>>,
    children: Cell<usize>,
    helpers: Cell<usize>,
    /// Ends its helpers; there is none until the first.
    end_helpers: OnceCell<CancellationToken>,
    child_ended: Notify,
    child_error: RefCell<Option<Table>>,
    requested: RefCell<Vec<Requested>>,
    /// The error of another task that was last raised here, and the lines of both.
    rethrown: RefCell<Option<(Value, String)>>,
    /// Of a session: what it does without other tasks doing.
    stays: Option<session::Stays>,
}

impl Task {
    fn new(
        (parent, kind): (Option<&Rc<Self>>, Kind),
        scope: Option<Rc<dyn Any>>,
        cancel: CancellationToken,
        script: Script,
    ) -> Rc<Self> {
        let more = scope.map(|scope| Box::new(More { scope: Some(scope), ..More::default() }));
        Rc::new(Self {
            parent: parent.map(Rc::downgrade),
            kind,
            cancel,
            outcome: RefCell::default(),
            ended: Notify::new(),
            awaited: Cell::default(),
            script,
            more: more.map_or_else(OnceCell::new, OnceCell::from),
        })
    }

    fn more(&self) -> &More {
        self.more.get_or_init(Box::default)
    }

    /// The task that runs now; `None` outside of any.
    pub fn current() -> Option<Rc<Self>> {
        CURRENT.try_with(Rc::clone).ok()
    }

    /// Asks for its end, and the end of all that it spawned.
    pub fn cancel(&self) {
        self.cancel.cancel();
    }

    /// The task that runs now, the one that spawned it, and so on.
    fn lineage() -> impl Iterator<Item = Rc<Self>> {
        std::iter::successors(Self::current(), |task| task.parent.as_ref().and_then(Weak::upgrade))
    }

    /// Whether it is the task that runs now, or one that waits for that to end.
    pub fn waits_for_current(&self) -> bool {
        Self::lineage().any(|task| std::ptr::eq(&raw const *task, self))
    }

    /// How it stands.
    pub fn status(&self) -> Status {
        self.outcome.borrow().as_ref().map_or(Status::Running, Outcome::status)
    }

    /// Waits for its end; whoever awaits a task takes its error, so that the parent does not.
    pub async fn outcome(self: &Rc<Self>) -> Outcome {
        let _awaiting = Awaiting::new(self.clone());
        loop {
            let ended = self.ended.notified();
            if let Some(outcome) = &*self.outcome.borrow() {
                return outcome.clone();
            }
            ended.await;
        }
    }

    /// Runs `function` and then waits for its children and for what was requested.
    fn run(
        self: Rc<Self>,
        lua: &Lua,
        function: Function,
        args: MultiValue,
        counted: Option<Counted>,
    ) -> impl Future<Output = ()> + 'static {
        // Boxed here: what an async function is given stays with it until its end.
        let body = Box::pin(CURRENT.scope(self.clone(), self.clone().body(lua.clone(), function, args)));
        async move {
            let outcome = catching(body).await.unwrap_or_else(|panic| {
                self.script.end(Outcome::Panicked(words(&*panic)));
                Outcome::Cancelled
            });
            let outcome = match self.more.get() {
                Some(more) => self.settle(more, outcome).await,
                None if !matches!(outcome, Outcome::Returned(_)) => outcome,
                None if self.cancel.is_cancelled() => Outcome::Cancelled,
                None => outcome,
            };
            drop(counted);
            self.finish(outcome);
        }
    }

    async fn settle(&self, more: &More, mut outcome: Outcome) -> Outcome {
        if !matches!(outcome, Outcome::Returned(_)) {
            self.cancel.cancel();
        }
        more.wait_for(&more.children).await;
        if let Some(helpers) = more.end_helpers.get() {
            helpers.cancel();
        }
        more.wait_for(&more.helpers).await;
        if let (Outcome::Returned(_), Some(error)) = (&outcome, more.child_error.take()) {
            outcome = Outcome::Raised(error);
        } else if matches!(outcome, Outcome::Returned(_)) && self.cancel.is_cancelled() {
            outcome = Outcome::Cancelled;
        }
        more.settle_requested().await;
        outcome
    }

    async fn body(self: Rc<Self>, lua: Lua, function: Function, args: MultiValue) -> Outcome {
        if self.cancel.is_cancelled() {
            return Outcome::Cancelled;
        }
        let mut body = match body(&lua) {
            Some(body) => {
                Tracked::new(body.call_async::<(bool, MultiValue)>((function, args)), self.cancel.clone())
            }
            None => return broken(&lua, &"the host has ended"),
        };
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => match self.more.get().and_then(|more| more.child_error.take()) {
                Some(error) => Outcome::Raised(body.joined(&lua, &error).unwrap_or(error)),
                None => Outcome::Cancelled,
            },
            returned = &mut body => came_of(&lua, returned),
        }
    }

    fn finish(&self, outcome: Outcome) {
        let error = match &outcome {
            Outcome::Raised(error) if self.awaited.get() == 0 => Some(error.clone()),
            _ => None,
        };
        *self.outcome.borrow_mut() = Some(outcome);
        self.ended.notify_waiters();
        if let Some(more) = self.more.get() {
            for (ends, place) in more.tell_ends.take() {
                ends.tell(place);
            }
        }
        if let Some(parent) = self.parent.as_ref().and_then(Weak::upgrade) {
            parent.child_is_over(self.kind, error);
        }
    }

    /// Has a group hear of its end.
    fn tell_end(&self, ends: &Rc<Ends>, place: usize) {
        if self.outcome.borrow().is_some() {
            ends.tell(place);
        } else {
            self.more().tell_ends.borrow_mut().push((ends.clone(), place));
        }
    }

    fn child_is_over(&self, kind: Kind, error: Option<Table>) {
        let more = self.more();
        let spawned = more.spawned(kind);
        spawned.set(spawned.get() - 1);
        match (error, &more.stays) {
            (Some(error), Some(stays)) => stays.failed(error),
            (Some(error), None) => {
                more.child_error.borrow_mut().get_or_insert(error);
                // Its siblings end with it.
                self.cancel.cancel();
            }
            (None, _) => {}
        }
        more.child_ended.notify_waiters();
    }
}

impl More {
    fn spawned(&self, kind: Kind) -> &Cell<usize> {
        match kind {
            Kind::Child => &self.children,
            Kind::Helper => &self.helpers,
        }
    }

    async fn wait_for(&self, tasks: &Cell<usize>) {
        while tasks.get() > 0 {
            self.child_ended.notified().await;
        }
    }

    async fn settle_requested(&self) {
        loop {
            let requested = std::mem::take(&mut *self.requested.borrow_mut());
            if requested.is_empty() {
                return;
            }
            for work in requested {
                // A panic of it has been told.
                let _ = work.await;
            }
        }
    }
}

/// Runs a function as the first task; it ends when `cancel` says so. `count` tells of the tasks beside it.
pub async fn root(
    lua: &Lua,
    cancel: CancellationToken,
    function: Function,
    args: MultiValue,
    count: Count,
) -> Outcome {
    let task = Task::new((None, Kind::Child), None, cancel.clone(), Script::new(cancel, count));
    lua.set_app_data(task.script.clone());
    // As one of those that it waits for: what is waited for outside of them wakes the whole runtime.
    let running = tokio::task::spawn_local(task.clone().run(lua, function, args, None));
    if let Err(error) = running.await
        && let Ok(panic) = error.try_into_panic()
    {
        std::panic::resume_unwind(panic);
    }
    lua.remove_app_data::<Script>();
    let end = task.script.settle().await;
    end.or_else(|| task.outcome.take()).unwrap_or(Outcome::Cancelled)
}

/// Ends the script with this status: all its tasks are cancelled, and nothing can catch that. The first call counts.
pub async fn exit(status: i32) {
    if let Some(task) = Task::current() {
        task.script.end(Outcome::Exited(status));
    }
    std::future::pending::<()>().await;
}

/// What of this type holds for the task that runs now, innermost first.
pub fn scopes<T: Clone + 'static>() -> impl Iterator<Item = T> {
    Task::lineage().filter_map(|task| task.more.get()?.scope.as_ref()?.downcast_ref::<T>().cloned())
}

/// Keeps the lines of an error that comes out of another task here.
pub(super) fn remember(error: Value, traceback: String) {
    if let Some(task) = Task::current() {
        *task.more().rethrown.borrow_mut() = Some((error, traceback));
    }
}

/// Those lines, when it is that error.
pub(super) fn remembered(error: &Value) -> Option<String> {
    let task = Task::current()?;
    let rethrown = task.more.get()?.rethrown.borrow();
    rethrown.as_ref().filter(|rethrown| rethrown.0 == *error).map(|rethrown| rethrown.1.clone())
}

/// Begins `work` and has the task that runs now wait for it before it ends: for handles that close, which cannot
/// await. It begins at once, since the rest of the task may wait for what comes of it.
pub fn request(work: impl Future<Output = ()> + 'static) {
    // Outside of any task the whole state is going, and with it all that could be closed.
    if let Some(task) = Task::current() {
        let owner = task.clone();
        let work = tokio::task::spawn_local(async move {
            if let Err(panic) = catching(Box::pin(work)).await {
                owner.script.end(Outcome::Panicked(words(&*panic)));
            }
        });
        let mut requested = task.more().requested.borrow_mut();
        // A task may run for days and close ten thousand handles.
        requested.retain(|work| !work.is_finished());
        requested.push(work);
    }
}

/// Takes the error of a task, so that its parent does not.
struct Awaiting(Rc<Task>);

impl Awaiting {
    fn new(task: Rc<Task>) -> Self {
        task.awaited.set(task.awaited.get() + 1);
        Self(task)
    }
}

impl Drop for Awaiting {
    fn drop(&mut self) {
        self.0.awaited.set(self.0.awaited.get() - 1);
    }
}
