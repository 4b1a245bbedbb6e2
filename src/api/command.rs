//! Commands that a script starts itself: all of them end with it.

use std::cell::RefCell;
use std::ffi::OsString;

use mlua::Lua;
use tokio::process::Command;

use crate::sys::processes::{Mark, Members, Tree};

/// What the commands of one script share; there is none until the first.
#[derive(Default)]
struct Commands(RefCell<Option<(Mark, Members)>>);

pub fn install(lua: &Lua) {
    lua.set_app_data(Commands::default());
}

/// Starts `/bin/sh -c command`, in our own process group, so that it may use the terminal.
pub fn shell(lua: &Lua, command: &str, set_up: impl FnOnce(&mut Command)) -> std::io::Result<Tree> {
    program(lua, &["/bin/sh", "-c", command].map(OsString::from), set_up)
}

/// Starts a program with its arguments.
pub fn program(lua: &Lua, words: &[OsString], set_up: impl FnOnce(&mut Command)) -> std::io::Result<Tree> {
    let (program, args) = words.split_first().ok_or(std::io::ErrorKind::NotFound)?;
    let mut command = Command::new(program);
    set_up(command.args(args));
    Tree::start(&mut command, mark(lua)?.part())
}

fn mark(lua: &Lua) -> std::io::Result<Mark> {
    let commands = lua.app_data_ref::<Commands>().ok_or(std::io::ErrorKind::NotFound)?;
    if let Some((mark, _)) = &*commands.0.borrow() {
        return Ok(mark.clone());
    }
    let mark = Mark::new();
    *commands.0.borrow_mut() = Some((mark.clone(), Members::of(mark.clone())?));
    Ok(mark)
}

/// Ends the commands of the script that just ended, and all that they left running.
pub fn end_all(lua: &Lua) {
    let commands = lua.app_data_ref::<Commands>().and_then(|commands| commands.0.take());
    if let Some((_, members)) = commands {
        members.end();
    }
}
