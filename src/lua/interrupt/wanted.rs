//! What another thread wants to stop of this one.

use std::cell::Cell;
use std::ptr::null;
use std::sync::atomic::{AtomicU8, Ordering};

use super::front::is_in_front;

/// What is to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Wanted {
    /// Nothing.
    Nothing,
    /// What runs in the foreground.
    Front,
    /// What runs now, and the task that it belongs to; the others go on.
    Hog,
    /// All.
    All,
}

pub(super) static ALWAYS: AtomicU8 = AtomicU8::new(Wanted::All as u8);

thread_local! {
    pub(super) static WANTED: Cell<*const AtomicU8> = const { Cell::new(null()) };
}

const NOTHING: u8 = Wanted::Nothing as u8;
const FRONT: u8 = Wanted::Front as u8;

/// Whether a stop is wanted of what runs now, and what unwinds has its time.
pub(super) fn is_wanted() -> bool {
    match wanted() {
        NOTHING => false,
        FRONT => is_in_front(),
        _ => true,
    }
}

/// Whether this is what is to stop.
pub(super) fn is(what: Wanted) -> bool {
    wanted() == what as u8
}

fn wanted() -> u8 {
    let wanted = WANTED.get();
    // SAFETY: null, or alive: see the head of this room.
    if wanted.is_null() { NOTHING } else { unsafe { &*wanted }.load(Ordering::Acquire) }
}
