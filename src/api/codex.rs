//! `codex`: threads and sessions.

use mlua::{Lua, MultiValue, Table, Value};
use serde_json::json;

use super::thread::{self, Thread};
use super::turn::{Turn, four};
use super::{ask, client, events, input, options, result, session, subscription, tool};
use crate::codex::names;
use crate::codex::{self, Keep};
use crate::lua::function::{self, Members};
use crate::lua::json::AsIs;
use crate::lua::{Args, Raise, json as lua_json};

const MEMBERS: Members = &[
    ("thread_start", |lua| function::awaiting(lua, "codex.thread_start", thread_start)),
    ("run", |lua| function::awaiting(lua, "codex.run", run)),
    ("stream", |lua| function::awaiting(lua, "codex.stream", stream)),
    ("resume", |lua| function::awaiting(lua, "codex.resume", resume)),
    ("resume_or_start", |lua| function::awaiting(lua, "codex.resume_or_start", resume_or_start)),
    ("fork", |lua| function::awaiting(lua, "codex.fork", session::fork)),
    ("archive", |lua| function::awaiting(lua, "codex.archive", session::archive)),
    ("unarchive", |lua| function::awaiting(lua, "codex.unarchive", unarchive)),
    ("delete", |lua| function::awaiting(lua, "codex.delete", session::delete)),
    ("rename", |lua| function::awaiting(lua, "codex.rename", session::rename)),
    ("threads", |lua| function::sync(lua, "codex.threads", session::threads)),
    ("read", |lua| function::awaiting(lua, "codex.read", session::read)),
    ("on", |lua| function::sync(lua, "codex.on", subscription::on)),
    ("events", |lua| function::sync(lua, "codex.events", events::events)),
    ("tool", |lua| function::sync(lua, "codex.tool", tool::make)),
    ("tools", |lua| function::sync(lua, "codex.tools", tool::make_several)),
    ("defaults", |lua| function::sync(lua, "codex.defaults", ask::defaults)),
    ("info", |lua| function::awaiting(lua, "codex.info", info)),
    ("request", |lua| function::awaiting(lua, "codex.request", request)),
];

pub fn module(lua: &Lua) -> mlua::Result<Table> {
    let module = function::module(lua, MEMBERS)?;
    module.raw_set("version", env!("CARGO_PKG_VERSION"))?;
    Ok(module)
}

async fn thread_start(lua: Lua, args: Args) -> Result<Thread, Raise> {
    let given = args.options(&lua)?;
    let options = options::thread(&lua, &given)?;
    given.finish()?;
    Ok(Thread::new(client(&lua)?.thread_start(options).await?))
}

async fn run(lua: Lua, args: Args) -> Result<Value, Raise> {
    if args.is_handle::<Thread>() {
        return thread::run(lua, args).await;
    }
    let own = OwnThread::read(&lua, args)?;
    let thread = client(&lua)?.thread_start(own.thread).await?;
    let closing = CloseLater(Some(thread.clone()));
    let result = thread::run_turn(&lua, &thread, &own.input, own.turn).await;
    closing.now().await;
    subscription::caught_up(&lua).await;
    Ok(result::to_lua(&lua, &result?)?)
}

async fn stream(lua: Lua, args: Args) -> Result<MultiValue, Raise> {
    if args.is_handle::<Thread>() {
        return thread::stream(lua, args).await;
    }
    let own = OwnThread::read(&lua, args)?;
    let thread = client(&lua)?.thread_start(own.thread).await?;
    let closing = CloseLater(Some(thread.clone()));
    let exchange = thread.exchange(&own.input, own.turn, Keep::Events).await?;
    closing.keep();
    four(&lua, Turn::new(exchange, Some(thread)))
}

/// A turn on a thread of its own: the thread has the options of both.
struct OwnThread {
    input: Vec<codex::Input>,
    thread: codex::ThreadOptions,
    turn: codex::TurnOptions,
}

