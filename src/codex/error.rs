//! What can go wrong with Codex, typed.

use std::process::ExitStatus;

use serde::Deserialize;
use serde_json::Value;

use super::binary::BinaryError;
use super::budget::Budget;
use super::redact;
use super::replay::Divergence;
use super::turn::TurnResult;
use crate::rpc::{CallError, RpcError};

/// Why a call to Codex has no result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The caller asked for something that cannot be.
    #[error("{0}")]
    Usage(String),
    /// There is no Codex and none was installed.
    #[error(transparent)]
    NotInstalled(#[from] BinaryError),
    /// Codex has no account to work with.
    #[error(
        "Codex is not logged in; run `{program} login`, or set up a model provider that needs no account in {home}/config.toml"
    )]
    NotLoggedIn {
        /// The Codex that runs, as a shell finds it.
        program: String,
        /// The folder in which Codex looks for its login.
        home: String,
    },
    /// The server could not be started, or it ended.
    #[error("{}", gone(.what, .exit.as_ref(), .stderr))]
    ServerGone {
        /// What was noticed.
        what: String,
        /// How it ended, where that is known.
        exit: Option<ExitStatus>,
        /// The last lines that it wrote to standard error.
        stderr: Vec<String>,
    },
    /// Something took longer than it may.
    #[error("{what}")]
    Timeout {
        /// What took too long, and how long it was given.
        what: String,
        /// Whether the work may have been done all the same.
        may_have_run: bool,
    },
    /// The server takes no more requests.
    #[error("the Codex server is overloaded and did not take {method}, also after {tries} tries")]
    Overloaded {
        /// The request.
        method: String,
        /// How often it was sent.
        tries: u32,
    },
    /// A turn runs on the thread already.
    #[error("{}", busy(.thread_id, *.joined))]
    ThreadBusy {
        /// The thread.
        thread_id: String,
        /// Whether the input went into the turn that ran.
        joined: bool,
    },
    /// Another process writes the thread.
    #[error(
        "thread {0} is in use by another Codex process; it can be read and forked until that process ends"
    )]
    ThreadInUse(String),
    /// The thread is archived.
    #[error("thread {0} is archived; call codex.unarchive with its id first")]
    ThreadArchived(String),
    /// No saved thread has this id.
    #[error("there is no saved thread {0}; codex.threads() lists those that there are")]
    ThreadNotFound(String),
    /// The handle was closed.
    #[error("{0} is closed")]
    Closed(String),
    /// A turn failed.
    #[error("{}", .0.message)]
    TurnFailed(Box<TurnFailure>),
    /// A turn was interrupted by someone other than the script.
    #[error("the turn was interrupted, and not by this script")]
    TurnInterrupted(Box<TurnResult>),
    /// The answer does not fit the schema that it must fit.
    #[error("the agent's answer does not fit the schema: {}", .0.problems.join("; "))]
    Schema(Box<Misfit>),
    /// A budget is spent.
    #[error("the budget is spent: {budget}{}", if result.is_some() { "; the turn was ended" } else { "; no further turn begins" })]
    Budget {
        /// Which one.
        budget: Budget,
        /// What the turn did until then; `None` when it did not begin.
        result: Option<Box<TurnResult>>,
    },
    /// Any other refusal of the server.
    #[error("{method} was refused: {}", refusal(.error))]
    Rpc {
        /// The request.
        method: String,
        /// The refusal.
        error: RpcError,
    },
    /// The script asks something else than was recorded.
    #[error("{}", .0.what)]
    Replay(Box<Divergence>),
    /// What the server sent does not read as it should.
    #[error("the answer to {method} does not read as it should: {error}")]
    Unexpected {
        /// The request.
        method: String,
        /// What is wrong with it.
        error: String,
    },
}

/// How a turn failed, with what it did until then.
#[derive(Debug)]
pub struct TurnFailure {
    /// What went wrong, in Codex's words.
    pub message: String,
    /// The machine-readable reason.
    pub codex_error: CodexError,
    /// Items and text up to the failure.
    pub result: TurnResult,
}

/// An answer that does not fit, with what was done for it.
#[derive(Debug)]
pub struct Misfit {
    /// What does not, as [`Schema::check`](super::Schema::check) tells it.
    pub problems: Vec<String>,
    /// Items and usage of all turns that were asked for it, and the last answer.
    pub result: TurnResult,
}

/// The reason of a failure, always of one shape whatever the wire's.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CodexError {
    /// The wire's name, such as `usageLimitExceeded`.
    pub reason: String,
    /// Status of the model's HTTP answer, where there was one.
    pub http_status: Option<u16>,
}

