use super::{Reply, Request};

/// Decides what the model answers.
pub trait Script: Send {
    /// The answer to one request. It is called on a thread of its own, for one request at a time in the order
    /// in which they came, and may block.
    ///
    /// # Errors
    /// A sentence for people: the turn fails and shows it.
    fn reply(&mut self, request: &Request) -> Result<Reply, String>;
}

impl<F: FnMut(&Request) -> Result<Reply, String> + Send> Script for F {
    fn reply(&mut self, request: &Request) -> Result<Reply, String> {
        self(request)
    }
}
