//! Each line of the README's section on trust, with tests that try to break it.
mod support;

#[path = "trust/answers.rs"]
mod answers;
#[path = "trust/approvals.rs"]
mod approvals;
#[path = "trust/checkout.rs"]
mod checkout;
#[path = "trust/commands.rs"]
mod commands;
#[path = "trust/folders.rs"]
mod folders;
#[path = "trust/install.rs"]
mod install;
#[path = "trust/network.rs"]
mod network;
#[path = "trust/secrets.rs"]
mod secrets;
#[path = "trust/text.rs"]
mod text;
#[path = "trust/tools.rs"]
mod tools;

/// A model that does as it is told; see its file.
const OBEDIENT: &str = include_str!("lua/lib/obedient.replies.lua");
