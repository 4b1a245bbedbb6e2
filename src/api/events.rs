//! `codex.events`: a loop over events of the server, whichever turn they belong to.

use std::rc::Rc;

use mlua::{Function, Lua, MultiValue, UserData, UserDataFields, Value};

use super::subscription::kinds;
use super::thread::Thread;
use super::turn::four;
use super::{client, event};
use crate::codex::{Filter, Listener, Next};
use crate::lua::class::Class;
use crate::lua::options::FromOption;
use crate::lua::{Args, Raise, function};

static CLASS: Class = Class {
    name: "Events",
    methods: &[("close", |lua| function::sync(lua, "events.close", close))],
    fields: &[],
    meta: &[("__call", next), ("__close", |lua| function::sync(lua, "events.close", close))],
};

struct Events(Rc<Listener>);

impl UserData for Events {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        CLASS.define(fields);
    }
}

pub fn events(lua: &Lua, args: Args) -> Result<MultiValue, Raise> {
    let name = args.name();
    let (wanted, thread) = match args.text_or_options(lua)? {
        Ok(wanted) => (Some(wanted), None),
        Err(given) => {
            let filter = (given.get("type")?, given.get("thread")?.map(|OfThread(id)| id));
            given.finish()?;
            filter
        }
    };
    let kinds = kinds(lua, name, wanted.as_deref().unwrap_or("*"))?;
    let listener = client(lua)?.listen(Filter { kinds, thread, one_server: true });
    four(lua, Events(Rc::new(listener)))
}

/// A thread, or its id.
struct OfThread(String);

impl FromOption for OfThread {
    const EXPECTED: &'static str = "a thread or its id";
    fn from_option(value: &Value, lua: &Lua) -> Result<Self, Option<String>> {
        let handle = value.as_userdata().and_then(|data| data.borrow::<Thread>().ok());
        match handle {
            Some(thread) => Ok(Self(thread.thread.id().to_owned())),
            None => String::from_option(value, lua).map(Self),
        }
    }
}

/// The next event for a `for`; nil when it was closed.
fn next(lua: &Lua) -> mlua::Result<Function> {
    let now = lua.create_function(|lua, handle: mlua::AnyUserData| {
        let next = handle.borrow::<Events>()?.0.try_next();
        match next {
            Next::Item(item) => event::item(lua, item).map(Some),
            Next::Pending | Next::End => Ok(None),
        }
    })?;
    function::iterator(lua, "events", now, |lua, mut args| async move {
        let listener = args.this::<Events>(&lua)?.0.clone();
        let item = listener.next().await?;
        Ok(item.map(|item| event::item(&lua, item)).transpose()?)
    })
}

fn close(lua: &Lua, mut args: Args) -> Result<(), Raise> {
    args.this::<Events>(lua)?.0.close();
    Ok(())
}
