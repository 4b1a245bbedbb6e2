//! Deltas into a Lua `for`.

use super::process::{codex_lua, own, run};
use super::table::{Goal, Row, Table, rounds};
use super::{beside, sdk, stand_in};

/// Deltas of one turn: less than waits before they are joined, so that each arrives by itself.
pub const DELTAS: &str = "5000";
/// Turns of a run.
const TURNS: &str = "50";
/// As the SDK needs ten times as long for one.
const TURNS_OF_SDK: &str = "6";

pub fn measure() -> Table {
    let sdk = sdk::install();
    let mut rows = vec![
        Row::new("codex-lua", vec![Goal::AtLeast(0.6, "bare loop"), Goal::AtLeast(5.0, "Python SDK")]),
        Row::new("bare loop", vec![]),
        Row::new("Python SDK", vec![]),
        Row::new("a reader of bytes", vec![]),
    ];
    rounds(&mut rows, |place| {
        let command = match place {
            0 => {
                let mut command = codex_lua();
                command.arg("--codex-bin").arg(stand_in()?).arg(beside("events.lua")).args([TURNS, DELTAS]);
                command
            }
            1 => own(&["bare-events", TURNS, DELTAS])?,
            2 => sdk::command(sdk.as_ref().map_err(String::as_str)?, &stand_in()?, TURNS_OF_SDK, DELTAS),
            _ => own(&["bytes", TURNS, DELTAS])?,
        };
        run(command)
    });
    let title = "Events: item/agentMessage/delta into a Lua for, each by itself";
    Table { title, unit: "events/s", rows }
}
