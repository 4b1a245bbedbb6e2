//! Directories that are removed when they are closed, or with their script.

use std::cell::RefCell;
use std::path::PathBuf;

use mlua::{Lua, LuaString, UserData, UserDataFields};

use super::path::text;
use super::watch::with_context;
use crate::lua::class::Class;
use crate::lua::{Args, Raise, function, task};
use crate::notice::Notices;
use crate::sys::files;

static CLASS: Class = Class {
    name: "TempDir",
    methods: &[("close", |lua| function::sync(lua, "temp_dir.close", close))],
    fields: &[("path", |lua| function::sync(lua, "temp_dir.path", path))],
    meta: &[
        ("__close", |lua| function::sync(lua, "temp_dir.close", close)),
        ("__tostring", |lua| function::sync(lua, "temp_dir", path)),
    ],
};

/// A directory of ours, by its path.
pub struct TempDir(PathBuf);

/// Those that are not removed yet.
pub type Open = RefCell<Vec<PathBuf>>;

impl UserData for TempDir {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        CLASS.define(fields);
    }
}

impl TempDir {
    /// Makes one. Nothing is awaited, so that none can be made and not known.
    pub fn new(lua: &Lua) -> Result<Self, Raise> {
        let path = files::temp_dir().map_err(|error| super::fs::raise("fs.temp_dir", error))?;
        with_context(lua, |context| context.temp_dirs.borrow_mut().push(path.clone()))?;
        Ok(Self(path))
    }
}

/// Removes what a script left.
pub async fn close_all(lua: &Lua) {
    let left = with_context(lua, |context| (context.temp_dirs.take(), context.notices.clone()));
    let Ok((left, notices)) = left else { return };
    for path in left {
        remove(path, notices.clone()).await;
    }
}

fn close(lua: &Lua, mut args: Args) -> Result<(), Raise> {
    let path = args.this::<TempDir>(lua)?.0.clone();
    let (is_open, notices) = with_context(lua, |context| {
        let mut open = context.temp_dirs.borrow_mut();
        let before = open.len();
        open.retain(|other| *other != path);
        (open.len() < before, context.notices.clone())
    })?;
    if is_open {
        task::request(remove(path, notices));
    }
    Ok(())
}

async fn remove(path: PathBuf, notices: Notices) {
    let shown = path.clone();
    let removed = tokio::task::spawn_blocking(move || files::remove_tree(&path)).await;
    if let Ok(Err(error)) = removed {
        notices.warn(format!("the temporary directory {} could not be removed: {error}", shown.display()));
    }
}

fn path(lua: &Lua, mut args: Args) -> Result<LuaString, Raise> {
    Ok(text(lua, &args.this::<TempDir>(lua)?.0)?)
}
