//! Each line of the README's section on trust, with a test that tries to break it.
mod support;

#[path = "trust/checkout.rs"]
mod checkout;
#[path = "trust/commands.rs"]
mod commands;
#[path = "trust/network.rs"]
mod network;

/// A model that does as it is told; see its file.
const OBEDIENT: &str = include_str!("lua/lib/obedient.replies.lua");