impl CodexError {
    /// Reads a string, or an object of one field that is named by the reason.
    pub(super) fn from_wire(info: &Value) -> Self {
        match info {
            Value::String(reason) => Self { reason: reason.clone(), http_status: None },
            Value::Object(map) => map.iter().next().map_or_else(Self::default, |(reason, detail)| Self {
                reason: reason.clone(),
                http_status: detail["httpStatusCode"].as_u64().and_then(|status| status.try_into().ok()),
            }),
            _ => Self { reason: "other".into(), http_status: None },
        }
    }
}

/// `error` of a turn on the wire.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireTurnError {
    #[serde(default)]
    pub message: String,
    #[serde(default)]
    pub codex_error_info: Value,
    #[serde(default)]
    pub additional_details: Option<String>,
}

impl Error {
    /// Sorts a refusal by its words: nearly all of them share one code.
    pub(super) fn from_call(method: &str, thread_id: Option<&str>, error: CallError) -> Self {
        let error = match error {
            CallError::Refused(error) => error,
            CallError::Deadline(after) => {
                return Self::Timeout {
                    what: format!("{method} was not answered within {after:?}"),
                    may_have_run: true,
                };
            }
            CallError::Crowded(after) => {
                return Self::Timeout {
                    what: format!(
                        "{method} was not sent: none of the requests before it was answered within {after:?}"
                    ),
                    may_have_run: false,
                };
            }
            CallError::Closed(_) => {
                return Self::ServerGone {
                    what: format!("the Codex server ended before it answered {method}"),
                    exit: None,
                    stderr: vec![],
                };
            }
            CallError::Encode(error) => return Self::Usage(format!("{method}: {error}")),
        };
        let id = || thread_id.unwrap_or("?").to_owned();
        let says = |words: &str| error.message.contains(words);
        if says("is archived. Run") {
            Self::ThreadArchived(id())
        } else if says("already has an active writer") {
            Self::ThreadInUse(id())
        } else if says("no rollout found")
            || says("thread not found")
            || says("thread not loaded")
            || says("no archived rollout found")
            || says("invalid session id")
            || says("invalid thread id")
        {
            Self::ThreadNotFound(id())
        } else {
            // It may say what it was sent.
            let RpcError { code, message, mut data } = error;
            data.iter_mut().for_each(redact::value);
            let error = RpcError { code, message: redact::text(&message).into_owned(), data };
            Self::Rpc { method: method.to_owned(), error }
        }
    }
}

/// The words of a refusal; those for an unknown method list every one that there is.
fn refusal(error: &RpcError) -> String {
    const LONGEST: usize = 300;
    let start: String = error.message.chars().take(LONGEST).collect();
    let rest = if start.len() < error.message.len() { "…" } else { "" };
    format!("{start}{rest} (code {})", error.code)
}

fn gone(what: &str, status: Option<&ExitStatus>, stderr: &[String]) -> String {
    let exit = status.map(|exit| format!(" ({exit})")).unwrap_or_default();
    // Whoever was killed said nothing about it.
    let killed = status.is_some_and(|status| status.code().is_none());
    let last = stderr.iter().rev().find(|line| !killed && !line.trim().is_empty());
    let last = last.map(|line| format!("; its last words: {line}")).unwrap_or_default();
    format!("{what}{exit}{last}")
}

fn busy(thread_id: &str, joined: bool) -> String {
    if joined {
        format!(
            "thread {thread_id} was busy: the input went into a turn of another client and is not sent again"
        )
    } else {
        format!("thread {thread_id} is busy with another turn; wait for its end or steer it")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refused(message: &str) -> Error {
        let error = RpcError { code: -32600, message: message.into(), data: None };
        Error::from_call("thread/resume", Some("t1"), CallError::Refused(error))
    }

    #[test]
    fn refusals_are_sorted_by_the_words_that_were_measured() {
        assert!(
            matches!(refused("no rollout found for thread id t1"), Error::ThreadNotFound(id) if id == "t1")
        );
        assert!(matches!(
            refused("session t1 is archived. Run `codex unarchive t1` to unarchive it first."),
            Error::ThreadArchived(_)
        ));
        assert!(matches!(refused("thread t1 already has an active writer"), Error::ThreadInUse(_)));
        assert!(matches!(refused("something else"), Error::Rpc { .. }));
    }

    #[test]
    fn the_reason_has_one_shape() {
        let both = json!({ "httpConnectionFailed": { "httpStatusCode": 401 } });
        assert_eq!(
            CodexError::from_wire(&both),
            CodexError { reason: "httpConnectionFailed".into(), http_status: Some(401) }
        );
        assert_eq!(CodexError::from_wire(&json!("other")).reason, "other");
    }
}
