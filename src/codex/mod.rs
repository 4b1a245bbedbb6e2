//! Codex without Lua: a client for `codex app-server`, its threads and turns.

pub mod binary;
mod client;
mod clock;
mod decline;
mod error;
mod event;
mod gone;
mod input;
mod interrupt;
mod launch;
pub mod names;
mod once;
mod options;
mod pages;
mod queue;
mod saved;
mod session;
mod settings;
mod tap;
mod thread;
mod turn;
mod wire;

pub use client::Client;
pub use error::{CodexError, Error, TurnFailure};
pub use event::{Event, Method};
pub use input::Input;
pub use launch::{BoxRead, BoxWrite, Launch, Process};
pub use options::{Approval, Limits, Sandbox, SandboxMode, ThreadOptions, TurnOptions};
pub use pages::{Pages, ThreadFilter, TurnFilter};
pub use queue::Item;
pub use session::{ServerInfo, Session};
pub use tap::{Said, Tap};
pub use thread::{Info, Keep, Thread};
pub use turn::{Next, Turn, TurnResult};
pub use wire::Usage;
