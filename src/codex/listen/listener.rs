//! One who listens.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::{Filter, Kind};
use crate::codex::error::Error;
use crate::codex::event::Event;
use crate::codex::gone::Gone;
use crate::codex::queue::{Item, Queue};
use crate::codex::session::Registry;
use crate::codex::turn::Next;

/// Hears events until it is dropped or closed; what it has not taken yet waits for it.
pub struct Listener {
    inner: Arc<Inner>,
    registry: Arc<Registry>,
}

pub(super) struct Inner {
    pub filter: Filter,
    queue: Queue,
    end: Mutex<Option<End>>,
    changed: Notify,
}

#[derive(Clone)]
pub(super) enum End {
    Closed,
    Gone(Gone),
}

impl Inner {
    pub fn new(filter: Filter, queue: Queue) -> Self {
        Self { filter, queue, end: Mutex::default(), changed: Notify::new() }
    }

    pub fn wants(&self, kind: Kind<'_>, thread: Option<&str>) -> bool {
        let is_of_thread = self.filter.thread.as_deref().is_none_or(|wanted| thread == Some(wanted));
        is_of_thread && self.filter.kinds.has(kind)
    }

    pub fn push(&self, event: Event, is_delta: bool) {
        let is_first = if is_delta { self.queue.push_delta(event) } else { self.queue.push(event) };
        if is_first {
            self.changed.notify_waiters();
        }
    }

    pub fn end(&self, end: End) {
        self.lock().get_or_insert(end);
        self.changed.notify_waiters();
    }

    fn lock(&self) -> MutexGuard<'_, Option<End>> {
        self.end.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listener {
    pub(super) fn new(inner: Arc<Inner>, registry: Arc<Registry>) -> Self {
        Self { inner, registry }
    }

    /// Takes the next event without waiting. Once it is closed there is none.
    pub fn try_next(&self) -> Next {
        // First: what came before the server was gone has been queued by then.
        let end = self.inner.lock();
        match (&*end, self.inner.queue.pop()) {
            (Some(End::Closed), _) | (Some(End::Gone(_)), None) => Next::End,
            (_, Some(item)) => Next::Item(item),
            (None, None) => Next::Pending,
        }
    }

    /// Waits for the next event; `None` when it was closed.
    ///
    /// # Errors
    /// After the last event of one that hears one server alone, when that is gone.
    pub async fn next(&self) -> Result<Option<Item>, Error> {
        loop {
            let changed = self.inner.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            match self.try_next() {
                Next::Item(item) => return Ok(Some(item)),
                Next::Pending => changed.await,
                Next::End => {
                    return match &*self.inner.lock() {
                        Some(End::Gone(gone)) => Err(gone.clone().error()),
                        _ => Ok(None),
                    };
                }
            }
        }
    }

    /// How many events wait.
    pub fn waiting(&self) -> usize {
        self.inner.queue.len()
    }

    /// Whether it may hear more.
    pub fn is_open(&self) -> bool {
        self.inner.lock().is_none()
    }

    /// Hears no more, and gives no more.
    pub fn close(&self) {
        self.registry.listeners.end(|other| std::ptr::eq(other, &raw const *self.inner), &End::Closed);
        // It may have ended with its server before.
        *self.inner.lock() = Some(End::Closed);
        while self.inner.queue.pop().is_some() {}
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.close();
    }
}
