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
/// What is asked as a thread is left.
pub const LEAVE: Duration = Duration::from_secs(10);
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
