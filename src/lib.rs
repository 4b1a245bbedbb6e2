//! Automate the Codex coding agent with small Lua scripts: a library as much as a program.
//!
//! A script drives the real `codex app-server`; what it sees is described in `stdlib/meta/`, and the README shows it.
//!
//! # Running scripts from Rust
//!
//! [`Host::builder`] makes a [`Host`]: a Lua thread, and the Codex that its scripts share. It runs one script after
//! another; each ends with an [`Outcome`], which also knows its exit status. A [`Stopper`] ends a script from any
//! thread. Dropping the host stops what runs, ends the server, and waits for both.
//!
//! ```no_run
//! use codex_lua::{Host, Offline, Outcome};
//!
//! # fn main() -> Result<(), codex_lua::Error> {
//! let host = Host::builder().offline(Offline::default()).build()?;
//! match host.run_file("script.lua", &["an argument"]) {
//!     Outcome::Failed(failure) => eprintln!("{:?}: {}", failure.place, failure.message),
//!     outcome => eprintln!("exit status {}", outcome.exit_code()),
//! }
//! # Ok(()) }
//! ```
//!
//! [`HostBuilder::module`] gives scripts a module of one's own, made with the [`mlua`] that is re-exported here;
//! [`HostBuilder::notices`] says who hears what people should see, [`HostBuilder::events`] which file gets every
//! event, [`HostBuilder::record`] and [`HostBuilder::replay`] run a script again without Codex. From async code: [`Host::start`] and [`Running::outcome`]. A [`CodeWatch`] tells when what scripts are made of has
//! changed, so that they can be run again by another host.
//!
//! # The map
//!
//! | room | holds |
//! |---|---|
//! | `main` | the exit code |
//! | [`cli`] | the arguments, and one file a command |
//! | [`repl`] | the prompt: the line editor, completion, what is printed above the line |
//! | [`host`] | puts Lua and Codex together: starts, runs and stops scripts, tells the outcome |
//! | `api` | what scripts see: bindings, one file a module, each beginning with its names |
//! | [`lua`] | the engine: one state on one thread, tasks, errors as tables, options, JSON, loading of code |
//! | [`codex`] | Codex without Lua: the client, threads, turns and their queues, what it asks, names, finding and installing it |
//! | [`rpc`] | JSON-RPC without Codex: connections, the process at the other end, or a recording of one |
//! | [`model`] | a scripted model: the Responses API on loopback |
//! | [`watch`] | files that change: hints by the system, a snapshot as the truth, batches |
//! | `sys` | the machine without Lua and Codex |
//! | [`notice`] | what people should see, as plain types, and one trait to receive them |
//!
//! A line of the server goes through `rpc`, which finds in it what it routes by and builds no tree, into the queue of
//! its turn in `codex`, and into those of who listens to its kind, where it stays as bytes; when a script's `for` pulls,
//! or a function is called with it, `lua::json` makes the table. A call goes the other way: `api` → `codex` → `rpc` →
//! the server. Lua has a thread of its own and `rpc` a runtime of its own, so that a busy script never stops the reader.
//!
//! # What is absent
//!
//! A room uses those to its right, `main → cli → repl → host → api → codex → rpc`, and besides: `api` uses `lua`,
//! `watch` and `sys`, `host` uses `lua`, `model`, `sys` and `watch`, `watch` uses `sys`, and all may use `notice`. So:
//!
//! - No room uses one to its left; `lua`, `model`, `rpc`, `sys` and `notice` use no other room but `notice`.
//! - `codex`, `rpc`, `model`, `watch`, `sys` and `notice` name neither Lua nor `mlua`; `cli` and `repl` not `mlua`.
//! - `notify` is named in `watch::source` alone.
//! - `lua` knows no Codex; `rpc` knows no method of it.
//! - No room but `cli` writes to standard error, and none but `cli`, `repl` and Lua itself to standard output: what
//!   people should see goes down as a [`notice`].
//! - No process of the server is started outside `rpc::child`, and none at all but as a tree of `sys::processes`, which
//!   ends as a whole.
//! - `anyhow` is nowhere but in `cli`: every other room has errors of its own, with types.
//! - There is no unsafe code outside `lua::interrupt`, `lua::json` and `sys::stdio`.
//! - Nothing secret is in an error, a notice or a file of ours: `codex::redact` decides what is.
//! - There is no C module and no bytecode in what scripts load.
#[cfg(windows)]
compile_error!("codex-lua does not run on Windows: it needs Unix process groups and signals. WSL works.");

mod api;
pub mod cli;
pub mod codex;
mod error;
pub mod host;
pub mod lua;
pub mod model;
pub mod notice;
pub mod repl;
pub mod rpc;
pub mod stdlib;
mod sys;
pub mod watch;

pub use error::Error;
pub use host::{Chunk, CodeWatch, Host, HostBuilder, Offline, Outcome, Reason, Running, Source, Stopper};
pub use mlua;
