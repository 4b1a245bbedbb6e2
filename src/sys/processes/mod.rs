//! Processes that we started, and what those started in turn.
//!
//! A child can leave its process group and its session, and a grandchild whose parent has ended is nobody's. What it
//! keeps is its environment: whatever we start has a [`Mark`] there, [`NAME`], which says whose it is. What took the
//! mark out of its environment is still found below the processes that have one.
//!
//! This needs `/proc`. Where there is none (macOS) only process groups end together.

#![allow(dead_code, reason = "what starts processes comes next")]

mod leftover;
mod mark;
mod table;

#[allow(unused_imports, reason = "`doctor` lists them")]
pub use leftover::{Leftover, leftovers};
#[allow(unused_imports, reason = "what starts processes comes next")]
pub use mark::{Mark, NAME};
