//! What is done with a saved session, by its id or by the thread that holds it: for `codex` and for threads alike.

use mlua::{IntoLua, Lua, MultiValue, Value};

use super::event::answer;
use super::pages::Pages;
use super::thread::Thread;
use super::turn::four;
use super::{client, options};
use crate::codex::names::{self, TypeId};
use crate::codex::{ThreadFilter, TurnFilter};
use crate::lua::{Args, Raise};

const ORDERS: &[(&str, &str)] = &[("newest", "desc"), ("oldest", "asc")];
const SORTS: &[(&str, &str)] =
    &[("created", "created_at"), ("updated", "updated_at"), ("recent", "recency_at")];
const VIEWS: &[(&str, &str)] = &[("full", "full"), ("summary", "summary"), ("none", "notLoaded")];

pub async fn fork(lua: Lua, mut args: Args) -> Result<Thread, Raise> {
    let id = thread_or_id(&mut args)?;
    let given = args.options(&lua)?;
    let options = options::thread(&lua, &given)?;
    let last_turn: Option<String> = given.get("last_turn")?;
    given.finish()?;
    Ok(Thread::new(client(&lua)?.fork(&id, options, last_turn.as_deref()).await?))
}

pub async fn archive(lua: Lua, mut args: Args) -> Result<(), Raise> {
    let id = thread_or_id(&mut args)?;
    args.end()?;
    Ok(client(&lua)?.archive(&id).await?)
}

pub async fn delete(lua: Lua, mut args: Args) -> Result<(), Raise> {
    let id = thread_or_id(&mut args)?;
    args.end()?;
    Ok(client(&lua)?.delete(&id).await?)
}

pub async fn rename(lua: Lua, mut args: Args) -> Result<(), Raise> {
    let id = thread_or_id(&mut args)?;
    let name = args.string("the name")?;
    args.end()?;
    Ok(client(&lua)?.rename(&id, &name).await?)
}

/// A saved thread, with its latest turns when they are asked for.
pub async fn read(lua: Lua, mut args: Args) -> Result<Value, Raise> {
    let id = thread_or_id(&mut args)?;
    let given = args.options(&lua)?;
    let limit: Option<u32> = given.get("turns")?;
    given.finish()?;
    let client = client(&lua)?;
    let saved = answer(&lua, &client.read(&id).await?, names::root("Thread").unwrap_or(TypeId::FREE))?;
    if let Value::Table(thread) = &saved {
        // The wire's list of turns is empty unless all of them were asked for.
        thread.raw_set("turns", Value::Nil)?;
        if limit.is_some() {
            let filter = TurnFilter { limit, ..TurnFilter::default() };
            let turns = client.turns(&id, &filter).rest().await?;
            thread.raw_set("turns", turns_of(&lua, turns.iter().map(|turn| turn.get()))?)?;
        }
    }
    Ok(saved)
}

pub fn threads(lua: &Lua, args: Args) -> Result<MultiValue, Raise> {
    let given = args.options(lua)?;
    let filter = ThreadFilter {
        archived: given.get("archived")?,
        cwd: given.get("cwd")?,
        search: given.get("search")?,
        sort: given.word("sort", SORTS)?,
        order: given.word("order", ORDERS)?,
        model_provider: given.get("model_provider")?,
        limit: given.get("limit")?,
    };
    given.finish()?;
    four(lua, Pages::new(client(lua)?.threads(filter), "Thread"))
}

pub fn turns(lua: &Lua, mut args: Args) -> Result<MultiValue, Raise> {
    let id = args.this::<Thread>(lua)?.thread.id().to_owned();
    let given = args.options(lua)?;
    let filter = TurnFilter {
        items: given.word("items", VIEWS)?,
        order: given.word("order", ORDERS)?,
        limit: given.get("limit")?,
    };
    given.finish()?;
    four(lua, Pages::new(client(lua)?.turns(&id, &filter), "Turn"))
}

/// A list of turns from the JSON of each.
pub fn turns_of<'a>(lua: &Lua, turns: impl Iterator<Item = &'a str>) -> mlua::Result<Value> {
    let of = names::root("Turn").unwrap_or(TypeId::FREE);
    turns.map(|turn| answer(lua, turn.as_bytes(), of)).collect::<mlua::Result<Vec<_>>>()?.into_lua(lua)
}

/// A thread's id, given as such or by its handle.
fn thread_or_id(args: &mut Args) -> Result<String, Raise> {
    match args.handle::<Thread>() {
        Some(thread) => Ok(thread.thread.id().to_owned()),
        None => args.string("a thread or its id"),
    }
}
