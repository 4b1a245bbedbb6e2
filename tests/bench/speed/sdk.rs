//! The official Python SDK, in an environment of its own below `target/`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::beside;

const PACKAGE: &str = "openai-codex";

/// Its Python, or why there is none. What was installed once stays.
pub fn install() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python-sdk");
    let python = folder.join("bin/python");
    if imports(&python) {
        return Ok(python);
    }
    done(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    done(Command::new(&python).args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        PACKAGE,
    ]))?;
    if imports(&python) { Ok(python) } else { Err(format!("{PACKAGE} does not import")) }
}

/// Runs as many turns of so many deltas; without deltas the turns are what counts.
pub fn command(python: &Path, server: &Path, turns: &str, deltas: &str) -> Command {
    let mut command = Command::new(python);
    command.arg(beside("sdk.py")).arg(server).args([turns, deltas]);
    command
}

fn imports(python: &Path) -> bool {
    done(Command::new(python).args(["-c", "import openai_codex"]).stderr(Stdio::null())).is_ok()
}

fn done(command: &mut Command) -> Result<(), String> {
    match command.stdin(Stdio::null()).stdout(Stdio::null()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{}: {status}", command.get_program().display())),
        Err(error) => Err(format!("{}: {error}", command.get_program().display())),
    }
}