impl OwnThread {
    fn read(lua: &Lua, mut args: Args) -> Result<Self, Raise> {
        let input = input::read(lua, &mut args)?;
        let given = args.options(lua)?;
        let (thread, turn) = (options::thread(lua, &given)?, options::turn_only(&given)?);
        given.finish()?;
        Ok(Self { input, thread, turn })
    }
}

/// Closes a thread also when the call that opened it is cancelled.
struct CloseLater(Option<codex::Thread>);

impl CloseLater {
    async fn now(mut self) {
        if let Some(thread) = self.0.take() {
            let _ = thread.close().await;
        }
    }

    fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for CloseLater {
    fn drop(&mut self) {
        if let Some(thread) = self.0.take() {
            let closing = thread.close();
            crate::lua::task::request(async move { drop(closing.await) });
        }
    }
}

async fn resume(lua: Lua, mut args: Args) -> Result<Thread, Raise> {
    let id = args.string("the thread's id")?;
    let wanted = Resume::read(&lua, args)?;
    resume_with(&lua, &id, wanted).await
}

/// How a thread is resumed.
struct Resume {
    thread: codex::ThreadOptions,
    turns: Option<u32>,
}

impl Resume {
    fn read(lua: &Lua, args: Args) -> Result<Self, Raise> {
        let given = args.options(lua)?;
        let (thread, turns) = (options::thread(lua, &given)?, given.get("turns")?);
        given.finish()?;
        Ok(Self { thread, turns })
    }
}

async fn resume_with(lua: &Lua, id: &str, wanted: Resume) -> Result<Thread, Raise> {
    if wanted.thread.ephemeral == Some(true) {
        return Err(Raise::usage(
            "a saved thread cannot be resumed as an ephemeral one; codex.fork can copy it so",
        ));
    }
    let (thread, turns) = client(lua)?.resume(id, wanted.thread, wanted.turns).await?;
    let thread = Thread::new(thread);
    match turns {
        None => Ok(thread),
        Some(turns) => Ok(thread.with_turns(session::turns_of(lua, turns.iter().map(|turn| turn.get()))?)),
    }
}

async fn resume_or_start(lua: Lua, mut args: Args) -> Result<(Thread, bool), Raise> {
    let id = args.optional_string("the thread's id")?;
    let wanted = Resume::read(&lua, args)?;
    Ok(match id {
        Some(id) => (resume_with(&lua, &id, wanted).await?, true),
        None => (Thread::new(client(&lua)?.thread_start(wanted.thread).await?), false),
    })
}

async fn unarchive(lua: Lua, mut args: Args) -> Result<Thread, Raise> {
    let id = args.string("the thread's id")?;
    let wanted = Resume::read(&lua, args)?;
    client(&lua)?.unarchive(&id).await?;
    resume_with(&lua, &id, wanted).await
}

async fn info(lua: Lua, args: Args) -> Result<Table, Raise> {
    args.end()?;
    let session = client(&lua)?.session().await?;
    let info = lua.create_table()?;
    info.raw_set("host", env!("CARGO_PKG_VERSION"))?;
    info.raw_set("server", session.info.version.as_str())?;
    info.raw_set("protocol", names::VERSION)?;
    info.raw_set("user_agent", session.info.user_agent.as_str())?;
    info.raw_set("codex_home", session.info.codex_home.as_str())?;
    Ok(info)
}

async fn request(lua: Lua, mut args: Args) -> Result<Value, Raise> {
    let method = args.string("the method")?;
    let params = match args.value() {
        Value::Nil => json!({}),
        params => lua_json::from_lua(&lua, &params).map_err(|error| {
            Raise::usage(format!("codex.request: the parameters cannot be sent: {error}"))
        })?,
    };
    args.end()?;
    let answer = client(&lua)?.request(&method, params).await?;
    lua_json::to_lua(&lua, &answer, &AsIs, 0).map_err(|error| Raise::new("rpc", error.to_string()))
}
