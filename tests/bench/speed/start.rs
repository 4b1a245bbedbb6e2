//! From nothing to `print(1)` and its end.

use std::error::Error;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

use super::process::{Run, peak};
use super::table::{Goal, Row, Table, rounds};

/// Starts whose mean is the figure of a round.
const STARTS: u32 = 20;

struct Program {
    name: &'static str,
    path: &'static str,
    option: &'static str,
    code: &'static str,
    /// Prints as well, and then waits for the end of its input, so that its memory can be looked at.
    waits: &'static str,
}

const LUA_WAITS: &str = "print(1) io.stdout:flush() io.read()";

const PROGRAMS: &[Program] = &[
    Program {
        name: "codex-lua",
        path: env!("CARGO_BIN_EXE_codex-lua"),
        option: "-e",
        code: "print(1)",
        waits: LUA_WAITS,
    },
    Program { name: "lua5.4", path: "lua5.4", option: "-e", code: "print(1)", waits: LUA_WAITS },
    Program {
        name: "python3",
        path: "python3",
        option: "-c",
        code: "print(1)",
        waits: "import sys; print(1, flush=True); sys.stdin.read()",
    },
    Program {
        name: "node",
        path: "node",
        option: "-e",
        code: "console.log(1)",
        waits: "console.log(1); process.stdin.resume()",
    },
];

pub fn measure() -> Table {
    let goals = |name| match name {
        "codex-lua" => vec![Goal::Under(3.0, "lua5.4"), Goal::PeakUnder(10.0)],
        _ => vec![],
    };
    let mut rows: Vec<Row> =
        PROGRAMS.iter().map(|program| Row::new(program.name, goals(program.name))).collect();
    rounds(&mut rows, |place| PROGRAMS[place].run());
    Table { title: "Start: print(1), from the start of the process to its end", unit: "ms", rows }
}

impl Program {
    /// The program itself: a version manager may stand before Python.
    fn command(&self, code: &str) -> Command {
        let python = |path: &str| {
            let output =
                Command::new(path).args(["-c", "import sys; print(sys.executable, end='')"]).output();
            output.ok().and_then(|output| String::from_utf8(output.stdout).ok())
        };
        let path = if self.name == "python3" { python(self.path) } else { None };
        let mut command = Command::new(path.as_deref().unwrap_or(self.path));
        command.args([self.option, code]);
        command
    }

    fn run(&self) -> Result<Run, Box<dyn Error>> {
        let mut command = self.command(self.code);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let start = Instant::now();
        for _ in 0..STARTS {
            if !command.status()?.success() {
                return Err(format!("{} failed", self.path).into());
            }
        }
        let value = start.elapsed().as_secs_f64() * 1e3 / f64::from(STARTS);
        Ok(Run { value, ready: f64::NAN, peak: self.peak()? })
    }

    fn peak(&self) -> Result<f64, Box<dyn Error>> {
        let mut command = self.command(self.waits);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let output = child.stdout.take().ok_or("no output")?;
        BufReader::new(output).read_line(&mut String::new())?;
        let peak = peak(child.id())?;
        drop(child.stdin.take());
        child.wait()?;
        Ok(peak)
    }
}
