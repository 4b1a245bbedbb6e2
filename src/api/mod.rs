//! What scripts see: bindings only. Each file begins with the names that it adds and the functions behind them.

mod approval;
mod ask;
mod budget;
mod codex;
mod command;
mod elicitation;
mod env;
mod error;
mod event;
mod events;
mod fs;
mod input;
mod inspect;
mod io;
mod json;
mod log;
mod options;
mod os;
mod pages;
mod path;
mod process;
mod question;
mod read;
mod result;
mod retry;
mod running;
mod session;
mod signal;
mod subscription;
mod task;
mod temp_dir;
mod test;
mod thread;
mod time;
mod timer;
mod tool;
mod turn;
mod watch;

use std::cell::Cell;

use mlua::{Function, Lua, Table};

use crate::codex::Client;
use crate::lua::interrupt;
use crate::notice::Notices;
use crate::watch::Deeds;

pub(crate) use command::end_all as end_commands;
pub use test::Trial;
pub(crate) use test::main as test_main;

/// What bindings need from the host; kept in the Lua state.
pub(crate) struct Context {
    pub client: Client,
    pub notices: Notices,
    pub deeds: Deeds,
    /// Somebody waits for entries at a prompt.
    pub at_prompt: Cell<bool>,
    /// When it runs a file of tests.
    pub trial: Option<Trial>,
    /// What ends with the script that opened it, if not before.
    pub watchers: watch::Open,
    pub temp_dirs: temp_dir::Open,
    pub subscriptions: subscription::Open,
}

/// Ends the watchers that a script has left open, and waits for that.
pub(crate) async fn end_watchers(lua: &Lua) {
    let open = lua.app_data_ref::<Context>().map(|context| context.watchers.take()).unwrap_or_default();
    watch::close_all(open).await;
}

/// Removes the temporary directories of a script that ends.
pub(crate) async fn end_temp_dirs(lua: &Lua) {
    temp_dir::close_all(lua).await;
}

type Module = (&'static str, fn(&Lua) -> mlua::Result<Table>);

/// Modules that `require` finds without looking at files.
const MODULES: &[Module] = &[
    ("codex", codex::module),
    ("std.env", env::module),
    ("std.fs", fs::module),
    ("std.inspect", inspect::module),
    ("std.json", json::module),
    ("std.log", log::module),
    ("std.path", path::module),
    ("std.process", process::module),
    ("std.retry", retry::module),
    ("std.signal", signal::module),
    ("std.task", task::module),
    ("std.test", test::module),
    ("std.time", time::module),
    ("std.watch", watch::module),
];

/// Gives a fresh state what scripts see.
pub(crate) fn install(lua: &Lua, context: Context) -> mlua::Result<()> {
    lua.set_app_data(context);
    command::install(lua);
    os::install(lua)?;
    io::install(lua)?;
    for (name, make) in MODULES {
        add_module(lua, name, *make)?;
    }
    let codex: Table = lua.globals().get::<Function>("require")?.call("codex")?;
    lua.globals().raw_set("codex", codex)
}

/// Gives a state what a prompt has besides: the modules of `std` as variables.
pub(crate) fn install_at_prompt(lua: &Lua) -> mlua::Result<()> {
    if let Some(context) = lua.app_data_ref::<Context>() {
        context.at_prompt.set(true);
    }
    let require: Function = lua.globals().get("require")?;
    for (module, _) in MODULES {
        if let Some(name) = module.strip_prefix("std.") {
            lua.globals().raw_set(name, require.call::<Table>(*module)?)?;
        }
    }
    Ok(())
}

/// Gives a state that runs no tasks and has no Codex the modules that need neither.
pub(crate) fn install_plain(lua: &Lua) -> mlua::Result<()> {
    add_module(lua, "std.json", json::module)?;
    add_module(lua, "std.path", path::module)?;
    add_module(lua, "std.time", time::module)
}

/// Adds a module that is made when it is first required.
pub(crate) fn add_module(
    lua: &Lua,
    name: &str,
    make: impl Fn(&Lua) -> mlua::Result<Table> + 'static,
) -> mlua::Result<()> {
    let preload: Table = lua.globals().get::<Table>("package")?.raw_get("preload")?;
    preload.raw_set(name, lua.create_function(move |lua, ()| make(lua))?)
}

/// Who sees what comes, if what runs now is what somebody waits for at a prompt.
fn onlookers(lua: &Lua) -> Option<Notices> {
    let context = lua.app_data_ref::<Context>()?;
    (context.at_prompt.get() && interrupt::is_in_front()).then(|| context.notices.clone())
}

fn client(lua: &Lua) -> Result<Client, crate::lua::Raise> {
    match lua.app_data_ref::<Context>() {
        Some(context) => Ok(context.client.clone()),
        None => Err(crate::lua::Raise::new("closed", "the host has ended")),
    }
}
