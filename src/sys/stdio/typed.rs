//! What is typed while nobody reads it.
//!
//! A terminal that edits lines itself makes of a Ctrl-D that is typed ahead the end of something, and shows what is
//! typed among what is printed. At a prompt it does neither between two lines: what is typed waits as it is. Whoever
//! borrows the terminal gets it as it was.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::stdio::stdin;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

static TERMINAL: Mutex<Option<Terminal>> = Mutex::new(None);

struct Terminal {
    /// As it was.
    before: Termios,
    /// How many have borrowed it.
    lent: usize,
}

fn lock() -> MutexGuard<'static, Option<Terminal>> {
    TERMINAL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Has what is typed wait as it is, until [`let_go`].
pub fn hold() {
    // A terminal on which nothing can be drawn has to show what is typed.
    if super::SCREEN.get().is_some()
        && let Ok(before) = tcgetattr(stdin())
    {
        set(&held(&before));
        *lock() = Some(Terminal { before, lent: 0 });
    }
}

/// The terminal is as it was.
pub fn let_go() {
    if let Some(terminal) = lock().take() {
        set(&terminal.before);
    }
}

/// Somebody borrows it.
pub(super) fn lend() {
    if let Some(terminal) = &mut *lock() {
        terminal.lent += 1;
        set(&terminal.before);
    }
}

/// They have ended.
pub(super) fn take_back() {
    if let Some(terminal) = &mut *lock() {
        terminal.lent = terminal.lent.saturating_sub(1);
        if terminal.lent == 0 {
            set(&held(&terminal.before));
        }
    }
}

/// Signals come as before.
fn held(before: &Termios) -> Termios {
    let mut held = before.clone();
    held.local_modes -= LocalModes::ICANON | LocalModes::ECHO;
    held
}

fn set(modes: &Termios) {
    // A terminal that is gone has no modes.
    let _ = tcsetattr(stdin(), OptionalActions::Now, modes);
}
