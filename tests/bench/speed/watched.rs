//! What it costs to be watched: the same deltas with a file of events, and with a status line on a terminal.

use super::process::{codex_lua, run, run_on_terminal};
use super::table::{Goal, Row, Table, rounds};
use super::{beside, events, stand_in};

const TURNS: &str = "20";

pub fn measure() -> Table {
    let plain = "codex-lua";
    let mut rows = vec![
        Row::new(plain, vec![]),
        Row::new("with --events", vec![Goal::AtLeast(0.5, plain)]),
        Row::new("with a status line", vec![Goal::AtLeast(0.9, plain)]),
    ];
    rounds(&mut rows, |place| {
        let mut command = codex_lua();
        command.arg("--codex-bin").arg(stand_in()?);
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        if place == 1 {
            command.arg("--events").arg(folder.path().join("events"));
        }
        command.arg(beside("events.lua")).args([TURNS, events::DELTAS]);
        if place == 2 { run_on_terminal(&command) } else { run(command) }
    });
    Table {
        title: "Watched: the same, with each delta written down, or with a status line",
        unit: "events/s",
        rows,
    }
}
