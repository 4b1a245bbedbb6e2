//! Threads.

use mlua::{Lua, MultiValue, UserData, UserDataFields, Value};

use super::turn::{Turn, four};
use super::{budget, input, options, result, session, subscription};
use crate::codex::{self, Item, Keep};
use crate::lua::class::Class;
use crate::lua::{Args, Raise, function, task};
use crate::notice::Notice;

static CLASS: Class = Class {
    name: "Thread",
    methods: &[
        ("run", |lua| function::awaiting(lua, "thread.run", run)),
        ("stream", |lua| function::awaiting(lua, "thread.stream", stream)),
        ("turn", |lua| function::awaiting(lua, "thread.turn", turn)),
        ("queue", |lua| function::awaiting(lua, "thread.queue", queue)),
        ("read", |lua| function::awaiting(lua, "thread.read", session::read)),
        ("turns", |lua| function::sync(lua, "thread.turns", session::turns)),
        ("fork", |lua| function::awaiting(lua, "thread.fork", session::fork)),
        ("rename", |lua| function::awaiting(lua, "thread.rename", session::rename)),
        ("archive", |lua| function::awaiting(lua, "thread.archive", session::archive)),
        ("delete", |lua| function::awaiting(lua, "thread.delete", session::delete)),
        ("on", |lua| function::sync(lua, "thread.on", subscription::thread_on)),
        ("interrupt", |lua| function::sync(lua, "thread.interrupt", interrupt)),
        ("close", |lua| function::awaiting(lua, "thread.close", close)),
    ],
    fields: &[
        ("id", |lua| field(lua, |thread| Ok(Some(thread.id().to_owned())))),
        ("name", |lua| field(lua, |thread| Ok(thread.info().name))),
        ("cwd", |lua| field(lua, |thread| Ok(Some(thread.cwd())))),
        ("model", |lua| field(lua, |thread| Ok(Some(thread.model())))),
        ("model_provider", |lua| field(lua, |thread| Ok(Some(thread.info().model_provider)))),
        ("path", |lua| field(lua, |thread| Ok(thread.info().path))),
        ("forked_from_id", |lua| field(lua, |thread| Ok(thread.info().forked_from_id))),
        ("ephemeral", |lua| function::sync(lua, "thread.ephemeral", ephemeral)),
        ("spent", |lua| function::sync(lua, "thread.spent", spent)),
        ("initial_turns", |lua| function::sync(lua, "thread.initial_turns", initial_turns)),
    ],
    meta: &[
        ("__close", |lua| function::sync(lua, "thread.close", request_close)),
        ("__tostring", |lua| function::sync(lua, "thread", show)),
    ],
};

/// A thread as scripts hold it.
pub struct Thread {
    pub thread: codex::Thread,
    initial_turns: Value,
}

impl UserData for Thread {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        CLASS.define(fields);
    }
}

impl Thread {
    pub fn new(thread: codex::Thread) -> Self {
        Self { thread, initial_turns: Value::Nil }
    }

    pub fn with_turns(self, initial_turns: Value) -> Self {
        Self { initial_turns, ..self }
    }
}

/// The thread that is the next argument.
pub fn of(lua: &Lua, args: &mut Args) -> Result<codex::Thread, Raise> {
    Ok(args.this::<Thread>(lua)?.thread.clone())
}

pub async fn run(lua: Lua, mut args: Args) -> Result<Value, Raise> {
    let thread = of(&lua, &mut args)?;
    let input = input::read(&lua, &mut args)?;
    let given = args.options(&lua)?;
    let options = options::turn(&lua, &given)?;
    given.finish()?;
    let settling = SettleLater(Some(thread.clone()));
    let result = run_turn(&lua, &thread, &input, options).await;
    settling.need_not();
    subscription::caught_up(&lua).await;
    Ok(result::to_lua(&lua, &result?)?)
}

