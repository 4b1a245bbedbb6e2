//! Reading: bytes ↦ lines ↦ whoever they are for.

use std::sync::atomic::Ordering;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt};

use super::connection::{CallError, Params, Peer, Shared};
use super::message::{self, Message};
use super::oddity::{self, Oddity};
use super::pending::Taken;

/// The longest line that is read: more is no message. A whole history with its commands' output is tens of megabytes.
const LONGEST_LINE: usize = 256 << 20;
pub(super) const READ_CHUNK: usize = 64 * 1024;

/// Reads to the end, or to a line that has none.
pub(super) async fn read_lines(mut reader: impl AsyncRead + Unpin, shared: &Shared, peer: &impl Peer) {
    let mut buffer = BytesMut::with_capacity(READ_CHUNK);
    let mut searched = 0;
    loop {
        while let Some(found) = memchr::memchr(b'\n', &buffer[searched..]) {
            let line = buffer.split_to(searched + found + 1).freeze();
            searched = 0;
            if line.len() > READ_CHUNK {
                // What comes after a long line must not keep its memory.
                buffer = BytesMut::from(&buffer[..]);
            }
            take_line(&line, shared, peer);
        }
        searched = buffer.len();
        if searched > LONGEST_LINE {
            return peer.oddity(Oddity::TooLong(LONGEST_LINE));
        }
        buffer.reserve(READ_CHUNK);
        match reader.read_buf(&mut buffer).await {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) => return peer.oddity(Oddity::Broken(error)),
        }
    }
    if !buffer.is_empty() {
        peer.oddity(Oddity::HalfLine(buffer.len()));
    }
}

fn take_line(line: &Bytes, shared: &Shared, peer: &impl Peer) {
    if line.iter().all(u8::is_ascii_whitespace) {
        return;
    }
    shared.heard.fetch_add(1, Ordering::Relaxed);
    if let Some(traffic) = &shared.traffic {
        traffic.said(line);
    }
    // Checked once for the whole line, and not for each string of it.
    let text = match std::str::from_utf8(line) {
        Ok(text) => text,
        Err(error) => return peer.oddity(Oddity::no_message(&error, line)),
    };
    match message::parse(text) {
        Ok(Message::Notification(method, raw)) => peer.notification(&method.0, Params { raw, line }),
        Ok(Message::Request(id, method, raw)) => peer.request(id, &method.0, Params { raw, line }),
        Ok(Message::Answer(id, outcome)) => {
            let taken = shared.lock().take(id);
            match taken {
                Taken::Waiter(waiter) => {
                    shared.answered.fetch_add(1, Ordering::Relaxed);
                    waiter.tell(outcome.map(|raw| Params { raw, line }.bytes()).map_err(CallError::from));
                }
                Taken::GivenUp => {}
                Taken::Nobody => peer.oddity(Oddity::Unclaimed(id)),
            }
        }
        Ok(Message::Stray) => peer.oddity(Oddity::Stray(oddity::excerpt(line))),
        Err(error) => peer.oddity(Oddity::no_message(&error, line)),
    }
}
