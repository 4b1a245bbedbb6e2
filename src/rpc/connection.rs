//! One connection, and the requests in flight on it.

use std::any::Any;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio_util::sync::CancellationToken;

use super::message::{self, RequestId, RpcError};
use super::oddity::Oddity;
use super::pending::Pending;
use super::reader::{READ_CHUNK, read_lines};
use super::traffic::Traffic;
use super::writer::Writer;
use crate::sys::panic::catching;

/// Requests of ours in flight at once; a server drops some past ~130.
const IN_FLIGHT: usize = 100;
/// How many of them are kept for what must not queue behind others.
const KEPT_FOR_URGENT: usize = 8;

/// What a peer says on its own. Called in wire order on the reader's task; must not block.
pub trait Peer: Send + Sync + 'static {
    /// It tells something.
    fn notification(&self, method: &str, params: Params<'_>);
    /// It asks something and waits for [`Connection::answer`].
    fn request(&self, id: RequestId, method: &str, params: Params<'_>);
    /// What takes in what it says has panicked, and takes in no more.
    fn panicked(&self, panic: Box<dyn Any + Send>);
    /// It said something that makes no sense.
    fn oddity(&self, what: Oddity);
    /// It will say nothing more; every waiter has been told.
    fn closed(&self);
}

/// The parameters of what a peer says: JSON, in a line.
#[derive(Clone, Copy)]
pub struct Params<'a> {
    pub(super) raw: &'a RawValue,
    pub(super) line: &'a Bytes,
}

impl<'a> Params<'a> {
    /// Of what no peer said; `None` when it is no JSON.
    pub fn read(line: &'a Bytes) -> Option<Self> {
        Some(Self { raw: serde_json::from_slice(line).ok()?, line })
    }

