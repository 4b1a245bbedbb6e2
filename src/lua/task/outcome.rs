//! What a task came to.

use mlua::{Function, Lua, MultiValue, Table, Value};

use crate::lua::function::prelude;

/// What a task's function came to.
#[derive(Clone)]
pub enum Outcome {
    /// Its values.
    Returned(MultiValue),
    /// The error that it raised: what `caught` made of it.
    Raised(Table),
    /// It was cancelled.
    Cancelled,
    /// The script asked for its own end, with this status.
    Exited(i32),
    /// The host panicked in one of its tasks, and said this.
    Panicked(String),
}

/// How a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It has not ended.
    Running,
    /// Its function returned.
    Done,
    /// Its function, or a task that it spawned, raised an error.
    Failed,
    /// It was cancelled.
    Cancelled,
}

impl Outcome {
    pub(super) fn status(&self) -> Status {
        match self {
            Self::Returned(_) => Status::Done,
            Self::Raised(_) => Status::Failed,
            Self::Cancelled | Self::Exited(_) | Self::Panicked(_) => Status::Cancelled,
        }
    }
}

/// What `caught` would have made of a lack of memory, made while there was some.
struct OutOfMemory(Table);

/// What of the prelude runs the function of a task; kept, since a script may have ten thousand.
struct Body(Function);

pub(super) fn body(lua: &Lua) -> Option<Function> {
    lua.app_data_ref::<Body>().map(|body| body.0.clone())
}

/// Prepares a state to run tasks.
pub fn install(lua: &Lua) -> mlua::Result<()> {
    lua.set_app_data(Body(prelude(lua, "body")?));
    lua.set_app_data(OutOfMemory(caught(lua, &"not enough memory")?));
    Ok(())
}

fn caught(lua: &Lua, error: &dyn std::fmt::Display) -> mlua::Result<Table> {
    let caught = lua.create_table()?;
    caught.raw_set("error", error.to_string())?;
    caught.raw_set("traceback", "")?;
    Ok(caught)
}

/// What the body of a task returned.
pub(super) fn came_of(lua: &Lua, returned: mlua::Result<(bool, MultiValue)>) -> Outcome {
    match returned {
        Ok((true, values)) => Outcome::Returned(values),
        Ok((false, mut caught)) => match caught.pop_front() {
            Some(Value::Table(caught)) => Outcome::Raised(caught),
            // Lua gives no handler a chance when memory has run out.
            Some(Value::String(message)) => broken(lua, &message.to_string_lossy()),
            _ => broken(lua, &"an error while an error was handled"),
        },
        Err(error) => broken(lua, &error),
    }
}

/// What comes of an error that no Lua handler saw.
pub(super) fn broken(lua: &Lua, error: &dyn std::fmt::Display) -> Outcome {
    match (caught(lua, error), lua.app_data_ref::<OutOfMemory>()) {
        (Ok(caught), _) => Outcome::Raised(caught),
        (Err(_), Some(prepared)) => Outcome::Raised(prepared.0.clone()),
        (Err(_), None) => Outcome::Cancelled,
    }
}
