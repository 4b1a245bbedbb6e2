//! A turn that waits in the queue of its thread.

use bytes::Bytes;

use super::Turn;
use crate::codex::event::Event;

impl Turn {
    /// Whether it has ended, be all done that is owed then or not.
    pub(in crate::codex) fn has_ended(&self) -> bool {
        self.0.lock().end.is_some()
    }

    /// Its id in the queue of its thread.
    pub(in crate::codex) fn submission(&self) -> Option<String> {
        self.0.lock().submission.clone()
    }

    /// The server has it in the queue; tells whether it is to be taken out of it again.
    pub(in crate::codex) fn set_submission(&self, id: String) -> bool {
        let mut state = self.0.lock();
        state.submission = Some(id);
        if state.id.is_none() {
            state.asked = false;
        }
        state.id.is_none() && state.stop.is_some()
    }

    /// It has waited in the queue and has begun, which the server told by `started`.
    pub(in crate::codex) fn begun(&self, id: &str, started: Option<Bytes>) {
        let client = self.0.thread.client();
        self.0.thread.has_begun(self);
        // Nobody has this id: it was looked for.
        drop(client.registry().add_turn(id.to_owned(), self.clone()));
        self.taken(id.to_owned());
        client.wind_clock(self);
        if let (Some(queue), Some(started)) = (&self.0.queue, started) {
            queue.push(Event::new("turn/started", started));
            self.0.changed.notify_waiters();
        }
    }
}
