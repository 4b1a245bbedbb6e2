//! Automate the Codex coding agent with Lua.
pub mod codex;
mod api;
pub mod cli;
mod error;
pub mod host;
pub mod lua;
pub mod model;
pub mod notice;
pub mod rpc;
mod sys;

pub use error::Error;
pub use host::{Chunk, Host, HostBuilder, Offline, Outcome, Reason, Running, Source, Stopper};
pub use mlua;
