//! `std.fs`: files and directories. What blocks runs apart from the Lua thread.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use mlua::{Function, Lua, LuaString, MultiValue, Table, UserData, UserDataFields, Value};
use tokio::task::JoinHandle;

use super::path::text;
use super::temp_dir::TempDir;
use super::turn::four;
use super::watch::{OneOrMore, with_context};
use crate::lua::class::Class;
use crate::lua::function::{self, Members};
use crate::lua::options::{FromOption, Options};
use crate::lua::{Args, Raise, task};
use crate::sys::files::{self, Entry, FileError, Stop, Walking, Writing};
use crate::watch::Call;

const MEMBERS: Members = &[
    ("read", |lua| function::awaiting(lua, "fs.read", read)),
    ("write", |lua| function::awaiting(lua, "fs.write", write)),
    ("append", |lua| function::awaiting(lua, "fs.append", append)),
    ("list", |lua| function::awaiting(lua, "fs.list", list)),
    ("walk", |lua| function::awaiting(lua, "fs.walk", walk)),
    ("glob", |lua| function::awaiting(lua, "fs.glob", glob)),
    ("stat", |lua| function::awaiting(lua, "fs.stat", stat)),
    ("exists", |lua| function::awaiting(lua, "fs.exists", exists)),
    ("mkdir", |lua| function::awaiting(lua, "fs.mkdir", mkdir)),
    ("copy", |lua| function::awaiting(lua, "fs.copy", |lua, args| put(lua, args, copy))),
    ("move", |lua| function::awaiting(lua, "fs.move", |lua, args| put(lua, args, rename))),
    ("remove", |lua| function::awaiting(lua, "fs.remove", remove)),
    ("temp_dir", |lua| function::sync(lua, "fs.temp_dir", temp_dir)),
];

static WALK: Class = Class {
    name: "Walk",
    methods: &[("close", |lua| function::sync(lua, "walk.close", close_walk))],
    fields: &[],
    meta: &[("__call", next), ("__close", |lua| function::sync(lua, "walk.close", close_walk))],
};

pub fn module(lua: &Lua) -> mlua::Result<Table> {
    function::module(lua, MEMBERS)
}

async fn read(lua: Lua, mut args: Args) -> Result<Option<LuaString>, Raise> {
    let (name, path) = (args.name(), args.path("the path")?);
    args.end()?;
    // There is no other way to ask for it; 0 is none.
    let limit = lua.set_memory_limit(0)?;
    lua.set_memory_limit(limit)?;
    let most = if limit == 0 { u64::MAX } else { limit as u64 };
    let bytes = apart(name, move |_| files::read(&path, most)).await?;
    Ok(bytes.map(|bytes| lua.create_string(bytes)).transpose()?)
}

async fn write(lua: Lua, mut args: Args) -> Result<(), Raise> {
    let (name, path) = (args.name(), args.path("the path")?);
    let (content, given) = content_and_options(&lua, args)?;
    let how = Writing {
        atomic: given.get("atomic")?.unwrap_or(true),
        mode: given.get::<Mode>("mode")?.map(|Mode(mode)| mode),
        parents: given.get("parents")?.unwrap_or(false),
    };
    given.finish()?;
    changing(&lua, name, move |stop, call| {
        files::write(&path, &content, how, stop)?;
        call.put(&path, &content);
        Ok(())
    })
    .await
}

async fn append(lua: Lua, mut args: Args) -> Result<(), Raise> {
    let (name, path) = (args.name(), args.path("the path")?);
    let (content, given) = content_and_options(&lua, args)?;
    let parents = given.get("parents")?.unwrap_or(false);
    given.finish()?;
    changing(&lua, name, move |_, call| {
        files::append(&path, &content, parents)?;
        call.added(&path, content);
        Ok(())
    })
    .await
}

fn content_and_options(lua: &Lua, mut args: Args) -> Result<(Vec<u8>, Options), Raise> {
    let value = args.value();
    let Value::String(content) = &value else { return Err(args.wrong("the text", "a string", &value)) };
    Ok((content.as_bytes().to_vec(), args.options(lua)?))
}

async fn list(lua: Lua, mut args: Args) -> Result<Option<Table>, Raise> {
    let (name, path) = (args.name(), args.path("the path")?);
    args.end()?;
    let Some(entries) = apart(name, move |_| files::list(&path)).await? else { return Ok(None) };
    let entries = entries.iter().map(|entry| table(&lua, entry)).collect::<mlua::Result<Vec<_>>>()?;
    Ok(Some(lua.create_sequence_from(entries)?))
}

