//! Values that go from task to task, in the order in which they were sent.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use tokio::sync::Notify;
use tokio::sync::futures::Notified;
use tokio::task::coop::consume_budget;

/// A channel; of tasks of one thread.
pub struct Channel<T> {
    capacity: usize,
    state: RefCell<State<T>>,
    /// There is something to receive, or there never will be.
    filled: Notify,
}

/// While `values` has room, nothing is on offer.
struct State<T> {
    values: VecDeque<T>,
    offers: VecDeque<Rc<Offer<T>>>,
    closed: bool,
}

/// A value that waits for room.
struct Offer<T> {
    value: Cell<Option<T>>,
    settled: Notify,
}

/// What can be received now.
#[derive(Debug, PartialEq, Eq)]
pub enum Next<T> {
    /// This, and it has been.
    Value(T),
    /// Nothing yet.
    Pending,
    /// It is closed and empty.
    End,
}

/// The channel is closed; the value was not sent.
#[derive(Debug, PartialEq, Eq)]
pub struct Closed;

impl<T> Channel<T> {
    /// One in which `capacity` values may wait.
    pub fn new(capacity: usize) -> Self {
        let state = State { values: VecDeque::new(), offers: VecDeque::new(), closed: false };
        Self { capacity, state: RefCell::new(state), filled: Notify::new() }
    }

    /// Sends a value once there is room; with a capacity of none, once it is taken. Dropped before that, it does not
    /// send.
    pub async fn send(&self, value: T) -> Result<(), Closed> {
        consume_budget().await;
        let offer = {
            let mut state = self.state.borrow_mut();
            if state.closed {
                return Err(Closed);
            }
            if state.values.len() < self.capacity {
                state.values.push_back(value);
                self.filled.notify_one();
                return Ok(());
            }
            let offer = Rc::new(Offer { value: Cell::new(Some(value)), settled: Notify::new() });
            state.offers.push_back(offer.clone());
            offer
        };
        self.filled.notify_one();
        let _withdraw = Withdraw { channel: self, offer: &offer };
        offer.settled.notified().await;
        if offer.value.take().is_none() { Ok(()) } else { Err(Closed) }
    }

    /// The next value; `None` when it is closed and empty.
    pub async fn recv(&self) -> Option<T> {
        consume_budget().await;
        loop {
            match self.try_recv() {
                Next::Value(value) => return Some(value),
                Next::End => return None,
                Next::Pending => self.filled().await,
            }
        }
    }

    /// The next value if there is one.
    pub fn try_recv(&self) -> Next<T> {
        let mut state = self.state.borrow_mut();
        let first = state.values.pop_front();
        let offer = state.offers.pop_front();
        let offered = offer.as_ref().and_then(|offer| offer.value.take());
        if let Some(offer) = offer {
            offer.settled.notify_one();
        }
        match (first, offered) {
            (Some(first), offered) => {
                state.values.extend(offered);
                Next::Value(first)
            }
            (None, Some(offered)) => Next::Value(offered),
            (None, None) if state.closed => Next::End,
            (None, None) => Next::Pending,
        }
    }

    /// Comes when there may be something to receive, or the end. Who then does not receive calls [`Channel::pass_on`].
    pub(super) fn filled(&self) -> Notified<'_> {
        self.filled.notified()
    }

    /// Has another receiver look, if there is something.
    pub(super) fn pass_on(&self) {
        let state = self.state.borrow();
        if !state.values.is_empty() || !state.offers.is_empty() {
            self.filled.notify_one();
        }
    }

    /// Nothing can be sent any more; what waits for room is not sent, what is in it can be received.
    pub fn close(&self) {
        let mut state = self.state.borrow_mut();
        state.closed = true;
        for offer in state.offers.drain(..) {
            offer.settled.notify_one();
        }
        self.filled.notify_waiters();
    }

    /// Whether it was closed.
    pub fn is_closed(&self) -> bool {
        self.state.borrow().closed
    }
}

/// Takes an offer back that is still on when this is dropped.
struct Withdraw<'a, T> {
    channel: &'a Channel<T>,
    offer: &'a Rc<Offer<T>>,
}

impl<T> Drop for Withdraw<'_, T> {
    fn drop(&mut self) {
        self.channel.state.borrow_mut().offers.retain(|offer| !Rc::ptr_eq(offer, self.offer));
    }
}
