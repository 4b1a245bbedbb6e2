//! What runs in the foreground: what somebody waits for at a prompt.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

thread_local! {
    /// Read in a signal handler too.
    static IN_FRONT: Cell<bool> = const { Cell::new(false) };
}

/// Work in the foreground, while it is polled and when it is dropped.
pub struct Foreground<F>(Option<Pin<Box<F>>>);

impl<F: Future> Foreground<F> {
    /// Has `work` be in the foreground.
    pub fn new(work: F) -> Self {
        Self(Some(Box::pin(work)))
    }
}

impl<F: Future> Future for Foreground<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.get_mut();
        in_front(|| match &mut this.0 {
            Some(work) => work.as_mut().poll(context),
            None => Poll::Pending,
        })
    }
}

impl<F> Drop for Foreground<F> {
    fn drop(&mut self) {
        in_front(|| drop(self.0.take()));
    }
}

/// Whether what runs now is in the foreground.
pub fn is_in_front() -> bool {
    IN_FRONT.get()
}

/// Runs what is in the foreground.
pub fn in_front<R>(work: impl FnOnce() -> R) -> R {
    let outer = IN_FRONT.replace(true);
    let result = work();
    IN_FRONT.set(outer);
    result
}
