//! `std.watch`: files that change.

use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::rc::{Rc, Weak};

use mlua::{Function, Lua, MultiValue, ObjectLike, Table, UserData, UserDataFields, Value};

use super::Context;
use super::path::text;
use super::turn::four;
use crate::lua::class::Class;
use crate::lua::error::OWN_CHUNK;
use crate::lua::function::{self, Members};
use crate::lua::options::{FromOption, Options};
use crate::lua::{Args, Raise, task};
use crate::watch::{self, Batch, Kind, Owner, Timing, WatchError};

const MEMBERS: Members = &[
    ("files", |lua| function::awaiting(lua, "watch.files", files)),
    ("explain", |lua| filters(lua)?.call_function("explain", function::sync(lua, "watch.explain", explain)?)),
];

static CLASS: Class = Class {
    name: "Watcher",
    methods: &[
        ("sync", |lua| function::awaiting(lua, "watcher.sync", sync)),
        ("close", |lua| function::sync(lua, "watcher.close", close)),
    ],
    fields: &[],
    meta: &[
        ("__call", next),
        ("__close", |lua| function::sync(lua, "watcher.close", close)),
        ("__tostring", |lua| function::sync(lua, "watcher", show)),
    ],
};

/// A watcher as scripts hold it.
#[derive(Clone)]
struct Watcher(Rc<Held>);

/// Also known to [`Open`], for the end of the script.
pub(crate) struct Held {
    watcher: watch::Watcher,
    filter: Option<Function>,
    shown: String,
    closed: Cell<bool>,
}

/// Watchers that are open.
pub(crate) type Open = RefCell<Vec<Weak<Held>>>;

impl UserData for Watcher {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        CLASS.define(fields);
    }
}

pub fn module(lua: &Lua) -> mlua::Result<Table> {
    function::module(lua, MEMBERS)
}

/// Closes what a script left open, and waits for it.
pub async fn close_all(open: Vec<Weak<Held>>) {
    for held in open.iter().filter_map(Weak::upgrade) {
        held.close();
        held.watcher.over().await;
    }
}

impl Held {
    fn close(&self) {
        self.closed.set(true);
        self.watcher.close();
    }
}

async fn files(lua: Lua, mut args: Args) -> Result<MultiValue, Raise> {
    let paths = args.value();
    let OneOrMore(paths) = OneOrMore::from_option(&paths, &lua)
        .map_err(|_| args.wrong("what to watch", "a path or a list of paths", &paths))?;
    let given = args.options(&lua)?;
    let usual = Timing::default();
    let timing = Timing {
        debounce: given.get("debounce")?.unwrap_or(usual.debounce),
        max_wait: given.get("max_wait")?.unwrap_or(usual.max_wait),
        stable_for: given.get("stable_for")?.unwrap_or(usual.stable_for),
    };
    let initial = given.get("initial")?.unwrap_or(false);
    let own = given.get("own")?.unwrap_or(false);
    let Globs { ignore, keep, filter } = Globs::read(&given)?;
    given.finish()?;
    let shown = paths.join(", ");
    let paths = paths.into_iter().map(PathBuf::from).collect();
    let (notices, deeds) = with_context(&lua, |context| (context.notices.clone(), context.deeds.clone()))?;
    let usual = watch::Options::default();
    let options = watch::Options { paths, ignore, keep, timing, initial, deeds, own, ..usual };
    let watcher =
        watch::Watcher::start(options, notices).await.map_err(|error| raise("watch.files", &error))?;
    let held = Rc::new(Held { watcher, filter, shown, closed: Cell::new(false) });
    with_context(&lua, |context| {
        let mut open = context.watchers.borrow_mut();
        open.retain(|held| held.strong_count() > 0);
        open.push(Rc::downgrade(&held));
    })?;
    four(&lua, Watcher(held))
}

/// The next batch for a `for`; nil when the watcher was closed.
fn next(lua: &Lua) -> mlua::Result<Function> {
    let batch = function::awaiting(lua, "watcher", |lua, mut args| async move {
        let held = args.this::<Watcher>(&lua)?.0.clone();
        match held.watcher.next().await {
            Ok(batch) => Ok(Some(table(&lua, &batch)?)),
            Err(WatchError::Closed) if held.closed.get() => Ok(None),
            Err(error) => Err(raise("watch.files", &error)),
        }
    })?;
    let filter =
        function::sync(lua, "watcher", |lua, mut args| Ok(args.this::<Watcher>(lua)?.0.filter.clone()))?;
    filters(lua)?.call_function("batches", (batch, filter))
}

/// What of this is Lua.
fn filters(lua: &Lua) -> mlua::Result<Table> {
    lua.load(crate::stdlib::WATCH).set_name(OWN_CHUNK).call(())
}

async fn sync(lua: Lua, mut args: Args) -> Result<(), Raise> {
    let held = args.this::<Watcher>(&lua)?.0.clone();
    args.end()?;
    held.watcher.sync().await.map_err(|error| raise("watcher.sync", &error))
}

