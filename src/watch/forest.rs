//! All that is watched: each root with its snapshot, kept true to the disk, and what differs from what was delivered.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::batch::Step;
use super::content::Hash;
use super::error::{Limit, Warning, WatchError};
use super::own::Owner;
use super::pending::{Pending, Place};
use super::remote;
use super::root::{Found, Root};
use super::scan::{Arm, Scan, Trouble};
use super::source::{Silent, Source};
use super::stat::{self, Seen};
use super::tree::{Entry, File, Folder, Visit};
use super::watcher::Options;
use super::watches::Watches;
use crate::notice::Notices;

/// Roots that are looked at in one beat.
const ROOTS: usize = 16;

/// All that is watched.
pub struct Forest {
    /// In the order in which they were given.
    pub roots: Vec<Root>,
    /// The folders that the system watches for us.
    pub watches: Watches,
    /// What differs.
    pub pending: Pending,
    options: Options,
    notices: Notices,
    /// When all is compared next, if that is needed.
    polling: Option<Instant>,
    /// When it is looked next whether the roots are where they were.
    beat: Instant,
    next_root: usize,
}

impl Forest {
    /// Begins to watch.
    pub fn new(
        options: Options,
        notices: Notices,
        source: Result<Box<dyn Source>, Limit>,
    ) -> Result<Self, WatchError> {
        let roots = roots(&options)?;
        let (source, limit) = match source {
            Ok(source) => (source, None),
            Err(limit) => (Box::new(Silent) as Box<dyn Source>, Some(limit)),
        };
        let mut forest = Self {
            roots,
            watches: Watches::new(source),
            pending: Pending::new(options.timing),
            options,
            notices,
            polling: None,
            beat: Instant::now(),
            next_root: 0,
        };
        if let Some(limit) = limit {
            forest.poll(limit);
        }
        for number in 0..forest.roots.len() {
            forest.settle_down(number, forest.options.initial, Instant::now());
        }
        Ok(forest)
    }

    /// Whether all is compared from time to time.
    pub fn is_polled(&self) -> bool {
        self.polling.is_some()
    }

    /// When there is something to do by the clock.
    pub fn until(&self) -> Instant {
        self.polling.map_or(self.beat, |at| at.min(self.beat))
    }

    /// What is to be done by the clock.
    pub fn keep_up(&mut self, now: Instant) -> Result<(), WatchError> {
        if self.polling.is_some_and(|at| at <= now) {
            self.compare(Arm::New);
            let took = now.elapsed();
            self.polling = Some(Instant::now() + self.options.poll.max(took * 10));
        }
        if self.beat > now {
            return Ok(());
        }
        self.beat = now + self.options.beat;
        for _ in 0..self.roots.len().min(ROOTS) {
            self.next_root = (self.next_root + 1) % self.roots.len();
            self.check(self.next_root, false, now);
            let root = &mut self.roots[self.next_root];
            if root.lacking().is_some_and(|since| now - since >= self.options.beat)
                && !std::mem::replace(&mut root.said, true)
            {
                self.notices.warn(Warning::Gone(root.shown().to_owned()).to_string());
            }
        }
        let since = self.roots.iter().map(Root::lacking).collect::<Option<Vec<_>>>();
        match since.and_then(|since| since.into_iter().max()) {
            // What was there until then is delivered first.
            Some(last) if now - last >= self.options.gone_after && self.pending.due().is_none() => {
                let (path, after) = (self.roots[0].shown().to_owned(), self.options.gone_after);
                Err(WatchError::Gone { path, after })
            }
            _ => Ok(()),
        }
    }

    /// Something may have happened at a path.
    pub fn hint(&mut self, path: &Path, moved: bool, at: Instant) {
        for number in 0..self.roots.len() {
            if self.roots[number].may_concern(path) {
                self.check(number, moved, at);
            }
            if let Ok(below) = path.strip_prefix(&self.roots[number].folder).map(Path::to_owned)
                && !below.as_os_str().is_empty()
            {
                self.look(number, |scan, top| {
                    scan.at = at;
                    scan.look_at(top, &below, moved);
                });
            }
        }
    }

