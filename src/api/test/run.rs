//! `t:run`: a script as a program, against the model of the case.

use std::ffi::OsString;
use std::os::unix::process::ExitStatusExt;

use mlua::{Lua, Table, Value};
use tokio_util::sync::CancellationToken;

use super::Test;
use crate::api::command;
use crate::lua::options::FromOption;
use crate::lua::{Args, Raise};
use crate::sys::processes::{Captured, capture, piped};

/// Bytes of each stream that are kept.
const MOST: usize = 16 << 20;

pub(super) async fn run(lua: Lua, mut args: Args) -> Result<Table, Raise> {
    let trial = args.this::<Test>(&lua)?.trial.clone();
    let name = args.name();
    let script = args.path("the script")?;
    let script = trial.file().parent().map_or_else(|| script.clone(), |folder| folder.join(&script));
    let value = args.value();
    let words = match &value {
        Value::Nil => vec![],
        value => Vec::<String>::from_option(value, &lua)
            .map_err(|_| args.wrong("the arguments of the script", "a list of strings", value))?,
    };
    let given = args.options(&lua)?;
    let stdin: Option<String> = given.get("stdin")?;
    let env: Option<serde_json::Map<String, serde_json::Value>> = given.get("env")?;
    given.finish()?;
    let url = trial.url().ok_or_else(|| Raise::new("closed", format!("{name}: the case has no model")))?;
    let mut line = trial.program().to_vec();
    line.extend([OsString::from("--model-url"), url.into()]);
    line.push(script.into());
    line.extend(words.into_iter().map(OsString::from));
    let failed = |error: std::io::Error| Raise::new("process", format!("{name}: {error}"));
    let mut program = piped(&line).map_err(failed)?;
    for (variable, value) in env.unwrap_or_default() {
        match value {
            serde_json::Value::String(value) => program.env(variable, value),
            _ => {
                return Err(Raise::usage(format!("{name}: env must be names and texts, {variable} is none")));
            }
        };
    }
    let tree = command::start(&lua, &mut program).map_err(failed)?;
    let stdin = stdin.unwrap_or_default().into_bytes();
    let ended = capture(tree, stdin, MOST, &CancellationToken::new()).await.map_err(failed)?;
    let Captured { status, stdout, stderr } = ended;
    let table = lua.create_table()?;
    table.raw_set("code", status.code().or_else(|| status.signal().map(|signal| 128 + signal)))?;
    table.raw_set("stdout", lua.create_string(stdout)?)?;
    table.raw_set("stderr", lua.create_string(stderr)?)?;
    Ok(table)
}
