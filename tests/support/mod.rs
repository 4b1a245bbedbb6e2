//! The one harness of the tests: a project in a folder of its own, the program in it, and its end.
//!
//!     let project = Project::new();
//!     project.file("a.lua", "print(codex.run('hi').text)");
//!     let done = project.program().args(["--offline", "a.lua"]).run();
//!     assert_eq!(done.code(), 0);
//!
//! Nothing of the user's is seen: the environment is empty but for PATH, and home, data and state lie in the
//! project. Nothing outlives a test: a program that does not end in time is killed and the test says what it
//! waited for, and every end checks that no process of the project is left.
#![allow(dead_code, reason = "each test program uses a part of it")]

mod codex;
mod live;
pub mod outcomes;
pub mod processes;
mod program;
mod project;
pub mod terminal;

#[allow(unused_imports, reason = "each test program uses a part of it")]
pub use {
    codex::pinned_codex,
    live::{Done, Live},
    outcomes::outcome,
    program::Program,
    project::Project,
    terminal::Terminal,
};

/// How long anything may take that is not meant to wait: generous, since it only delays a failure.
pub const DEADLINE: std::time::Duration = std::time::Duration::from_mins(1);
