//! Where code comes from: the script's folder, the folders that the user named, and what is built in.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use mlua::{Lua, MultiValue, Table, UserData, UserDataMethods, Value};
use tokio::sync::Notify;

use super::code_files::CodeFiles;
use super::error::Raise;
use super::function::answer;
use super::task::Task;
use crate::sys::words::io_error;

/// The folders in which `require` looks, in this order, and what is told which files were read.
#[derive(Default, Clone)]
pub struct Roots {
    folders: Rc<RefCell<Vec<PathBuf>>>,
    files: Option<CodeFiles>,
}

impl Roots {
    /// None yet; `files` is told what is read.
    pub fn new(files: Option<CodeFiles>) -> Self {
        Self { folders: Rc::default(), files }
    }

    /// Looks beside the script first.
    pub fn set(&self, folders: Vec<PathBuf>) {
        *self.folders.borrow_mut() = folders;
    }

    /// Reads a file as text for Lua, with the name that its chunk gets.
    pub fn read(&self, path: &Path) -> Result<(Vec<u8>, String), Raise> {
        let shown = path.display();
        let read = std::fs::read(path);
        self.note(path, read.as_deref().ok());
        let bytes = read.map_err(|error| {
            let error = if path.is_dir() { "it is a folder".to_owned() } else { io_error(&error) };
            Raise::new("io", format!("cannot read {shown}: {error}"))
        })?;
        Ok((text(&bytes, &shown.to_string())?, format!("@{shown}")))
    }

    fn note(&self, path: &Path, read: Option<&[u8]>) {
        if let Some(files) = &self.files {
            files.note(path, read);
        }
    }
}

/// A chunk's text as Lua takes it: without a `#!` line, and refused when it is no text.
pub fn text(bytes: &[u8], what: &str) -> Result<Vec<u8>, Raise> {
    if bytes.starts_with(b"\x1bLua") {
        return Err(Raise::new("parse", format!("{what} is compiled Lua; only source text is run")));
    }
    if bytes.contains(&0) {
        return Err(Raise::new("parse", format!("{what} is a binary file, not Lua source")));
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    // The newline stays, so that later lines keep their numbers.
    let skipped = if text.starts_with(b"#") { memchr::memchr(b'\n', text).unwrap_or(text.len()) } else { 0 };
    Ok(text[skipped..].to_vec())
}

/// Adds what the prelude needs to load code.
pub(super) fn natives(lua: &Lua, natives: &Table, roots: Roots) -> mlua::Result<()> {
    let reader = roots.clone();
    let reading = lua.create_function(move |lua, path: Option<String>| {
        let path =
            path.ok_or_else(|| Raise::usage("a path must be given; standard input is not read as code"));
        answer(lua, path.and_then(|path| to_lua(lua, reader.read(Path::new(&path))?)))
    })?;
    natives.raw_set("read", reading)?;
    let finding = lua.create_function(move |lua, name: String| answer(lua, find(lua, &name, &roots)))?;
    natives.raw_set("find", finding)?;
    let loads = Rc::new(Loads::default());
    let loading = lua.create_async_function(move |lua, name: String| {
        let loads = loads.clone();
        async move { answer(&lua, loads.begin(name).await) }
    })?;
    natives.raw_set("loading", loading)
}

fn to_lua(lua: &Lua, (text, name): (Vec<u8>, String)) -> Result<(Value, Value), Raise> {
    Ok((Value::String(lua.create_string(text)?), Value::String(lua.create_string(name)?)))
}

fn find(lua: &Lua, name: &str, roots: &Roots) -> Result<MultiValue, Raise> {
    let relative = name.replace('.', "/");
    let mut tried = vec![];
    for root in roots.folders.borrow().iter() {
        for file in [format!("{relative}.lua"), format!("{relative}/init.lua")] {
            let path = root.join(file);
            if path.is_file() {
                let (text, chunk) = to_lua(lua, roots.read(&path)?)?;
                let path = lua.create_string(path.to_string_lossy().as_bytes())?;
                return Ok([text, chunk, Value::String(path)].into_iter().collect());
            }
            // Once it is there, this is what is found.
            roots.note(&path, None);
            tried.push(path.display().to_string());
        }
    }
    let tried = if tried.is_empty() { "no folder to look in".into() } else { tried.join(", ") };
    Err(Raise::new("io", format!("there is no module {name:?}; looked for {tried}")))
}

/// Modules that are being loaded, and by which task.
#[derive(Default)]
struct Loads(RefCell<HashMap<String, Load>>);

/// The task that loads, and who is told when it has.
type Load = (Option<*const Task>, Rc<Notify>);

impl Loads {
    async fn begin(self: &Rc<Self>, name: String) -> Result<Loading, Raise> {
        let me = Task::current().map(|task| Rc::as_ptr(&task));
        loop {
            let done = match self.0.borrow().get(&name) {
                None => break,
                Some((task, _)) if *task == me => {
                    return Err(Raise::usage(format!(
                        "module {name:?} is required while it is being loaded: a loop"
                    )));
                }
                Some((_, done)) => done.clone(),
            };
            done.notified().await;
        }
        self.0.borrow_mut().insert(name.clone(), (me, Rc::default()));
        Ok(Loading { loads: self.clone(), name })
    }
}

/// A module is being loaded until this closes.
struct Loading {
    loads: Rc<Loads>,
    name: String,
}

impl Loading {
    fn end(&self) {
        if let Some((_, done)) = self.loads.0.borrow_mut().remove(&self.name) {
            done.notify_waiters();
        }
    }
}

impl UserData for Loading {
    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_meta_method("__close", |_, loading, _: MultiValue| {
            loading.end();
            Ok(())
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_text_is_code_and_lines_keep_their_numbers() {
        assert_eq!(text(b"#!/usr/bin/env codex-lua\nprint(1)", "x").unwrap(), b"\nprint(1)");
        assert_eq!(text(b"\xef\xbb\xbfprint(1)", "x").unwrap(), b"print(1)");
        assert!(text(b"\x1bLua\x54", "x").is_err());
        assert!(text(b"\x7fELF\0", "x").is_err());
    }
}
