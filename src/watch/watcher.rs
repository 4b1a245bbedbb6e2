//! The handle: who holds it asks for batches; a thread of its own makes them.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, oneshot};

use super::batch::Batch;
use super::deeds::Deeds;
use super::error::{Limit, WatchError};
use super::inbox::Inbox;
use super::pending::Timing;
use super::repeat::{self, Repeat};
use super::room::Room;
use super::source::{self, Source};
use crate::notice::Notices;

/// What to watch, and how.
#[derive(Debug, Clone)]
pub struct Options {
    /// Files and folders; each must be there.
    pub paths: Vec<PathBuf>,
    /// Files that need not be there, nor the folders that they are in.
    pub files: Vec<PathBuf>,
    /// Globs, as lines of a `.gitignore`, of what is not watched; `!…` is watched against such files.
    pub ignore: Vec<String>,
    /// Globs of the files that are watched; all are when there is none.
    pub keep: Vec<String>,
    /// When a batch is due.
    pub timing: Timing,
    /// Whether the first batch has all that is there.
    pub initial: bool,
    /// How long all paths may be gone before that is an error.
    pub gone_after: Duration,
    /// How often it is looked whether the paths are still where they were: a folder above them may have been renamed,
    /// which nothing announces.
    pub beat: Duration,
    /// How often the tree is compared when the system announces nothing.
    pub poll: Duration,
    /// What its owner does. What turns wrote by patches is left out, and a batch that is due while one runs waits for
    /// its end, within the longest wait.
    pub deeds: Deeds,
    /// Whether what the owner wrote is delivered too.
    pub own: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            paths: vec![],
            files: vec![],
            ignore: vec![],
            keep: vec![],
            timing: Timing::default(),
            initial: false,
            gone_after: Duration::from_mins(1),
            beat: Duration::from_secs(1),
            poll: Duration::from_secs(1),
            deeds: Deeds::default(),
            own: false,
        }
    }
}

/// Watches files until it is dropped.
pub struct Watcher {
    inbox: Arc<Inbox>,
    outbox: Arc<Outbox>,
    deeds: Deeds,
    taken: Mutex<Taken>,
}

/// What the owner has taken.
#[derive(Debug, Default)]
struct Taken {
    /// Turns that had begun by the last batch.
    turns: u64,
    repeat: Repeat,
}

/// What the thread gives: one batch that waits to be taken, and its end.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    given: Mutex<Given>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Given {
    batch: Option<Batch>,
    ended: Option<WatchError>,
}

impl Watcher {
    /// Begins to watch. What changes after this has returned is delivered.
    pub async fn start(options: Options, notices: Notices) -> Result<Self, WatchError> {
        Self::start_with(options, notices, source::open).await
    }

    pub(super) async fn start_with(
        options: Options,
        notices: Notices,
        open: impl FnOnce(Arc<Inbox>) -> Result<Box<dyn Source>, Limit> + Send + 'static,
    ) -> Result<Self, WatchError> {
        let deeds = options.deeds.clone();
        let taken = Mutex::new(Taken { turns: deeds.turns(), ..Taken::default() });
        let watcher = Self { inbox: Arc::default(), outbox: Arc::default(), deeds, taken };
        let ending = Ending(watcher.inbox.clone(), watcher.outbox.clone());
        let (tell, begun) = oneshot::channel();
        let work = move || match Room::new(options, notices, ending.0.clone(), ending.1.clone(), open) {
            Ok(room) => {
                let _ = tell.send(Ok(()));
                room.run();
            }
            Err(error) => drop(tell.send(Err(error))),
        };
        let thread = std::thread::Builder::new().name("watch".into()).spawn(work);
        thread.map_err(|error| WatchError::Unusable { path: PathBuf::new(), error: error.to_string() })?;
        begun.await.map_err(|_| WatchError::Closed)??;
        Ok(watcher)
    }

    /// The batch that waits, without waiting for one.
    pub fn try_next(&self) -> Option<Batch> {
        self.outbox.lock().batch.take()
    }

    /// Waits for the next batch. Whoever stops waiting loses nothing. A batch that makes it sure that the owner's turns
    /// wake the owner again and again is the error `Loop`; what comes after it is delivered.
    pub async fn next(&self) -> Result<Batch, WatchError> {
        let asked = self.deeds.turns();
        let batch = self.wait().await?;
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let worked = asked > std::mem::replace(&mut taken.turns, self.deeds.turns());
        match taken.repeat.see(&batch, worked) {
            Some(paths) => Err(WatchError::Loop { paths, turns: repeat::TURNS }),
            None => Ok(batch),
        }
    }

    async fn wait(&self) -> Result<Batch, WatchError> {
        loop {
            let changed = self.outbox.changed.notified();
            {
                let mut given = self.outbox.lock();
                if let Some(batch) = given.batch.take() {
                    return Ok(batch);
                }
                if let Some(error) = &given.ended {
                    return Err(error.clone());
                }
            }
            self.inbox.want();
            changed.await;
        }
    }

    /// Waits until all that was written before has been seen, and has been given to whoever waits for a batch, or is
    /// in the batch that the next call gets.
    pub async fn sync(&self) -> Result<(), WatchError> {
        let (tell, told) = oneshot::channel();
        self.inbox.sync(tell);
        // Nobody answers any more; an end that comes after this lets go of who waits.
        if let Some(error) = &self.outbox.lock().ended {
            return Err(error.clone());
        }
        told.await.map_err(|_| self.outbox.lock().ended.clone().unwrap_or(WatchError::Closed))
    }

    /// Ends it; whoever waits for a batch gets the error `closed`.
    pub fn close(&self) {
        self.inbox.close();
    }

    /// Something that its thread holds.
    #[cfg(test)]
    pub(super) fn weak(&self) -> std::sync::Weak<Outbox> {
        Arc::downgrade(&self.outbox)
    }

    /// Waits for the end of its thread.
    pub async fn over(&self) {
        loop {
            let changed = self.outbox.changed.notified();
            if self.outbox.lock().ended.is_some() {
                return;
            }
            changed.await;
        }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.close();
    }
}

impl Outbox {
    /// Whether nothing waits to be taken.
    pub fn is_free(&self) -> bool {
        self.lock().batch.is_none()
    }

    /// Gives a batch; there is none before it.
    pub fn give(&self, batch: Batch) {
        self.lock().batch = Some(batch);
        self.changed.notify_waiters();
    }

    /// There will be no more.
    pub fn end(&self, why: WatchError) {
        self.lock().ended.get_or_insert(why);
        self.changed.notify_waiters();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Given> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// However the thread ends, who waits hears of it.
struct Ending(Arc<Inbox>, Arc<Outbox>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.1.end(WatchError::Closed);
        self.0.abandon();
    }
}
