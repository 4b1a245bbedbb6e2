//! Automate the Codex coding agent with Lua.
mod api;
pub mod codex;
pub mod lua;
pub mod model;
pub mod notice;
pub mod rpc;
