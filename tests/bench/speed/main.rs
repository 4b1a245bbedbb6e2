//! How fast all of it is, beside what it is measured against: `cargo bench --bench speed [-- SECTION …]`, with the
//! sections `events`, `watched`, `turns`, `start`, `prompt`, `paste`, `commands`, `tasks`, `real`, `stop` and `cost`.
//!
//! Every round runs each contender once, one after the other, so that whatever else the machine does meets them
//! all; a ratio is the median of the rounds' ratios. The server is a stand-in that answers at memory speed: this
//! very program, when it is started as `… app-server`. What is compared with and is not there is reported as
//! missing. `mlua`'s feature `serde`, which the bare loop needs for `to_value`, is on in the crate too while it is
//! benched; its tables are made without it.

mod bare;
mod commands;
mod cost;
mod events;
mod process;
mod prompt;
mod real;
mod sdk;
mod stand_in;
mod start;
mod stop;
mod table;
mod tasks;
mod turns;
mod watched;

use std::error::Error;
use std::fmt::Display;
use std::io::Write as _;
use std::path::PathBuf;

/// Rounds whose median counts.
const ROUNDS: usize = 9;

type Section = (&'static str, fn() -> Box<dyn Display>);

const SECTIONS: &[Section] = &[
    ("events", || Box::new(events::measure())),
    ("watched", || Box::new(watched::measure())),
    ("turns", || Box::new(turns::measure())),
    ("start", || Box::new(start::measure())),
    ("prompt", || Box::new(prompt::start())),
    ("paste", || Box::new(prompt::paste())),
    ("commands", || Box::new(commands::measure())),
    ("tasks", || Box::new(tasks::measure())),
    ("real", || Box::new(real::measure())),
    ("stop", || Box::new(stop::measure())),
    ("cost", || Box::new(cost::measure())),
];

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words[..] {
        ["app-server", ..] => Ok(stand_in::serve()?),
        ["contender", name, ref args @ ..] => contender(name, args),
        ref sections => {
            let mut out = std::io::stdout();
            for (name, measure) in SECTIONS {
                if sections.is_empty() || sections.contains(name) {
                    writeln!(out, "{}", measure())?;
                }
            }
            Ok(())
        }
    }
}

/// What the bench starts as processes of their own.
fn contender(name: &str, args: &[&str]) -> Result<(), Box<dyn Error>> {
    match (name, args) {
        ("bare-events", [turns, deltas]) => bare::events(turns.parse()?, deltas.parse()?),
        ("bare-turns", [turns]) => bare::turns(turns.parse()?),
        ("bare-turns-2", [turns]) => bare::turns_of_two_threads(turns.parse()?),
        ("bytes", [turns, deltas]) => bare::bytes(turns.parse()?, deltas.parse()?),
        ("real", [codex, home]) => real::alternate(codex, home),
        _ => Err(format!("no contender {name} {args:?}").into()),
    }
}

/// The stand-in server, as something to start with `app-server`.
fn stand_in() -> std::io::Result<PathBuf> {
    std::env::current_exe()
}

/// A file beside this one.
fn beside(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/bench/speed").join(name)
}
