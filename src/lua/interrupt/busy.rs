//! Code that computes and holds up every other task: noticing it from another thread, and where it is.
//!
//! The Lua thread counts its polls of tasks. [`Target::watch`] looks now and then whether it is in the same one as before,
//! and how long its processor has worked since. Where the signal is installed, the hook then says which line it is at.

use std::cell::Cell;
use std::ffi::CStr;
use std::ptr::null;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use mlua::ffi::{self, lua_Debug, lua_State};

use super::{Target, hook};

/// How long a task may compute before it is told, by the processor's clock.
const LONG: Duration = Duration::from_secs(1);
/// How often the thread is looked at while it is awake.
const LOOKS: Duration = Duration::from_millis(250);
const WORDS: &str =
    "a task has computed for a second without awaiting anything: nothing else of the script runs meanwhile";

/// The processor time of this thread, in nanoseconds.
pub(super) fn now() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is to a timespec of ours.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    let part = |n: i64| u64::try_from(n).unwrap_or(0);
    part(time.tv_sec) * 1_000_000_000 + part(time.tv_nsec)
}

/// What the Lua thread lets others see.
#[derive(Default)]
pub(super) struct Polls {
    /// Odd while a task is polled.
    number: AtomicU64,
    /// The hook is to say where it is.
    asked: AtomicBool,
    /// The thread has nothing to do.
    idle: AtomicBool,
    /// Whoever looks sleeps while that is so.
    asleep: AtomicBool,
}

thread_local! {
    /// Those of this thread; null, or alive as what `WANTED` points to.
    pub(super) static POLLS: Cell<*const Polls> = const { Cell::new(null()) };
    /// The task that is polled has been told of.
    static TOLD: Cell<bool> = const { Cell::new(false) };
}

fn polls<'a>() -> Option<&'a Polls> {
    // SAFETY: null, or alive: see the head of `interrupt`.
    unsafe { POLLS.get().as_ref() }
}

/// A poll of a task, which was told of before or not, begins; [`ends`] takes what this gives.
pub(super) fn begins(told: bool) -> bool {
    if let Some(polls) = polls() {
        polls.number.store((polls.number.load(Ordering::Relaxed) + 2) | 1, Ordering::Relaxed);
    }
    TOLD.replace(told)
}

/// It ends; tells whether the task was told of.
pub(super) fn ends(outer: bool) -> bool {
    if let Some(polls) = polls() {
        polls.number.store(polls.number.load(Ordering::Relaxed) & !1, Ordering::Relaxed);
    }
    TOLD.replace(outer)
}

/// Says where the code is, once for each task, and removes the hook.
///
/// # Safety
/// As for a hook.
pub(super) unsafe fn answer(state: *mut lua_State) {
    // SAFETY: by the caller.
    unsafe { hook::clear(state) };
    if !polls().is_some_and(|polls| polls.asked.swap(false, Ordering::Relaxed)) || TOLD.replace(true) {
        return;
    }
    // SAFETY: by the caller; the record is ours.
    unsafe {
        let mut frame: lua_Debug = std::mem::zeroed();
        let mut level = 0;
        while ffi::lua_getstack(state, level, &raw mut frame) != 0 {
            ffi::lua_getinfo(state, c"Sl".as_ptr(), &raw mut frame);
            if frame.currentline > 0 {
                let source = CStr::from_ptr(frame.short_src.as_ptr()).to_string_lossy();
                return super::tell(&format!("{source}:{}: {WORDS}", frame.currentline));
            }
            level += 1;
        }
    }
    super::tell(WORDS);
}

impl Target {
    /// Looks for tasks that compute too long, on a thread of its own, until the Lua thread ends; `tell` hears of one where
    /// no handler of the signal is installed that could say where it is.
    pub fn watch(&self, tell: impl Fn(&str) + Send + 'static) {
        let target = self.clone();
        let watching = std::thread::Builder::new().name("watch tasks".into()).spawn(move || {
            let mut seen = Seen::default();
            while let Some(computed) = target.computed() {
                let polls = &target.0.polls;
                let number = polls.number.load(Ordering::Relaxed);
                let is_polled = number % 2 == 1;
                if number != seen.number {
                    seen = Seen { number, since: computed, told: false };
                } else if is_polled && !seen.told && computed.saturating_sub(seen.since) >= LONG {
                    seen.told = true;
                    polls.asked.store(true, Ordering::Relaxed);
                    if !target.nudge() {
                        tell(WORDS);
                    }
                }
                if polls.idle.load(Ordering::Relaxed) {
                    polls.asleep.store(true, Ordering::SeqCst);
                    while polls.idle.load(Ordering::SeqCst) {
                        std::thread::park();
                    }
                    polls.asleep.store(false, Ordering::Relaxed);
                }
                std::thread::sleep(LOOKS);
            }
        });
        if let Ok(watching) = watching {
            *self.lock_watcher() = Some(watching.thread().clone());
        }
    }

    /// Says that the Lua thread has nothing to do until [`Target::wakes`].
    pub fn rests(&self) {
        self.0.polls.idle.store(true, Ordering::Relaxed);
    }

    /// Says that the Lua thread goes on, or has ended.
    pub fn wakes(&self) {
        self.0.polls.idle.store(false, Ordering::SeqCst);
        if self.0.polls.asleep.load(Ordering::SeqCst)
            && let Some(watcher) = &*self.lock_watcher()
        {
            watcher.unpark();
        }
    }
}

/// The poll that was seen last.
#[derive(Default)]
struct Seen {
    number: u64,
    /// What the processor had worked by then.
    since: Duration,
    told: bool,
}

/// Has the hook look, if that is asked.
///
/// # Safety
/// `state` is null or a live state of this thread.
pub(super) unsafe fn on_signal(state: *mut lua_State) {
    let is_asked = polls().is_some_and(|polls| polls.asked.load(Ordering::Relaxed));
    if is_asked && !state.is_null() {
        // SAFETY: by the caller.
        unsafe { hook::stop_at_next(state) };
    }
}
