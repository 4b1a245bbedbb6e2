//! What ticks: `time.every`, `time.cron`, `time.at`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use mlua::{Function, Lua, Table, UserData, UserDataFields};
use tokio::sync::Notify;

use super::time::seconds;
use crate::lua::class::Class;
use crate::lua::{Args, Raise, function};
use crate::sys::clock::Clock;
use crate::sys::schedule::{Look, Schedule, Tick};

static CLASS: Class = Class {
    name: "Timer",
    methods: &[("close", |lua| function::sync(lua, "timer.close", close))],
    fields: &[],
    meta: &[
        ("__call", next),
        ("__close", |lua| function::sync(lua, "timer.close", close)),
        ("__tostring", |lua| function::sync(lua, "timer", show)),
    ],
};

/// A timer as scripts hold it. Nothing goes on while nobody asks it.
#[derive(Clone)]
pub struct Timer(Rc<Held>);

struct Held {
    shown: String,
    schedule: RefCell<Box<dyn Schedule>>,
    clock: Clock,
    closed: Cell<bool>,
    closing: Notify,
}

impl UserData for Timer {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        CLASS.define(fields);
    }
}

impl Timer {
    pub fn new(shown: String, schedule: impl Schedule + 'static, clock: Clock) -> Self {
        let schedule: RefCell<Box<dyn Schedule>> = RefCell::new(Box::new(schedule));
        Self(Rc::new(Held { shown, schedule, clock, closed: Cell::default(), closing: Notify::new() }))
    }
}

impl Held {
    /// The next; `None` when it was closed, or there is no other.
    async fn tick(&self) -> Option<Tick> {
        while !self.closed.get() {
            let look = self.schedule.borrow_mut().look(&self.clock);
            match look {
                Look::Now(tick) => return Some(tick),
                Look::Never => return None,
                Look::In(time) => tokio::select! {
                    () = self.closing.notified() => {}
                    () = self.clock.pass(time) => {}
                },
            }
        }
        None
    }
}

fn next(lua: &Lua) -> mlua::Result<Function> {
    function::awaiting(lua, "timer", |lua, mut args| async move {
        let held = args.this::<Timer>(&lua)?.0.clone();
        let Some(tick) = held.tick().await else { return Ok(None) };
        Ok(Some(table(&lua, tick)?))
    })
}

fn table(lua: &Lua, tick: Tick) -> mlua::Result<Table> {
    let table = lua.create_table()?;
    table.raw_set("time", seconds(tick.due))?;
    table.raw_set("missed", tick.missed)?;
    Ok(table)
}

fn close(lua: &Lua, mut args: Args) -> Result<(), Raise> {
    let held = args.this::<Timer>(lua)?.0.clone();
    held.closed.set(true);
    held.closing.notify_waiters();
    Ok(())
}

fn show(lua: &Lua, mut args: Args) -> Result<String, Raise> {
    Ok(format!("Timer {}", args.this::<Timer>(lua)?.0.shown))
}
