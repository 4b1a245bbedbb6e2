//! Finding, pinning and installing the Codex binary.
//!
//! [`Finder::find`] looks in this order: `--codex-bin`, `CODEX_LUA_CODEX_BIN`, the pinned version in the
//! user's data folder, a `codex` on PATH whose version is known to work. When there is none it calls
//! [`install`], which has npm fetch [`PINNED`] by its sha512 into `<data>/codex/<version>`.
//!
//! What is absent here: nothing is looked up in the current folder or through a relative PATH entry, nothing
//! runs a lifecycle script, nothing is installed that has not its final name by one rename, and no process
//! that was started here outlives the call, whether the call is dropped or this process is killed.

mod error;
mod finder;
mod folder;
mod install;
mod npm;
mod platform;
mod probe;
mod search;
mod survey;

#[cfg(test)]
mod tests;

pub use error::{BinaryError, Unsuitable};
pub use finder::{Finder, Found, Origin};
pub use install::install;
pub use search::{absolute_path_entries, on_path};
pub use survey::{Candidate, DataFolder, State, Survey};

/// The version of Codex that is installed.
pub const PINNED: &str = "0.169.0";

/// The versions that a `codex` on PATH may have: those that the tests have run against.
pub const KNOWN: &[&str] = &[PINNED];

/// The environment variable that stands for `--codex-bin`.
pub const ENV_BIN: &str = "CODEX_LUA_CODEX_BIN";
