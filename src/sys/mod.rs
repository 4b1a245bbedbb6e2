//! The machine, without Lua and without Codex.

pub mod clock;
pub mod dotenv;
pub mod files;
pub mod folder;
pub mod inotify;
pub mod line_file;
pub mod panic;
pub mod path;
pub mod private;
pub mod processes;
pub mod proxies;
pub mod schedule;
pub mod signals;
pub mod stdio;
pub mod visible;
pub mod words;
