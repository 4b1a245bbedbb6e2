//! A command that runs, as scripts hold it.

use std::process::ExitStatus;
use std::rc::Rc;
use std::time::Duration;

use mlua::{Function, Lua, MultiValue, Table, UserData, UserDataFields};
use rustix::process::{Pid, Signal};
use tokio::io::{AsyncRead, AsyncWriteExt, BufReader};
use tokio::process::ChildStdin;
use tokio::sync::{Mutex, SetOnce};
use tokio_util::sync::CancellationToken;

use super::io::read_all;
use super::process::Setup;
use crate::lua::class::Class;
use crate::lua::task::{self, Script};
use crate::lua::{Args, Raise, function};
use crate::sys::processes::Tree;
use crate::sys::{signals, stdio};

static PROCESS: Class = Class {
    name: "Process",
    methods: &[
        ("read", |lua| function::awaiting(lua, "process.read", read)),
        ("lines", |lua| function::sync(lua, "process.lines", lines)),
        ("write", |lua| function::awaiting(lua, "process.write", write)),
        ("close_stdin", |lua| function::awaiting(lua, "process.close_stdin", close_stdin)),
        ("wait", |lua| function::awaiting(lua, "process.wait", wait)),
        ("kill", |lua| function::sync(lua, "process.kill", kill)),
        ("close", |lua| function::sync(lua, "process.close", close)),
    ],
    fields: &[
        ("pid", |lua| function::sync(lua, "process.pid", pid)),
        ("stderr", |lua| function::sync(lua, "process.stderr", stderr)),
    ],
    meta: &[
        ("__close", |lua| function::sync(lua, "process.close", close)),
        ("__tostring", |lua| function::sync(lua, "process", show)),
    ],
};

static READER: Class = Class {
    name: "Reader",
    methods: &[
        ("read", |lua| function::awaiting(lua, "reader.read", read_errors)),
        ("lines", |lua| function::sync(lua, "reader.lines", error_lines)),
    ],
    fields: &[],
    meta: &[],
};

/// A command that was started by `process.spawn`.
#[derive(Clone)]
pub struct Running(Rc<Held>);

/// Held by what waits for its end too, so that its pipes live as long as it does.
struct Held {
    setup: Setup,
    pid: u32,
    ended: SetOnce<Ended>,
    closing: CancellationToken,
    over: CancellationToken,
    stdin: Mutex<Option<ChildStdin>>,
    stdout: Option<Reader>,
    stderr: Option<Reader>,
}

enum Ended {
    Itself(std::io::Result<ExitStatus>),
    TooSlow(Duration),
    Closed,
}

/// A stream that a command writes.
#[derive(Clone)]
struct Reader {
    stream: Rc<Mutex<BufReader<Box<dyn AsyncRead + Unpin>>>>,
    most: usize,
}

impl UserData for Running {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        PROCESS.define(fields);
    }
}

impl UserData for Reader {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        READER.define(fields);
    }
}

impl Running {
    pub fn new(mut setup: Setup, mut tree: Tree, lent: Option<stdio::Lent>) -> Result<Self, Raise> {
        let script = Script::current()
            .ok_or_else(|| Raise::new("closed", "process.spawn: no script runs that this could belong to"))?;
        let (stdin, stdout, stderr) = tree.streams();
        let input = setup.input.take();
        let most = setup.limit;
        let (given, stdin) = if input.is_some() { (stdin, None) } else { (None, stdin) };
        let held = Rc::new(Held {
            pid: tree.pid(),
            ended: SetOnce::new(),
            closing: CancellationToken::new(),
            over: CancellationToken::new(),
            stdin: Mutex::new(stdin),
            stdout: stdout.map(|stream| Reader::new(stream, most)),
            stderr: stderr.map(|stream| Reader::new(stream, most)),
            setup,
        });
        if let (Some(mut stdin), Some(input)) = (given, input) {
            // Whoever does not want it ends that.
            script.run_beside(async move { drop(stdin.write_all(&input).await) });
        }
        script.run_beside(follow(held.clone(), tree, lent));
        Ok(Self(held))
    }
}

/// Waits for the end of a command, or ends it; what it left running lives on until it is closed.
async fn follow(held: Rc<Held>, mut tree: Tree, lent: Option<stdio::Lent>) {
    let _over = held.over.clone().drop_guard();
    let time = held.setup.timeout.unwrap_or(Duration::MAX);
    let ended = tokio::select! {
        biased;
        status = tree.wait() => Ended::Itself(status),
        () = held.closing.cancelled() => Ended::Closed,
        () = tokio::time::sleep(time) => Ended::TooSlow(time),
    };
    drop(lent);
    let lives_on = matches!(ended, Ended::Itself(_)) && !tree.is_over();
    if lives_on {
        let _ = held.ended.set(ended);
        held.closing.cancelled().await;
        drop(tree);
    } else {
        drop(tree);
        let _ = held.ended.set(ended);
    }
}

impl Reader {
    fn new(stream: impl AsyncRead + Unpin + 'static, most: usize) -> Self {
        Self { stream: Rc::new(Mutex::new(BufReader::new(Box::new(stream)))), most }
    }

