//! Stopping Lua code that computes and never awaits.
//!
//! Another thread sends this one a signal; its handler sets a count hook on the Lua state that runs, as the `lua`
//! program does on Ctrl-C. At the next instruction the hook yields the coroutine, which is never resumed, so no
//! `pcall` and no message handler sees anything; where Lua cannot yield it runs out of memory, again and again.
//! Until then all this costs nothing. What then unwinds has its time, and is watched by the same hook (`hook`).
//!
//! Invariants:
//! - `RUNNING` is null or a live state of this thread: set around each poll of a task ([`Tracked`]), each resume and
//!   close of a coroutine, each finalizer, and what the host calls outside of tasks ([`watched`]), and put back when
//!   those return. Each keeps its state alive meanwhile: the task by its reference, the others by a stack or upvalue.
//! - The handler reads and writes only constant-initialized thread-locals without destructors and calls only
//!   `lua_sethook`, which Lua documents as callable from a handler, `lua_gethookmask`, which reads one field, and
//!   `clock_gettime`.
//! - `WANTED` and `POLLS` are null, or point to a static or into the `Target` that this thread's [`Here`] holds; a late signal of
//!   an earlier script therefore finds that nothing is to stop.
//! - A thread withdraws itself from its `Target` before it ends.
//! - Frames over which Lua may throw hold plain data only.
#![allow(unsafe_code, reason = "this is the room for it")]

mod busy;
mod coroutine;
mod finalizer;
mod front;
mod hook;
mod task;
mod wanted;

use std::cell::RefCell;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use mlua::{Lua, ffi};

pub use coroutine::{close, resume, unwind};
pub use finalizer::setmetatable;
pub use front::{Foreground, in_front, is_in_front};
pub use task::{Tracked, entering};
pub use wanted::Wanted;

use crate::notice::Notices;

/// A thread whose Lua code can be stopped; a cheap clone.
#[derive(Clone, Default)]
pub struct Target(Arc<Shared>);

#[derive(Default)]
struct Shared {
    thread: Mutex<Option<libc::pthread_t>>,
    /// A [`Wanted`].
    wanted: AtomicU8,
    polls: busy::Polls,
    watcher: Mutex<Option<std::thread::Thread>>,
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Target")
    }
}

impl Target {
    /// Makes this thread the one that is stopped, until [`Here`] is dropped.
    pub fn here(&self) -> Here {
        wanted::WANTED.set(&raw const self.0.wanted);
        busy::POLLS.set(&raw const self.0.polls);
        // SAFETY: has no preconditions.
        self.set(Some(unsafe { libc::pthread_self() }));
        Here(self.clone(), PhantomData)
    }

    /// Says what the thread runs is to stop. Code that awaits has to be told otherwise.
    pub fn want(&self, wanted: Wanted) {
        self.0.wanted.store(wanted as u8, Ordering::Release);
        if wanted == Wanted::Nothing {
            hook::calm();
        }
    }

    /// Has the thread look whether it is to stop. Nothing happens, and the answer is false, when there is none, or no
    /// handler.
    pub fn nudge(&self) -> bool {
        let thread = self.0.thread.lock().unwrap_or_else(PoisonError::into_inner);
        let (Some(thread), Some(true)) = (*thread, HANDLER.get()) else { return false };
        // SAFETY: the thread is alive: it withdraws itself under this lock before it ends.
        unsafe { libc::pthread_kill(thread, libc::SIGUSR1) == 0 }
    }

    /// How long the thread has computed; `None` when there is none.
    fn computed(&self) -> Option<Duration> {
        let thread = self.0.thread.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut clock, mut time) = (0, libc::timespec { tv_sec: 0, tv_nsec: 0 });
        // SAFETY: the thread is alive, as above, and both pointers are to variables of ours.
        let found = unsafe {
            libc::pthread_getcpuclockid((*thread)?, &raw mut clock) == 0
                && libc::clock_gettime(clock, &raw mut time) == 0
        };
        let time = Duration::new(time.tv_sec.try_into().ok()?, time.tv_nsec.try_into().ok()?);
        found.then_some(time)
    }

    fn lock_watcher(&self) -> MutexGuard<'_, Option<std::thread::Thread>> {
        self.0.watcher.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, thread: Option<libc::pthread_t>) {
        *self.0.thread.lock().unwrap_or_else(PoisonError::into_inner) = thread;
    }
}

