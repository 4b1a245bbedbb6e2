//! Writing without a detour: whoever has a line writes it; what the peer does not take at once is left to a task.
//!
//! A line that only a task may write costs two switches of threads before the peer can begin to read it.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use bytes::{Buf, BytesMut};
use tokio::io::AsyncWrite;
use tokio::sync::Notify;

use super::traffic::Traffic;

/// Bytes that may be left before requests wait with theirs.
const ROOM: usize = 16 << 20;
/// Bytes of answers that may be left: a peer that asks for more without reading any does not read.
const MOST_OWED: usize = 64 << 20;

/// Where lines go.
pub(super) struct Writer {
    state: Mutex<State>,
    left: Notify,
    done: Notify,
    traffic: Option<Arc<dyn Traffic>>,
}

struct State {
    to: Box<dyn AsyncWrite + Send + Unpin>,
    /// What the task is to write: requests, which wait for room, and answers.
    rest: BytesMut,
    /// Bytes of answers in it, at most.
    owed: usize,
    /// The task is at work, and nothing may be written past it.
    busy: bool,
    closing: bool,
}

impl Writer {
    pub fn new(to: impl AsyncWrite + Send + Unpin + 'static, traffic: Option<Arc<dyn Traffic>>) -> Self {
        let state = State { to: Box::new(to), rest: BytesMut::new(), owed: 0, busy: false, closing: false };
        Self { state: Mutex::new(state), left: Notify::new(), done: Notify::new(), traffic }
    }

    /// Writes a line, now or as soon as the peer reads.
    pub fn write(&self, line: &[u8]) {
        drop(self.lock_and_write(line));
    }

    /// Writes an answer; `false` when the peer reads none.
    pub fn write_answer(&self, line: &[u8]) -> bool {
        let mut state = self.lock_and_write(line);
        if !state.rest.is_empty() {
            state.owed += line.len();
        }
        state.owed <= MOST_OWED
    }

    fn lock_and_write(&self, line: &[u8]) -> MutexGuard<'_, State> {
        let mut state = self.lock();
        if state.closing {
            return state;
        }
        if let Some(traffic) = &self.traffic {
            traffic.told(line);
        }
        let written = if state.busy { 0 } else { state.write_now(line) };
        if written < line.len() || state.busy {
            state.rest.extend_from_slice(&line[written..]);
            self.leave(&mut state);
        }
        state
    }

    /// Waits until there is room for more.
    pub async fn room(&self) {
        loop {
            let done = self.done.notified();
            tokio::pin!(done);
            done.as_mut().enable();
            let is_full = |state: &State| state.rest.len() > ROOM && !state.closing;
            if !is_full(&self.lock()) {
                return;
            }
            done.await;
        }
    }

    /// Nothing more will be written, what is left neither.
    pub fn give_up(&self) {
        self.lock().rest = BytesMut::new();
        self.close();
        self.done.notify_waiters();
    }

    /// Nothing more will be written after what is left.
    pub fn close(&self) {
        let mut state = self.lock();
        state.closing = true;
        self.leave(&mut state);
    }

    fn leave(&self, state: &mut State) {
        state.busy = true;
        self.left.notify_one();
    }

    /// Writes what is left to it, until the end or an error.
    pub async fn work(&self) -> io::Result<()> {
        let ended = loop {
            self.left.notified().await;
            let done = std::future::poll_fn(|cx| {
                let done = self.lock().poll_rest(cx);
                self.done.notify_waiters();
                done
            });
            let done = done.await;
            if !matches!(done, Ok(false)) {
                self.lock().closing = true;
                break done.map(drop);
            }
        };
        let _ = std::future::poll_fn(|cx| Pin::new(&mut self.lock().to).poll_shutdown(cx)).await;
        // A pipe is closed by dropping it.
        self.lock().to = Box::new(tokio::io::sink());
        ended
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// How much the peer took at once. An error is left to the task, which meets it again.
    fn write_now(&mut self, line: &[u8]) -> usize {
        let mut context = Context::from_waker(Waker::noop());
        let mut written = 0;
        while written < line.len() {
            match Pin::new(&mut self.to).poll_write(&mut context, &line[written..]) {
                Poll::Ready(Ok(bytes @ 1..)) => written += bytes,
                _ => return written,
            }
        }
        self.busy = !matches!(Pin::new(&mut self.to).poll_flush(&mut context), Poll::Ready(Ok(())));
        written
    }

    /// Writes all that is left; tells whether that was all there will be.
    fn poll_rest(&mut self, context: &mut Context<'_>) -> Poll<io::Result<bool>> {
        while !self.rest.is_empty() {
            match ready!(Pin::new(&mut self.to).poll_write(context, &self.rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => self.rest.advance(written),
            }
        }
        // With the memory that a long line took.
        (self.rest, self.owed) = (BytesMut::new(), 0);
        ready!(Pin::new(&mut self.to).poll_flush(context))?;
        self.busy = false;
        Poll::Ready(Ok(self.closing))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::io::{AsyncReadExt, duplex};

    use super::*;

    #[tokio::test]
    async fn lines_keep_their_order_past_a_peer_that_reads_slowly_and_closing_waits_for_them() {
        let (ours, mut theirs) = duplex(7);
        let writer = Arc::new(Writer::new(ours, None));
        let working = writer.clone();
        let work = tokio::spawn(async move { working.work().await });
        let mut expected = String::new();
        let mut read = String::new();
        for n in 0..50 {
            let line = format!("line {n}\n");
            writer.write(line.as_bytes());
            expected += &line;
            if n % 10 == 9 {
                let mut all = vec![0; expected.len() - read.len()];
                theirs.read_exact(&mut all).await.unwrap();
                read += std::str::from_utf8(&all).unwrap();
            } else if n == 25 {
                tokio::task::yield_now().await;
            }
        }
        writer.write(b"the last\n");
        writer.close();
        writer.write(b"nothing more\n");
        theirs.read_to_string(&mut read).await.unwrap();
        assert_eq!(read, expected + "the last\n");
        work.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn a_peer_that_is_gone_ends_the_work() {
        let (ours, theirs) = duplex(64);
        let writer = Writer::new(ours, None);
        drop(theirs);
        writer.write(b"line\n");
        writer.work().await.unwrap_err();
        assert!(writer.lock().closing);
    }

    #[tokio::test]
    async fn what_a_peer_leaves_unread_has_bounds() {
        let (ours, mut theirs) = duplex(1 << 20);
        let writer = Arc::new(Writer::new(ours, None));
        let working = writer.clone();
        let work = tokio::spawn(async move { working.work().await });
        let long = vec![b'x'; MOST_OWED / 2];
        writer.room().await;
        writer.write(&long);
        let room = writer.room();
        tokio::pin!(room);
        let now = std::future::poll_fn(|cx| Poll::Ready(room.as_mut().poll(cx)));
        assert!(now.await.is_pending(), "requests wait");
        // A peer that asks and reads no answers; one that reads is owed nothing in the end.
        assert!(writer.write_answer(&long));
        assert!(writer.write_answer(&long));
        assert!(!writer.write_answer(b"one more\n"));
        let mut all = vec![0; 3 * long.len() + 9];
        theirs.read_exact(&mut all).await.unwrap();
        room.await;
        assert_eq!(writer.lock().owed, 0);
        assert_eq!(writer.lock().rest.capacity(), 0, "memory is given back");
        writer.give_up();
        work.await.unwrap().unwrap();
    }
}
