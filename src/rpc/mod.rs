//! JSON-RPC over lines, without Codex: no method name is known here.
//!
//! A [`Connection`] is a reader and a writer over any byte stream; [`memory`] gives a pair of streams for tests,
//! [`child`] the streams of a process. What the peer says on its own goes to a [`Peer`], in the order of the wire,
//! on the reader's task; it must not block. [`Traffic`] hears all of both sides; [`replay`] is a peer that says again what
//! was heard once.

pub mod child;
mod connection;
pub mod message;
mod oddity;
mod pending;
mod reactor;
mod reader;
pub mod replay;
pub mod strings;
mod traffic;
mod writer;

pub use connection::{CallError, Closed, Connection, Lane, Params, Peer, memory};
pub use message::{RequestId, RpcError, Text};
pub use oddity::Oddity;
pub use reactor::Reactor;
pub use traffic::Traffic;
