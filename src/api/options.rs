//! Options of threads and turns.

use std::time::Duration;

use mlua::{Lua, Value};
use serde_json::{Map, Value as Json};

use super::{ask, budget, tool};
use crate::codex::{
    Approval, Budgets, Limits, Sandbox, SandboxMode, Schema, ThreadOptions, TurnOptions, WhenBusy,
};
use crate::lua::Raise;
use crate::lua::args::describe;
use crate::lua::options::Options;

/// The idle limit of a turn that names none (the contract's 15 minutes).
const IDLE: Duration = Duration::from_mins(15);

const APPROVALS: &[(&str, Approval)] = &[
    ("never", Approval::Never),
    ("on-request", Approval::OnRequest),
    ("untrusted", Approval::Untrusted),
    ("auto-review", Approval::AutoReview),
];

const SANDBOXES: &[(&str, SandboxMode)] = &[
    ("read-only", SandboxMode::ReadOnly),
    ("workspace-write", SandboxMode::WorkspaceWrite),
    ("full-access", SandboxMode::FullAccess),
];

const WHEN_BUSY: &[(&str, WhenBusy)] =
    &[("raise", WhenBusy::Raise), ("wait", WhenBusy::Wait), ("steer", WhenBusy::Steer)];

/// Reads what a thread can be told.
pub fn thread(lua: &Lua, options: &Options) -> Result<ThreadOptions, Raise> {
    let limits = limits(options)?;
    let mut budgets = Budgets::default();
    budgets.add(budget::read(lua, options)?);
    Ok(ThreadOptions {
        cwd: options.get("cwd")?,
        model: options.get("model")?,
        model_provider: options.get("model_provider")?,
        effort: options.get("effort")?,
        sandbox: sandbox(lua, options)?,
        approval: options.word("approval", APPROVALS)?,
        base_instructions: options.get("base_instructions")?,
        developer_instructions: options.get("developer_instructions")?,
        personality: options.get("personality")?,
        ephemeral: options.get("ephemeral")?,
        name: options.get("name")?,
        config: options.get("config")?.unwrap_or_default(),
        service_tier: options.get("service_tier")?,
        env_pass: options.get("env_pass")?.unwrap_or_default(),
        tools: tool::read(options)?,
        answerer: ask::answerer(lua, options)?,
        approval_timeout: options.get("approval_timeout")?,
        limits: Limits { idle_timeout: limits.idle_timeout.or(Some(IDLE)), ..limits },
        budgets,
        when_busy: options.word("when_busy", WHEN_BUSY)?.unwrap_or_default(),
    })
}

/// Reads what a turn can be told.
pub fn turn(lua: &Lua, options: &Options) -> Result<TurnOptions, Raise> {
    Ok(TurnOptions {
        model: options.get("model")?,
        effort: options.get("effort")?,
        cwd: options.get("cwd")?,
        sandbox: sandbox(lua, options)?,
        approval: options.word("approval", APPROVALS)?,
        personality: options.get("personality")?,
        service_tier: options.get("service_tier")?,
        limits: limits(options)?,
        ..turn_only(options)?
    })
}

/// Reads what only a turn can be told: for a turn on a thread of its own, where the thread has the rest.
pub fn turn_only(options: &Options) -> Result<TurnOptions, Raise> {
    let schema = schema(options, "schema")?;
    let retries = options.get("schema_retries")?;
    if schema.is_none() && retries.is_some() {
        return Err(Raise::usage(format!("{}: schema_retries needs a schema", options.of())));
    }
    Ok(TurnOptions {
        schema,
        schema_retries: retries.unwrap_or(0),
        summary: options.get("summary")?,
        source: options.get("source")?,
        subagents: options.get("subagents")?.unwrap_or(false),
        budgets: budget::of_scopes(),
        ..TurnOptions::default()
    })
}

/// Reads a JSON schema.
pub fn schema(options: &Options, key: &'static str) -> Result<Option<Schema>, Raise> {
    let Some(json) = options.get::<Map<String, Json>>(key)? else { return Ok(None) };
    Schema::new(json.into()).map(Some).map_err(|error| {
        let hint = if error.is_empty_list { "; an empty list is json.array {}" } else { "" };
        Raise::usage(format!("{}: {key} is no JSON schema: {error}{hint}", options.of()))
    })
}

fn limits(options: &Options) -> Result<Limits, Raise> {
    Ok(Limits { timeout: options.get("timeout")?, idle_timeout: options.get("idle_timeout")? })
}

fn sandbox(lua: &Lua, options: &Options) -> Result<Option<Sandbox>, Raise> {
    match options.value("sandbox")? {
        Value::Table(table) => {
            let detailed = Options::new(lua, options.of(), Some(table));
            let mode = detailed.word("mode", SANDBOXES)?;
            let mode =
                mode.ok_or_else(|| Raise::usage(format!("{}: a sandbox table needs a mode", options.of())))?;
            let roots: Option<Vec<String>> = detailed.get("writable_roots")?;
            let sandbox = Sandbox {
                mode,
                network: detailed.get("network")?,
                writable_roots: roots.unwrap_or_default().into_iter().map(Into::into).collect(),
            };
            detailed.finish()?;
            Ok(Some(sandbox))
        }
        value if !value.is_nil() && !value.is_string() => Err(Raise::usage(format!(
            "{}: sandbox must be \"read-only\", \"workspace-write\", \"full-access\" or a table, got {}",
            options.of(),
            describe(&value)
        ))),
        _ => Ok(options.word("sandbox", SANDBOXES)?.map(|mode| Sandbox {
            mode,
            network: None,
            writable_roots: vec![],
        })),
    }
}
