//! The traffic with servers, as lines of a file, and such a file read again.
//!
//! The first line says what it is: `{"recording":1,"codex_lua":"0.1.0","codex":"0.169.0","began":1764030000000}`, the
//! format's version, our own, that of the Codex that we are made for, and the time in ms since 1970. Each other line has
//! `ms`, the time since then, and one of these:
//!
//! - `to` or `from`: a message as it is on the wire, to or from the server that `server` numbers, from 1; from it also a
//!   string: a line that is no message;
//! - `end`, with `server`: it said no more, although nobody had told it to end;
//! - `ran`: a script ended, and how.
//!
//! What is secret is `[redacted]`, and some folders have [marks](places).

mod places;
mod recording;
mod scrub;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Instant, SystemTime};

use bytes::Bytes;
use serde_json::value::RawValue;

use super::binary::PINNED;
use crate::rpc::Traffic;
pub(super) use places::{Places, TMP};
pub use recording::{BadRecording, Recording};
pub(super) use scrub::Scrub;

/// The version of the format.
const FORMAT: u64 = 1;
/// How such a file begins.
pub const START: &str = "{\"recording\":";

/// Hears the traffic with servers.
pub struct Recorder {
    began: Instant,
    servers: AtomicUsize,
    keep: Box<dyn Fn(Recorded) + Send + Sync>,
}

/// What is to be a line of the file, kept as it came until it is written.
pub struct Recorded {
    ms: u128,
    what: What,
}

enum What {
    Begin,
    To(usize, Bytes),
    From(usize, Bytes),
    End(usize),
    Ran(&'static str),
}

impl Recorder {
    /// Gives `keep` all that it hears; called where lines pass, and must not block.
    pub fn new(keep: impl Fn(Recorded) + Send + Sync + 'static) -> Arc<Self> {
        let recorder =
            Arc::new(Self { began: Instant::now(), servers: AtomicUsize::new(0), keep: Box::new(keep) });
        recorder.add(What::Begin);
        recorder
    }

    /// A script has ended.
    pub fn ran(&self, outcome: &'static str) {
        self.add(What::Ran(outcome));
    }

    /// Who hears the next server.
    pub(super) fn server(self: &Arc<Self>) -> Arc<dyn Traffic> {
        Arc::new(Server { recorder: self.clone(), number: self.servers.fetch_add(1, Ordering::Relaxed) + 1 })
    }

    fn add(&self, what: What) {
        (self.keep)(Recorded { ms: self.began.elapsed().as_millis(), what });
    }
}

struct Server {
    recorder: Arc<Recorder>,
    number: usize,
}

impl Traffic for Server {
    fn told(&self, line: &[u8]) {
        self.recorder.add(What::To(self.number, Bytes::copy_from_slice(line)));
    }

    fn said(&self, line: &Bytes) {
        self.recorder.add(What::From(self.number, line.clone()));
    }

    fn ended(&self) {
        self.recorder.add(What::End(self.number));
    }
}

impl Recorded {
    /// Bytes that it keeps.
    pub fn size(&self) -> usize {
        match &self.what {
            What::To(_, line) | What::From(_, line) => line.len(),
            What::Begin | What::End(_) | What::Ran(_) => 0,
        }
    }
}

/// Makes lines of what was recorded, in its order.
pub struct Scribe(Scrub);

impl Scribe {
    /// For a run that works in this folder.
    pub fn new(cwd: &std::path::Path) -> Self {
        Self(Scrub::new(Places::of(cwd)))
    }

    /// Adds a line to `out`, with its end.
    pub fn write(&mut self, recorded: &Recorded, out: &mut Vec<u8>) {
        let Recorded { ms, what } = recorded;
        let mut message = |line: &Bytes, to: bool| {
            let text = String::from_utf8_lossy(line);
            let text = text.trim();
            if serde_json::from_str::<&RawValue>(text).is_ok_and(|raw| raw.get().starts_with('{')) {
                self.0.message(text, to).into_owned()
            } else {
                serde_json::Value::from(self.0.text(text)).to_string()
            }
        };
        let line = match what {
            What::Begin => {
                let began = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
                let (began, ours) = (began.as_millis(), env!("CARGO_PKG_VERSION"));
                format!(
                    "{START}{FORMAT},\"codex_lua\":\"{ours}\",\"codex\":\"{PINNED}\",\"began\":{began}}}\n"
                )
            }
            What::To(server, line) => {
                format!("{{\"ms\":{ms},\"server\":{server},\"to\":{}}}\n", message(line, true))
            }
            What::From(server, line) => {
                format!("{{\"ms\":{ms},\"server\":{server},\"from\":{}}}\n", message(line, false))
            }
            What::End(server) => format!("{{\"ms\":{ms},\"server\":{server},\"end\":true}}\n"),
            What::Ran(outcome) => format!("{{\"ms\":{ms},\"ran\":\"{outcome}\"}}\n"),
        };
        out.extend_from_slice(line.as_bytes());
    }
}
