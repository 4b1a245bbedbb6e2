//! Puts Lua and Codex together: starts, runs, stops scripts, and tells what came of them.

mod builder;
mod code_watch;
mod deeds;
mod event_file;
mod event_lines;
mod handle;
mod job;
mod line_queue;
mod offline;
mod outcome;
mod prompt;
mod reach;
mod record_file;
mod replies;
mod runner;
mod script;
mod session;
mod stop;
mod taps;
mod transcript;

pub use builder::HostBuilder;
pub use code_watch::CodeWatch;
pub use handle::{Host, Running};
pub use offline::{Offline, state_folder};
pub use outcome::Outcome;
pub use script::{Chunk, Source};
pub use session::{Answer, Entered, Entry, Name, Session, Told};
pub use stop::{Reason, Stopper};
pub use transcript::Transcript;

pub use crate::api::Trial;
