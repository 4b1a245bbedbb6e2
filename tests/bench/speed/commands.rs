//! A thousand commands, 32 at a time.

use std::process::{Command, Stdio};

use super::process::{Run, codex_lua, run};
use super::table::{Goal, Row, Table, rounds};

const COMMANDS: u32 = 1000;
const AT_ONCE: u32 = 32;

type Contender = (&'static str, fn() -> Command);

const CONTENDERS: &[Contender] = &[
    ("codex-lua", || with(codex_lua(), "commands.lua")),
    ("asyncio", || with(Command::new("python3"), "commands.py")),
    ("node", || with(Command::new("node"), "commands.mjs")),
    ("deno", || {
        let mut deno = Command::new("deno");
        deno.args(["run", "-A"]);
        with(deno, "commands.mjs")
    }),
];

pub fn measure() -> Table {
    let goals = |name| match name {
        "codex-lua" => vec![Goal::Under(1.0, "asyncio"), Goal::Under(1.0, "node")],
        _ => vec![],
    };
    let mut rows: Vec<Row> = CONTENDERS.iter().map(|(name, _)| Row::new(name, goals(*name))).collect();
    rounds(&mut rows, |place| -> Result<Run, _> { run(CONTENDERS[place].1()) });
    Table { title: "Commands: 1,000 times true, 32 at a time", unit: "seconds", rows }
}

fn with(mut command: Command, script: &str) -> Command {
    command.arg(super::beside(script)).args([COMMANDS, AT_ONCE].map(|n| n.to_string()));
    command.stderr(Stdio::null());
    command
}
