//! What the watcher's thread does: follows hints, and gives batches when they are due and wanted.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::batch::{Batch, Step};
use super::cookie::Cookies;
use super::deeds::Deed;
use super::error::{Limit, WatchError};
use super::forest::Forest;
use super::inbox::{Inbox, Work};
use super::learning::Learning;
use super::own::{Own, Owner};
use super::scan::Arm;
use super::source::Source;
use super::watcher::{Options, Outbox};
use super::{patched, written};
use crate::notice::Notices;

/// All that the thread has.
pub struct Room {
    forest: Forest,
    learning: Learning,
    cookies: Cookies,
    own: Own,
    /// Whether own changes are delivered too.
    all: bool,
    /// How long after a write it is seen at most when all is compared from time to time.
    poll: Duration,
    inbox: Arc<Inbox>,
    outbox: Arc<Outbox>,
    /// Whether the next batch is to say that all was compared.
    fresh: Fresh,
    /// Whether somebody waits for a batch.
    wanted: bool,
}

/// Why all was compared since the last batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fresh {
    /// It was not.
    No,
    /// Hints were lost.
    Lost,
    /// The batch is to have all that there is, whoever wrote it.
    Initial,
}

impl Room {
    /// Begins to watch.
    pub fn new(
        options: Options,
        notices: Notices,
        inbox: Arc<Inbox>,
        outbox: Arc<Outbox>,
        open: impl FnOnce(Arc<Inbox>) -> Result<Box<dyn Source>, Limit>,
    ) -> Result<Self, WatchError> {
        let (initial, all, poll) = (options.initial, options.own, options.poll);
        let own = Own::new(options.deeds.follow(&inbox));
        let mut forest = Forest::new(options, notices, open(inbox.clone()))?;
        let mut learning = Learning::default();
        if !initial {
            forest.roots.iter_mut().enumerate().for_each(|(number, root)| learning.tree(number, root));
        }
        forest.pending.flush();
        Ok(Self {
            forest,
            learning,
            cookies: Cookies::default(),
            own,
            all,
            poll,
            inbox,
            outbox,
            fresh: if initial { Fresh::Initial } else { Fresh::No },
            wanted: false,
        })
    }

    /// Works until nobody is there any more.
    pub fn run(mut self) {
        let mut last = Instant::now();
        loop {
            let work = self.inbox.wait(self.until(), last);
            last = Instant::now();
            if work.closed {
                return;
            }
            self.follow(work);
            if let Err(error) = self.forest.keep_up(last) {
                return self.outbox.end(error);
            }
            if self.wanted && self.forest.pending.due().is_some_and(|due| due <= Instant::now()) {
                self.deliver();
            }
            self.learning.go_on(&mut self.forest.roots, &self.forest.pending);
        }
    }

    /// When there is something to do without being told.
    fn until(&self) -> Instant {
        if !self.learning.is_done() {
            return Instant::now();
        }
        let due = self.forest.pending.due().filter(|_| self.wanted && self.outbox.is_free());
        [due, self.cookies.until()].into_iter().flatten().fold(self.forest.until(), Instant::min)
    }

    fn follow(&mut self, mut work: Work) {
        self.wanted |= work.wanted;
        for told in work.deeds {
            self.own.hear(&told);
            match &told.deed {
                Deed::Patched { patches, .. } => {
                    patched::learn(&mut self.own, patches, |path| self.forest.watches(path));
                }
                Deed::CallEnded { writes } => written::learn(&mut self.own, writes, &self.forest),
                _ => {}
            }
        }
        self.forest.pending.hold(self.own.is_busy());
        let mut seen = self.cookies.eat(&mut work.hinted);
        for (path, hint) in work.hinted {
            self.forest.hint(&path, hint.moved, hint.at);
        }
        let mut lost = work.lost;
        if lost && self.fresh == Fresh::No {
            self.fresh = Fresh::Lost;
        }
        if !work.syncs.is_empty() {
            let baked = if self.forest.is_polled() {
                Err(work.syncs)
            } else {
                self.cookies.bake(&mut self.forest.watches, work.syncs)
            };
            if let Err(tell) = baked {
                seen.extend(tell);
                lost = true;
            }
        }
        let stale = self.cookies.stale(Instant::now());
        lost |= !stale.is_empty();
        seen.extend(stale);
        if lost {
            self.forest.compare(Arm::All);
        }
        self.tell_seen(seen);
    }

    /// All that was announced until now has been looked at.
    fn tell_seen(&mut self, seen: Vec<oneshot::Sender<()>>) {
        if seen.is_empty() {
            return;
        }
        self.forest.pending.flush();
        if self.forest.pending.due().is_some() && self.outbox.is_free() {
            self.deliver();
        }
        if self.forest.pending.due().is_none() {
            self.own.settled();
        }
        for tell in seen {
            // Who does not wait any more need not know.
            let _ = tell.send(());
        }
    }

    fn deliver(&mut self) {
        if !self.outbox.is_free() {
            return;
        }
        let now = Instant::now();
        let late = if self.forest.is_polled() { self.poll * 2 } else { Duration::ZERO };
        let taken = self.forest.pending.take(now);
        let mut steps: Vec<Step> = vec![];
        for (place, touched) in taken {
            let path = self.forest.roots[place.0].path(&place.1);
            let is_known = self.own.knows(&path);
            let Some(mut step) = self.forest.settle(&place, touched.before, is_known) else { continue };
            let claim = self.own.take(&path).filter(|claim| claim.left.stands(&path, step.now));
            step.owner = self.own.owner(claim.as_ref(), &touched, late);
            if step.now.is_some_and(|now| now.hash.is_none()) {
                self.learning.file(place);
            }
            if step.owner != Owner::Own || self.all || self.fresh == Fresh::Initial {
                steps.push(step);
            }
        }
        if self.forest.pending.due().is_none() {
            self.own.told(now, late);
        }
        let batch = Batch::of(&steps, std::mem::replace(&mut self.fresh, Fresh::No) != Fresh::No);
        if !batch.changes.is_empty() {
            self.wanted = false;
            self.outbox.give(batch);
        }
    }
}
