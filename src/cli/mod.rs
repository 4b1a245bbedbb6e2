//! The program: arguments, and one file a command.

mod args;
mod cycle;
mod doctor;
mod install;
mod pen;
mod place;
mod repl;
mod report;
mod run;
mod screen;
mod signals;
mod status;
mod terminal;
mod test;
mod types;
mod watch;
mod width;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};

use crate::sys::{processes, visible};
use crate::{Outcome, Reason};

/// Runs the program with the arguments of this process.
pub fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    // Before anything is started, and until all else is dropped.
    let _adopted = processes::adopt();
    let done = match args.command {
        None => run::run(args.run),
        Some(Command::Run(run)) => run::run(*run),
        Some(Command::Test(options)) => test::run(*options),
        Some(Command::Install(options)) => install::run(&options),
        Some(Command::Doctor(options)) => doctor::run(&options),
        Some(Command::Types(options)) => types::run(&options),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        // As after `… | head`: nobody reads any more.
        Err(error) if is_broken_pipe(&error) => {
            ExitCode::from(Outcome::Stopped(Reason::BrokenPipe).exit_code())
        }
        Err(error) => {
            terminal::error(&format!("{error:#}"));
            ExitCode::from(exit_code_of(&error))
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let error = error.chain().find_map(|cause| cause.downcast_ref::<std::io::Error>());
    error.is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

/// What went wrong before a script could run, as an exit status.
fn exit_code_of(error: &anyhow::Error) -> u8 {
    match error.downcast_ref::<crate::Error>() {
        Some(crate::Error::Codex(_)) => 4,
        Some(crate::Error::Events { .. } | crate::Error::Record { .. } | crate::Error::Replay { .. }) => 2,
        _ if error.is::<crate::codex::binary::BinaryError>() => 4,
        _ if error.is::<args::Wrong>() => 2,
        _ => 1,
    }
}
