//! How a server ended.

use super::error::Error;

/// What is known of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Gone {
    pub what: String,
    pub exit: Option<std::process::ExitStatus>,
    pub stderr: Vec<String>,
}

impl Gone {
    pub fn error(self) -> Error {
        Error::ServerGone { what: self.what, exit: self.exit, stderr: self.stderr }
    }
}
