//! The room on real folders, with the system's own announcements.

mod filters;
mod limits;
mod own;
mod roots;
mod saves;
mod storm;
mod support;
mod syncing;
mod trees;