fn table(lua: &Lua, entry: &Entry) -> mlua::Result<Table> {
    let table = lua.create_table()?;
    table.raw_set("path", text(lua, &entry.path)?)?;
    table.raw_set("name", text(lua, &entry.name)?)?;
    table.raw_set("kind", entry.kind.name())?;
    Ok(table)
}

/// A walk as scripts hold it; nothing is left of one that was closed.
#[derive(Clone)]
struct Walk {
    walk: Arc<Mutex<Option<files::Walk>>>,
    found: Rc<RefCell<VecDeque<Entry>>>,
}

impl UserData for Walk {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        WALK.define(fields);
    }
}

async fn walk(lua: Lua, mut args: Args) -> Result<MultiValue, Raise> {
    let (name, path) = (args.name(), args.path("the path")?);
    let given = args.options(&lua)?;
    let globs = |key| given.get(key).map(|globs| globs.map_or_else(Vec::new, |OneOrMore(globs)| globs));
    let how = Walking {
        ignore: Some(globs("ignore")?),
        keep: globs("filter")?,
        hidden: given.get("hidden")?.unwrap_or(true),
        depth: given.get::<u32>("depth")?.map(|depth| depth as usize),
    };
    given.finish()?;
    let walk = apart(name, move |_| files::Walk::new(&path, how)).await?;
    four(&lua, Walk { walk: Arc::new(Mutex::new(Some(walk))), found: Rc::default() })
}

fn next(lua: &Lua) -> mlua::Result<Function> {
    let now = function::sync(lua, "walk", |lua, mut args| {
        let found = args.this::<Walk>(lua)?.found.borrow_mut().pop_front();
        Ok(found.map(|entry| table(lua, &entry)).transpose()?)
    })?;
    function::iterator(lua, "walk", now, |lua, mut args| async move {
        let Walk { walk, found } = args.this::<Walk>(&lua)?.clone();
        let some = apart("fs.walk", move |_| {
            let mut walk = walk.lock().unwrap_or_else(PoisonError::into_inner);
            walk.as_mut().map_or_else(|| Ok(vec![]), files::Walk::some)
        });
        let some = some.await?;
        let mut found = found.borrow_mut();
        found.extend(some);
        Ok(found.pop_front().map(|entry| table(&lua, &entry)).transpose()?)
    })
}

fn close_walk(lua: &Lua, mut args: Args) -> Result<(), Raise> {
    let Walk { walk, found } = args.this::<Walk>(lua)?.clone();
    found.borrow_mut().clear();
    // One that is being walked ends by itself.
    if let Ok(mut walk) = walk.try_lock() {
        *walk = None;
    }
    Ok(())
}

async fn glob(lua: Lua, mut args: Args) -> Result<Table, Raise> {
    let (name, pattern) = (args.name(), args.string("the pattern")?);
    let given = args.options(&lua)?;
    let cwd: PathBuf = given.get("cwd")?.unwrap_or_default();
    given.finish()?;
    let found = apart(name, move |stop| files::glob(&pattern, &cwd, stop)).await?;
    let found = found.iter().map(|path| text(&lua, path)).collect::<mlua::Result<Vec<_>>>()?;
    Ok(lua.create_sequence_from(found)?)
}

async fn stat(lua: Lua, mut args: Args) -> Result<Option<Table>, Raise> {
    let (name, path) = (args.name(), args.path("the path")?);
    let given = args.options(&lua)?;
    let follow = given.get("follow")?.unwrap_or(true);
    given.finish()?;
    let Some(found) = apart(name, move |_| files::stat(&path, follow)).await? else { return Ok(None) };
    let table = lua.create_table()?;
    table.raw_set("kind", found.kind.name())?;
    table.raw_set("size", found.size)?;
    table.raw_set("modified", found.modified)?;
    table.raw_set("mode", format!("{:03o}", found.mode))?;
    table.raw_set("target", found.target.map(|target| text(&lua, target)).transpose()?)?;
    Ok(Some(table))
}

async fn exists(_: Lua, mut args: Args) -> Result<bool, Raise> {
    let (name, path) = (args.name(), args.path("the path")?);
    args.end()?;
    Ok(apart(name, move |_| files::stat(&path, true)).await?.is_some())
}

