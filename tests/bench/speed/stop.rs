//! How long code runs on that is told to stop: by Ctrl-C, by `--timeout`, by [`codex_lua::Stopper::stop`]. Each case
//! has a closer around it that says when it runs: by then the code that ran has stopped. Then the end is waited for,
//! of the process or of the script.

use std::error::Error;
use std::fmt::{self, Display};
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use codex_lua::{Chunk, Host, Reason, Source};
use rustix::process::{Pid, Signal, kill_process};

use super::process::codex_lua;
use super::stand_in;
use super::table::median;

const ROUNDS: usize = 20;
/// From the moment that a case is ready until it is told to stop, so that it is well under way; it says nothing more.
const HEADWAY: Duration = Duration::from_millis(20);
/// For `--timeout`: ample for each case to be ready.
const DEADLINE: Duration = Duration::from_millis(400);
const PATIENCE: Duration = Duration::from_secs(30);

/// What it is called, and what it does once `ready()` has been called.
const CASES: &[(&str, &str)] = &[
    ("while true do end", "ready() while true do end"),
    ("pcall of it for ever", "ready() while true do pcall(function() while true do end end) end"),
    (
        "four nested coroutines",
        "local function nest(n)
           if n == 0 then ready() while true do end end
           local co = coroutine.create(nest)
           while true do coroutine.resume(co, n - 1) end
         end
         nest(4)",
    ),
    ("a looping xpcall handler", "ready() xpcall(error, function() while true do end end)"),
    (
        "a loop in __close",
        "local function loops() return setmetatable({}, { __close = function() ready() while true do end end }) end
         do local x <close> = loops() end",
    ),
    (
        "a looping closer after it",
        "local x <close> = setmetatable({}, { __close = function() said 'stopped' while true do end end })
         ready() while true do end",
    ),
    (
        "a loop in __gc",
        "setmetatable({}, { __gc = function() ready() while true do pcall(error) end end }) collectgarbage()",
    ),
    ("a sort comparator", "ready() table.sort({ 3, 2, 1 }, function() while true do pcall(error) end end)"),
    ("pcall(sleep) for ever", "ready() while true do pcall(task.sleep, 0.001) end"),
    (
        "pcall of a turn for ever",
        "local thread = codex.thread_start() ready() while true do pcall(thread.run, thread, 'go') end",
    ),
    (
        "10,000 tasks that sleep",
        "for i = 1, 10000 do task.spawn(task.sleep, 60) end task.yield() ready() task.sleep(60)",
    ),
    (
        "10,000 of pcall(sleep)",
        "for i = 1, 10000 do task.spawn(function() while true do pcall(task.sleep, 0.01) end end) end
         task.yield() ready() task.sleep(60)",
    ),
    (
        "allocating for ever",
        "ready() while true do pcall(function() local t = {} for i = 1, 1e9 do t[i] = i end end) end",
    ),
];

/// What only the second Ctrl-C ends.
const NO_RETURN: &str = "ready() string.find(('a'):rep(60), ('a-'):rep(12) .. 'b')";

#[derive(Clone, Copy)]
enum Way {
    Interrupt,
    Timeout,
    Stop,
}

const WAYS: &[(&str, Way)] =
    &[("Ctrl-C", Way::Interrupt), ("--timeout", Way::Timeout), ("Host::stop", Way::Stop)];

/// Milliseconds until it had stopped, and until its end.
type Times = (f64, f64);

/// A case, the way it was told, and its rounds, or why there are none.
type Row = (&'static str, &'static str, Result<Vec<Times>, String>);

pub struct Report(Vec<Row>);

pub fn measure() -> Report {
    let mut rows: Vec<Row> =
        CASES.iter().flat_map(|(name, _)| WAYS.iter().map(|(way, _)| (*name, *way, Ok(vec![])))).collect();
    let mut last: Row = ("a C call without end", "2nd Ctrl-C", Ok(vec![]));
    for _ in 0..ROUNDS {
        let cases = CASES.iter().flat_map(|(_, code)| WAYS.iter().map(move |(_, way)| (*code, *way)));
        for ((code, way), row) in cases.zip(&mut rows) {
            add(row, if matches!(way, Way::Stop) { in_process(code) } else { as_program(code, way) });
        }
        add(&mut last, second_signal());
    }
    rows.push(last);
    Report(rows)
}

fn add((_, _, all): &mut Row, times: Result<Times, Box<dyn Error>>) {
    match (all.as_mut(), times) {
        (Ok(all), Ok(times)) => all.push(times),
        (Ok(_), Err(why)) => *all = Err(why.to_string()),
        (Err(_), _) => {}
    }
}

fn script(said: &str, code: &str) -> String {
    format!(
        "{said} said 'begun'
         local task = require 'std.task'
         local function ready() said 'ready' end
         local closer <close> = setmetatable({{}}, {{ __close = function() said 'stopped' end }})
         {code}"
    )
}