    /// Looks whether a root is where it was; `moved`: it may be another one all the same.
    fn check(&mut self, number: usize, moved: bool, at: Instant) {
        let root = &mut self.roots[number];
        let found = root.find();
        let is_same = match (&found, &root.top) {
            (Some(found), Some(top)) => {
                (&found.folder, &found.name, found.identity) == (&root.folder, &root.name, top.identity)
            }
            _ => false,
        };
        let is_unreadable = root.top.as_ref().is_some_and(|top| !top.readable);
        if is_same {
            if moved || is_unreadable {
                self.compare_root(number, Arm::All, at);
            }
            return;
        }
        self.leave(number, at);
        self.settle_down(number, true, at);
    }

    /// Watches a root where it is, or the nearest folder above it that is there.
    fn settle_down(&mut self, number: usize, note: bool, at: Instant) {
        loop {
            if let Some(found) = self.roots[number].find() {
                if self.arm(number, found, note) {
                    return;
                }
                continue;
            }
            self.roots[number].missing.get_or_insert(at);
            let ancestor = self.roots[number].ancestor();
            let Some((folder, identity)) = &ancestor else { return };
            // Without a watch the next beat finds what comes back.
            let _ = self.watches.watch(folder, *identity);
            // It may have come back in between, or there is less left.
            if self.roots[number].find().is_none() && self.roots[number].ancestor() == ancestor {
                return;
            }
        }
    }

    /// Watches a root; false when it has gone meanwhile.
    fn arm(&mut self, number: usize, found: Found, note: bool) -> bool {
        let root = &mut self.roots[number];
        if let Some(kind) = remote::kind(&found.folder) {
            let path = root.shown().to_owned();
            self.poll(Limit::Remote { path, kind });
        }
        let root = &mut self.roots[number];
        (root.folder, root.name, root.missing, root.said) = (found.folder, found.name, None, false);
        // Its folder above tells first, and surely, that it goes and that another one comes. Without that watch the
        // next beat finds it.
        if let Some((above, identity)) = root.ancestor() {
            let _ = self.watches.watch(&above, identity);
        }
        root.top = Some(Folder::new(found.identity));
        let mut is_there = true;
        self.look(number, |scan, top| {
            scan.note = note;
            is_there = scan.compare(top, Arm::All);
        });
        if !is_there {
            self.roots[number].top = None;
        }
        is_there
    }

    fn compare_root(&mut self, number: usize, arm: Arm, at: Instant) {
        let mut is_there = true;
        self.look(number, |scan, top| is_there = scan.compare(top, arm));
        if !is_there {
            self.leave(number, at);
            self.settle_down(number, true, at);
        }
    }

    /// A root is gone, or elsewhere.
    fn leave(&mut self, number: usize, at: Instant) {
        if let Some(top) = self.roots[number].top.take() {
            let mut trouble = Trouble::default();
            self.scan(number, &mut trouble, at).leave(&top, Path::new(""), true);
        }
    }

    /// Compares all there is.
    pub fn compare(&mut self, arm: Arm) {
        for number in 0..self.roots.len() {
            self.check(number, false, Instant::now());
            self.compare_root(number, arm, Instant::now());
        }
    }

