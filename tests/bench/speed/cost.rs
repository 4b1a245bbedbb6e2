//! What it costs a script that computes that it can be stopped: each script in a plain Lua state of mlua, in a host,
//! and in a host that may be stopped by signal, one after the other.

use std::error::Error;
use std::fmt::{self, Display};
use std::sync::mpsc;

use codex_lua::mlua::state::{GcGenParams, GcMode};
use codex_lua::mlua::{self, Function, Lua, LuaOptions, StdLib};
use codex_lua::{Host, HostBuilder, Outcome};

use super::table::median;

const ROUNDS: usize = 20;
/// Bytes; what a host gives.
const MEMORY: usize = 1 << 30;

const SCRIPTS: &[(&str, &str)] = &[
    ("calls", "local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end fib(27)"),
    ("a loop of numbers", "local x = 0 for i = 1, 6e6 do x = (x * 31 + i) % 1000003 end"),
    (
        "objects",
        "local Point = {} Point.__index = Point
         function Point.new(x) return setmetatable({ x = x }, Point) end
         function Point:add(other) return Point.new(self.x + other.x) end
         local sum, one = Point.new(0), Point.new(1)
         for i = 1, 4e5 do sum = sum:add(one) end",
    ),
    (
        "text and tables",
        "local words = {} for i = 1, 6e4 do words[#words + 1] = ('w%d'):format(i % 1000) end
         table.sort(words) local text = table.concat(words, ' ')
         local n = 0 for word in text:gmatch '%a%d+' do n = n + #word end",
    ),
    (
        "protected calls",
        "local function f(x) if x % 100 == 0 then error 'x' end return x end
         for i = 1, 6e5 do pcall(f, i) end",
    ),
    (
        "coroutines",
        "local gen = coroutine.wrap(function() while true do coroutine.yield(1) end end)
         for i = 1, 4e5 do gen() end",
    ),
];

/// A script, and for each round its seconds: plain, in a host, with the signal.
type Row = (&'static str, Vec<[f64; 3]>);

pub struct Report(Result<Vec<Row>, String>);

pub fn measure() -> Report {
    Report(run().map_err(|error| error.to_string()))
}

fn run() -> Result<Vec<Row>, Box<dyn Error>> {
    let mut rows: Vec<_> = SCRIPTS.iter().map(|(name, _)| (*name, vec![])).collect();
    for round in 0..ROUNDS {
        for ((_, code), (_, figures)) in SCRIPTS.iter().zip(&mut rows) {
            let code = format!("local t = os.clock() {code} took(os.clock() - t)");
            let mut all = [0.0; 3];
            // Whoever comes first finds the caches cold: each does in turn.
            for place in (0..3).map(|place| (place + round) % 3) {
                all[place] = match place {
                    0 => plain(&code)?,
                    1 => hosted(Host::builder(), &code)?,
                    _ => hosted(Host::builder().use_sigusr1(), &code)?,
                };
            }
            figures.push(all);
        }
    }
    Ok(rows)
}

fn took(lua: &Lua, tell: mpsc::Sender<f64>) -> mlua::Result<Function> {
    lua.create_function(move |_, seconds: f64| Ok(tell.send(seconds).is_ok()))
}

fn plain(code: &str) -> Result<f64, Box<dyn Error>> {
    let lua = Lua::new_with(StdLib::ALL_SAFE, LuaOptions::new())?;
    lua.set_memory_limit(MEMORY)?;
    lua.gc_set_mode(GcMode::Generational(GcGenParams::default()));
    let (tell, told) = mpsc::channel();
    lua.globals().set("took", took(&lua, tell)?)?;
    lua.load(code).exec()?;
    Ok(told.recv()?)
}

fn hosted(builder: HostBuilder, code: &str) -> Result<f64, Box<dyn Error>> {
    let (tell, told) = mpsc::channel();
    let module = move |lua: &Lua| {
        let module = lua.create_table()?;
        module.set("took", took(lua, tell.clone())?)?;
        Ok(module)
    };
    let host = builder.module("bench", module).build()?;
    match host.run_text("cost", &format!("local took = require('bench').took {code}")) {
        Outcome::Done => Ok(told.recv()?),
        other => Err(format!("{other:?}").into()),
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "What it costs that a script can be stopped: medians of {ROUNDS}, ratios of each round")?;
        let rows = match &self.0 {
            Ok(rows) => rows,
            Err(why) => return writeln!(f, "  missing: {why}"),
        };
        writeln!(f, "  {:20}{:>10}{:>16}{:>24}", "", "plain ms", "host / plain", "with signal / without")?;
        for (name, figures) in rows {
            let of = |figure: fn(&[f64; 3]) -> f64| median(figures.iter().map(figure).collect());
            let (plain, host, signal) = (of(|x| x[0] * 1e3), of(|x| x[1] / x[0]), of(|x| x[2] / x[1]));
            writeln!(f, "  {name:20}{plain:>10.1}{host:>16.3}{signal:>24.3}")?;
        }
        let all = |figure: fn(&[f64; 3]) -> f64| {
            median(rows.iter().flat_map(|(_, x)| x.iter().map(figure)).collect())
        };
        writeln!(f, "  {:20}{:>10}{:>16.3}{:>24.3}", "all", "", all(|x| x[1] / x[0]), all(|x| x[2] / x[1]))
    }
}