    async fn read(self, lua: Lua, args: Args) -> Result<MultiValue, Raise> {
        read_all(&lua, &mut *self.stream.lock().await, self.most, args).await
    }

    fn lines(self, lua: &Lua, args: Args) -> Result<Function, Raise> {
        let (name, formats) = (args.name(), args.rest());
        Ok(function::awaiting(lua, name, move |lua, _| {
            self.clone().read(lua, Args::new(name, formats.clone()))
        })?)
    }
}

/// The command, unless its handle was closed.
fn open(lua: &Lua, args: &mut Args) -> Result<Running, Raise> {
    let running = args.this::<Running>(lua)?.clone();
    if running.0.closing.is_cancelled() {
        let message = format!("{}: {} was closed", args.name(), running.0.setup.shown());
        return Err(Raise::new("closed", message));
    }
    Ok(running)
}

fn stdout(lua: &Lua, args: &mut Args) -> Result<Reader, Raise> {
    let stdout = open(lua, args)?.0.stdout.clone();
    stdout.ok_or_else(|| Raise::usage(format!("{}: standard output is no pipe", args.name())))
}

async fn read(lua: Lua, mut args: Args) -> Result<MultiValue, Raise> {
    stdout(&lua, &mut args)?.read(lua, args).await
}

fn lines(lua: &Lua, mut args: Args) -> Result<Function, Raise> {
    stdout(lua, &mut args)?.lines(lua, args)
}

async fn read_errors(lua: Lua, mut args: Args) -> Result<MultiValue, Raise> {
    let reader = args.this::<Reader>(&lua)?.clone();
    reader.read(lua, args).await
}

fn error_lines(lua: &Lua, mut args: Args) -> Result<Function, Raise> {
    let reader = args.this::<Reader>(lua)?.clone();
    reader.lines(lua, args)
}

async fn write(lua: Lua, mut args: Args) -> Result<Running, Raise> {
    let (name, running) = (args.name(), open(&lua, &mut args)?);
    let mut stdin = running.0.stdin.lock().await;
    let input = stdin.as_mut().ok_or_else(|| {
        Raise::new("closed", format!("{name}: standard input is closed, or was no pipe for the script"))
    })?;
    for value in args.rest() {
        let text = lua
            .coerce_string(value)?
            .ok_or_else(|| Raise::usage(format!("{name}: only strings and numbers are written")))?;
        let written = input.write_all(&text.as_bytes()).await;
        written.map_err(|error| {
            Raise::new("io", format!("{name}: {} reads no more ({error})", running.0.setup.shown()))
        })?;
    }
    drop(stdin);
    Ok(running)
}

async fn close_stdin(lua: Lua, mut args: Args) -> Result<(), Raise> {
    let held = args.this::<Running>(&lua)?.0.clone();
    args.end()?;
    *held.stdin.lock().await = None;
    Ok(())
}

async fn wait(lua: Lua, mut args: Args) -> Result<Table, Raise> {
    let held = args.this::<Running>(&lua)?.0.clone();
    args.end()?;
    let setup = &held.setup;
    match held.ended.wait().await {
        Ended::Itself(Ok(status)) => setup.ended(&lua, *status, &[]),
        Ended::Itself(Err(error)) => Err(setup.failed(&error.to_string())),
        Ended::TooSlow(time) => Err(setup.too_slow(*time)),
        Ended::Closed => Err(Raise::new("closed", format!("process.wait: {} was closed", setup.shown()))),
    }
}

fn kill(lua: &Lua, mut args: Args) -> Result<bool, Raise> {
    let held = args.this::<Running>(lua)?.0.clone();
    let given = args.optional_string("the signal")?.unwrap_or_else(|| "TERM".into());
    let signal = signals::number(&given).and_then(Signal::from_named_raw);
    let signal = signal.ok_or_else(|| {
        Raise::usage(format!("{}: {given:?} is no signal: they are called \"TERM\", \"HUP\" …", args.name()))
    })?;
    args.end()?;
    let pid = i32::try_from(held.pid).ok().and_then(Pid::from_raw);
    // Until it is known here that it has ended, nobody else has its number.
    Ok(held.ended.get().is_none()
        && pid.is_some_and(|pid| rustix::process::kill_process(pid, signal).is_ok()))
}

fn close(lua: &Lua, mut args: Args) -> Result<(), Raise> {
    let held = args.this::<Running>(lua)?.0.clone();
    held.closing.cancel();
    task::request(async move { held.over.cancelled().await });
    Ok(())
}

fn pid(lua: &Lua, mut args: Args) -> Result<u32, Raise> {
    Ok(args.this::<Running>(lua)?.0.pid)
}

fn stderr(lua: &Lua, mut args: Args) -> Result<Option<Reader>, Raise> {
    Ok(args.this::<Running>(lua)?.0.stderr.clone())
}

fn show(lua: &Lua, mut args: Args) -> Result<String, Raise> {
    let running = args.this::<Running>(lua)?;
    Ok(format!("Process {} {}", running.0.pid, running.0.setup.shown()))
}
