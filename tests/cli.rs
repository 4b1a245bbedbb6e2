//! The program from the shell: its command line, its ends, and what it must not do.
mod support;

#[path = "cli/bad_input.rs"]
mod bad_input;
#[path = "cli/command_line.rs"]
mod command_line;
#[path = "cli/computes.rs"]
mod computes;
#[path = "cli/doctor.rs"]
mod doctor;
#[path = "cli/events.rs"]
mod events;
#[path = "cli/faults.rs"]
mod faults;
#[path = "cli/replay.rs"]
mod replay;
#[path = "cli/server.rs"]
mod server;
#[path = "cli/signals.rs"]
mod signals;
#[path = "cli/status_line.rs"]
mod status_line;
#[path = "cli/test_cases.rs"]
mod test_cases;
#[path = "cli/test_command.rs"]
mod test_command;
#[path = "cli/unreachable.rs"]
mod unreachable;
#[path = "cli/watch.rs"]
mod watch;
#[path = "cli/watch_runs.rs"]
mod watch_runs;

/// A model that does as it is told; see its file.
const OBEDIENT: &str = include_str!("lua/lib/obedient.replies.lua");
