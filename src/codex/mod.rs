//! Codex without Lua.
pub mod binary;
pub mod names;
