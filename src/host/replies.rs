//! Replies of the scripted model from a Lua file, in a state and a thread of its own.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};

use mlua::{Function, Lua, Table, Value};

use super::script::Source;
use crate::error::Error;
use crate::lua::error::Failure;
use crate::lua::json::{self, AsIs};
use crate::lua::loader::Roots;
use crate::lua::{CodeFiles, engine, error, interrupt, task};
use crate::model::{List, Reply, Request, Script};
use crate::notice::Notices;

/// What the file returned.
pub enum LuaReplies {
    /// A list, which needs no Lua any more.
    List(List),
    /// A function, on a thread that asks it.
    Function(Sender<Question>),
}

/// A request, and where its reply goes.
type Question = (serde_json::Value, Sender<Result<Reply, String>>);

impl LuaReplies {
    /// Loads the file; `code` is told what is read for that.
    ///
    /// # Errors
    /// What is wrong with the file or with the replies that it lists.
    pub fn load(path: &Path, code: Option<CodeFiles>) -> Result<Self, Error> {
        let (ask, asked) = channel();
        let (tell, told) = channel();
        let path = path.to_owned();
        let work = move || answer(&path, code, &tell, &asked);
        let thread = std::thread::Builder::new().name("replies".into()).spawn(work);
        thread.map_err(|error| Error::Model(error.to_string()))?;
        match told.recv() {
            Ok(Ok(Some(list))) => Ok(Self::List(list)),
            Ok(Ok(None)) => Ok(Self::Function(ask)),
            Ok(Err(failure)) => Err(Error::Replies(failure)),
            Err(_) => Err(Error::Model("the thread of the replies ended as it began".into())),
        }
    }
}

impl Script for LuaReplies {
    fn reply(&mut self, request: &Request) -> Result<Reply, String> {
        match self {
            Self::List(list) => list.reply(request),
            Self::Function(ask) => {
                let (tell, told) = channel();
                let gone = || "the scripted model's Lua has ended".to_owned();
                ask.send((request.describe(), tell)).map_err(|_| gone())?;
                told.recv().map_err(|_| gone())?
            }
        }
    }
}

fn answer(
    path: &Path,
    code: Option<CodeFiles>,
    tell: &Sender<Result<Option<List>, Box<Failure>>>,
    asked: &Receiver<Question>,
) {
    match load(path, code) {
        Err(failure) => drop(tell.send(Err(failure))),
        Ok((_, Loaded::List(list))) => drop(tell.send(Ok(Some(list)))),
        Ok((lua, Loaded::Function(function))) => {
            let _ = tell.send(Ok(None));
            for (request, tell) in asked {
                let _ = tell.send(call(&lua, &function, &request));
            }
            drop(function);
            interrupt::end(lua);
        }
    }
}

enum Loaded {
    Function(Function),
    List(List),
}

fn load(path: &Path, code: Option<CodeFiles>) -> Result<(Lua, Loaded), Box<Failure>> {
    let failed = |error: &dyn std::fmt::Display| {
        Box::new(Failure::of_message(None, format!("{}: {error}", path.display())))
    };
    let roots = Roots::new(code);
    let lua = engine::new(engine::DEFAULT_MEMORY, roots.clone(), Notices::none())
        .map_err(|error| failed(&error))?;
    crate::api::install_plain(&lua).map_err(|error| failed(&error))?;
    let source = Source::File(PathBuf::from(path));
    roots.set(vec![source.folder()]);
    let script = source.load(&lua, &roots)?;
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| failed(&error))?;
    let body = task::root(
        &lua,
        tokio_util::sync::CancellationToken::new(),
        script.function.clone(),
        mlua::MultiValue::new(),
        crate::notice::Count::default(),
    );
    let value = match tokio::task::LocalSet::new().block_on(&runtime, body) {
        task::Outcome::Returned(mut values) => values.pop_front().unwrap_or(Value::Nil),
        task::Outcome::Raised(caught) => {
            return Err(error::failure(&lua, &caught)
                .map_or_else(|error| failed(&error), |failure| Box::new(script.show_line(failure))));
        }
        _ => return Err(failed(&"it ended itself")),
    };
    let loaded = match value {
        Value::Function(function) => Loaded::Function(function),
        Value::Table(table) => Loaded::List(list(&lua, table).map_err(|error| failed(&error))?),
        other => {
            return Err(failed(&format!(
                "it must return a list of replies or a function, not {}",
                other.type_name()
            )));
        }
    };
    Ok((lua, loaded))
}

fn list(lua: &Lua, table: Table) -> Result<List, String> {
    let value = json::from_lua(lua, &Value::Table(table)).map_err(|error| error.to_string())?;
    List::try_from(value).map_err(|error| error.to_string())
}

fn call(lua: &Lua, function: &Function, request: &serde_json::Value) -> Result<Reply, String> {
    let request =
        json::to_lua(lua, request.to_string().as_bytes(), &AsIs, 0).map_err(|error| error.to_string())?;
    // By Lua's own pcall, whose message has no traceback in it.
    let pcall: Function = lua.globals().get("pcall").map_err(|error| error.to_string())?;
    let (ok, value): (bool, Value) = pcall.call((function, request)).map_err(|error| error.to_string())?;
    if !ok {
        return Err(value.to_string().unwrap_or_default());
    }
    let value = json::from_lua(lua, &value).map_err(|error| error.to_string())?;
    Reply::try_from(value).map_err(|error| error.to_string())
}
