//! The machine, without Lua and without Codex.

pub mod line_file;
pub mod private;
pub mod processes;
pub mod stdio;
pub mod words;
