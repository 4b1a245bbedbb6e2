//! The prompt: what one tries here becomes a script.
//!
//! The editor has the main thread, Lua its own. An entry goes to the session of the host and comes back as text;
//! whoever prints meanwhile prints above the line that is being typed.

mod above;
mod ask;
mod command;
mod complete;
mod control;
mod doc;
mod editor;
mod history;
mod paint;
mod run;
mod script;

use std::path::PathBuf;
use std::time::Duration;

pub use above::Above;
pub use ask::Asked;
pub use control::Control;
pub use run::run;

use crate::lua::error::Failure;
use crate::sys::stdio::{self, Stream};

/// How a prompt looks and where its things are.
pub struct Manner {
    /// Takes what is printed while a line is read.
    pub above: Above,
    /// What signals do.
    pub control: Control,
    /// What the agent asks.
    pub asked: Asked,
    /// Whether there are colours.
    pub colours: bool,
    /// Says what went wrong, also between entries.
    pub report: fn(&Failure),
    /// Where entries are kept.
    pub history: Option<PathBuf>,
    /// A script that is run first.
    pub init: Option<PathBuf>,
    /// Whether it says at its start what it is.
    pub greets: bool,
}

/// How long somebody waits for what a Lua thread knows that may be computing.
const PATIENCE: Duration = Duration::from_millis(100);

/// Columns of the terminal.
fn columns() -> usize {
    const WHEN_UNKNOWN: usize = 80;
    let size = rustix::termios::tcgetwinsize(rustix::stdio::stdout());
    size.map_or(WHEN_UNKNOWN, |size| usize::from(size.ws_col)).max(1)
}

/// An event as a line above what is typed: as much of it as fits.
pub fn show_event(json: &[u8]) {
    let text = crate::sys::visible::line(String::from_utf8_lossy(json).trim_end());
    let shown: String = text.chars().take(columns().saturating_sub(1)).collect();
    stdio::write(Stream::Out, (shown + "\n").as_bytes());
}
