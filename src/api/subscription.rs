//! `codex.on` and `thread:on`: functions that are called with events.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use mlua::{Function, IntoLuaMulti, Lua, UserData, UserDataFields};
use tokio::sync::Notify;

use super::watch::with_context;
use super::{client, event, thread};
use crate::codex::{Filter, Item, Kinds, Listener, Tally};
use crate::lua::class::Class;
use crate::lua::error::failure;
use crate::lua::task::{Outcome, Script};
use crate::lua::{Args, Raise, function};

static SUBSCRIPTION: Class = Class {
    name: "Subscription",
    methods: &[("close", |lua| function::sync(lua, "subscription.close", unsubscribe))],
    fields: &[("active", |lua| function::sync(lua, "subscription.active", active))],
    meta: &[
        ("__close", |lua| function::sync(lua, "subscription.close", unsubscribe)),
        ("__tostring", |lua| function::sync(lua, "subscription", show)),
    ],
};

/// How many calls are made while others wait for their turn.
const AT_ONCE: usize = 64;

/// A subscription as scripts hold it.
pub struct Subscription(Rc<Held>);

/// Also known to [`Open`], and to what hands its events over.
pub(crate) struct Held {
    listener: Listener,
    shown: String,
    /// How many events its handler has been called with.
    handed: Cell<usize>,
    /// Its handler awaits something.
    awaits: Cell<bool>,
    /// Either has changed.
    changed: Notify,
}

/// Subscriptions of the script that runs.
pub(crate) type Open = RefCell<Vec<Weak<Held>>>;

impl UserData for Subscription {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        SUBSCRIPTION.define(fields);
    }
}

pub fn on(lua: &Lua, args: Args) -> Result<Subscription, Raise> {
    subscribe(lua, args, None)
}

pub fn thread_on(lua: &Lua, mut args: Args) -> Result<Subscription, Raise> {
    let thread = thread::of(lua, &mut args)?;
    if thread.is_closed() {
        return Err(crate::codex::Error::Closed(format!("thread {}", thread.id())).into());
    }
    subscribe(lua, args, Some(thread.id().to_owned()))
}

fn subscribe(lua: &Lua, mut args: Args, thread: Option<String>) -> Result<Subscription, Raise> {
    let name = args.name();
    let wanted = args.string("the type of event")?;
    let handler = args.function("the handler")?;
    args.end()?;
    let kinds = kinds(lua, name, &wanted)?;
    let script = Script::current()
        .ok_or_else(|| Raise::new("closed", format!("{name}: no script runs that this could belong to")))?;
    let held = Rc::new(Held {
        listener: client(lua)?.listen(Filter { kinds, thread, one_server: false }),
        shown: format!("{name}({wanted:?})"),
        handed: Cell::default(),
        awaits: Cell::default(),
        changed: Notify::new(),
    });
    with_context(lua, |context| {
        let mut open = context.subscriptions.borrow_mut();
        open.retain(|held| held.strong_count() > 0);
        open.push(Rc::downgrade(&held));
    })?;
    let handing = hand_over(lua.clone(), script.clone(), held.clone(), handler);
    script.run_beside(handing);
    Ok(Subscription(held))
}

/// The kinds that a text names.
pub fn kinds(lua: &Lua, name: &str, wanted: &str) -> Result<Kinds, Raise> {
    let kinds = Kinds::named(wanted).map_err(|error| Raise::usage(format!("{name}: {error}")))?;
    if !kinds.are_known() {
        let version = crate::codex::names::VERSION;
        let unknown = format!("{name}: no event of Codex {version} matches {wanted:?}");
        with_context(lua, |context| context.notices.warn(unknown))?;
    }
    Ok(kinds)
}

/// Calls a handler for one event after another.
async fn hand_over(lua: Lua, script: Script, held: Rc<Held>, handler: Function) {
    let errors = Tally::default();
    while let Ok(Some(item)) = held.listener.next().await {
        if let Some(error) = held.call(&lua, &script, &handler, item).await
            && let Some(line) = errors.say("error", format!("the handler of {} failed: {error}", held.shown))
        {
            // Without a context the state is going.
            let _ = with_context(&lua, |context| context.notices.warn(line));
        }
        if held.handed.get().is_multiple_of(AT_ONCE) {
            tokio::task::yield_now().await;
        }
    }
}

impl Held {
    /// Calls the handler and waits for its end; tells what it raised.
    async fn call(&self, lua: &Lua, script: &Script, handler: &Function, item: Item) -> Option<String> {
        let event = event::item(lua, item).and_then(|event| event.into_lua_multi(lua));
        let call = event.map(|event| script.call(lua, handler.clone(), event));
        self.handed.set(self.handed.get() + 1);
        self.awaits.set(true);
        self.changed.notify_waiters();
        let failed = match call {
            Ok(call) => match call.outcome().await {
                Outcome::Raised(caught) => Some(failure(lua, &caught).map(|failure| failure.in_one_line())),
                _ => None,
            },
            Err(error) => Some(Err(error)),
        };
        self.awaits.set(false);
        failed.map(|told| told.unwrap_or_else(|error| error.to_string()))
    }

    /// Waits until its handler has been called with all that waits now, or awaits something.
    async fn caught_up(&self) {
        let goal = self.handed.get() + self.listener.waiting();
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            let waits = self.listener.waiting() > 0 && self.handed.get() < goal;
            if !waits || self.awaits.get() || !self.listener.is_open() {
                return;
            }
            changed.await;
        }
    }
}

/// Waits until the handlers have been called with all that was heard before, but for those that await something.
pub async fn caught_up(lua: &Lua) {
    let open = lua.app_data_ref::<super::Context>().map(|context| context.subscriptions.borrow().clone());
    for held in open.unwrap_or_default().iter().filter_map(Weak::upgrade) {
        held.caught_up().await;
    }
}

fn unsubscribe(lua: &Lua, mut args: Args) -> Result<(), Raise> {
    let held = args.this::<Subscription>(lua)?.0.clone();
    held.listener.close();
    held.changed.notify_waiters();
    Ok(())
}

fn active(lua: &Lua, mut args: Args) -> Result<bool, Raise> {
    Ok(args.this::<Subscription>(lua)?.0.listener.is_open())
}

fn show(lua: &Lua, mut args: Args) -> Result<String, Raise> {
    Ok(format!("Subscription of {}", args.this::<Subscription>(lua)?.0.shown))
}
