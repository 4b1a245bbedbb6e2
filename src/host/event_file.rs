//! Every event as a line of JSON in a file.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::codex::{Line, Said, Tap};
use crate::error::Error;
use crate::notice::Notices;
use crate::sys::line_file::LineFile;
use crate::sys::words;

/// How a line begins, by which a file that holds something else is told.
const START: &str = "{\"type\":";
/// Bytes of events that may wait for the file, or for who reads the pipe.
const LONGEST_QUEUE: usize = 64 << 20;
/// How long an end waits for what is not written yet.
const SETTLE: Duration = Duration::from_secs(2);

/// Hands events to a thread that writes them: the reader of the server must not wait for a disk or a pipe.
pub(super) struct EventFile {
    queue: Sender<Work>,
    shared: Arc<Shared>,
}

struct Shared {
    path: PathBuf,
    notices: Notices,
    waiting: AtomicUsize,
    /// Nothing more is written.
    broken: AtomicBool,
}

enum Work {
    Write(Line),
    /// Tells when all before it is in the file.
    Settle(oneshot::Sender<()>),
}

impl EventFile {
    pub fn open(path: &Path, notices: Notices) -> Result<Self, Error> {
        let failed =
            |what: &dyn std::fmt::Display| Error::Events { path: path.to_owned(), what: what.to_string() };
        let file = LineFile::open(path, START).map_err(|refused| failed(&refused))?;
        let (queue, work) = mpsc::channel();
        let shared = Arc::new(Shared {
            path: path.to_owned(),
            notices,
            waiting: AtomicUsize::new(0),
            broken: AtomicBool::new(false),
        });
        let writing = shared.clone();
        std::thread::Builder::new()
            .name("events".into())
            .spawn(move || writing.write_all(&work, file))
            .map_err(|error| failed(&error))?;
        Ok(Self { queue, shared })
    }

    /// Waits until all that was heard is in the file.
    pub async fn settle(&self) {
        if self.shared.broken.load(Ordering::Relaxed) {
            return;
        }
        let (tell, told) = oneshot::channel();
        if self.queue.send(Work::Settle(tell)).is_ok() && tokio::time::timeout(SETTLE, told).await.is_err() {
            self.shared.give_up("it takes too long");
        }
    }
}

impl Tap for EventFile {
    fn heard(&self, said: &Said<'_>) {
        if self.shared.broken.load(Ordering::Relaxed) {
            return;
        }
        let line = said.line();
        if self.shared.waiting.fetch_add(line.size(), Ordering::Relaxed) > LONGEST_QUEUE {
            return self.shared.give_up("what reads them is too slow, and 64 MiB wait");
        }
        // Without the thread there is nothing to tell: it said why it ended.
        let _ = self.queue.send(Work::Write(line));
    }
}

impl Shared {
    fn write_all(&self, work: &Receiver<Work>, mut file: LineFile) {
        let mut text = Vec::new();
        // Each time that there is something, all that is there.
        while let Ok(first) = work.recv() {
            let mut settled = vec![];
            for work in std::iter::once(first).chain(work.try_iter()) {
                match work {
                    Work::Write(line) if !self.broken.load(Ordering::Relaxed) => {
                        text.clear();
                        line.write(&mut text);
                        self.waiting.fetch_sub(line.size(), Ordering::Relaxed);
                        self.check(file.write(&text));
                    }
                    Work::Write(_) => {}
                    Work::Settle(tell) => settled.push(tell),
                }
            }
            self.check(file.flush());
            for tell in settled {
                // Nobody waits so long any more.
                let _ = tell.send(());
            }
        }
    }

    fn check(&self, written: std::io::Result<()>) {
        if let Err(error) = written {
            self.give_up(&words::io_error(&error));
        }
    }

    /// Said once; the script goes on without.
    fn give_up(&self, why: &str) {
        if !self.broken.swap(true, Ordering::Relaxed) {
            let path = self.path.display();
            self.notices.warn(format!("no more events are written to {path}: {why}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_end_does_not_wait_again_for_what_was_given_up() {
        let (queue, _nobody_works) = mpsc::channel();
        let shared = Shared {
            path: PathBuf::new(),
            notices: Notices::none(),
            waiting: AtomicUsize::new(0),
            broken: AtomicBool::new(false),
        };
        let file = EventFile { queue, shared: Arc::new(shared) };
        let begun = tokio::time::Instant::now();
        file.settle().await;
        assert_eq!(begun.elapsed().as_secs(), SETTLE.as_secs());
        file.settle().await;
        assert_eq!(begun.elapsed().as_secs(), SETTLE.as_secs());
    }
}
