//! Processes that we started, and what those started in turn: all of them end with the [`Tree`] that they belong to.
//!
//! A child can leave its process group and its session, and a grandchild whose parent has ended is nobody's. What it
//! keeps is its environment: whatever we start has a [`Mark`] there, [`NAME`], which says whose it is. What took the
//! mark out of its environment is found below the processes that have one; and where even its parent is gone, it has
//! become a child of the program, which [adopts](adopt) it. A process of its own, the guard, does the same when we are
//! killed and can no longer do it ourselves.
//!
//! This needs `/proc`. Where there is none (macOS) only process groups end together.

mod adopt;
mod end;
mod guard;
mod job;
mod leftover;
mod mark;
mod output;
mod table;
mod tree;

pub use adopt::{adopt, collect, end_all};
pub use job::{has_shell, in_foreground};
pub use leftover::leftovers;
pub use mark::{Mark, NAME};
pub use output::{Bounds, Cut, Output, output};
pub use tree::{Members, Tree};
