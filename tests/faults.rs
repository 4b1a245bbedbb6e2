//! Nothing left behind: each way in which a run can end, in each state in which it can be.
//!
//! A cell of this matrix is a test, `ending/state`. It starts the program on a scripted model, waits until the state
//! is reached, brings the ending about, and then looks for what is left: processes by their environment, files and
//! locks in the project; and it runs a turn on the same thread of the same home again.
mod support;

#[path = "faults/cell.rs"]
mod cell;
#[path = "faults/closed_terminal.rs"]
mod closed_terminal;
#[path = "faults/embedder.rs"]
mod embedder;
#[path = "faults/ending.rs"]
mod ending;
#[path = "faults/panic.rs"]
mod panic;
#[path = "faults/state.rs"]
mod state;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

/// Cells at once: most of the time one waits for another process.
const AT_ONCE: usize = 6;

fn main() -> ExitCode {
    if let Some(script) = embedder::is_asked_for() {
        return embedder::run(&script);
    }
    let mut args = Arguments::from_args();
    args.test_threads = args.test_threads.or(Some(AT_ONCE));
    let mut trials = Vec::new();
    for ending in ending::ALL {
        for state in state::ALL.iter().filter(|state| cell::is_possible(ending, state)) {
            let name = format!("{}/{}", ending.name, state.name);
            trials.push(Trial::test(name, || {
                cell::run(ending, state);
                Ok(())
            }));
        }
    }
    for (group, tests) in [("panic", panic::ALL), ("closed_terminal", closed_terminal::ALL)] {
        for (name, test) in tests {
            trials.push(Trial::test(format!("{group}/{name}"), || {
                test();
                Ok(())
            }));
        }
    }
    libtest_mimic::run(&args, trials).exit_code()
}
