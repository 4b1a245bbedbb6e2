//! `task.channel`.

use std::rc::Rc;

use mlua::{IntoLuaMulti, Lua, MultiValue, UserData, UserDataFields, Value};

use crate::lua::class::Class;
use crate::lua::options::FromOption;
use crate::lua::task::channel;
use crate::lua::task::select::Values;
use crate::lua::{Args, Raise, function};

static CLASS: Class = Class {
    name: "Channel",
    methods: &[
        ("send", |lua| function::awaiting(lua, "channel.send", send)),
        ("recv", |lua| function::awaiting(lua, "channel.recv", recv)),
        ("close", |lua| function::sync(lua, "channel.close", close)),
    ],
    fields: &[("closed", |lua| function::sync(lua, "channel.closed", closed))],
    meta: &[
        ("__call", |lua| function::awaiting(lua, "channel", next)),
        ("__close", |lua| function::sync(lua, "channel.close", left)),
    ],
};

pub struct Channel(pub Rc<Values>);

impl UserData for Channel {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        CLASS.define(fields);
    }
}

pub fn channel(lua: &Lua, mut args: Args) -> Result<Channel, Raise> {
    let value = args.value();
    let capacity = match &value {
        Value::Nil => 0,
        value => u32::from_option(value, lua)
            .map_err(|_| args.wrong("the capacity", u32::EXPECTED, value))?
            .try_into()
            .unwrap_or(usize::MAX),
    };
    args.end()?;
    Ok(Channel(Rc::new(Values::new(capacity))))
}

async fn send(lua: Lua, mut args: Args) -> Result<(), Raise> {
    let channel = args.this::<Channel>(&lua)?.0.clone();
    let value = args.value();
    if value.is_nil() {
        return Err(args.wrong("the value", "something: nil is the end of a channel", &value));
    }
    args.end()?;
    let sent = channel.send(value.into_lua_multi(&lua)?).await;
    sent.map_err(|channel::Closed| Raise::new("closed", "channel.send: the channel is closed"))
}

async fn recv(lua: Lua, mut args: Args) -> Result<MultiValue, Raise> {
    let channel = args.this::<Channel>(&lua)?.0.clone();
    args.end()?;
    received(&lua, &channel).await
}

/// For a `for`, which gives more than a handle.
async fn next(lua: Lua, mut args: Args) -> Result<MultiValue, Raise> {
    let channel = args.this::<Channel>(&lua)?.0.clone();
    received(&lua, &channel).await
}

async fn received(lua: &Lua, channel: &Values) -> Result<MultiValue, Raise> {
    match channel.recv().await {
        Some(value) => Ok(value),
        None => Ok(Value::Nil.into_lua_multi(lua)?),
    }
}

fn close(lua: &Lua, mut args: Args) -> Result<(), Raise> {
    args.this::<Channel>(lua)?.0.close();
    args.end()
}

/// `__close` is given the error too.
fn left(lua: &Lua, mut args: Args) -> Result<(), Raise> {
    args.this::<Channel>(lua)?.0.close();
    Ok(())
}

fn closed(lua: &Lua, mut args: Args) -> Result<bool, Raise> {
    Ok(args.this::<Channel>(lua)?.0.is_closed())
}
