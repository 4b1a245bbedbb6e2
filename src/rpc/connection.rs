//! Reader and writer of one connection, and the requests in flight on it.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, oneshot};
use tokio_util::sync::CancellationToken;

use super::message::{self, Message, RequestId, RpcError};
use super::pending::{Pending, Taken};
use super::writer::Writer;

/// Requests of ours in flight at once; a server drops some past ~130.
const IN_FLIGHT: usize = 100;
/// How many of them are kept for what must not queue behind others.
const KEPT_FOR_URGENT: usize = 8;
/// The longest line that is read: more is no message.
const LONGEST_LINE: usize = 1 << 30;
const READ_CHUNK: usize = 64 * 1024;

/// What a peer says on its own. Called in wire order on the reader's task; must not block.
pub trait Peer: Send + Sync + 'static {
    /// It tells something.
    fn notification(&self, method: &str, params: Params<'_>);
    /// It asks something and waits for [`Connection::answer`].
    fn request(&self, id: RequestId, method: &str, params: Params<'_>);
    /// It said something that is no message, or an answer that nobody waits for.
    fn oddity(&self, what: String);
    /// It will say nothing more; every waiter has been told.
    fn closed(&self);
}

/// The parameters of what a peer says: JSON, in a line.
#[derive(Clone, Copy)]
pub struct Params<'a> {
    raw: &'a RawValue,
    line: &'a Bytes,
}

impl<'a> Params<'a> {
    /// To read now.
    pub fn text(self) -> &'a str {
        self.raw.get()
    }

    /// To keep, with the line's memory.
    pub fn bytes(self) -> Bytes {
        // A missing value has no place in the line.
        if std::ptr::eq(self.raw, RawValue::NULL) {
            Bytes::from_static(b"null")
        } else {
            self.line.slice_ref(self.raw.get().as_bytes())
        }
    }
}

/// Which slots a request may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Most requests.
    Normal,
    /// What must get through when the normal slots are all taken.
    Urgent,
}

/// The connection has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the connection has ended")]
pub struct Closed;

