//! Every event as a line of JSON in a file.

use std::path::Path;

use super::line_queue::{Entry, LineQueue};
use crate::codex::{Line, Said, Tap};
use crate::error::Error;
use crate::notice::Notices;
use crate::sys::line_file::LineFile;

/// How a line begins, by which a file that holds something else is told.
const START: &str = "{\"type\":";

/// Writes what it hears.
pub(super) struct EventFile(LineQueue<Line>);

impl Entry for Line {
    fn size(&self) -> usize {
        Line::size(self)
    }
}

impl EventFile {
    pub fn open(path: &Path, notices: Notices) -> Result<Self, Error> {
        let failed =
            |what: &dyn std::fmt::Display| Error::Events { path: path.to_owned(), what: what.to_string() };
        let file = LineFile::open(path, START).map_err(|refused| failed(&refused))?;
        let queue = LineQueue::start("events", path, file, notices, Line::write);
        queue.map(Self).map_err(|error| failed(&error))
    }

    /// Waits until all that was heard is in the file.
    pub async fn settle(&self) {
        self.0.settle().await;
    }
}

impl Tap for EventFile {
    fn heard(&self, said: &Said<'_>) {
        if !self.0.is_broken() {
            self.0.add(said.line());
        }
    }
}
