//! `t:run`: a script as a program, against the model of the case.

use std::ffi::OsString;
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;

use mlua::{Lua, Table, Value};
use tokio::process::Command;

use super::Test;
use crate::api::command;
use crate::lua::options::FromOption;
use crate::lua::{Args, Raise};
use crate::sys::processes::{Bounds, Output, output};

/// The script has the time that the case has.
const BOUNDS: Bounds = Bounds { timeout: None, bytes: 16 << 20 };

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
    let mut variables = vec![];
    for (variable, value) in env.unwrap_or_default() {
        match value {
            serde_json::Value::String(value) => variables.push((variable, value)),
            _ => {
                return Err(Raise::usage(format!("{name}: env must be names and texts, {variable} is none")));
            }
        }
    }
    let url = trial.url().ok_or_else(|| Raise::new("closed", format!("{name}: the case has no model")))?;
    let mut line = trial.program().to_vec();
    line.extend(["--model-url".into(), OsString::from(url), script.into()]);
    line.extend(words.into_iter().map(OsString::from));
    let failed = |error: &dyn std::fmt::Display| Raise::new("process", format!("{name}: {error}"));
    let set_up = |program: &mut Command| {
        program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).envs(variables);
    };
    let tree = command::program(&lua, &line, set_up).map_err(|error| failed(&error))?;
    let Output { end, stdout, stderr } = output(tree, stdin.unwrap_or_default().into_bytes(), BOUNDS).await;
    let status = end.map_err(|error| failed(&error))?;
    let table = lua.create_table()?;
    table.raw_set("code", status.code().or_else(|| status.signal().map(|signal| 128 + signal)))?;
    table.raw_set("stdout", stdout.map(|text| lua.create_string(text)).transpose()?)?;
    table.raw_set("stderr", stderr.map(|text| lua.create_string(text)).transpose()?)?;
    Ok(table)
}