/// Why a request has no result.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The peer refused it.
    #[error(transparent)]
    Refused(#[from] RpcError),
    /// No answer in time; it may have been carried out.
    #[error("no answer within {0:?}")]
    Deadline(Duration),
    /// The connection ended before the answer.
    #[error(transparent)]
    Closed(#[from] Closed),
    /// The parameters cannot be written as JSON.
    #[error("the parameters cannot be written as JSON: {0}")]
    Encode(#[from] serde_json::Error),
}

type Waiter = Box<dyn FnOnce(Result<Bytes, CallError>) + Send>;

/// One connection; a cheap clone.
#[derive(Clone)]
pub struct Connection(Arc<Shared>);

struct Shared {
    pending: Mutex<Pending<Waiter>>,
    writer: Arc<Writer>,
    normal: Arc<Semaphore>,
    urgent: Arc<Semaphore>,
    ended: OnceLock<Closed>,
}

impl Connection {
    /// Reads from `reader` and writes to `writer` on `runtime` until either ends.
    pub fn over(
        runtime: &Handle,
        reader: impl AsyncRead + Send + Unpin + 'static,
        writer: impl AsyncWrite + Send + Unpin + 'static,
        peer: Arc<impl Peer>,
    ) -> Self {
        let writer = Arc::new(Writer::new(writer));
        let shared = Arc::new(Shared {
            pending: Mutex::default(),
            writer: writer.clone(),
            normal: Arc::new(Semaphore::new(IN_FLIGHT - KEPT_FOR_URGENT)),
            urgent: Arc::new(Semaphore::new(KEPT_FOR_URGENT)),
            ended: OnceLock::new(),
        });
        let deaf = CancellationToken::new();
        let (hears, reading) = (deaf.clone(), Reading { shared: shared.clone(), peer });
        runtime.spawn(async move {
            tokio::select! {
                () = read_lines(reader, &reading.shared, reading.peer.as_ref()) => {}
                () = hears.cancelled() => {}
            }
        });
        runtime.spawn(async move {
            if writer.work().await.is_err() {
                // A peer that can no longer be told anything is gone, even if its output is still open.
                deaf.cancel();
            }
        });
        Self(shared)
    }

    /// Asks and waits for the result, at most `deadline` from when a slot was free. Giving up (by dropping the
    /// future too) forgets the answer, not what the peer does.
    pub async fn request(
        &self,
        method: &str,
        params: impl Serialize,
        lane: Lane,
        deadline: Duration,
    ) -> Result<Bytes, CallError> {
        let (tell, told) = oneshot::channel();
        let id = self.request_with(method, params, lane, |answer| drop(tell.send(answer))).await?;
        let given_up = GivenUp { shared: &self.0, id };
        let answer = tokio::time::timeout(deadline, told).await;
        drop(given_up);
        match answer {
            Ok(answer) => answer.unwrap_or(Err(Closed.into())),
            Err(_) => Err(CallError::Deadline(deadline)),
        }
    }

    /// Asks; `on_answer` is called once, on the reader's task before anything later on the wire is looked at.
    /// Returns when it was sent.
    pub async fn request_with(
        &self,
        method: &str,
        params: impl Serialize,
        lane: Lane,
        on_answer: impl FnOnce(Result<Bytes, CallError>) + Send + 'static,
    ) -> Result<u64, CallError> {
        let slots = if lane == Lane::Urgent { &self.0.urgent } else { &self.0.normal };
        let slot = slots.clone().acquire_owned().await.map_err(|_| Closed)?;
        let waiter: Waiter = Box::new(move |answer| {
            drop(slot);
            on_answer(answer);
        });
        let id = self.0.lock().insert(waiter);
        let sent = message::call(Some(id), method, Some(params))
            .map_err(CallError::from)
            .and_then(|line| self.write(&line));
        match sent {
            Ok(()) => Ok(id),
            Err(error) => {
                drop(self.0.lock().give_up(id));
                Err(error)
            }
        }
    }

    /// Tells something.
    pub fn notify(&self, method: &str) -> Result<(), CallError> {
        self.write(&message::call(None, method, None::<()>)?)
    }

    /// Answers a request of the peer.
    pub fn answer(
        &self,
        id: &RequestId,
        outcome: Result<&serde_json::Value, &RpcError>,
    ) -> Result<(), CallError> {
        self.write(&message::answer(id, outcome)?)
    }

    /// Says no more: the peer reads the end of its input and is expected to end too.
    pub fn close(&self) {
        self.0.writer.close();
    }

    /// Whether it has ended.
    pub fn is_closed(&self) -> bool {
        self.0.ended.get().is_some()
    }

    fn write(&self, line: &[u8]) -> Result<(), CallError> {
        if self.is_closed() {
            return Err(Closed.into());
        }
        self.0.writer.write(line);
        Ok(())
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, Pending<Waiter>> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self) {
        let _ = self.ended.set(Closed);
        self.normal.close();
        self.urgent.close();
        let waiters = self.lock().drain();
        for waiter in waiters {
            waiter(Err(Closed.into()));
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.writer.close();
    }
}

/// However reading ends, by a panic too, every waiter is told and then the peer.
struct Reading<P: Peer> {
    shared: Arc<Shared>,
    peer: Arc<P>,
}

impl<P: Peer> Drop for Reading<P> {
    fn drop(&mut self) {
        self.shared.end();
        self.peer.closed();
    }
}

struct GivenUp<'a> {
    shared: &'a Shared,
    id: u64,
}

impl Drop for GivenUp<'_> {
    fn drop(&mut self) {
        drop(self.shared.lock().give_up(self.id));
    }
}

async fn read_lines(mut reader: impl AsyncRead + Unpin, shared: &Shared, peer: &impl Peer) {
    let mut buffer = BytesMut::with_capacity(READ_CHUNK);
    let mut searched = 0;
    loop {
        while let Some(found) = memchr::memchr(b'\n', &buffer[searched..]) {
            let line = buffer.split_to(searched + found + 1).freeze();
            searched = 0;
            take_line(&line, shared, peer);
        }
        searched = buffer.len();
        if searched > LONGEST_LINE {
            return peer
                .oddity(format!("a line of more than {LONGEST_LINE} bytes; the connection is given up"));
        }
        buffer.reserve(READ_CHUNK);
        match reader.read_buf(&mut buffer).await {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) => return peer.oddity(format!("reading failed: {error}")),
        }
    }
    if !buffer.is_empty() {
        peer.oddity(format!("the connection ended in the middle of a line of {} bytes so far", buffer.len()));
    }
}

fn take_line(line: &Bytes, shared: &Shared, peer: &impl Peer) {
    if line.iter().all(u8::is_ascii_whitespace) {
        return;
    }
    let no_message = |error: &dyn std::fmt::Display| {
        peer.oddity(format!("a line that is no message ({error}): {}", excerpt(line)));
    };
    // Checked once for the whole line, and not for each string of it.
    let text = match std::str::from_utf8(line) {
        Ok(text) => text,
        Err(error) => return no_message(&error),
    };
    match message::parse(text) {
        Ok(Message::Notification(method, raw)) => peer.notification(&method.0, Params { raw, line }),
        Ok(Message::Request(id, method, raw)) => peer.request(id, &method.0, Params { raw, line }),
        Ok(Message::Answer(id, outcome)) => {
            let taken = shared.lock().take(id);
            match taken {
                Taken::Waiter(waiter) => {
                    waiter(outcome.map(|raw| Params { raw, line }.bytes()).map_err(CallError::from));
                }
                Taken::GivenUp => {}
                Taken::Nobody => peer.oddity(format!("an answer to request {id}, which nobody waits for")),
            }
        }
        Ok(Message::Stray) => peer.oddity(format!("an answer with an id of no request: {}", excerpt(line))),
        Err(error) => no_message(&error),
    }
}

fn excerpt(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(&line[..line.len().min(120)]);
    format!("{}{}", text.trim_end(), if line.len() > 120 { "…" } else { "" })
}

/// Two ends of a stream in memory: what one writes the other reads.
pub fn memory() -> (tokio::io::DuplexStream, tokio::io::DuplexStream) {
    tokio::io::duplex(READ_CHUNK)
}
