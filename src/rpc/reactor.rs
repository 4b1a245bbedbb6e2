//! The runtime that reads and writes: a thread of its own, so that a busy script never stops the reader.

use std::future::Future;
use std::thread::JoinHandle;

use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

/// A running runtime; dropping it ends its thread and all that runs there.
#[derive(Debug)]
pub struct Reactor {
    handle: Handle,
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl Reactor {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system gives no thread or no event queue.
    pub fn start() -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let thread = std::thread::Builder::new()
            .name("codex-rpc".into())
            .spawn(move || runtime.block_on(stopped.cancelled()))?;
        Ok(Self { handle, stop, thread: Some(thread) })
    }

    /// One that runs already, and runs on when this is dropped.
    pub fn on(handle: Handle) -> Self {
        Self { handle, stop: CancellationToken::new(), thread: None }
    }

    /// Runs `future` there, to its end or the reactor's.
    pub fn spawn<T: Send + 'static>(
        &self,
        future: impl Future<Output = T> + Send + 'static,
    ) -> tokio::task::JoinHandle<T> {
        self.handle.spawn(future)
    }

    /// The runtime, for code that must be inside one to make its streams.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }
}

impl Drop for Reactor {
    fn drop(&mut self) {
        self.stop.cancel();
        // The last owner may be a task of the reactor itself, which cannot wait for its own thread.
        if let Some(thread) = self.thread.take().filter(|t| t.thread().id() != std::thread::current().id()) {
            let _ = thread.join();
        }
    }
}
