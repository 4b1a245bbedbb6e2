//! A peer that says again what one said before: the third way to reach a server.
//!
//! It waits for what it was told then, and says what it said after that, in the order of then and as quickly as it is
//! heard; no time counts. What it is told on one lane (a thread of Codex) has to come in the order of then, as far as
//! the one waited for the answer to the other; lanes may come in any order. When nothing comes for `STALL` although
//! other lanes could go on, they do: their order was a matter of time, and is given up there.
//!
//! What was not told then ends it: [`Mismatch`] has both sides.

mod difference;
mod lane;
mod mismatch;
mod player;
mod step;

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream};
use tokio::runtime::Handle;

use super::memory;
pub use difference::Difference;
pub use mismatch::{Call, Mismatch};
pub use player::Player;

/// How long lanes that could go on wait for those before them.
const STALL: Duration = Duration::from_secs(1);

/// One line of what was heard then.
pub struct Heard {
    /// Its place in the file, from 1.
    pub line: usize,
    /// What it says.
    pub what: What,
}

/// What was heard.
pub enum What {
    /// The peer was told this.
    Told(String),
    /// It said this.
    Said(String),
    /// It ended.
    Ended,
}

/// What a peer's methods and parameters mean.
pub trait Rules: Send + Sync {
    /// The lane of a call with these parameters, which are JSON; what has none may come in any order.
    fn lane(&self, params: &str) -> Option<String>;
    /// For what may be left out or come once more, by chance: what it is answered when it was not told then.
    fn chance(&self, method: &str) -> Option<Value>;
    /// What we tell, in the form in which it was kept.
    fn told<'l>(&self, line: &'l str) -> Cow<'l, str>;
    /// A string of what was kept, in the form in which it is said now.
    fn said<'t>(&self, text: &'t str) -> Cow<'t, str>;
    /// Whether this parameter, by its path, may be another one.
    fn ignores(&self, path: &str) -> bool;
    /// Whether what is told now stands for what was told then; `learn` has it do so from now on.
    fn same(&self, path: &str, then: &str, now: &str, learn: bool) -> bool;
}

/// Has a player serve one connection; gives our ends of it. `differs` is told why it ended, when it is told what it
/// was not told then.
pub fn serve(
    runtime: &Handle,
    player: Arc<Mutex<Player>>,
    differs: impl FnOnce(Mismatch) + Send + 'static,
) -> (DuplexStream, DuplexStream) {
    let (reads, says) = memory();
    let (hears, writes) = memory();
    runtime.spawn(async move {
        let mut streams = (BufReader::new(hears), says);
        if let Some(mismatch) = play(&player, &mut streams.0, &mut streams.1).await {
            // Before the streams end: whoever hears of that finds it.
            differs(mismatch);
        }
        drop(streams);
    });
    (reads, writes)
}

/// Plays until either side ends.
async fn play(
    player: &Mutex<Player>,
    lines: &mut BufReader<DuplexStream>,
    says: &mut DuplexStream,
) -> Option<Mismatch> {
    let mut line = Vec::new();
    let mut stalled = false;
    loop {
        // What was read of a line stays there when the time is over.
        let read = tokio::time::timeout(STALL, lines.read_until(b'\n', &mut line)).await;
        let (said, ended) = {
            let mut player = player.lock().unwrap_or_else(PoisonError::into_inner);
            let said = match read {
                Ok(Ok(1..)) => {
                    stalled = false;
                    let told = std::mem::take(&mut line);
                    match player.hear(&String::from_utf8_lossy(&told)) {
                        Ok(said) => said,
                        Err(mismatch) => return Some(*mismatch),
                    }
                }
                Ok(_) => return None,
                Err(_) if stalled => continue,
                Err(_) => {
                    stalled = true;
                    player.go_on()
                }
            };
            (said, player.has_ended())
        };
        if says.write_all(said.as_bytes()).await.is_err() || ended {
            return None;
        }
    }
}
