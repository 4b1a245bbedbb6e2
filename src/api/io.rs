//! What of `io` would block every task: standard input, and commands.

use std::io::IsTerminal;
use std::process::Stdio;
use std::rc::Rc;
use std::sync::LazyLock;

use mlua::{Function, IntoLua, IntoLuaMulti, Lua, MultiValue, UserData, UserDataFields, Value};
use tokio::io::{AsyncRead, AsyncWriteExt, BufReader, Stdin};
use tokio::process::{ChildStdin, ChildStdout};
use tokio::sync::Mutex;

use super::read::read;
use crate::lua::args::describe;
use crate::lua::class::Class;
use crate::lua::{Args, Raise, function};
use crate::sys::processes::Tree;
use crate::sys::stdio;

static CLASS: Class = Class {
    name: "Pipe",
    methods: &[
        ("read", |lua| function::awaiting(lua, "pipe.read", read_pipe)),
        ("lines", |lua| function::sync(lua, "pipe.lines", lines)),
        ("write", |lua| function::awaiting(lua, "pipe.write", write)),
        ("flush", |lua| function::sync(lua, "pipe.flush", this)),
        ("close", |lua| function::awaiting(lua, "pipe.close", close)),
    ],
    fields: &[],
    meta: &[("__close", |lua| function::sync(lua, "pipe.close", end))],
};

/// A command that was started by `io.popen`.
#[derive(Clone)]
struct Pipe(Rc<Mutex<Option<Command>>>);

struct Command {
    tree: Tree,
    output: Option<BufReader<ChildStdout>>,
    input: Option<ChildStdin>,
    _lent: stdio::Lent,
}

impl UserData for Pipe {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        CLASS.define(fields);
    }
}

/// One for all scripts of the process: what comes for a read that was cancelled is the next one's.
static STDIN: LazyLock<Mutex<BufReader<Stdin>>> =
    LazyLock::new(|| Mutex::new(BufReader::new(tokio::io::stdin())));

/// Replaces what would block.
pub fn install(lua: &Lua) -> mlua::Result<()> {
    let read_stdin = function::awaiting(lua, "io.read", |lua, args| async move {
        let mut stdin = STDIN.lock().await;
        // Whoever types sees the prompt, and what is typed.
        let mut lent = std::io::stdin().is_terminal().then(stdio::lend);
        let read = read_all(&lua, &mut *stdin, usize::MAX, args).await;
        if let (Some(lent), Ok(values)) = (&mut lent, &read)
            && values.iter().any(|value| !value.is_nil())
        {
            lent.line_ended();
        }
        read
    })?;
    let popen = function::sync(lua, "io.popen", popen)?;
    lua.load(crate::stdlib::IO).set_name(crate::lua::error::OWN_CHUNK).call((read_stdin, popen))
}

/// Each format in turn, as stock `read`: nil for the first that finds nothing, and no more.
pub async fn read_all(
    lua: &Lua,
    reader: &mut BufReader<impl AsyncRead + Unpin>,
    most: usize,
    args: Args,
) -> Result<MultiValue, Raise> {
    stdio::flush();
    let name = args.name();
    let mut formats: Vec<Value> = args.rest().into_iter().collect();
    if formats.is_empty() {
        formats.push("l".into_lua(lua)?);
    }
    let mut values = MultiValue::new();
    for format in formats {
        let wrong = || {
            Raise::usage(format!(
                "{name}: a format is \"l\", \"L\", \"n\", \"a\" or a count, got {}",
                describe(&format)
            ))
        };
        let format = match &format {
            Value::String(text) => text
                .to_str()
                .map_err(|_| wrong())?
                .trim_start_matches('*')
                .chars()
                .next()
                .ok_or_else(wrong)?
                .to_string(),
            Value::Integer(count) if *count >= 0 => count.to_string(),
            _ => return Err(wrong()),
        };
        let found = read(reader, &format, most)
            .await
            .map_err(|error| Raise::new("io", format!("{name}: {error}")))?;
        let found = found.ok_or_else(wrong)?;
        let value = found.into_lua(lua)?;
        let ended = value.is_nil();
        values.push_back(value);
        if ended {
            break;
        }
    }
    Ok(values)
}

