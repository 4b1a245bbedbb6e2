//! From the start of a process to the prompt that one can type at.

use std::error::Error;
use std::io::{Read as _, Write as _};
use std::time::Instant;

use pty_process::Size;
use pty_process::blocking::{Command, Pty, open};

use super::process::{Run, peak};
use super::table::{Goal, Row, Table, rounds};

struct Program {
    name: &'static str,
    path: &'static str,
    args: &'static [&'static str],
    /// What it shows when it waits.
    prompt: &'static str,
}

const PROGRAMS: &[Program] = &[
    Program { name: "codex-lua", path: env!("CARGO_BIN_EXE_codex-lua"), args: &[], prompt: "> " },
    Program { name: "lua5.4", path: "lua5.4", args: &[], prompt: "> " },
    Program { name: "python3", path: "python3", args: &["-q"], prompt: ">>> " },
    Program { name: "node", path: "node", args: &[], prompt: "> " },
];

/// Lines of the paste.
const LINES: usize = 500;

pub fn start() -> Table {
    let goals = |name| match name {
        // 15 ms where `lua` takes 4.
        "codex-lua" => vec![Goal::Under(3.75, "lua5.4"), Goal::PeakUnder(15.0)],
        _ => vec![],
    };
    let mut rows: Vec<Row> =
        PROGRAMS.iter().map(|program| Row::new(program.name, goals(program.name))).collect();
    rounds(&mut rows, |place| PROGRAMS[place].start());
    Table { title: "Prompt: from the start of the process until one can type", unit: "ms", rows }
}

pub fn paste() -> Table {
    let mut rows = vec![Row::new("bracketed", vec![]), Row::new("line by line", vec![])];
    rounds(&mut rows, |place| PROGRAMS[0].paste(place == 0));
    Table { title: "Paste: 500 lines, until the last has run", unit: "ms", rows }
}

impl Program {
    fn spawn(&self) -> Result<(Pty, std::process::Child), Box<dyn Error>> {
        let (pty, pts) = open()?;
        pty.resize(Size::new(24, 80))?;
        let state = std::env::temp_dir().join("codex-lua-bench");
        let command = Command::new(self.path).args(self.args).env("TERM", "xterm-256color");
        Ok((pty, command.env("XDG_STATE_HOME", state).spawn(pts)?))
    }

    fn start(&self) -> Result<Run, Box<dyn Error>> {
        let start = Instant::now();
        let (mut pty, mut child) = self.spawn()?;
        wait_for(&mut pty, self.prompt)?;
        let value = start.elapsed().as_secs_f64() * 1e3;
        let peak = peak(child.id())?;
        child.kill()?;
        child.wait()?;
        Ok(Run { value, ready: f64::NAN, peak })
    }

    fn paste(&self, bracketed: bool) -> Result<Run, Box<dyn Error>> {
        let (mut pty, mut child) = self.spawn()?;
        wait_for(&mut pty, self.prompt)?;
        let lines: String = (0..LINES).map(|n| format!("v{n} = {n}\r")).collect::<Vec<_>>().concat();
        let lines = if bracketed { format!("\x1b[200~{lines}\x1b[201~\r") } else { lines };
        let start = Instant::now();
        let (writing, text) = (rustix::io::dup(&pty)?, lines + "'do' .. 'ne'\r");
        // The terminal holds less than a paste.
        let writer = std::thread::spawn(move || std::fs::File::from(writing).write_all(text.as_bytes()));
        wait_for(&mut pty, "\"done\"")?;
        let value = start.elapsed().as_secs_f64() * 1e3;
        writer.join().map_err(|_| "the writer")??;
        let peak = peak(child.id())?;
        child.kill()?;
        child.wait()?;
        Ok(Run { value, ready: f64::NAN, peak })
    }
}

fn wait_for(pty: &mut Pty, text: &str) -> Result<(), Box<dyn Error>> {
    let (mut seen, mut chunk) = (Vec::new(), [0; 4096]);
    while memchr::memmem::find(&seen, text.as_bytes()).is_none() {
        let read = pty.read(&mut chunk)?;
        if read == 0 {
            return Err(format!("it ended before {text:?}").into());
        }
        seen.extend_from_slice(&chunk[..read]);
    }
    Ok(())
}
