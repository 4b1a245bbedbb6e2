//! Lines on their way into a file.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::notice::Notices;
use crate::sys::line_file::LineFile;
use crate::sys::words;

/// Bytes of lines that may wait for the file, or for who reads the pipe.
const LONGEST_QUEUE: usize = 64 << 20;
/// How long an end waits for what is not written yet.
const SETTLE: Duration = Duration::from_secs(2);

/// What becomes a line of a file.
pub(super) trait Entry: Send + 'static {
    /// Bytes that it keeps.
    fn size(&self) -> usize;
}

/// Hands entries to a thread that writes them: the reader of the server must not wait for a disk or a pipe.
pub(super) struct LineQueue<T> {
    queue: Sender<Work<T>>,
    shared: Arc<Shared>,
}

struct Shared {
    /// What they are: `events`, say.
    what: &'static str,
    path: PathBuf,
    notices: Notices,
    waiting: AtomicUsize,
    /// Nothing more is written.
    broken: AtomicBool,
}

enum Work<T> {
    Write(T),
    /// Tells when all before it is in the file.
    Settle(oneshot::Sender<()>),
}

impl<T: Entry> LineQueue<T> {
    /// Writes to `file`, which is at `path`, what `write` makes of each entry.
    pub fn start(
        what: &'static str,
        path: &Path,
        file: LineFile,
        notices: Notices,
        write: impl FnMut(&T, &mut Vec<u8>) + Send + 'static,
    ) -> std::io::Result<Self> {
        let (queue, work) = mpsc::channel();
        let shared = Arc::new(Shared {
            what,
            path: path.to_owned(),
            notices,
            waiting: AtomicUsize::new(0),
            broken: AtomicBool::new(false),
        });
        let writing = shared.clone();
        std::thread::Builder::new()
            .name(what.split(' ').next().unwrap_or_default().into())
            .spawn(move || writing.write_all(&work, file, write))?;
        Ok(Self { queue, shared })
    }

    /// Whether nothing more is written.
    pub fn is_broken(&self) -> bool {
        self.shared.broken.load(Ordering::Relaxed)
    }

    /// Has an entry written after those before it; never waits.
    pub fn add(&self, entry: T) {
        if self.is_broken() {
            return;
        }
        if self.shared.waiting.fetch_add(entry.size(), Ordering::Relaxed) > LONGEST_QUEUE {
            return self.shared.give_up("what reads them is too slow, and 64 MiB wait");
        }
        // Without the thread there is nothing to tell: it said why it ended.
        let _ = self.queue.send(Work::Write(entry));
    }

    /// Waits until all that was heard is in the file.
    pub async fn settle(&self) {
        if self.is_broken() {
            return;
        }
        let (tell, told) = oneshot::channel();
        if self.queue.send(Work::Settle(tell)).is_ok() && tokio::time::timeout(SETTLE, told).await.is_err() {
            self.shared.give_up("it takes too long");
        }
    }
}

impl Shared {
    fn write_all<T: Entry>(
        &self,
        work: &Receiver<Work<T>>,
        mut file: LineFile,
        mut write: impl FnMut(&T, &mut Vec<u8>),
    ) {
        let mut text = Vec::new();
        // Each time that there is something, all that is there.
        while let Ok(first) = work.recv() {
            let mut settled = vec![];
            for work in std::iter::once(first).chain(work.try_iter()) {
                match work {
                    Work::Write(entry) if !self.broken.load(Ordering::Relaxed) => {
                        text.clear();
                        write(&entry, &mut text);
                        self.waiting.fetch_sub(entry.size(), Ordering::Relaxed);
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
            self.notices.warn(format!("no more {} are written to {path}: {why}", self.what));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Entry for () {
        fn size(&self) -> usize {
            0
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_end_does_not_wait_again_for_what_was_given_up() {
        let (queue, _nobody_works) = mpsc::channel::<Work<()>>();
        let shared = Shared {
            what: "lines",
            path: PathBuf::new(),
            notices: Notices::none(),
            waiting: AtomicUsize::new(0),
            broken: AtomicBool::new(false),
        };
        let file = LineQueue { queue, shared: Arc::new(shared) };
        let begun = tokio::time::Instant::now();
        file.settle().await;
        assert_eq!(begun.elapsed().as_secs(), SETTLE.as_secs());
        file.settle().await;
        assert_eq!(begun.elapsed().as_secs(), SETTLE.as_secs());
    }
}