    /// Looks at something of a root that is there.
    fn look(&mut self, number: usize, look: impl FnOnce(&mut Scan<'_>, &mut Folder)) {
        let Some(mut top) = self.roots[number].top.take() else { return };
        let mut trouble = Trouble::default();
        look(&mut self.scan(number, &mut trouble, Instant::now()), &mut top);
        self.roots[number].top = Some(top);
        if let Some(first) = trouble.unreadable.pop() {
            let more = trouble.unreadable.len();
            self.notices.warn(Warning::Unreadable { first, more }.to_string());
        }
        if let Some(limit) = trouble.limit {
            self.poll(limit);
        }
    }

    fn scan<'s>(&'s mut self, number: usize, trouble: &'s mut Trouble, at: Instant) -> Scan<'s> {
        let root = &self.roots[number];
        Scan {
            root: number,
            folder: &root.folder,
            name: root.name.as_deref(),
            filter: &root.filter,
            watches: &mut self.watches,
            pending: &mut self.pending,
            trouble,
            note: true,
            at,
        }
    }

    /// From now on the tree is compared from time to time, and that is said.
    fn poll(&mut self, why: Limit) {
        if self.polling.is_none() {
            let every = self.options.poll;
            self.notices.warn(Warning::Polling { why, every }.to_string());
            self.polling = Some(Instant::now() + every);
        }
    }

    /// Whether a path of the disk is one of those that are watched.
    pub fn watches(&self, path: &Path) -> bool {
        self.place(path).is_some()
    }

    /// What was delivered last of a path: what stands there, or stood there before what waits.
    pub fn delivered(&self, path: &Path) -> Option<File> {
        let place = self.place(path)?;
        match self.pending.get(&place) {
            Some(touched) => touched.before,
            None => match self.roots[place.0].top.as_ref()?.at(&place.1)? {
                Entry::File(file) => Some(*file),
                Entry::Folder(_) => None,
            },
        }
    }

    /// The files at a path and below it that are there, or were when this was last delivered.
    pub fn files_at(&self, path: &Path) -> Vec<PathBuf> {
        let mut found = vec![];
        for (number, root) in self.roots.iter().enumerate() {
            let below = match path.strip_prefix(&root.folder) {
                Ok(below) => below,
                Err(_) if root.folder.starts_with(path) => Path::new(""),
                Err(_) => continue,
            };
            found.extend(self.pending.at(number, below).map(|below| root.path(below)));
            let mut find = |below: &Path, visit: Visit<'_>| {
                if matches!(visit, Visit::File(_)) {
                    found.push(root.path(below));
                }
            };
            match root.top.as_ref().map(|top| (top, top.at(below))) {
                Some((_, Some(Entry::File(file)))) => find(below, Visit::File(file)),
                Some((_, Some(Entry::Folder(folder)))) => folder.each(&mut below.to_owned(), &mut find),
                Some((top, None)) if below.as_os_str().is_empty() => top.each(&mut PathBuf::new(), &mut find),
                _ => {}
            }
        }
        found
    }

    fn place(&self, path: &Path) -> Option<Place> {
        self.roots.iter().enumerate().find_map(|(number, root)| {
            let below = path.strip_prefix(&root.folder).ok()?;
            root.watches(below).then(|| (number, below.to_owned()))
        })
    }

    /// What a change comes to, looked at once more; `None` when its content is what it was. `matters`: what the content
    /// is.
    pub fn settle(&mut self, place: &Place, before: Option<File>, matters: bool) -> Option<Step> {
        let (number, below) = place;
        let root = &mut self.roots[*number];
        let path = root.path(below);
        let shown = root.show(below);
        let stands = root.top.as_mut().and_then(|top| {
            let seen = path.symlink_metadata().ok().as_ref().and_then(Seen::of);
            let (parent, name) = top.parent_mut(below)?;
            // What came back, or is a folder now, has a hint of its own.
            if parent.file(name).is_some() && !matches!(seen, Some(Seen::Folder(_))) {
                parent.see(name, seen, stat::now());
            }
            parent.file_mut(name.as_ref())
        });
        let now = match (stands, before) {
            (None, _) => None,
            (Some(now), Some(before)) if now.stat == before.stat && !before.racy => return None,
            (Some(now), before) => {
                let known = before.and_then(|before| before.hash);
                let may_be_same =
                    known.is_some() && before.is_some_and(|before| before.stat.size == now.stat.size);
                if may_be_same || now.racy || matters {
                    now.hash = Hash::of_file(&path, &now.stat);
                }
                if known.is_some() && now.hash == known {
                    return None;
                }
                Some(*now)
            }
        };
        Some(Step { path: shown, before, now, owner: Owner::Foreign })
    }
}

/// The roots of what is to be watched, without those that others cover.
fn roots(options: &Options) -> Result<Vec<Root>, WatchError> {
    if options.paths.is_empty() && options.files.is_empty() {
        return Err(WatchError::NoPath);
    }
    let given = options.paths.iter().map(|path| Root::new(path, &options.ignore, &options.keep));
    let mut roots: Vec<Root> = vec![];
    for root in given.chain(options.files.iter().map(|file| Root::optional(file))) {
        let root = root?;
        if !roots.iter().any(|other| other.covers(&root)) {
            roots.retain(|other| !root.covers(other));
            roots.push(root);
        }
    }
    Ok(roots)
}
