//! The Lua engine; knows no Codex.
//!
//! One Lua state on one thread. [`engine`] makes it safe to hand to a script, [`task`] runs functions in it as
//! tasks that can be cancelled, [`function`] lets host functions raise error tables, and [`loader`] finds code.

pub mod args;
pub mod class;
mod code_files;
pub mod compare;
mod coroutine;
pub mod engine;
pub mod entry;
pub mod error;
pub mod function;
pub mod inspect;
pub mod interrupt;
pub mod json;
pub mod lexer;
pub mod loader;
pub mod options;
pub mod syntax;
pub mod task;

pub use args::Args;
pub use code_files::CodeFiles;
pub use error::Raise;
