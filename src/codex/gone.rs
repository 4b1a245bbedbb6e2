//! How a server ended.

use super::error::Error;
use super::redact;

/// What is known of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Gone {
    pub what: String,
    pub exit: Option<std::process::ExitStatus>,
    pub stderr: Vec<String>,
}

impl Gone {
    pub fn error(self) -> Error {
        let stderr = self.stderr.iter().map(|line| redact::text(line).into_owned()).collect();
        Error::ServerGone { what: redact::text(&self.what).into_owned(), exit: self.exit, stderr }
    }
}
