//! Turns.

use mlua::{Function, IntoLua, IntoLuaMulti, Lua, MultiValue, UserData, UserDataFields, Value};

use super::{event, input, result, subscription};
use crate::codex::{Exchange, Thread};
use crate::lua::class::Class;
use crate::lua::{Args, Raise, function, task};

static CLASS: Class = Class {
    name: "Turn",
    methods: &[
        ("steer", |lua| function::awaiting(lua, "turn.steer", steer)),
        ("interrupt", |lua| function::sync(lua, "turn.interrupt", interrupt)),
        ("events", |lua| function::sync(lua, "turn.events", listen)),
        ("result", |lua| function::awaiting(lua, "turn.result", result)),
        ("close", |lua| function::sync(lua, "turn.close", close)),
    ],
    fields: &[
        ("id", |lua| function::sync(lua, "turn.id", id)),
        ("status", |lua| function::sync(lua, "turn.status", status)),
        ("thread_id", |lua| function::sync(lua, "turn.thread_id", thread_id)),
    ],
    meta: &[
        ("__call", next_event),
        ("__close", |lua| function::sync(lua, "turn.close", close)),
        ("__tostring", |lua| function::sync(lua, "turn", show)),
    ],
};

/// Listening to the events of a turn that is held elsewhere.
static EVENTS: Class = Class {
    name: "Events",
    methods: &[("close", |lua| function::sync(lua, "events.close", stop_listening))],
    fields: &[],
    meta: &[("__call", next_event), ("__close", |lua| function::sync(lua, "events.close", stop_listening))],
};

/// A turn as scripts hold it.
pub struct Turn {
    exchange: Exchange,
    /// The thread that was started for this turn alone, and closes with it.
    own_thread: Option<Thread>,
}

struct Events(Exchange);

impl UserData for Turn {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        CLASS.define(fields);
    }
}

impl UserData for Events {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        EVENTS.define(fields);
    }
}

impl Turn {
    pub fn new(exchange: Exchange, own_thread: Option<Thread>) -> Self {
        Self { exchange, own_thread }
    }

    fn close(&self) {
        // What ran before is somebody else's to stop.
        if self.exchange.is_steered() {
            return;
        }
        self.exchange.interrupt();
        let turn = self.exchange.turn().into_owned();
        if !turn.is_over() {
            task::request(async move { turn.over().await });
        }
        if let Some(thread) = &self.own_thread {
            let closing = thread.close();
            // What cannot be closed is gone with the server.
            task::request(async move { drop(closing.await) });
        }
    }
}

/// What an inline `for` needs to close the handle however it is left.
pub fn four(lua: &Lua, handle: impl IntoLua) -> Result<MultiValue, Raise> {
    let handle = handle.into_lua(lua)?;
    Ok((handle.clone(), Value::Nil, Value::Nil, handle).into_lua_multi(lua)?)
}

fn of(lua: &Lua, args: &mut Args) -> Result<Exchange, Raise> {
    if let Some(events) = args.handle::<Events>() {
        return Ok(events.0.clone());
    }
    Ok(args.this::<Turn>(lua)?.exchange.clone())
}

async fn steer(lua: Lua, mut args: Args) -> Result<(), Raise> {
    let exchange = of(&lua, &mut args)?;
    let input = input::read(&lua, &mut args)?;
    args.end()?;
    Ok(exchange.turn().steer(&input).await?)
}

fn interrupt(lua: &Lua, mut args: Args) -> Result<(), Raise> {
    of(lua, &mut args)?.interrupt();
    args.end()
}

fn listen(lua: &Lua, mut args: Args) -> Result<MultiValue, Raise> {
    let exchange = of(lua, &mut args)?;
    args.end()?;
    four(lua, Events(exchange))
}

async fn result(lua: Lua, mut args: Args) -> Result<Value, Raise> {
    let exchange = of(&lua, &mut args)?;
    args.end()?;
    let result = exchange.result().await;
    subscription::caught_up(&lua).await;
    Ok(result::to_lua(&lua, &result?)?)
}

fn close(lua: &Lua, mut args: Args) -> Result<(), Raise> {
    args.this::<Turn>(lua)?.close();
    Ok(())
}

/// What has not been read stays for the next who listens.
fn stop_listening(lua: &Lua, mut args: Args) -> Result<(), Raise> {
    args.this::<Events>(lua).map(drop)
}

fn id(lua: &Lua, mut args: Args) -> Result<String, Raise> {
    Ok(of(lua, &mut args)?.turn().id())
}

fn status(lua: &Lua, mut args: Args) -> Result<&'static str, Raise> {
    Ok(of(lua, &mut args)?.turn().status())
}

fn thread_id(lua: &Lua, mut args: Args) -> Result<String, Raise> {
    Ok(of(lua, &mut args)?.turn().thread().id().to_owned())
}

fn show(lua: &Lua, mut args: Args) -> Result<String, Raise> {
    let exchange = of(lua, &mut args)?;
    let turn = exchange.turn();
    Ok(format!("Turn {} ({})", turn.id(), turn.status()))
}

/// The next event for a `for`; after the last one it raises what the turn's result raises.
fn next_event(lua: &Lua) -> mlua::Result<Function> {
    let now = lua.create_function(|lua, handle: mlua::AnyUserData| {
        let next = match handle.borrow::<Turn>() {
            Ok(turn) => turn.exchange.try_next(),
            Err(_) => handle.borrow::<Events>()?.0.try_next(),
        };
        next.map(|item| event::item(lua, item)).transpose()
    })?;
    function::iterator(lua, "events", now, |lua, mut args| async move {
        let next = of(&lua, &mut args)?.next().await;
        if !matches!(next, Ok(Some(_))) {
            subscription::caught_up(&lua).await;
        }
        match next? {
            Some(item) => Ok(Value::Table(event::item(&lua, item)?)),
            None => Ok(Value::Nil),
        }
    })
}
