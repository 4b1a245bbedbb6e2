//! Running them: a call of the agent, as a task beside the script.

use std::sync::Arc;
use std::time::Duration;

use mlua::{Function, IntoLuaMulti, Lua, MultiValue, Table};
use tokio::sync::mpsc;

use super::output;
use crate::codex::tools::{Call, Output};
use crate::codex::{Answer, Answerer, Ask, Kind};
use crate::lua::error;
use crate::lua::json::{self, AsIs};
use crate::lua::task::{Outcome, Script};

/// A function of a script as the reader of the server sees it, which is on another thread.
#[derive(Debug)]
struct Runner {
    timeout: Duration,
    send: mpsc::UnboundedSender<Ask>,
}

impl Answerer for Runner {
    fn patience(&self, kind: Kind) -> Option<Duration> {
        (kind == Kind::Tool).then_some(self.timeout)
    }

    fn ask(&self, ask: Ask) {
        // Without a Lua thread it comes back, and is declined as it is dropped.
        let _ = self.send.send(ask);
    }
}

/// Has `run` called for each call of a tool.
pub fn runner(lua: &Lua, run: Function, timeout: Duration) -> Arc<dyn Answerer> {
    let (send, mut asked) = mpsc::unbounded_channel();
    let lua = lua.clone();
    // It ends with the tool, which may be held longer than by one script.
    tokio::task::spawn_local(async move {
        while let Some(ask) = asked.recv().await {
            // Without a script nothing runs that could call; if it does, it is declined.
            if let Some(script) = Script::running(&lua) {
                script.run_beside(handle(lua.clone(), script.clone(), run.clone(), ask));
            }
        }
    });
    Arc::new(Runner { timeout, send })
}

/// Why a tool failed, and where if that is known: the place is for people, not for the agent.
struct Failed {
    why: String,
    place: Option<String>,
}

impl Failed {
    fn of(why: &impl ToString) -> Self {
        Self { why: why.to_string(), place: None }
    }
}

/// Answers with what the function gives.
async fn handle(lua: Lua, script: Script, run: Function, ask: Ask) {
    match output(&lua, &script, run, &ask).await {
        Some(Ok(output)) => ask.answer(&Answer::Ran(output)),
        Some(Err(Failed { why, place })) => ask.tool_failed(&why, place.as_deref()),
        None => {}
    }
}

/// Calls it; `None` when nobody wants to know any more.
async fn output(lua: &Lua, script: &Script, run: Function, ask: &Ask) -> Option<Result<Output, Failed>> {
    let call: Call = match serde_json::from_slice(ask.params()) {
        Ok(call) => call,
        Err(error) => return Some(Err(Failed::of(&error))),
    };
    if let Err(misfit) = call.check(ask.tool()?) {
        return Some(Ok(misfit));
    }
    let called = match args(lua, &call) {
        Ok(args) => script.call(lua, run, args),
        Err(error) => return Some(Err(Failed::of(&error))),
    };
    tokio::select! {
        biased;
        () = ask.over() => None,
        outcome = called.outcome() => match outcome {
            Outcome::Returned(values) => Some(output::read(lua, &values).map_err(|why| Failed::of(&why))),
            Outcome::Raised(caught) => Some(Err(raised(lua, &caught))),
            Outcome::Cancelled | Outcome::Exited(_) | Outcome::Panicked(_) => None,
        }
    }
}

/// The arguments, and whose they are.
fn args(lua: &Lua, call: &Call) -> mlua::Result<MultiValue> {
    let args = json::to_lua(lua, call.arguments.get().as_bytes(), &AsIs, 0).map_err(mlua::Error::external)?;
    let about = lua.create_table()?;
    about.raw_set("id", &*call.call_id)?;
    about.raw_set("tool", &*call.tool)?;
    about.raw_set("namespace", call.namespace.as_deref())?;
    about.raw_set("thread_id", &*call.thread_id)?;
    about.raw_set("turn_id", &*call.turn_id)?;
    (args, about).into_lua_multi(lua)
}

/// Lua's own messages begin with their place.
fn raised(lua: &Lua, caught: &Table) -> Failed {
    let failure = match error::failure(lua, caught) {
        Ok(failure) => failure,
        Err(error) => return Failed::of(&error),
    };
    let place = failure.place.map(|(file, line)| format!("{file}:{line}: "));
    let without = place.as_deref().and_then(|place| failure.message.strip_prefix(place));
    let why = without.unwrap_or(&failure.message).to_owned();
    Failed { why, place }
}
