//! How long each thing may take that the server is asked for. A request waits for its place among those in flight
//! besides, as long as they are answered. A turn's own time is its options' matter.

use std::time::Duration;

use super::error::Error;

/// Most requests.
pub const REQUEST: Duration = Duration::from_secs(30);
/// What has the server load something: itself, a thread, a turn.
pub const LOAD: Duration = Duration::from_mins(1);
/// What waits for people or for commands.
pub const PEOPLE: Duration = Duration::from_hours(24);
/// What is asked as a thread is left, and what is owed when all ends.
pub const LEAVE: Duration = Duration::from_secs(10);
/// What is asked to end a turn, and then its end: it needs about 10 ms.
pub const INTERRUPT: Duration = Duration::from_secs(5);
/// A server that says nothing at all for so long, while it is asked one of these two, hangs: it is asked no more of
/// them, a turn on it is given up, and its end is to be killed. So a script on such a server ends in this and a little.
pub const SILENCE: Duration = Duration::from_secs(2);
/// From the end of the server's input to its own, before it is killed: it needs about 50 ms.
pub const GRACE: Duration = Duration::from_secs(2);
/// What a server that was silent for so long as one of these may be silent further, asked whether it lives.
pub const PROBE: Duration = REQUEST;
/// How long the details of an end, an exit status and last words, are waited for.
pub const LAST_WORDS: Duration = Duration::from_millis(500);
/// Within this time a server is started [`STARTS`] times and no more.
pub const STARTS_WITHIN: Duration = Duration::from_mins(1);
/// See [`STARTS_WITHIN`].
pub const STARTS: usize = 3;

/// The deadline of a request.
pub fn of(method: &str) -> Duration {
    match method {
        "initialize" | "thread/start" | "thread/resume" | "thread/fork" | "turn/start" => LOAD,
        "command/exec" | "account/login/start" | "review/start" | "thread/compact/start" => PEOPLE,
        _ => REQUEST,
    }
}

/// Waits for what others are doing with the server, in as much time as they have themselves.
pub(super) async fn share<T>(
    what: &str,
    deadline: Duration,
    work: impl Future<Output = T>,
) -> Result<T, Error> {
    tokio::time::timeout(deadline, work).await.map_err(|_| Error::Timeout {
        what: format!("{what} was not answered within {deadline:?}"),
        may_have_run: false,
    })
}
