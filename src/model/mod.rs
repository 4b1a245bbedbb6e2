//! A scripted model: the `OpenAI` Responses API on loopback, good enough that the real server does everything
//! real under it.
//!
//! [`Model::start`] takes a [`Script`], which decides what each [`Request`] gets: a [`Reply`]. It answers
//! `POST /v1/responses` with server-sent events and everything else with 404, listens on 127.0.0.1 alone, and
//! ends when it is dropped. It knows nothing of Lua, and no other room.

mod answer;
mod deltas;
mod describe;
mod echo;
mod given;
mod http_error;
mod list;
mod log;
mod part;
mod part_reader;
mod reply;
mod reply_error;
mod request;
mod sample;
mod script;
mod service;
#[cfg(test)]
mod tests;
mod tool_output;
mod usage;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use tokio::net::TcpListener;
use tokio::sync::oneshot;

pub use echo::Echo;
pub use given::{AfterRest, Given, Rest};
pub use list::List;
pub use part::{Part, PartKind, Phase};
pub use reply::Reply;
pub use reply_error::{ReplyError, ReplyProblem};
pub use request::Request;
pub use script::Script;
pub use tool_output::ToolOutput;
pub use usage::Usage;

use log::Log;

/// A model that runs until it is dropped.
#[derive(Debug)]
pub struct Model {
    address: SocketAddr,
    log: Arc<Log>,
    /// Dropping it stops the thread.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Model {
    /// Starts a model that answers as `script` says, on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// What the system says when it has no port or no thread to give.
    pub fn start(script: impl Script + 'static) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let listener = {
            // Not `block_on`: the caller may be a task of another runtime.
            let _inside = runtime.enter();
            TcpListener::from_std(listener)?
        };
        let log = Arc::new(Log::default());
        let router = service::router(script, Arc::clone(&log))?;
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new().name("model".into()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    // An error here is the sender's end.
                    _ = stopped => {}
                    _ = service::serve(listener, router) => {}
                }
            });
            // Dropping the runtime here drops every connection, whatever it waits for.
        })?;
        Ok(Self { address, log, stop: Some(stop), thread: Some(thread) })
    }

    /// What a provider's `base_url` must be: `http://127.0.0.1:PORT/v1`.
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// What was asked so far, oldest first. It keeps the latest requests, up to 8 MiB of bodies and always
    /// the last one; [`Request::number`] tells when older ones are gone.
    pub fn requests(&self) -> Vec<Arc<Request>> {
        self.log.requests()
    }

    /// How many requests there were, those too that are not kept.
    pub fn asked(&self) -> usize {
        self.log.count()
    }
}

impl Drop for Model {
    /// Closes all connections and stops the thread, at once. A script that is at work is not waited for: its
    /// own thread ends when it returns.
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic there has been reported by then.
            let _ = thread.join();
        }
    }
}
