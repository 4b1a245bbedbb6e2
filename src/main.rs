//! The exit code, nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    codex_lua::cli::main()
}
