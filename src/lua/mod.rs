//! The Lua engine; knows no Codex.
pub mod json;