/// This thread is a target. Not to be sent to another.
pub struct Here(Target, PhantomData<*const ()>);

impl Drop for Here {
    fn drop(&mut self) {
        self.0.set(None);
        wanted::WANTED.set(null());
        busy::POLLS.set(null());
        self.0.wakes();
    }
}

static HANDLER: OnceLock<bool> = OnceLock::new();

/// Takes SIGUSR1 for this, in the whole process.
pub fn install_handler() {
    HANDLER.get_or_init(|| {
        // SAFETY: all fields of sigaction may be zero; the handler keeps to what handlers may do (see above).
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = hook::on_signal as extern "C" fn(c_int) as usize;
            action.sa_flags = libc::SA_RESTART | libc::SA_ONSTACK;
            libc::sigemptyset(&raw mut action.sa_mask);
            libc::sigaction(libc::SIGUSR1, &raw const action, null_mut()) == 0
        }
    });
}

/// Runs what calls Lua outside of tasks, on the main state, so that it can be stopped.
pub fn watched<R>(lua: &Lua, work: impl FnOnce() -> R) -> R {
    let mut main = null_mut();
    // SAFETY: nothing is pushed that stays, and nothing throws: the registry has had this field since its birth.
    let found = unsafe {
        lua.exec_raw::<()>((), |state| {
            ffi::lua_rawgeti(state, ffi::LUA_REGISTRYINDEX, ffi::LUA_RIDX_MAINTHREAD);
            main = ffi::lua_tothread(state, -1);
            ffi::lua_settop(state, 0);
        })
    };
    if found.is_err() {
        return work();
    }
    // SAFETY: the main state lives as long as `lua`, which outlives this call.
    unsafe { hook::running(main, work) }
}

/// Closes the state when this was the last handle to it. Its finalizers have the time of closers, and a second
/// in all: nobody could stop them any more.
pub fn end(lua: Lua) {
    hook::ending(|| drop(lua));
}

thread_local! {
    static NOTICES: RefCell<Notices> = RefCell::new(Notices::none());
    static WARNING: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Has warnings of this thread's Lua go there: those of `warn`, of finalizers that fail, and about closers and
/// finalizers that were abandoned.
pub fn warn_to(lua: &Lua, notices: Notices) {
    NOTICES.set(notices);
    // SAFETY: the function calls nothing of Lua and does not throw.
    let set =
        unsafe { lua.exec_raw::<()>((), |state| ffi::lua_setwarnf(state, Some(on_warning), null_mut())) };
    debug_assert!(set.is_ok(), "nothing in it can fail");
}

unsafe extern "C-unwind" fn on_warning(_: *mut c_void, message: *const c_char, to_be_continued: c_int) {
    // SAFETY: Lua gives a string that ends in a zero.
    let part = unsafe { CStr::from_ptr(message) }.to_bytes();
    let whole = WARNING.with_borrow_mut(|whole| {
        whole.extend_from_slice(part);
        (to_be_continued == 0).then(|| std::mem::take(whole))
    });
    // `@on` and `@off` are for the `lua` program.
    if let Some(whole) = whole.filter(|whole| !whole.starts_with(b"@")) {
        tell(&String::from_utf8_lossy(&whole));
    }
}

/// One line to whoever hears notices; whatever becomes of it there stays there, since Lua's frames are around this.
fn tell(text: &str) {
    let told = catch_unwind(AssertUnwindSafe(|| NOTICES.with_borrow(|notices| notices.warn(text))));
    drop(told);
}
