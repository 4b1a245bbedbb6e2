//! The traffic with servers, in a file.

use std::path::Path;
use std::sync::Arc;

use super::line_queue::{Entry, LineQueue};
use super::outcome::Outcome;
use crate::codex::{Launch, Recorded, Recorder, START, Scribe};
use crate::error::Error;
use crate::notice::Notices;
use crate::sys::line_file::LineFile;

/// Writes what it hears.
pub(super) struct RecordFile {
    queue: Arc<LineQueue<Recorded>>,
    recorder: Arc<Recorder>,
}

impl Entry for Recorded {
    fn size(&self) -> usize {
        Recorded::size(self)
    }
}

impl RecordFile {
    /// A recording that is there gives way to that of a run in `cwd`.
    pub fn open(path: &Path, cwd: &Path, notices: Notices) -> Result<Self, Error> {
        let failed =
            |what: &dyn std::fmt::Display| Error::Record { path: path.to_owned(), what: what.to_string() };
        let file = LineFile::replace(path, START).map_err(|refused| failed(&refused))?;
        let mut scribe = Scribe::new(cwd);
        let write = move |recorded: &Recorded, out: &mut Vec<u8>| scribe.write(recorded, out);
        let queue = LineQueue::start("lines of the recording", path, file, notices, write);
        let queue = Arc::new(queue.map_err(|error| failed(&error))?);
        let adding = queue.clone();
        Ok(Self { queue, recorder: Recorder::new(move |recorded| adding.add(recorded)) })
    }

    /// The same way to a server, with what is said there recorded.
    pub fn over(&self, launch: Launch) -> Launch {
        Launch::Recorded(Box::new(launch), self.recorder.clone())
    }

    /// A script has ended.
    pub fn ran(&self, outcome: &Outcome) {
        self.recorder.ran(match outcome {
            Outcome::Done => "done",
            Outcome::Exited(_) => "exited",
            Outcome::Failed(_) => "failed",
            Outcome::Stopped(_) => "stopped",
            Outcome::Broken(_) => "broken",
        });
    }

    /// Waits until all that was heard is in the file.
    pub async fn settle(&self) {
        self.queue.settle().await;
    }
}
