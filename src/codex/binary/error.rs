//! What can go wrong on the way to a Codex binary.

use std::fmt;
use std::path::PathBuf;

use super::{ENV_BIN, Origin, PINNED};
use crate::sys::private::NotPrivate;

/// A `codex` on PATH that is not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsuitable {
    /// Where it lies.
    pub path: PathBuf,
    /// What it called its version; none if it did not say one.
    pub version: Option<String>,
}

impl fmt::Display for Unsuitable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.version {
            Some(version) => write!(f, "Codex {version} at {}", self.path.display()),
            None => write!(f, "the codex at {}, which does not tell its version,", self.path.display()),
        }
    }
}

/// Why there is no Codex binary; each message says what was wrong, where, and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BinaryError {
    /// `--codex-bin` or its environment variable names something that cannot be run.
    #[error("{origin} names {}, which {reason}: name an executable Codex, or leave it out", path.display())]
    Explicit {
        /// Who named it.
        origin: Origin,
        /// What was named, as an absolute path where it has a slash.
        path: PathBuf,
        /// What is wrong with it, for the sentence "PATH, which …".
        reason: &'static str,
    },

    /// There is none, and installing was not allowed.
    #[error(
        "Codex {PINNED} is not installed in {}{}: run `codex-lua install`, or name a Codex with --codex-bin or \
         {ENV_BIN}",
        data_dir.display(),
        unsuitable.as_ref().map(|it| format!(" and {it} is not known to work")).unwrap_or_default()
    )]
    NotInstalled {
        /// Where it would be.
        data_dir: PathBuf,
        /// The one on PATH that was passed over.
        unsuitable: Option<Unsuitable>,
    },

    /// Nothing to install it with.
    #[error(
        "Codex {PINNED} is not installed, and no absolute entry of PATH has an npm to install it with: \
         install Node.js with npm (7 or newer) and try again, or name a Codex with --codex-bin or {ENV_BIN}"
    )]
    NoNpm,

    /// npm ended with an error; nothing was installed.
    #[error(
        "npm could not install Codex {PINNED} ({}).{}\nNothing was installed. Mend what npm says (it must be npm 7 \
         or newer) and run `codex-lua install`, or name a Codex with --codex-bin or {ENV_BIN}",
        code.map_or_else(|| "it was killed by a signal".to_owned(), |code| format!("exit code {code}")),
        quoted(output)
    )]
    NpmFailed {
        /// Its exit code; none if a signal ended it.
        code: Option<i32>,
        /// The last lines of what it wrote.
        output: String,
    },

    /// What npm was given is not the Codex whose sha512 is pinned; nothing was installed.
    #[error(
        "what npm downloaded is not the Codex {PINNED} that codex-lua pins: its sha512 differs.{}\nNothing was \
         installed. Look at which registry and proxy npm uses (`npm config list`) and try again",
        quoted(output)
    )]
    Integrity {
        /// The last lines of what npm wrote.
        output: String,
    },

    /// npm ended well, yet what it left cannot be used; nothing was installed.
    #[error(
        "npm ended without an error, but what it installed {reason}. Nothing was kept; look at npm's \
         configuration (`npm config list`) and try again"
    )]
    Unusable {
        /// What is wrong, for the sentence "what it installed …".
        reason: String,
    },

    /// A folder that others could have written; nothing in it is run.
    #[error("{} {reason}, so the Codex in it cannot be trusted: {remedy}", path.display())]
    Untrusted {
        /// The folder.
        path: PathBuf,
        /// What is wrong with it, for the sentence "PATH …".
        reason: String,
        /// What to do.
        remedy: String,
    },

    /// A file or folder could not be used.
    #[error("cannot {doing} {}: {source}", path.display())]
    Io {
        /// What was being done, as a verb.
        doing: &'static str,
        /// With what.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },

    /// No home folder, hence no data folder.
    #[error(
        "cannot tell where Codex is installed: neither XDG_DATA_HOME nor HOME is an absolute path; set HOME, \
         or name a Codex with --codex-bin or {ENV_BIN}"
    )]
    NoHome,

    /// Codex is not pinned for this machine.
    #[error(
        "codex-lua cannot install Codex on {os} {arch}: it does so on Linux and macOS, x64 and arm64; \
         elsewhere name a Codex with --codex-bin or {ENV_BIN}"
    )]
    Unsupported {
        /// The operating system.
        os: &'static str,
        /// The processor.
        arch: &'static str,
    },
}

impl From<NotPrivate> for BinaryError {
    fn from(error: NotPrivate) -> Self {
        match error {
            NotPrivate::Io { doing, path, source } => Self::Io { doing, path, source },
            NotPrivate::Untrusted { path, reason, remedy } => Self::Untrusted { path, reason, remedy },
        }
    }
}

/// npm's lines below the sentence, indented.
fn quoted(output: &str) -> String {
    let lines = output.lines().fold(String::new(), |all, line| all + "\n    " + line);
    if lines.is_empty() { lines } else { format!(" Its last lines:{lines}") }
}
