//! What came of a script, and the exit status that says so.

use super::stop::Reason;
pub use crate::lua::error::Failure;

/// What came of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It ran to its end.
    Done,
    /// It called `os.exit` with this status, 0 to 255.
    Exited(i32),
    /// It raised an error that nobody caught.
    Failed(Failure),
    /// It was stopped.
    Stopped(Reason),
    /// The host panicked while it ran, and said this: a mistake in the host, in a module that was given to it or in
    /// its receiver of notices. The script was unwound, and nothing that it started is left.
    Broken(String),
}

impl Outcome {
    /// The exit status of a program that ran it: 0 done, 1 an error, 3 the agent's work failed, 4 no Codex or no
    /// login, 70 the host panicked, 124 a timeout, 128 and the signal's number when a signal stopped it.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Exited(status) => u8::try_from(*status).unwrap_or(1),
            Self::Stopped(reason) => reason.exit_code(),
            Self::Broken(_) => 70,
            Self::Failed(failure) => match failure.kind.as_deref() {
                Some("turn_failed" | "turn_interrupted" | "budget" | "schema") => 3,
                Some("not_logged_in" | "not_installed") => 4,
                Some("timeout") => 124,
                _ => 1,
            },
        }
    }
}
