//! One place to hear all that a server says on its own.

use std::borrow::Cow;

use serde::Deserialize;

use super::event::Event;
use super::line::Line;
use super::wire::Address;
use crate::rpc::{Params, RequestId};

/// Hears all that the servers of a client say on their own, whichever turn it belongs to, before anyone else does.
/// Called in wire order on the reader's task; must not block.
pub trait Tap: Send + Sync {
    /// A server tells something, or asks.
    fn heard(&self, said: &Said<'_>);

    /// A server says nothing more: whatever ran there has ended.
    fn ended(&self) {}
}

/// What a server says: looked at where it lies.
pub struct Said<'a> {
    pub(super) method: &'a str,
    pub(super) params: Params<'a>,
    pub(super) address: &'a Address<'a>,
    pub(super) request: Option<&'a RequestId>,
}

impl Said<'_> {
    /// Its name on the wire.
    pub fn method(&self) -> &str {
        self.method
    }

    /// Whether it is a piece of something that began before.
    pub fn is_delta(&self) -> bool {
        self.method.ends_with("elta")
    }

    /// Its parameters: JSON.
    pub fn params(&self) -> &str {
        self.params.text()
    }

    /// The thread that it is about.
    pub fn thread_id(&self) -> Option<&str> {
        self.address.thread()
    }

    /// The turn that it is about.
    pub fn turn_id(&self) -> Option<&str> {
        self.address.turn()
    }

    /// The item that has started or is completed: JSON.
    pub fn item(&self) -> Option<&str> {
        self.address.item.map(serde_json::value::RawValue::get)
    }

    /// Whether it says that no turn runs on its thread.
    pub fn is_at_rest(&self) -> bool {
        #[derive(Deserialize)]
        struct Params<'a> {
            #[serde(borrow)]
            status: Status<'a>,
        }
        #[derive(Deserialize)]
        struct Status<'a> {
            #[serde(rename = "type", borrow)]
            kind: Cow<'a, str>,
        }
        serde_json::from_str::<Params<'_>>(self.params()).is_ok_and(|params| params.status.kind != "active")
    }

    /// To keep until somebody reads it.
    pub(super) fn event(&self) -> Event {
        Event::new(self.method, self.params.copied())
    }

    /// To keep and to write; shares the memory of what was read.
    pub fn line(&self) -> Line {
        Line::new(self.method, self.params.bytes(), self.request.map(ToString::to_string))
    }
}
