//! What a peer says that makes no sense.

/// One thing that makes no sense; the connection goes on after the first three.
#[derive(Debug, thiserror::Error)]
pub enum Oddity {
    /// A line that cannot be read.
    #[error("a line that is no message ({problem}): {start}")]
    NoMessage {
        /// What is wrong with it.
        problem: String,
        /// How it begins.
        start: String,
    },
    /// An answer under an id that no request of ours waits with: answered before, or never asked.
    #[error("an answer to request {0}, which nobody waits for")]
    Unclaimed(u64),
    /// An answer under an id that none of ours can have.
    #[error("an answer with an id of no request: {0}")]
    Stray(String),
    /// A line without an end.
    #[error("a line of more than {0} bytes; the connection is given up")]
    TooLong(usize),
    /// It ended where a line had begun.
    #[error("{0} bytes of a line, and then its end")]
    HalfLine(usize),
    /// The system said so.
    #[error("nothing more that could be read: {0}")]
    Broken(std::io::Error),
}

impl Oddity {
    pub(super) fn no_message(problem: &impl std::fmt::Display, line: &[u8]) -> Self {
        Self::NoMessage { problem: problem.to_string(), start: excerpt(line) }
    }

    /// Its kind in a word: a peer may say many of one.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NoMessage { .. } => "no message",
            Self::Unclaimed(_) => "unclaimed",
            Self::Stray(_) => "stray",
            Self::TooLong(_) | Self::HalfLine(_) | Self::Broken(_) => "end",
        }
    }
}

/// How a line begins.
pub(super) fn excerpt(line: &[u8]) -> String {
    const LONGEST: usize = 120;
    let text = String::from_utf8_lossy(&line[..line.len().min(LONGEST)]);
    format!("{}{}", text.trim_end(), if line.len() > LONGEST { "…" } else { "" })
}
