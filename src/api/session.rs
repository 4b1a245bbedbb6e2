//! What is done with a saved session, by its id or by the thread that holds it: for `codex` and for threads alike.

use mlua::{Lua, Table, Value};
use serde_json::json;

use super::thread::Thread;
use super::{client, options, pages};
use crate::codex::names;
use crate::lua::{Args, Raise};

pub async fn fork(lua: Lua, mut args: Args) -> Result<Thread, Raise> {
    let id = thread_or_id(&mut args)?;
    let given = args.options(&lua)?;
    let options = options::thread(&lua, &given)?;
    let last_turn: Option<String> = given.get("last_turn")?;
    given.finish()?;
    Ok(Thread::new(client(&lua)?.fork(&id, options, last_turn.as_deref()).await?))
}

pub async fn archive(lua: Lua, args: Args) -> Result<(), Raise> {
    end_session(&lua, args, "thread/archive").await
}

pub async fn delete(lua: Lua, args: Args) -> Result<(), Raise> {
    end_session(&lua, args, "thread/delete").await
}

async fn end_session(lua: &Lua, mut args: Args, method: &str) -> Result<(), Raise> {
    let held = args.peek_handle::<Thread, _>(|thread| thread.thread.clone());
    let id = thread_or_id(&mut args)?;
    args.end()?;
    client(lua)?.request(method, json!({ "threadId": id })).await?;
    if let Some(thread) = held {
        thread.forget();
    }
    Ok(())
}

pub async fn rename(lua: Lua, mut args: Args) -> Result<(), Raise> {
    let held = args.peek_handle::<Thread, _>(|thread| thread.thread.clone());
    let id = thread_or_id(&mut args)?;
    let name = args.string("the name")?;
    args.end()?;
    match held {
        Some(thread) => thread.rename(&name).await?,
        None => {
            client(&lua)?.request("thread/name/set", json!({ "threadId": id, "name": name })).await?;
        }
    }
    Ok(())
}

/// A saved thread, with its latest turns when they are asked for.
pub async fn read(lua: Lua, mut args: Args) -> Result<Value, Raise> {
    let id = thread_or_id(&mut args)?;
    let given = args.options(&lua)?;
    let turns: Option<u32> = given.get("turns")?;
    given.finish()?;
    let client = client(&lua)?;
    let saved = client.request("thread/read", json!({ "threadId": id })).await?;
    let saved = super::event::answer(&lua, &saved, names::result("thread/read"))?;
    let Some(thread) = saved.as_table().map(|saved| saved.raw_get::<Table>("thread")).transpose()? else {
        return Ok(saved);
    };
    let turns = match turns {
        None => Value::Nil,
        Some(limit) => {
            let params = json!({ "threadId": id, "limit": limit, "itemsView": "full" });
            let page = client.request("thread/turns/list", params).await?;
            let page = serde_json::from_slice(&page).map_err(|error| Raise::new("rpc", error.to_string()))?;
            pages::turns(&lua, &page)?
        }
    };
    thread.raw_set("turns", turns)?;
    Ok(Value::Table(thread))
}

/// A thread's id, given as such or by its handle.
fn thread_or_id(args: &mut Args) -> Result<String, Raise> {
    match args.handle::<Thread>() {
        Some(thread) => Ok(thread.thread.id().to_owned()),
        None => args.string("a thread or its id"),
    }
}
