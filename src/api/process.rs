//! `std.process`: commands that a script runs itself.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use mlua::{Lua, Table, Value};

use super::command;
use super::running::Running;
use crate::codex::redact;
use crate::lua::function::{self, Members};
use crate::lua::options::{FromOption, Options};
use crate::lua::{Args, Raise};
use crate::sys::processes::{Bounds, Cut, Tree, output};
use crate::sys::{signals, stdio};

const MEMBERS: Members = &[
    ("run", |lua| function::awaiting(lua, "process.run", run)),
    ("shell", |lua| function::awaiting(lua, "process.shell", shell)),
    ("spawn", |lua| function::sync(lua, "process.spawn", spawn)),
];

/// How much is gathered of a stream, if nothing else is said.
const LIMIT: u32 = 16 << 20;
/// The lines of standard error that an error shows.
const LAST_LINES: usize = 20;

const STREAMS: &[(&str, Stream)] =
    &[("pipe", Stream::Pipe), ("inherit", Stream::Inherit), ("null", Stream::Null)];

pub fn module(lua: &Lua) -> mlua::Result<Table> {
    function::module(lua, MEMBERS)
}

async fn run(lua: Lua, mut args: Args) -> Result<Table, Raise> {
    let words = words(&lua, &mut args)?;
    gathered(lua, words, args).await
}

async fn shell(lua: Lua, mut args: Args) -> Result<Table, Raise> {
    let line = args.string("the command line")?;
    gathered(lua, vec!["/bin/sh".into(), "-c".into(), line.into()], args).await
}

async fn gathered(lua: Lua, words: Vec<OsString>, args: Args) -> Result<Table, Raise> {
    let name = args.name();
    let setup = Setup::read(name, words, args.options(&lua)?, Stream::Null, Stream::Pipe)?;
    let _lent = setup.lend();
    let tree = setup.start(&lua)?;
    let bounds = Bounds { timeout: setup.timeout, bytes: setup.limit };
    let done = output(tree, setup.input.clone().unwrap_or_default(), bounds).await;
    let errors = done.stderr.as_deref().unwrap_or_default();
    let status = match done.end {
        Ok(status) => status,
        Err(Cut::Time(time)) => return Err(with_lines(setup.too_slow(time), errors)),
        Err(cut) => return Err(with_lines(setup.failed(&format!("{} {cut}", setup.shown())), errors)),
    };
    let table = setup.ended(&lua, status, errors)?;
    for (name, text) in [("stdout", done.stdout), ("stderr", done.stderr)] {
        table.raw_set(name, text.map(|text| lua.create_string(text)).transpose()?)?;
    }
    Ok(table)
}

fn spawn(lua: &Lua, mut args: Args) -> Result<Running, Raise> {
    let words = words(lua, &mut args)?;
    let name = args.name();
    let setup = Setup::read(name, words, args.options(lua)?, Stream::Pipe, Stream::Inherit)?;
    let lent = setup.lend();
    let tree = setup.start(lua)?;
    Running::new(setup, tree, lent)
}

/// A program and its arguments.
fn words(lua: &Lua, args: &mut Args) -> Result<Vec<OsString>, Raise> {
    const EXPECTED: &str = "a list of a program and its arguments, strings without \\0";
    let value = args.value();
    let wrong = |found: &Value| Err(args.wrong("the command", EXPECTED, found));
    let Value::Table(list) = &value else { return wrong(&value) };
    let mut words = Vec::with_capacity(list.raw_len());
    for word in list.sequence_values::<Value>() {
        let word = word?;
        match os_string(lua, &word) {
            Some(text) => words.push(text),
            None => return wrong(&word),
        }
    }
    match list.pairs::<Value, Value>().count() {
        0 => Err(Raise::usage(format!("{}: the command is an empty list", args.name()))),
        count if count > words.len() => Err(Raise::usage(format!(
            "{}: the command must be {EXPECTED}: it has {count} values, of which {} stand in a row",
            args.name(),
            words.len()
        ))),
        _ => Ok(words),
    }
}

/// What the system takes as a word.
fn os_string(lua: &Lua, value: &Value) -> Option<OsString> {
    if !matches!(value, Value::String(_) | Value::Integer(_) | Value::Number(_)) {
        return None;
    }
    let text = lua.coerce_string(value.clone()).ok()??.as_bytes().to_vec();
    (!text.contains(&0)).then(|| OsString::from_vec(text))
}

#[derive(Clone, Copy, PartialEq)]
enum Stream {
    Pipe,
    Inherit,
    Null,
}

impl From<Stream> for Stdio {
    fn from(stream: Stream) -> Self {
        match stream {
            Stream::Pipe => Self::piped(),
            Stream::Inherit => Self::inherit(),
            Stream::Null => Self::null(),
        }
    }
}

/// How a command is run.
pub struct Setup {
    name: &'static str,
    words: Vec<OsString>,
    cwd: Option<PathBuf>,
    env: Vec<(OsString, Option<OsString>)>,
    streams: [Stream; 3],
    check: bool,
    /// What it reads.
    pub input: Option<Vec<u8>>,
    /// How long it may take.
    pub timeout: Option<Duration>,
    /// How many bytes are gathered.
    pub limit: usize,
}

