//! Puts Lua and Codex together: starts, runs, stops scripts, and tells what came of them.

mod builder;
mod host;
mod offline;
mod outcome;
mod replies;
mod script;
mod stop;
mod thread;

pub use builder::HostBuilder;
pub use host::{Host, Running};
pub use offline::Offline;
pub use outcome::Outcome;
pub use script::{Chunk, Source};
pub use stop::{Reason, Stopper};
