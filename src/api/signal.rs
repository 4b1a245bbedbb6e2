//! `std.signal`: signals as a loop.

use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use mlua::{Function, Lua, MultiValue, Table, UserData, UserDataFields};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use super::turn::four;
use super::watch::OneOrMore;
use crate::lua::class::Class;
use crate::lua::function::{self, Members};
use crate::lua::options::FromOption;
use crate::lua::task::Script;
use crate::lua::{Args, Raise};
use crate::sys::signals::{self, Incoming};

const MEMBERS: Members = &[("on", |lua| function::sync(lua, "signal.on", on))];

static CLASS: Class = Class {
    name: "Signals",
    methods: &[("close", |lua| function::sync(lua, "signals.close", close))],
    fields: &[],
    meta: &[
        ("__call", next),
        ("__close", |lua| function::sync(lua, "signals.close", close)),
        ("__tostring", |lua| function::sync(lua, "signals", show)),
    ],
};

/// Those that a script may listen to.
const ALLOWED: &[&str] = &["HUP", "USR2", "WINCH", "CONT"];

/// Signals that are listened to, as scripts hold them.
#[derive(Clone)]
struct Signals(Rc<Held>);

struct Held {
    shown: String,
    /// Empty when it was closed.
    incoming: Mutex<Vec<(&'static str, Incoming)>>,
    closing: CancellationToken,
}

impl UserData for Signals {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        CLASS.define(fields);
    }
}

pub fn module(lua: &Lua) -> mlua::Result<Table> {
    function::module(lua, MEMBERS)
}

fn on(lua: &Lua, mut args: Args) -> Result<MultiValue, Raise> {
    let (name, value) = (args.name(), args.value());
    let names = OneOrMore::from_option(&value, lua).ok().filter(|OneOrMore(names)| !names.is_empty());
    let OneOrMore(names) =
        names.ok_or_else(|| args.wrong("the signals", "a name or a list of names", &value))?;
    args.end()?;
    let script = Script::current()
        .ok_or_else(|| Raise::new("closed", format!("{name}: no script runs that this could belong to")))?;
    let mut incoming = Vec::new();
    for given in &names {
        let allowed = ALLOWED.iter().find(|allowed| **allowed == given.as_str());
        let allowed = allowed.ok_or_else(|| Raise::usage(format!("{name}: {}", refused(given))))?;
        let number = signals::number(allowed).unwrap_or_default();
        let listening = Incoming::listen(number)
            .map_err(|error| Raise::new("io", format!("{name}: cannot listen to {given}: {error}")))?;
        incoming.push((*allowed, listening));
    }
    let held = Rc::new(Held {
        shown: names.join(", "),
        incoming: Mutex::new(incoming),
        closing: CancellationToken::new(),
    });
    let listening = held.clone();
    // The script's end is the end of this, whoever still holds it.
    script.run_beside(async move {
        let closing = listening.closing.clone();
        let _closed = Closed(listening);
        closing.cancelled().await;
    });
    four(lua, Signals(held))
}

fn refused(name: &str) -> String {
    let allowed = ALLOWED.join(", ");
    match name.strip_prefix("SIG").unwrap_or(name) {
        "USR1" => format!("USR1 is the host's own; it may be {allowed}"),
        "INT" | "TERM" | "QUIT" | "KILL" => {
            format!("{name:?} ends the script, which can see to that by <close>; it may be {allowed}")
        }
        _ => format!("{name:?} is none that can be listened to: it may be {allowed}"),
    }
}

/// Listens no more when it is dropped.
struct Closed(Rc<Held>);

impl Drop for Closed {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Held {
    fn close(&self) {
        self.closing.cancel();
        // Whoever waits for one lets go of them itself.
        if let Ok(mut incoming) = self.incoming.try_lock() {
            incoming.clear();
        }
    }

    async fn next(&self) -> Option<&'static str> {
        let mut incoming = self.incoming.lock().await;
        let name = self.closing.run_until_cancelled(poll_fn(|context| {
            let ready = |(name, incoming): &mut (&'static str, Incoming)| {
                incoming.poll_next(context).is_ready().then_some(*name)
            };
            incoming.iter_mut().find_map(ready).map_or(Poll::Pending, Poll::Ready)
        }));
        let name = name.await;
        if name.is_none() {
            incoming.clear();
        }
        name
    }
}

fn next(lua: &Lua) -> mlua::Result<Function> {
    function::awaiting(lua, "signals", |lua, mut args| async move {
        let held = args.this::<Signals>(&lua)?.0.clone();
        Ok(held.next().await)
    })
}

fn close(lua: &Lua, mut args: Args) -> Result<(), Raise> {
    args.this::<Signals>(lua)?.0.close();
    Ok(())
}

fn show(lua: &Lua, mut args: Args) -> Result<String, Raise> {
    Ok(format!("Signals {}", args.this::<Signals>(lua)?.0.shown))
}