async fn mkdir(_: Lua, mut args: Args) -> Result<(), Raise> {
    let (name, path) = (args.name(), args.path("the path")?);
    args.end()?;
    apart(name, move |_| files::make_folder(&path)).await
}

type Put = fn(&Path, &Path, bool, &Stop, &mut Call) -> Result<(), FileError>;

async fn put(lua: Lua, mut args: Args, put: Put) -> Result<(), Raise> {
    let (name, from, to) = (args.name(), args.path("what is taken")?, args.path("where it goes")?);
    let given = args.options(&lua)?;
    let overwrite = given.get("overwrite")?.unwrap_or(false);
    given.finish()?;
    changing(&lua, name, move |stop, call| put(&from, &to, overwrite, stop, call)).await
}

fn copy(from: &Path, to: &Path, overwrite: bool, stop: &Stop, call: &mut Call) -> Result<(), FileError> {
    let tree = call.source(from);
    files::copy(from, to, overwrite, stop)?;
    call.copied(tree.as_ref(), to);
    Ok(())
}

fn rename(from: &Path, to: &Path, overwrite: bool, stop: &Stop, call: &mut Call) -> Result<(), FileError> {
    let tree = call.tree(from);
    files::rename(from, to, overwrite, stop)?;
    call.moved(tree, to);
    Ok(())
}

async fn remove(lua: Lua, mut args: Args) -> Result<bool, Raise> {
    let (name, path) = (args.name(), args.path("the path")?);
    let given = args.options(&lua)?;
    let recursive = given.get("recursive")?.unwrap_or(false);
    given.finish()?;
    changing(&lua, name, move |_, call| {
        let place = call.place(&path);
        let removed = files::remove(&path, recursive)?;
        call.removed(place.filter(|_| removed));
        Ok(removed)
    })
    .await
}

fn temp_dir(lua: &Lua, args: Args) -> Result<TempDir, Raise> {
    args.end()?;
    TempDir::new(lua)
}

/// Permissions.
struct Mode(u32);

impl FromOption for Mode {
    const EXPECTED: &'static str = "permissions in octal digits, such as \"644\"";
    fn from_option(value: &Value, lua: &Lua) -> Result<Self, Option<String>> {
        let digits = String::from_option(value, lua)?;
        let mode = u32::from_str_radix(&digits, 8).ok().filter(|mode| *mode <= 0o7777);
        mode.map(Self).ok_or(None)
    }
}

/// Work that is told to leave off when nobody waits for it any more, and that its task then waits for.
struct Working<T: 'static>(Option<JoinHandle<T>>, Stop);

impl<T> Drop for Working<T> {
    fn drop(&mut self) {
        if let Some(work) = self.0.take() {
            self.1.ask();
            task::request(async move { drop(work.await) });
        }
    }
}

/// Runs what changes files, and tells the watchers of it also when nobody waits for it any more.
async fn changing<T: Send + 'static>(
    lua: &Lua,
    name: &'static str,
    work: impl FnOnce(&Stop, &mut Call) -> Result<T, FileError> + Send + 'static,
) -> Result<T, Raise> {
    let deeds = with_context(lua, |context| context.deeds.clone())?;
    apart(name, move |stop| work(stop, &mut deeds.call())).await
}

/// Runs what blocks apart from the Lua thread.
pub async fn apart<T: Send + 'static>(
    name: &'static str,
    work: impl FnOnce(&Stop) -> Result<T, FileError> + Send + 'static,
) -> Result<T, Raise> {
    let stop = Stop::default();
    let theirs = stop.clone();
    let mut working = Working(Some(tokio::task::spawn_blocking(move || work(&theirs))), stop);
    let Some(handle) = &mut working.0 else { unreachable!("it was just put there") };
    let done = handle.await;
    working.0 = None;
    match done.map_err(tokio::task::JoinError::try_into_panic) {
        Ok(done) => done.map_err(|error| raise(name, error)),
        Err(Ok(panic)) => resume_unwind(panic),
        Err(Err(_)) => Err(Raise::new("closed", "the host has ended")),
    }
}

pub fn raise(name: &str, error: FileError) -> Raise {
    let message = format!("{name}: {error}");
    match error {
        FileError::Glob(_) => Raise::usage(message),
        FileError::TooLarge { .. } => Raise::new("memory", message),
        FileError::Refused { path, .. } => {
            Raise::new("io", message).with_built("path", move |lua| text(lua, path).map(Value::String))
        }
    }
}
