//! Cookies: a file that we write, whose announcement says that all before it was announced too.
//!
//! The system announces in order across all folders of one source, so the cookies have a folder of their own, in the
//! folder for temporary files: nothing is written into what is watched, which may be read-only.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::scan::identity;
use super::source::{Hinted, WHOLE_TREES};
use super::watches::{Watched, Watches};

/// How long an announcement may take before the tree is compared instead.
const PATIENCE: Duration = Duration::from_secs(1);

/// Cookies that were written, and who waits for them.
#[derive(Debug, Default)]
pub struct Cookies {
    folder: Option<PathBuf>,
    baked: u64,
    waiting: Vec<Cookie>,
}

#[derive(Debug)]
struct Cookie {
    path: PathBuf,
    until: Instant,
    tell: Vec<oneshot::Sender<()>>,
}

impl Cookies {
    /// Writes one. Gives back who waits when none can be written.
    pub fn bake(
        &mut self,
        watches: &mut Watches,
        tell: Vec<oneshot::Sender<()>>,
    ) -> Result<(), Vec<oneshot::Sender<()>>> {
        // Trees of several devices are announced in no order.
        if WHOLE_TREES {
            return Err(tell);
        }
        if self.folder.is_none() {
            self.folder = make(watches);
        }
        let Some(folder) = &self.folder else { return Err(tell) };
        self.baked += 1;
        let path = folder.join(self.baked.to_string());
        if std::fs::write(&path, "").is_err() {
            return Err(tell);
        }
        self.waiting.push(Cookie { path, until: Instant::now() + PATIENCE, tell });
        Ok(())
    }

    /// Takes their hints out of `hinted`, and who waited for them.
    pub fn eat(&mut self, hinted: &mut Hinted) -> Vec<oneshot::Sender<()>> {
        let Some(folder) = &self.folder else { return vec![] };
        let mut told = vec![];
        for cookie in self.waiting.extract_if(.., |cookie| hinted.contains_key(&cookie.path)) {
            let _ = std::fs::remove_file(&cookie.path);
            told.extend(cookie.tell);
        }
        hinted.retain(|path, _| !path.starts_with(folder));
        told
    }

    /// Those whose announcement did not come.
    pub fn stale(&mut self, now: Instant) -> Vec<oneshot::Sender<()>> {
        self.waiting.extract_if(.., |cookie| cookie.until <= now).flat_map(|cookie| cookie.tell).collect()
    }

    /// When the first of them is stale.
    pub fn until(&self) -> Option<Instant> {
        self.waiting.iter().map(|cookie| cookie.until).min()
    }
}

impl Drop for Cookies {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

/// A folder that only we may enter, watched.
fn make(watches: &mut Watches) -> Option<PathBuf> {
    use std::os::unix::fs::DirBuilderExt;
    let name = format!("codex-lua-watch-{}-{:08x}", std::process::id(), fastrand::u32(..));
    let folder = std::env::temp_dir().canonicalize().ok()?.join(name);
    std::fs::DirBuilder::new().mode(0o700).create(&folder).ok()?;
    let is_watched =
        identity(&folder).is_some_and(|identity| watches.watch(&folder, identity) == Ok(Watched::Yes));
    if !is_watched {
        let _ = std::fs::remove_dir(&folder);
    }
    is_watched.then_some(folder)
}