/// One turn, waited for. Whoever waits for it at a prompt sees the answer as it comes.
pub async fn run_turn(
    lua: &Lua,
    thread: &codex::Thread,
    input: &[codex::Input],
    options: codex::TurnOptions,
) -> Result<codex::TurnResult, codex::Error> {
    let Some(notices) = super::onlookers(lua) else { return thread.run(input, options).await };
    let mut message = None;
    let hear = |item: &Item| {
        let Item::Event(event) = item else { return };
        if let Some(part) = event.answer() {
            let is_next = message.as_ref().is_some_and(|message| *message != part.item_id);
            let start = if is_next { "\n" } else { "" };
            notices.send(Notice::Answer(format!("{start}{}", part.delta)));
            message = Some(part.item_id.into_owned());
        }
    };
    thread.run_heard(input, options, hear).await
}

pub async fn stream(lua: Lua, args: Args) -> Result<MultiValue, Raise> {
    let turn = start(&lua, args).await?;
    four(&lua, turn)
}

async fn turn(lua: Lua, args: Args) -> Result<Turn, Raise> {
    start(&lua, args).await
}

async fn start(lua: &Lua, mut args: Args) -> Result<Turn, Raise> {
    let thread = of(lua, &mut args)?;
    let input = input::read(lua, &mut args)?;
    let given = args.options(lua)?;
    let options = options::turn(lua, &given)?;
    given.finish()?;
    let settling = SettleLater(Some(thread.clone()));
    let exchange = thread.exchange(&input, options, Keep::Events).await;
    settling.need_not();
    Ok(Turn::new(exchange?, None))
}

/// Has a task that is cancelled while it starts or awaits a turn wait until that is over, commands and all.
struct SettleLater(Option<codex::Thread>);

impl SettleLater {
    fn need_not(mut self) {
        self.0 = None;
    }
}

impl Drop for SettleLater {
    fn drop(&mut self) {
        if let Some(thread) = self.0.take() {
            task::request(async move { thread.after_ending().await });
        }
    }
}

async fn queue(lua: Lua, mut args: Args) -> Result<Turn, Raise> {
    let thread = of(&lua, &mut args)?;
    let input = input::read(&lua, &mut args)?;
    args.end()?;
    Ok(Turn::new(thread.queue(&input, &budget::of_scopes()).await?.into(), None))
}

fn interrupt(lua: &Lua, mut args: Args) -> Result<(), Raise> {
    of(lua, &mut args)?.interrupt();
    args.end()
}

async fn close(lua: Lua, mut args: Args) -> Result<(), Raise> {
    let thread = of(&lua, &mut args)?;
    args.end()?;
    Ok(thread.close().await?)
}

fn request_close(lua: &Lua, mut args: Args) -> Result<(), Raise> {
    let thread = of(lua, &mut args)?;
    let closing = thread.close();
    // What cannot be closed is gone with the server.
    task::request(async move { drop(closing.await) });
    Ok(())
}

fn field(
    lua: &Lua,
    get: fn(&codex::Thread) -> Result<Option<String>, Raise>,
) -> mlua::Result<mlua::Function> {
    function::sync(lua, "thread", move |lua, mut args| get(&of(lua, &mut args)?))
}

fn ephemeral(lua: &Lua, mut args: Args) -> Result<bool, Raise> {
    Ok(of(lua, &mut args)?.info().ephemeral)
}

/// Of the budget that it was opened with; a copy shares that of its original.
fn spent(lua: &Lua, mut args: Args) -> Result<Value, Raise> {
    let budgets = of(lua, &mut args)?.budgets();
    let own = budgets.iter().next().map(|own| budget::spent(lua, &own.spent()));
    Ok(own.transpose()?.unwrap_or(Value::Nil))
}

fn initial_turns(lua: &Lua, mut args: Args) -> Result<Value, Raise> {
    Ok(args.this::<Thread>(lua)?.initial_turns.clone())
}

fn show(lua: &Lua, mut args: Args) -> Result<String, Raise> {
    let thread = of(lua, &mut args)?;
    let name = thread.info().name.map(|name| format!(" {name:?}")).unwrap_or_default();
    Ok(format!("Thread {}{name}", thread.id()))
}
