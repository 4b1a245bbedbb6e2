//! `std.path`: paths as text. They are bytes, as they are to the system.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use mlua::{Lua, LuaString, Table};

use crate::lua::function::{self, Members};
use crate::lua::{Args, Raise};
use crate::sys::path;

const MEMBERS: Members = &[
    ("join", |lua| function::sync(lua, "path.join", join)),
    ("dir", |lua| function::sync(lua, "path.dir", dir)),
    ("name", |lua| function::sync(lua, "path.name", |lua, args| part(lua, args, Path::file_name))),
    ("stem", |lua| function::sync(lua, "path.stem", |lua, args| part(lua, args, Path::file_stem))),
    ("ext", |lua| function::sync(lua, "path.ext", |lua, args| part(lua, args, Path::extension))),
    ("normalize", |lua| function::sync(lua, "path.normalize", normalize)),
    ("absolute", |lua| function::sync(lua, "path.absolute", absolute)),
    ("relative", |lua| function::sync(lua, "path.relative", relative)),
    ("is_absolute", |lua| function::sync(lua, "path.is_absolute", is_absolute)),
];

pub fn module(lua: &Lua) -> mlua::Result<Table> {
    function::module(lua, MEMBERS)
}

/// A path as it is: it need not be UTF-8.
pub fn text(lua: &Lua, path: impl AsRef<OsStr>) -> mlua::Result<LuaString> {
    lua.create_string(path.as_ref().as_bytes())
}

fn join(lua: &Lua, mut args: Args) -> Result<LuaString, Raise> {
    let mut joined = args.path("the first part")?;
    while !args.is_empty() {
        joined.push(args.path("each part")?);
    }
    Ok(text(lua, joined)?)
}

fn dir(lua: &Lua, mut args: Args) -> Result<LuaString, Raise> {
    let path = args.path("the path")?;
    args.end()?;
    let dir = match path.parent() {
        Some(dir) if dir.as_os_str().is_empty() => Path::new("."),
        Some(dir) => dir,
        // The root lies in itself.
        None => &path,
    };
    Ok(text(lua, dir)?)
}

fn part(
    lua: &Lua,
    mut args: Args,
    of: for<'p> fn(&'p Path) -> Option<&'p OsStr>,
) -> Result<Option<LuaString>, Raise> {
    let path = args.path("the path")?;
    args.end()?;
    Ok(of(&path).map(|part| text(lua, part)).transpose()?)
}

fn normalize(lua: &Lua, mut args: Args) -> Result<LuaString, Raise> {
    let path = args.path("the path")?;
    args.end()?;
    Ok(text(lua, path::normalize(&path))?)
}

fn absolute(lua: &Lua, args: Args) -> Result<LuaString, Raise> {
    let [path, base] = path_and_base(args)?;
    Ok(text(lua, path::absolute(&path, &base))?)
}

fn relative(lua: &Lua, args: Args) -> Result<LuaString, Raise> {
    let [path, base] = path_and_base(args)?;
    // Both are said from the same place.
    Ok(text(lua, path::relative(&path::absolute(&path, &here()?), &base))?)
}

/// A path as it is, and what it is seen from: the working directory if nothing else is said.
fn path_and_base(mut args: Args) -> Result<[PathBuf; 2], Raise> {
    let path = args.path("the path")?;
    let base = if args.is_empty() { PathBuf::new() } else { args.path("the base")? };
    args.end()?;
    let base = if base.is_absolute() { path::normalize(&base) } else { path::absolute(&base, &here()?) };
    Ok([path, base])
}

/// The working directory.
pub fn here() -> Result<PathBuf, Raise> {
    let gone = |error| Raise::new("io", format!("the working directory cannot be found: {error}"));
    std::env::current_dir().map_err(gone)
}

fn is_absolute(_: &Lua, mut args: Args) -> Result<bool, Raise> {
    let path = args.path("the path")?;
    args.end()?;
    Ok(path.is_absolute())
}
