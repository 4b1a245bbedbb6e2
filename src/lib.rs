//! Automate the Codex coding agent with Lua.
mod api;
pub mod cli;
pub mod codex;
mod error;
pub mod host;
pub mod lua;
pub mod model;
pub mod notice;
pub mod rpc;
pub mod stdlib;
mod sys;

pub use error::Error;
pub use host::{Chunk, Host, HostBuilder, Offline, Outcome, Reason, Running, Source, Stopper};
pub use mlua;
