//! Watching files, without Lua: what changed, at least once for each content, together when it came together.
//!
//! The system's announcements are hints (`source`); the truth is a snapshot of each tree (`tree`), which is
//! compared with what stands where a hint says (`scan`), or everywhere when hints were lost. What differs waits
//! (`pending`) until it has been quiet and somebody asks for it, and is then compared with what was delivered last,
//! by content where the content is known. So whatever comes while nobody asks is one batch.
//!
//! A hash is taken when a file was delivered and left alone since, and at first in trees of at most
//! 4,096 files; the first touch of a file that was never read is delivered, whatever it did.
//!
//! What the owner of a watcher does is told to it (`deeds`): what it writes itself (`call`, `written`), and what its
//! turns do (`patched`). Whose a change is (`own`) is decided when it is delivered, which waits for the end of what runs,
//! within the longest wait.
//!
//! Links below a root are files whose content is where they point: nothing is watched through them, so that there are
//! no loops.

mod batch;
pub mod call;
mod content;
mod cookie;
pub mod deeds;
mod error;
mod explain;
mod forest;
mod inbox;
mod learning;
mod left;
mod own;
mod patched;
mod pending;
mod remote;
mod repeat;
mod room;
mod root;
mod scan;
mod source;
mod stat;
mod tree;
mod watcher;
mod watches;
mod written;

#[cfg(test)]
mod tests;

pub use batch::{Batch, Change, Kind};
pub use call::Call;
pub use content::Hash;
pub use deeds::Deeds;
pub use error::{Limit, WatchError};
pub use explain::{Explanation, explain};
pub use own::Owner;
pub use pending::Timing;
pub use watcher::{Options, Watcher};

pub use crate::sys::files::filter::{GlobError, Rule};
