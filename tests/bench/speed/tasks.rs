//! Tasks that sleep, and tasks that are awaited one after the other, beside what other runtimes have for that.

use std::error::Error;
use std::process::Command;

use super::process::{Run, run};
use super::table::{Goal, Row, Table, rounds};

/// A runtime, how it is given code, and what it does in it: sleep, and be awaited.
struct Runtime {
    name: &'static str,
    path: &'static str,
    option: &'static [&'static str],
    sleep: &'static str,
    join: &'static str,
}

/// Says `ready`; with COUNT tasks `done` and the milliseconds until all sleep.
const JS_SLEEP: &str = r#"
    const say = text => process.stdout.write(text + "\n");
    let begun = 0;
    async function sleeper() { begun += 1; await new Promise(wake => setTimeout(wake, 60000)); }
    say("ready");
    const start = performance.now();
    for (let i = 0; i < COUNT; i++) sleeper();
    while (begun < COUNT) await null;
    say("done " + (performance.now() - start));
    process.stdin.on("end", () => process.exit(0)).resume();"#;

/// Says the microseconds that each of COUNT took.
const JS_JOIN: &str = r#"
    const say = text => process.stdout.write(text + "\n");
    say("ready");
    const start = performance.now();
    for (let i = 0; i < COUNT; i++) await (async () => i)();
    say("done " + (performance.now() - start) * 1000 / COUNT);
    process.stdin.on("end", () => process.exit(0)).resume();"#;

const RUNTIMES: &[Runtime] = &[
    Runtime {
        name: "codex-lua",
        path: env!("CARGO_BIN_EXE_codex-lua"),
        option: &["-e"],
        sleep: r#"
            local task, time = require "std.task", require "std.time"
            local begun = 0
            local function sleeper() begun = begun + 1 task.sleep(60) end
            print "ready" io.stdout:flush()
            local start = time.monotonic()
            for i = 1, COUNT do task.spawn(sleeper) end
            while begun < COUNT do task.yield() end
            print("done " .. (time.monotonic() - start) * 1000) io.stdout:flush()
            io.read() os.exit(0)"#,
        join: r#"
            local task, time = require "std.task", require "std.time"
            print "ready" io.stdout:flush()
            local start = time.monotonic()
            for i = 1, COUNT do task.spawn(function() return i end):await() end
            print("done " .. (time.monotonic() - start) * 1e6 / COUNT) io.stdout:flush()
            io.read()"#,
    },
    Runtime {
        name: "node",
        path: "node",
        option: &["--input-type=module", "-e"],
        sleep: JS_SLEEP,
        join: JS_JOIN,
    },
    Runtime { name: "deno", path: "deno", option: &["eval"], sleep: JS_SLEEP, join: JS_JOIN },
    Runtime {
        name: "asyncio",
        path: "python3",
        option: &["-c"],
        sleep: r#"
import asyncio, os, sys, time
async def main():
    begun = 0
    async def sleeper():
        nonlocal begun
        begun += 1
        await asyncio.sleep(60)
    print("ready", flush=True)
    start = time.perf_counter()
    tasks = [asyncio.create_task(sleeper()) for _ in range(COUNT)]
    while begun < COUNT:
        await asyncio.sleep(0)
    print("done", (time.perf_counter() - start) * 1e3, flush=True)
    sys.stdin.read()
    os._exit(0)
asyncio.run(main())"#,
        join: r#"
import asyncio, sys, time
async def nothing(i):
    return i
async def main():
    print("ready", flush=True)
    start = time.perf_counter()
    for i in range(COUNT):
        await asyncio.create_task(nothing(i))
    print("done", (time.perf_counter() - start) * 1e6 / COUNT, flush=True)
    sys.stdin.read()
asyncio.run(main())"#,
    },
];

/// The tables of all this.
pub struct Tables([Table; 3]);

pub fn measure() -> Tables {
    Tables([
        table("10,000 tasks that sleep", "ms", 10_000, |runtime| runtime.sleep, &[20.0, 18.0]),
        table("100,000 tasks that sleep", "ms", 100_000, |runtime| runtime.sleep, &[150.0, 160.0]),
        table(
            "A task spawned and awaited, one after the other",
            "µs each",
            100_000,
            |runtime| runtime.join,
            &[3.0],
        ),
    ])
}

fn table(
    title: &'static str,
    unit: &'static str,
    count: u32,
    code: fn(&Runtime) -> &'static str,
    goals: &[f64],
) -> Table {
    let goals_of = |name| {
        let is_ours = name == "codex-lua";
        let goal = |(place, goal): (usize, &f64)| {
            if place == 0 { Goal::Below(*goal) } else { Goal::PeakUnder(*goal) }
        };
        goals.iter().enumerate().map(goal).filter(|_| is_ours).collect()
    };
    let mut rows: Vec<Row> =
        RUNTIMES.iter().map(|runtime| Row::new(runtime.name, goals_of(runtime.name))).collect();
    rounds(&mut rows, |place| {
        RUNTIMES[place].run(&code(&RUNTIMES[place]).replace("COUNT", &count.to_string()))
    });
    Table { title, unit, rows }
}

impl Runtime {
    fn run(&self, code: &str) -> Result<Run, Box<dyn Error>> {
        let mut command = Command::new(self.path);
        command.args(self.option).arg(code);
        run(command)
    }
}

impl std::fmt::Display for Tables {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|table| writeln!(f, "{table}"))
    }
}
