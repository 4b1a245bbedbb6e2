//! What is printed while a line is read: it goes above the line that is being typed.
//!
//! The editor draws its line anew when a key or a message comes, and asks for its prompt then; what waits here is put
//! before that, so the line and what is above it are written as one. The message only wakes the editor: it moves the
//! cursor up and down again. So nothing comes late, nothing is waited for but room, and however much is printed, the
//! line is drawn no more often than [`FRAME`] says and keys come first.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use unicode_width::UnicodeWidthChar;

/// The shortest time between two drawings.
const FRAME: Duration = Duration::from_millis(16);
/// Bytes that may wait to be drawn; past them whoever prints waits.
const MOST: usize = 256 << 10;
/// How long who printed the last line is waited for before entries run.
const SETTLE: Duration = Duration::from_millis(50);

/// Wakes the editor, from another thread.
pub type Wake = Box<dyn FnMut() + Send>;

/// What waits to be printed above the line; a cheap clone.
#[derive(Clone, Default)]
pub struct Above(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    reading: bool,
    waiting: Vec<u8>,
    /// The start of a line that stands above the prompt, and whose rest may come.
    begun: Vec<u8>,
    wake: Option<Wake>,
    waker: Waker,
    /// The editor was woken and has not drawn yet.
    woken: bool,
}

/// The thread that wakes the editor.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Waker {
    #[default]
    None,
    Waits,
    Wakes,
}

impl Above {
    /// Takes what is printed if a line is being read.
    pub fn take(&self, bytes: &[u8]) -> bool {
        let mut state = self.lock();
        while state.reading && state.waiting.len() > MOST {
            state = self.wait(state);
        }
        if !state.reading {
            return false;
        }
        state.waiting.extend_from_slice(bytes);
        self.0.changed.notify_all();
        if state.waker == Waker::None {
            state.waker = Waker::Waits;
            let above = self.clone();
            // Without a thread it is drawn with the next key.
            let _ = std::thread::Builder::new().name("above".into()).spawn(move || above.wake_editor());
        }
        true
    }

    /// How the editor is woken.
    pub fn wake_by(&self, wake: Wake) {
        self.lock().wake = Some(wake);
    }

    /// A line is read from now on.
    pub fn begin(&self) {
        self.lock().reading = true;
    }

    /// No line is read any more; gives what was not drawn.
    pub fn end(&self) -> Vec<u8> {
        let mut state = self.lock();
        state.reading = false;
        self.0.changed.notify_all();
        // Else the message could come among what an entry prints.
        let woken = |state: &mut State| state.waker == Waker::Wakes;
        state =
            self.0.changed.wait_timeout_while(state, SETTLE, woken).unwrap_or_else(PoisonError::into_inner).0;
        state.begun.clear();
        state.woken = false;
        std::mem::take(&mut state.waiting)
    }

    /// What to write before the prompt, in so many columns: the lines that wait.
    pub fn draw(&self, columns: usize) -> String {
        let mut state = self.lock();
        state.woken = false;
        if state.waiting.is_empty() {
            return String::new();
        }
        let mut text = std::mem::take(&mut state.begun);
        let up = if text.is_empty() { "" } else { "\x1b[A\r\x1b[K" };
        text.append(&mut state.waiting);
        // A character that has not come as a whole waits for its rest.
        let end = text.len() - unfinished(&text);
        state.waiting = text.split_off(end);
        let last = memchr::memrchr(b'\n', &text).map_or(0, |at| at + 1);
        if last < text.len() {
            // Where it is not certain that it takes one row, the rest goes to the next.
            if fits(&text[last..], columns) {
                state.begun = text[last..].to_vec();
            }
            text.push(b'\n');
        }
        self.0.changed.notify_all();
        format!("{up}{}", String::from_utf8_lossy(&text))
    }

    fn wake_editor(&self) {
        let mut state = self.lock();
        loop {
            while state.waiting.is_empty() || state.woken || !state.reading {
                state = self.wait(state);
            }
            (state.woken, state.waker) = (true, Waker::Wakes);
            let mut wake = state.wake.take();
            drop(state);
            // This may wait until the editor has taken the message before.
            if let Some(wake) = &mut wake {
                wake();
            }
            state = self.lock();
            state.wake = wake;
            state.waker = Waker::Waits;
            self.0.changed.notify_all();
            drop(state);
            std::thread::sleep(FRAME);
            state = self.lock();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'s>(&self, state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
        self.0.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }
}

/// Bytes at the end that begin a character.
fn unfinished(bytes: &[u8]) -> usize {
    let last = bytes.len().saturating_sub(3);
    match std::str::from_utf8(&bytes[last..]) {
        Err(error) if error.error_len().is_none() => bytes.len() - last - error.valid_up_to(),
        // Perhaps the three begin inside of a character that is whole.
        Err(error) => {
            let after = last + error.valid_up_to() + error.error_len().unwrap_or(1);
            let rest = &bytes[after.min(bytes.len())..];
            std::str::from_utf8(rest)
                .err()
                .filter(|error| error.error_len().is_none())
                .map_or(0, |error| rest.len() - error.valid_up_to())
        }
        Ok(_) => 0,
    }
}

/// Whether this takes one row, and nothing in it moves the cursor elsewhere.
fn fits(text: &[u8], columns: usize) -> bool {
    let Ok(text) = std::str::from_utf8(text) else { return false };
    let width = text.chars().try_fold(0, |width, c| c.width().map(|more| width + more));
    width.is_some_and(|width| width < columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading() -> Above {
        let above = Above::default();
        above.begin();
        above
    }

    #[test]
    fn only_while_a_line_is_read_something_is_taken() {
        let above = Above::default();
        assert!(!above.take(b"x"));
        above.begin();
        assert!(above.take(b"x\n"));
        assert_eq!(above.end(), b"x\n");
        assert!(!above.take(b"x"));
    }

    #[test]
    fn lines_are_drawn_once() {
        let above = reading();
        above.take(b"a\nb\n");
        assert_eq!((above.draw(80), above.draw(80)), ("a\nb\n".into(), String::new()));
    }

    #[test]
    fn a_line_that_was_begun_goes_on_in_its_place() {
        let above = reading();
        above.take(b"one\ntwo");
        assert_eq!(above.draw(80), "one\ntwo\n");
        above.take(b" and three\n");
        assert_eq!(above.draw(80), "\x1b[A\r\x1b[Ktwo and three\n");
        above.take("ü".repeat(10).as_bytes());
        assert_eq!(above.draw(10), format!("{}\n", "ü".repeat(10)), "it takes the whole row");
        above.take(b"x");
        assert_eq!(above.draw(10), "x\n");
    }

    #[test]
    fn half_a_character_waits_for_its_rest() {
        let above = reading();
        above.take(&"a尺".as_bytes()[..2]);
        assert_eq!(above.draw(80), "a\n");
        above.take(&"a尺".as_bytes()[2..]);
        assert_eq!(above.draw(80), "\x1b[A\r\x1b[Ka尺\n");
        for whole in ["", "a", "ab", "尺", "a尺", "\u{1f600}", "x\u{1f600}"] {
            assert_eq!(unfinished(whole.as_bytes()), 0, "{whole}");
        }
        let face = "\u{1f600}".as_bytes();
        assert_eq!((unfinished(&face[..1]), unfinished(&face[..2]), unfinished(&face[..3])), (1, 2, 3));
        assert_eq!(unfinished(b"\xff\xff"), 0);
    }
}
