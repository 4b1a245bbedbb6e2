//! Empty turns, one after another.

use super::process::{codex_lua, own, run};
use super::table::{Goal, Row, Table, rounds};
use super::{beside, sdk, stand_in};

const TURNS: &str = "10000";
const TURNS_OF_SDK: &str = "1000";

pub fn measure() -> Table {
    let sdk = sdk::install();
    let mut rows = vec![
        Row::new("codex-lua", vec![Goal::AtLeast(0.6, "bare loop")]),
        Row::new("bare loop", vec![]),
        Row::new("… with a reader thread", vec![]),
        Row::new("Python SDK", vec![]),
    ];
    rounds(&mut rows, |place| {
        let command = match place {
            0 => {
                let mut command = codex_lua();
                command.arg("--codex-bin").arg(stand_in()?).arg(beside("turns.lua")).arg(TURNS);
                command
            }
            1 => own(&["bare-turns", TURNS])?,
            2 => own(&["bare-turns-2", TURNS])?,
            _ => sdk::command(sdk.as_ref().map_err(String::as_str)?, &stand_in()?, TURNS_OF_SDK, "0"),
        };
        run(command)
    });
    Table { title: "Empty turns, one after another", unit: "turns/s", rows }
}