fn close(lua: &Lua, mut args: Args) -> Result<(), Raise> {
    let held = args.this::<Watcher>(lua)?.0.clone();
    held.close();
    task::request(async move { held.watcher.over().await });
    Ok(())
}

fn show(lua: &Lua, mut args: Args) -> Result<String, Raise> {
    Ok(format!("Watcher of {}", args.this::<Watcher>(lua)?.0.shown))
}

fn explain(lua: &Lua, mut args: Args) -> Result<(Table, Option<Function>), Raise> {
    let path = args.string("the path")?;
    let given = args.options(lua)?;
    let root: Option<PathBuf> = given.get("root")?;
    let Globs { ignore, keep, filter } = Globs::read(&given)?;
    given.finish()?;
    let root = root.unwrap_or_else(|| PathBuf::from("."));
    let explained = watch::explain(Path::new(&path), &root, &ignore, &keep)
        .map_err(|error| raise("watch.explain", &error))?;
    let table = lua.create_table()?;
    table.raw_set("watched", explained.watched)?;
    table.raw_set("why", explained.why)?;
    if let Some(rule) = explained.rule {
        table.raw_set("rule", rule.glob)?;
        table.raw_set("file", rule.file.map(|file| text(lua, &file)).transpose()?)?;
        table.raw_set("line", explained.line)?;
    }
    Ok((table, filter))
}

/// What says which files are watched.
struct Globs {
    ignore: Vec<String>,
    keep: Vec<String>,
    filter: Option<Function>,
}

impl Globs {
    fn read(given: &Options) -> Result<Self, Raise> {
        let list = |globs: Option<OneOrMore>| globs.map_or_else(Vec::new, |OneOrMore(globs)| globs);
        let ignore = list(given.get("ignore")?);
        let (keep, filter) = match given.get("filter")? {
            None => (vec![], None),
            Some(Filter::Globs(globs)) => (globs, None),
            Some(Filter::Function(function)) => (vec![], Some(function)),
        };
        Ok(Self { ignore, keep, filter })
    }
}

/// A text, or a list of them.
pub struct OneOrMore(pub Vec<String>);

impl FromOption for OneOrMore {
    const EXPECTED: &'static str = "a glob or a list of globs";
    fn from_option(value: &Value, lua: &Lua) -> Result<Self, Option<String>> {
        if value.is_table() {
            Vec::from_option(value, lua)
        } else {
            Ok(vec![String::from_option(value, lua)?])
        }
        .map(Self)
    }
}

enum Filter {
    Globs(Vec<String>),
    Function(Function),
}

impl FromOption for Filter {
    const EXPECTED: &'static str = "a glob, a list of globs or a function";
    fn from_option(value: &Value, lua: &Lua) -> Result<Self, Option<String>> {
        match value {
            Value::Function(function) => Ok(Self::Function(function.clone())),
            globs => OneOrMore::from_option(globs, lua).map(|OneOrMore(globs)| Self::Globs(globs)),
        }
    }
}

fn table(lua: &Lua, batch: &Batch) -> mlua::Result<Table> {
    let changes = lua.create_table_with_capacity(batch.changes.len(), 0)?;
    let paths = lua.create_table_with_capacity(batch.changes.len(), 0)?;
    for (place, change) in (1..).zip(&batch.changes) {
        let (table, path) = (lua.create_table()?, text(lua, &change.path)?);
        table.raw_set("kind", change.kind.name())?;
        if let Kind::Renamed { from } = &change.kind {
            table.raw_set("from", text(lua, from)?)?;
        }
        match change.owner {
            Owner::Own => table.raw_set("own", true)?,
            Owner::MaybeOwn => table.raw_set("maybe_own", true)?,
            Owner::Foreign => {}
        }
        table.raw_set("path", path.clone())?;
        changes.raw_set(place, table)?;
        paths.raw_set(place, path)?;
    }
    let table = lua.create_table()?;
    table.raw_set("changes", changes)?;
    table.raw_set("paths", paths)?;
    table.raw_set("fresh", batch.fresh)?;
    Ok(table)
}

pub fn with_context<T>(lua: &Lua, take: impl FnOnce(&Context) -> T) -> Result<T, Raise> {
    match lua.app_data_ref::<Context>() {
        Some(context) => Ok(take(&context)),
        None => Err(Raise::new("closed", "the host has ended")),
    }
}

fn raise(name: &str, error: &WatchError) -> Raise {
    if let WatchError::Loop { paths, .. } = error {
        let (paths, message) = (paths.clone(), format!("{name}: {error}"));
        return Raise::new("loop", message).with_built("paths", move |lua| {
            let paths = paths.iter().map(|path| text(lua, path)).collect::<mlua::Result<Vec<_>>>()?;
            Ok(Value::Table(lua.create_sequence_from(paths)?))
        });
    }
    let kind = match error {
        WatchError::Unusable { .. } | WatchError::Gone { .. } => "io",
        WatchError::Closed => "closed",
        _ => "usage",
    };
    Raise::new(kind, format!("{name}: {error}"))
}
