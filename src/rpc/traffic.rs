//! Who hears all that passes on a connection.

use bytes::Bytes;

/// Hears each line, in an order in which it can have come about: what we say before it is sent, what the peer says
/// before anyone acts on it. Called where the lines pass; must not block.
pub trait Traffic: Send + Sync {
    /// We say this line.
    fn told(&self, line: &[u8]);
    /// The peer says this line.
    fn said(&self, line: &Bytes);
    /// The peer says no more, although we had not said that we do.
    fn ended(&self);
}
