//! The prompt, as a person at a terminal meets it.
mod support;

#[path = "repl/above.rs"]
mod above;
#[path = "repl/commands.rs"]
mod commands;
#[path = "repl/entries.rs"]
mod entries;
#[path = "repl/interrupts.rs"]
mod interrupts;
#[path = "repl/lines.rs"]
mod lines;
#[path = "repl/person.rs"]
mod person;
#[path = "repl/questions.rs"]
mod questions;
#[path = "repl/recording.rs"]
mod recording;

/// A model that does as it is told; see its file.
const OBEDIENT: &str = include_str!("lua/lib/obedient.replies.lua");