struct Program {
    child: Child,
    lines: mpsc::Receiver<(String, Instant)>,
}

impl Program {
    fn start(code: &str, timeout: bool) -> Result<Self, Box<dyn Error>> {
        let said = "local function said(what) io.write(what, '\\n') io.stdout:flush() end";
        let mut command: Command = codex_lua();
        if timeout {
            command.arg(format!("--timeout={}ms", DEADLINE.as_millis()));
        }
        command.arg("--codex-bin").arg(stand_in()?).args(["-e", &script(said, code)]);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let output = BufReader::new(child.stdout.take().ok_or("no output")?);
        let (tell, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let _ = tell.send((line, Instant::now()));
            }
        });
        Ok(Self { child, lines })
    }

    fn said(&self, what: &str) -> Result<Instant, Box<dyn Error>> {
        loop {
            let (line, at) = self.lines.recv_timeout(PATIENCE)?;
            if line == what {
                return Ok(at);
            }
        }
    }

    fn signal(&self) -> Result<Instant, Box<dyn Error>> {
        let at = Instant::now();
        kill_process(Pid::from_child(&self.child), Signal::INT)?;
        Ok(at)
    }

    fn end(mut self, expected: i32) -> Result<Instant, Box<dyn Error>> {
        let status: ExitStatus = self.child.wait()?;
        let at = Instant::now();
        if status.code() == Some(expected) { Ok(at) } else { Err(format!("it ended with {status}").into()) }
    }
}

fn as_program(code: &str, way: Way) -> Result<Times, Box<dyn Error>> {
    let timeout = matches!(way, Way::Timeout);
    let program = Program::start(code, timeout)?;
    let begun = program.said("begun")?;
    let ready = program.said("ready")?;
    let told = if timeout {
        let due = begun + DEADLINE;
        if ready > due {
            return Err("it was not ready before its deadline".into());
        }
        due
    } else {
        let _ = program.lines.recv_timeout(HEADWAY);
        program.signal()?
    };
    let stopped = program.said("stopped")?;
    let ended = program.end(if timeout { 124 } else { 130 })?;
    Ok((millis(told, stopped), millis(told, ended)))
}

fn second_signal() -> Result<Times, Box<dyn Error>> {
    let program = Program::start(NO_RETURN, false)?;
    program.said("ready")?;
    program.signal()?;
    let _ = program.lines.recv_timeout(HEADWAY);
    let told = program.signal()?;
    let ended = millis(told, program.end(130)?);
    Ok((ended, ended))
}

fn in_process(code: &str) -> Result<Times, Box<dyn Error>> {
    let (tell, told) = mpsc::channel::<(String, Instant)>();
    let host = Host::builder().use_sigusr1().codex_bin(stand_in()?).module("bench", move |lua| {
        let (bench, tell) = (lua.create_table()?, tell.clone());
        let said = move |_: &codex_lua::mlua::Lua, what: String| {
            let _ = tell.send((what, Instant::now()));
            Ok(())
        };
        bench.raw_set("said", lua.create_function(said)?)?;
        Ok(bench)
    });
    let host = host.build()?;
    let text = script("local said = require('bench').said", code);
    let running = host.start(Chunk { source: Source::Text { name: "case".into(), text }, args: vec![] });
    let said = |what: &str| -> Result<Instant, mpsc::RecvTimeoutError> {
        loop {
            let (said, at) = told.recv_timeout(PATIENCE)?;
            if said == what {
                return Ok(at);
            }
        }
    };
    said("ready")?;
    let _ = told.recv_timeout(HEADWAY);
    let begun = Instant::now();
    host.stopper().stop(Reason::Stopped);
    running.wait();
    let ended = millis(begun, Instant::now());
    Ok((millis(begun, said("stopped")?), ended))
}

fn millis(from: Instant, to: Instant) -> f64 {
    to.saturating_duration_since(from).as_secs_f64() * 1e3
}

impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Stopping: ms from the word to the code's end, and to the end of all; median and worst of {ROUNDS}"
        )?;
        writeln!(f, "  {:28}{:12}{:>9}{:>9}{:>9}{:>9}", "", "by", "stopped", "worst", "ended", "worst")?;
        for (name, way, times) in &self.0 {
            write!(f, "  {name:28}{way:12}")?;
            match times {
                Err(why) => writeln!(f, "missing: {why}")?,
                Ok(times) => {
                    for of in [|times: &Times| times.0, |times: &Times| times.1] {
                        let all: Vec<f64> = times.iter().map(of).collect();
                        let worst = all.iter().copied().fold(0.0, f64::max);
                        write!(f, "{:>9.2}{worst:>9.2}", median(all))?;
                    }
                    writeln!(f)?;
                }
            }
        }
        Ok(())
    }
}
