//! Who listens to what the servers of a client tell, whichever turn it belongs to.

mod kinds;
mod listener;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::client::Client;
use super::gone::Gone;
use super::queue::Queue;
use super::tap::Said;
use kinds::Kind;
pub use kinds::{KindError, Kinds};
pub use listener::Listener;
use listener::{End, Inner};

/// What a listener wants to hear.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Of which types.
    pub kinds: Kinds,
    /// About this thread alone.
    pub thread: Option<String>,
    /// Whether it ends with the server that runs, or else hears the next one too.
    pub one_server: bool,
}

/// All listeners of a client.
#[derive(Default)]
pub(super) struct Listeners {
    /// Whether there is one: all that is looked at for each thing that is said to nobody.
    any: AtomicBool,
    open: Mutex<Open>,
}

struct Open {
    listeners: Vec<Arc<Inner>>,
    /// What one of them wants, of what is in the table.
    known: Kinds,
    /// Whether one of them may want what is not in it.
    others: bool,
}

impl Default for Open {
    fn default() -> Self {
        Self { listeners: vec![], known: Kinds::none(), others: false }
    }
}

impl Listeners {
    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues what was said for those who want it, as it came.
    pub fn heard(&self, said: &Said<'_>) {
        if !self.any.load(Ordering::Relaxed) {
            return;
        }
        let open = self.lock();
        let kind = Kind::of(said.method());
        if !open.may_want(kind) {
            return;
        }
        let mut event = None;
        for listener in &open.listeners {
            if listener.wants(kind, said.thread_id()) {
                listener.push(event.get_or_insert_with(|| said.event()).clone(), said.is_delta());
            }
        }
    }

    /// The server is gone, and says nothing more.
    pub fn lost(&self, gone: &Gone) {
        self.end(|listener| listener.filter.one_server, &End::Gone(gone.clone()));
    }

    /// Ends those of which this is true.
    fn end(&self, which: impl Fn(&Inner) -> bool, end: &End) {
        let mut open = self.lock();
        let all = std::mem::take(&mut open.listeners).into_iter();
        let (ended, left): (Vec<_>, _) = all.partition(|listener| which(listener));
        open.listeners = left;
        self.count(&mut open);
        drop(open);
        for listener in ended {
            listener.end(end.clone());
        }
    }

    fn add(&self, listener: Arc<Inner>) {
        let mut open = self.lock();
        open.listeners.push(listener);
        self.count(&mut open);
    }

    fn count(&self, open: &mut Open) {
        let mut known = Kinds::none();
        open.listeners.iter().for_each(|listener| known.add_known(&listener.filter.kinds));
        open.known = known;
        open.others = open.listeners.iter().any(|listener| listener.filter.kinds.has_others());
        self.any.store(!open.listeners.is_empty(), Ordering::Relaxed);
    }
}

impl Open {
    fn may_want(&self, kind: Kind<'_>) -> bool {
        match kind {
            Kind::Known(_) => self.known.has(kind),
            Kind::Other(_) => self.others,
        }
    }
}

impl Client {
    /// Hears from now on what servers tell, whichever turn it belongs to.
    pub fn listen(&self, filter: Filter) -> Listener {
        let inner = Arc::new(Inner::new(filter, Queue::new(self.backlog())));
        self.registry().listeners.add(inner.clone());
        Listener::new(inner, self.0.registry.clone())
    }

    /// Ends every listener.
    pub fn stop_listening(&self) {
        self.registry().listeners.end(|_| true, &End::Closed);
    }
}