    /// To read now.
    pub fn text(self) -> &'a str {
        self.raw.get()
    }

    /// To keep for long: a part of the line would keep all that was read together with it.
    pub fn copied(self) -> Bytes {
        Bytes::copy_from_slice(self.raw.get().as_bytes())
    }

    /// To keep for a while, with the line's memory.
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
    /// It was not sent: as many as may be in flight were, and for so long none of them was answered.
    #[error("not sent: the requests before it were not answered within {0:?}")]
    Crowded(Duration),
    /// The connection ended before the answer.
    #[error(transparent)]
    Closed(#[from] Closed),
    /// The parameters cannot be written as JSON.
    #[error("the parameters cannot be written as JSON: {0}")]
    Encode(#[from] serde_json::Error),
}

/// A request that waits for its answer.
pub(super) struct Waiter {
    on_answer: Box<dyn FnOnce(Result<Bytes, CallError>) + Send>,
    slot: Option<OwnedSemaphorePermit>,
}

impl Waiter {
    pub fn tell(self, answer: Result<Bytes, CallError>) {
        // First the slot: what is told may ask again.
        drop(self.slot);
        (self.on_answer)(answer);
    }
}

/// One connection; a cheap clone.
#[derive(Clone)]
pub struct Connection(Arc<Shared>);

pub(super) struct Shared {
    pending: Mutex<Pending<Waiter>>,
    writer: Arc<Writer>,
    normal: Arc<Semaphore>,
    urgent: Arc<Semaphore>,
    ended: OnceLock<Closed>,
    /// Nothing more is read.
    deaf: CancellationToken,
    pub traffic: Option<Arc<dyn Traffic>>,
    /// We have said that we say no more.
    left: AtomicBool,
    /// Lines that came, and answers among them.
    pub heard: AtomicU64,
    pub answered: AtomicU64,
}

impl Connection {
    /// Reads from `reader` and writes to `writer` on `runtime` until either ends; `traffic` hears all of it.
    pub fn over(
        runtime: &Handle,
        reader: impl AsyncRead + Send + Unpin + 'static,
        writer: impl AsyncWrite + Send + Unpin + 'static,
        peer: Arc<impl Peer>,
        traffic: Option<Arc<dyn Traffic>>,
    ) -> Self {
        let writer = Arc::new(Writer::new(writer, traffic.clone()));
        let shared = Arc::new(Shared {
            pending: Mutex::default(),
            writer: writer.clone(),
            normal: Arc::new(Semaphore::new(IN_FLIGHT - KEPT_FOR_URGENT)),
            urgent: Arc::new(Semaphore::new(KEPT_FOR_URGENT)),
            ended: OnceLock::new(),
            deaf: CancellationToken::new(),
            traffic,
            left: AtomicBool::new(false),
            heard: AtomicU64::new(0),
            answered: AtomicU64::new(0),
        });
        let (deaf, reading) = (shared.deaf.clone(), Reading { shared: shared.clone(), peer });
        let hears = deaf.clone();
        runtime.spawn(async move {
            tokio::select! {
                read = catching(Box::pin(read_lines(reader, &reading.shared, reading.peer.as_ref()))) => {
                    if let Err(panic) = read {
                        reading.peer.panicked(panic);
                    }
                }
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

    /// Asks and waits for the result, at most `deadline` from when it was sent. Giving up (by dropping the future
    /// too) forgets the answer, not what the peer does.
    pub async fn request(
        &self,
        method: &str,
        params: impl Serialize,
        lane: Lane,
        deadline: Duration,
    ) -> Result<Bytes, CallError> {
        let (tell, told) = oneshot::channel();
        let on_answer = |answer| drop(tell.send(answer));
        let mut sent = self.request_with(method, params, lane, deadline, on_answer).await?;
        sent.forget = true;
        let answer = tokio::time::timeout(deadline, told).await;
        drop(sent);
        match answer {
            Ok(answer) => answer.unwrap_or(Err(Closed.into())),
            Err(_) => Err(CallError::Deadline(deadline)),
        }
    }

    /// Asks; `on_answer` is called once, on the reader's task before anything later on the wire is looked at.
    /// Returns when it was sent, which waits for those before it, at most `deadline` after the last of their answers.
    pub async fn request_with(
        &self,
        method: &str,
        params: impl Serialize,
        lane: Lane,
        deadline: Duration,
        on_answer: impl FnOnce(Result<Bytes, CallError>) + Send + 'static,
    ) -> Result<Sent<'_>, CallError> {
        let slot = Some(self.slot(lane, deadline).await?);
        let waiter = Waiter { on_answer: Box::new(on_answer), slot };
        let id = self.0.lock().insert(waiter);
        let sent = message::call(Some(id), method, Some(params))
            .map_err(CallError::from)
            .and_then(|line| self.write(&line));
        match sent {
            Ok(()) => Ok(Sent { shared: &self.0, id, forget: false }),
            Err(error) => {
                drop(self.0.lock().give_up(id));
                Err(error)
            }
        }
    }

    async fn slot(&self, lane: Lane, deadline: Duration) -> Result<OwnedSemaphorePermit, CallError> {
        let slots = if lane == Lane::Urgent { &self.0.urgent } else { &self.0.normal };
        let room = async {
            let slot = slots.clone().acquire_owned().await.map_err(|_| Closed)?;
            self.0.writer.room().await;
            Ok(slot)
        };
        tokio::pin!(room);
        loop {
            let answered = self.0.answered.load(Ordering::Relaxed);
            match tokio::time::timeout(deadline, &mut room).await {
                Ok(slot) => return slot,
                Err(_) if self.0.answered.load(Ordering::Relaxed) == answered => {
                    return Err(CallError::Crowded(deadline));
                }
                // The peer is busy with those before it.
                Err(_) => {}
            }
        }
    }

    /// Tells something.
    pub fn notify(&self, method: &str) -> Result<(), CallError> {
        self.write(&message::call(None, method, None::<()>)?)
    }

    /// Answers a request of the peer. One that asks on and on and reads no answers is given up.
    pub fn answer(
        &self,
        id: &RequestId,
        outcome: Result<&serde_json::Value, &RpcError>,
    ) -> Result<(), CallError> {
        let line = message::answer(id, outcome)?;
        if self.is_closed() || !self.0.writer.write_answer(&line) {
            self.give_up();
            return Err(Closed.into());
        }
        Ok(())
    }

    /// How many lines it has said.
    pub fn heard(&self) -> u64 {
        self.0.heard.load(Ordering::Relaxed)
    }

    /// Waits until the peer has said nothing at all for `time`, from now on; tells how many lines it has said.
    pub async fn silence(&self, time: Duration) -> u64 {
        /// How finely it is looked.
        const LOOKS: u32 = 8;
        let (mut heard, mut quiet) = (self.heard(), 0);
        while quiet < LOOKS {
            tokio::time::sleep(time / LOOKS).await;
            let now = self.heard();
            quiet = if now == heard { quiet + 1 } else { 0 };
            heard = now;
        }
        heard
    }

    /// Takes it as ended, whatever the peer does.
    pub fn give_up(&self) {
        self.0.deaf.cancel();
    }

    /// Says no more: the peer reads the end of its input and is expected to end too.
    pub fn close(&self) {
        self.0.left.store(true, Ordering::Relaxed);
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
    pub fn lock(&self) -> std::sync::MutexGuard<'_, Pending<Waiter>> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self) {
        let _ = self.ended.set(Closed);
        if let Some(traffic) = &self.traffic
            && !self.left.load(Ordering::Relaxed)
        {
            traffic.ended();
        }
        self.normal.close();
        self.urgent.close();
        self.writer.give_up();
        let waiters = self.lock().drain();
        for waiter in waiters {
            waiter.tell(Err(Closed.into()));
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

/// A request that was sent. Whoever drops this waits no longer: the slot is free, since an answer that never comes
/// must not keep it; the answer, should it still come, is told.
pub struct Sent<'a> {
    shared: &'a Shared,
    id: u64,
    /// The answer is not told either.
    forget: bool,
}

impl Drop for Sent<'_> {
    fn drop(&mut self) {
        let mut pending = self.shared.lock();
        let forgotten = if self.forget { pending.give_up(self.id) } else { None };
        let slot = pending.get_mut(self.id).and_then(|waiter| waiter.slot.take());
        drop(pending);
        drop((forgotten, slot));
    }
}

/// Two ends of a stream in memory: what one writes the other reads.
pub fn memory() -> (tokio::io::DuplexStream, tokio::io::DuplexStream) {
    tokio::io::duplex(READ_CHUNK)
}
