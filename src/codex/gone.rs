//! How a server ended.

use super::error::Error;
use super::redact;
use super::replay::Divergence;

/// What is known of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Gone {
    pub what: String,
    pub exit: Option<std::process::ExitStatus>,
    pub stderr: Vec<String>,
    /// It was a recording, and why it ended.
    pub divergence: Option<Divergence>,
}

impl Gone {
    pub fn error(self) -> Error {
        if let Some(divergence) = self.divergence {
            return Error::Replay(Box::new(divergence));
        }
        let stderr = self.stderr.iter().map(|line| redact::text(line).into_owned()).collect();
        Error::ServerGone { what: redact::text(&self.what).into_owned(), exit: self.exit, stderr }
    }
}
