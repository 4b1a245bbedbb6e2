//! Contenders as processes: what they take until they are ready, what they measure, and their memory.

use std::error::Error;
use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

/// One run of a contender.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    /// What it measured.
    pub value: f64,
    /// Milliseconds from its start until it could begin.
    pub ready: f64,
    /// The most memory that it had in use at one time, in MiB.
    pub peak: f64,
}

/// Runs a contender, which says `ready`, then `done VALUE`, and ends when its input does.
pub fn run(mut command: Command) -> Result<Run, Box<dyn Error>> {
    let begun = Instant::now();
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let output = child.stdout.take().ok_or("no output")?;
    follow(child, output, begun)
}

/// As [`run`], on a terminal; only its input is a pipe.
pub fn run_on_terminal(command: &Command) -> Result<Run, Box<dyn Error>> {
    let (pty, pts) = pty_process::blocking::open()?;
    pty.resize(pty_process::Size::new(24, 80))?;
    let begun = Instant::now();
    let on_it = pty_process::blocking::Command::new(command.get_program()).args(command.get_args());
    let child = on_it.env("TERM", "xterm").stdin(Stdio::piped()).spawn(pts)?;
    follow(child, pty, begun)
}

fn follow(mut child: Child, output: impl Read, begun: Instant) -> Result<Run, Box<dyn Error>> {
    let mut lines = BufReader::new(output).lines();
    // On a terminal other things are said too, and removed again.
    let mut line = |what: &str| -> Result<String, Box<dyn Error>> {
        for line in lines.by_ref() {
            if let Some((_, said)) = line?.rsplit_once(what) {
                return Ok(said.trim().to_owned());
            }
        }
        Err(format!("it did not say {what}").into())
    };
    line("ready")?;
    let ready = begun.elapsed().as_secs_f64() * 1e3;
    let value = line("done")?.parse()?;
    let peak = peak(child.id())?;
    drop(child.stdin.take());
    child.wait()?;
    Ok(Run { value, ready, peak })
}

/// The most memory that a process had in use at one time, in MiB; without what its parent had when it forked.
pub fn peak(process: u32) -> Result<f64, Box<dyn Error>> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let kibibytes = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.strip_suffix("kB"));
    Ok(kibibytes.ok_or("no VmHWM")?.trim().parse::<f64>()? / 1024.0)
}

/// The program of the crate.
pub fn codex_lua() -> Command {
    Command::new(env!("CARGO_BIN_EXE_codex-lua"))
}

/// A contender of this program's own.
pub fn own(args: &[&str]) -> std::io::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("contender").args(args);
    Ok(command)
}