impl Setup {
    fn read(
        name: &'static str,
        words: Vec<OsString>,
        given: Options,
        stdin: Stream,
        stderr: Stream,
    ) -> Result<Self, Raise> {
        let (stdin, input) = match given.get("stdin")? {
            Some(Input::Text(text)) => (Stream::Pipe, Some(text)),
            Some(Input::Own(true)) => (Stream::Inherit, None),
            _ => (stdin, None),
        };
        let stdout = given.word("stdout", STREAMS)?.unwrap_or(Stream::Pipe);
        let stderr = given.word("stderr", STREAMS)?.unwrap_or(stderr);
        let setup = Self {
            name,
            words,
            cwd: given.get("cwd")?,
            env: given.get("env")?.map_or_else(Vec::new, |Env(env)| env),
            streams: [stdin, stdout, stderr],
            check: given.get("check")?.unwrap_or(false),
            input,
            timeout: given.get("timeout")?,
            limit: given.get("limit")?.unwrap_or(LIMIT) as usize,
        };
        given.finish()?;
        Ok(setup)
    }

    /// The terminal is the command's when it has one of its streams from the script.
    fn lend(&self) -> Option<stdio::Lent> {
        self.streams.contains(&Stream::Inherit).then(stdio::lend)
    }

    fn start(&self, lua: &Lua) -> Result<Tree, Raise> {
        let [stdin, stdout, stderr] = self.streams;
        let started = command::program(lua, &self.words, |command| {
            command.stdin(stdin).stdout(stdout).stderr(stderr);
            if let Some(cwd) = &self.cwd {
                command.current_dir(cwd);
            }
            for (name, value) in &self.env {
                match value {
                    Some(value) => command.env(name, value),
                    None => command.env_remove(name),
                };
            }
        });
        started.map_err(|error| self.failed(&self.refused(&error)))
    }

    /// Why it could not be started.
    fn refused(&self, error: &std::io::Error) -> String {
        let (shown, program) = (self.shown(), Path::new(&self.words[0]));
        let is_missing = error.kind() == std::io::ErrorKind::NotFound;
        if let Some(cwd) = self.cwd.as_ref().filter(|cwd| !cwd.is_dir()) {
            format!("cannot run {shown} in {}: there is no such folder", cwd.display())
        } else if is_missing && !program.to_string_lossy().contains('/') {
            let own = self.env.iter().rev().find(|(name, _)| name == "PATH").map(|(_, path)| path.clone());
            let searched = own.unwrap_or_else(|| std::env::var_os("PATH"));
            let searched = searched.unwrap_or_default();
            format!("there is no program {shown} in the PATH ({})", searched.to_string_lossy())
        } else {
            format!("cannot run {shown}: {}", crate::sys::words::io_error(error))
        }
    }

    /// The program, as messages call it.
    pub fn shown(&self) -> String {
        format!("{:?}", self.words[0].to_string_lossy())
    }

    /// How it ended, if that is no error.
    pub fn ended(&self, lua: &Lua, status: ExitStatus, errors: &[u8]) -> Result<Table, Raise> {
        let (code, signal) = (status.code(), status.signal().map(signals::name));
        if self.check && !status.success() {
            let how = match (code, &signal) {
                (Some(code), _) => format!("{} ended with {code}", self.shown()),
                (None, signal) => {
                    let signal = signal.as_deref().unwrap_or("a signal");
                    format!("{} was ended by {signal}", self.shown())
                }
            };
            let last = last_lines(errors).pop().map(|line| format!(": {line}")).unwrap_or_default();
            let raise = self.failed(&(how + &last)).with("code", code).with("signal", signal);
            return Err(with_lines(raise, errors));
        }
        let table = lua.create_table()?;
        table.raw_set("code", code)?;
        table.raw_set("signal", signal)?;
        Ok(table)
    }

    /// It took longer than it may.
    pub fn too_slow(&self, time: Duration) -> Raise {
        let message = format!(
            "{}: {} took longer than {time:?} and was ended, with all that it started",
            self.name,
            self.shown()
        );
        Raise::new("timeout", message).with("may_have_run", true)
    }

    /// Any other error of it.
    pub fn failed(&self, what: &str) -> Raise {
        Raise::new("process", format!("{}: {}", self.name, redact::text(what)))
    }
}

/// The end of what a command wrote to standard error.
fn with_lines(raise: Raise, errors: &[u8]) -> Raise {
    raise.with("stderr", last_lines(errors))
}

fn last_lines(errors: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(errors);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let from = lines.len().saturating_sub(LAST_LINES);
    lines[from..].iter().map(|line| redact::text(line).into_owned()).collect()
}

/// What a command reads.
enum Input {
    Text(Vec<u8>),
    /// The script's own, or nothing.
    Own(bool),
}

impl FromOption for Input {
    const EXPECTED: &'static str = "a string, true or false";
    fn from_option(value: &Value, _: &Lua) -> Result<Self, Option<String>> {
        match value {
            Value::String(text) => Ok(Self::Text(text.as_bytes().to_vec())),
            Value::Boolean(own) => Ok(Self::Own(*own)),
            _ => Err(None),
        }
    }
}

/// Variables, and those that are taken away.
struct Env(Vec<(OsString, Option<OsString>)>);

impl FromOption for Env {
    const EXPECTED: &'static str = "a table of names and strings, or false for what is taken away";
    fn from_option(value: &Value, lua: &Lua) -> Result<Self, Option<String>> {
        let Value::Table(table) = value else { return Err(None) };
        let mut env = Vec::new();
        for pair in table.pairs::<Value, Value>() {
            let (name, value) = pair.map_err(|_| None)?;
            let text = name.as_string().and_then(|_| os_string(lua, &name));
            let is_name = |text: &OsString| !text.is_empty() && !text.to_string_lossy().contains('=');
            let Some(text) = text.filter(is_name) else {
                return Err(Some("got a name that is none".into()));
            };
            let set = match &value {
                Value::Boolean(false) => None,
                value => Some(
                    os_string(lua, value)
                        .ok_or_else(|| Some(format!("{} has another value", text.to_string_lossy())))?,
                ),
            };
            env.push((text, set));
        }
        Ok(Self(env))
    }
}
