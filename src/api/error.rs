//! The kind of each error of the rooms below, and its fields.

use std::rc::Rc;

use serde_json::Value;

use crate::codex::{Divergence, Error, Misfit, TurnFailure, names};
use crate::lua::Raise;

impl From<Error> for Raise {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error {
            Error::Usage(_) => Self::usage(message),
            Error::NotInstalled(_) => Self::new("not_installed", message),
            Error::NotLoggedIn { .. } => Self::new("not_logged_in", message),
            Error::ServerGone { exit, stderr, .. } => {
                use std::os::unix::process::ExitStatusExt;
                let raise = Self::new("server_gone", message).with("stderr", stderr);
                raise
                    .with("exit", exit.and_then(|exit| exit.code()))
                    .with("signal", exit.and_then(|exit| exit.signal()))
            }
            Error::Timeout { may_have_run, .. } => {
                Self::new("timeout", message).with("may_have_run", may_have_run)
            }
            Error::Overloaded { .. } => Self::new("overloaded", message),
            Error::ThreadBusy { thread_id, joined } => {
                Self::new("thread_busy", message).with("thread_id", thread_id).with("joined", joined)
            }
            Error::ThreadInUse(id) => Self::new("thread_in_use", message).with("thread_id", id),
            Error::ThreadArchived(id) => Self::new("thread_archived", message).with("thread_id", id),
            Error::ThreadNotFound(id) => Self::new("thread_not_found", message).with("thread_id", id),
            Error::Closed(_) => Self::new("closed", message),
            Error::TurnFailed(failure) => turn_failed(*failure),
            Error::TurnInterrupted(result) => Self::new("turn_interrupted", message)
                .with_built("result", move |lua| super::result::to_lua(lua, &result)),
            Error::Replay(divergence) => replay(message, *divergence),
            Error::Schema(misfit) => no_fit(message, *misfit),
            Error::Budget { budget, result } => super::budget::error(message, &budget, result),
            Error::Rpc { error, .. } => rpc(message, error.code, error.data),
            _ => rpc(message, 0, None),
        }
    }
}

fn turn_failed(failure: TurnFailure) -> Raise {
    let TurnFailure { message, codex_error, result } = failure;
    Raise::new("turn_failed", message)
        .with("text", result.text.clone())
        .with("thread_id", result.thread_id.clone())
        .with("turn_id", result.turn_id.clone())
        .with_built("items", move |lua| super::result::items_of(lua, &result))
        .with_built("codex_error", move |lua| {
            let table = lua.create_table()?;
            table.raw_set("type", names::snake(&codex_error.reason))?;
            table.raw_set("http_status_code", codex_error.http_status)?;
            Ok(mlua::Value::Table(table))
        })
}

fn no_fit(message: String, misfit: Misfit) -> Raise {
    let Misfit { problems, result } = misfit;
    let result = Rc::new(result);
    let same = result.clone();
    Raise::new("schema", message)
        .with("errors", problems)
        .with("text", result.text.clone())
        .with("thread_id", result.thread_id.clone())
        .with("turn_id", result.turn_id.clone())
        .with_built("items", move |lua| super::result::items_of(lua, &same))
        .with_built("usage", move |lua| super::result::usage_of(lua, &result))
}

fn replay(message: String, divergence: Divergence) -> Raise {
    let Divergence { path, line, recorded, asked, .. } = divergence;
    let raise = Raise::new("replay", message).with("path", path.display().to_string()).with("line", line);
    let sides = [("recorded", recorded), ("asked", asked)];
    sides.into_iter().fold(raise, |raise, (name, side)| match side {
        None => raise,
        Some(side) => raise.with_built(name, move |lua| as_is(lua, &side)),
    })
}

fn rpc(message: String, code: i64, data: Option<Value>) -> Raise {
    let raise = Raise::new("rpc", message).with("code", code);
    match data {
        None => raise,
        Some(data) => raise.with_built("data", move |lua| as_is(lua, &data)),
    }
}

fn as_is(lua: &mlua::Lua, value: &Value) -> mlua::Result<mlua::Value> {
    let text = value.to_string();
    crate::lua::json::to_lua(lua, text.as_bytes(), &crate::lua::json::AsIs, 0).map_err(mlua::Error::external)
}
