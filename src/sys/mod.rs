//! The machine, without Lua and without Codex.

pub mod stdio;
pub mod words;