fn popen(lua: &Lua, mut args: Args) -> Result<Pipe, Raise> {
    let command = args.string("the command")?;
    let writes = match args.optional_string("the mode")?.as_deref() {
        None | Some("r") => false,
        Some("w") => true,
        Some(other) => {
            return Err(Raise::usage(format!("io.popen: the mode must be \"r\" or \"w\", got {other:?}")));
        }
    };
    args.end()?;
    // It has the terminal for standard error, and for input when it is read from.
    let lent = stdio::lend();
    let piped = |shell: &mut tokio::process::Command| {
        if writes {
            shell.stdin(Stdio::piped())
        } else {
            shell.stdout(Stdio::piped())
        };
    };
    let mut tree = super::command::shell(lua, &command, piped)
        .map_err(|error| Raise::new("process", format!("io.popen: cannot run /bin/sh: {error}")))?;
    let (input, output, _) = tree.streams();
    let output = output.map(BufReader::new);
    Ok(Pipe(Rc::new(Mutex::new(Some(Command { tree, output, input, _lent: lent })))))
}

fn closed() -> Raise {
    Raise::new("closed", "the pipe is closed")
}

async fn read_pipe(lua: Lua, mut args: Args) -> Result<MultiValue, Raise> {
    let pipe = args.this::<Pipe>(&lua)?.clone();
    let mut command = pipe.0.lock().await;
    let output = command.as_mut().ok_or_else(closed)?.output.as_mut();
    let output = output.ok_or_else(|| Raise::usage("pipe.read: this pipe was opened for writing"))?;
    read_all(&lua, output, usize::MAX, args).await
}

/// An iterator; stock `lines` reads with these formats too.
fn lines(lua: &Lua, mut args: Args) -> Result<Function, Raise> {
    let pipe = args.this::<Pipe>(lua)?.clone();
    let formats = args.rest();
    Ok(function::awaiting(lua, "pipe.lines", move |lua, _| {
        let (pipe, formats) = (pipe.clone(), formats.clone());
        async move {
            let mut command = pipe.0.lock().await;
            let output = command.as_mut().ok_or_else(closed)?.output.as_mut();
            let output =
                output.ok_or_else(|| Raise::usage("pipe.lines: this pipe was opened for writing"))?;
            read_all(&lua, output, usize::MAX, Args::new("pipe.lines", formats)).await
        }
    })?)
}

async fn write(lua: Lua, mut args: Args) -> Result<Pipe, Raise> {
    let pipe = args.this::<Pipe>(&lua)?.clone();
    let mut command = pipe.0.lock().await;
    let input = command.as_mut().ok_or_else(closed)?.input.as_mut();
    let input = input.ok_or_else(|| Raise::usage("pipe.write: this pipe was opened for reading"))?;
    for value in args.rest() {
        let text = lua
            .coerce_string(value)?
            .ok_or_else(|| Raise::usage("pipe.write: only strings and numbers are written"))?;
        let written = input.write_all(&text.as_bytes()).await;
        written.map_err(|error| Raise::new("io", format!("pipe.write: {error}")))?;
    }
    drop(command);
    Ok(pipe)
}

fn this(lua: &Lua, mut args: Args) -> Result<Pipe, Raise> {
    Ok(args.this::<Pipe>(lua)?.clone())
}

/// Waits for the command; answers as stock `close` of a pipe.
async fn close(lua: Lua, mut args: Args) -> Result<MultiValue, Raise> {
    let pipe = args.this::<Pipe>(&lua)?.clone();
    args.end()?;
    let Command { tree, output, input, _lent } = pipe.0.lock().await.take().ok_or_else(closed)?;
    drop((output, input));
    let status = tree.wait_and_leave().await.map_err(|error| Raise::new("process", error.to_string()))?;
    Ok(super::os::exit_values(status).into_lua_multi(&lua)?)
}

/// The command ends with its handle, and with all that it started.
fn end(lua: &Lua, mut args: Args) -> Result<(), Raise> {
    let pipe = args.this::<Pipe>(lua)?;
    if let Ok(mut command) = pipe.0.try_lock() {
        command.take();
    }
    Ok(())
}
