//! Stopping Lua code that computes and never awaits.
//!
//! Another thread sends this one a signal; its handler sets a count hook on the Lua state that runs, as the `lua`
//! program does on Ctrl-C. At the next instruction the hook yields the coroutine, which is never resumed, so no
//! `pcall` and no message handler sees anything; where Lua cannot yield it runs out of memory, again and again.
//! Until then all this costs nothing.
//!
//! Invariants:
//! - `RUNNING` is null or a live state of this thread that is inside `lua_resume`: set around each poll of a task
//!   ([`Tracked`]) and each resume and close of a coroutine ([`resume`],
//!   [`close`]), and put back when those return. Both keep the
//!   state alive meanwhile: the task by its reference, the caller's stack by its first slot.
//! - The handler reads and writes only constant-initialized thread-locals without destructors and calls only
//!   `lua_sethook`, which Lua documents as callable from a handler, and `clock_gettime`.
//! - `WANTED` is null or points into the `Target` that this thread's [`Here`] holds; a late signal of an earlier
//!   script therefore finds that nothing is to stop.
//! - A thread withdraws itself from its `Target` before it ends.
#![allow(unsafe_code, reason = "this is the room for it")]

use std::cell::Cell;
use std::ffi::c_int;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use mlua::ffi::{self, lua_Debug, lua_State};
use mlua::{Function, Lua};

/// What runs after an error that stops Lua, in nanoseconds, before it is stopped again.
const GRACE: u64 = 5_000_000;
/// More than any machine has, and less than Lua itself refuses.
const NO_MEMORY: usize = 1 << 62;
/// How long the closers of one task may compute when a script is stopped.
const CLOSERS: Duration = Duration::from_millis(100);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Nothing is to be stopped.
    Quiet,
    /// Whatever runs is to stop.
    Stop,
    /// Closers run; they have until then, on the monotonic clock in nanoseconds.
    Close { until: u64 },
}

thread_local! {
    static RUNNING: Cell<*mut lua_State> = const { Cell::new(null_mut()) };
    static PHASE: Cell<Phase> = const { Cell::new(Phase::Quiet) };
    static GRACE_UNTIL: Cell<u64> = const { Cell::new(0) };
    static WANTED: Cell<*const AtomicBool> = const { Cell::new(null()) };
}

/// A thread whose Lua code can be stopped; a cheap clone.
#[derive(Clone, Default)]
pub struct Target(Arc<Shared>);

#[derive(Default)]
struct Shared {
    thread: Mutex<Option<libc::pthread_t>>,
    wanted: AtomicBool,
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Target")
    }
}

impl Target {
    /// Makes this thread the one that is stopped, until [`Here`] is dropped.
    pub fn here(&self) -> Here {
        WANTED.set(&raw const self.0.wanted);
        // SAFETY: has no preconditions.
        self.set(Some(unsafe { libc::pthread_self() }));
        Here(self.clone(), PhantomData)
    }

    /// Says whether what the thread runs is to stop. Code that awaits has to be told otherwise.
    pub fn want_stop(&self, wanted: bool) {
        self.0.wanted.store(wanted, Ordering::Release);
        if !wanted {
            PHASE.set(Phase::Quiet);
            GRACE_UNTIL.set(0);
        }
    }

    /// Has the thread look whether it is to stop. Nothing happens when there is none, or no handler.
    pub fn nudge(&self) {
        let thread = self.0.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(thread), true) = (*thread, handler_is_installed()) {
            // SAFETY: the thread is alive: it withdraws itself under this lock before it ends.
            unsafe { libc::pthread_kill(thread, libc::SIGUSR1) };
        }
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
        WANTED.set(null());
    }
}

static HANDLER: std::sync::OnceLock<bool> = std::sync::OnceLock::new();

fn handler_is_installed() -> bool {
    HANDLER.get() == Some(&true)
}

/// Takes SIGUSR1 for this, in the whole process.
pub fn install_handler() {
    HANDLER.get_or_init(|| {
        // SAFETY: all fields of sigaction may be zero; the handler keeps to what handlers may do (see above).
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = on_signal as extern "C" fn(c_int) as usize;
            action.sa_flags = libc::SA_RESTART | libc::SA_ONSTACK;
            libc::sigemptyset(&raw mut action.sa_mask);
            libc::sigaction(libc::SIGUSR1, &raw const action, null_mut()) == 0
        }
    });
}

extern "C" fn on_signal(_: c_int) {
    let (state, wanted) = (RUNNING.get(), WANTED.get());
    // SAFETY: WANTED is null or points into what this thread's `Here` holds.
    if state.is_null() || wanted.is_null() || !unsafe { &*wanted }.load(Ordering::Acquire) {
        return;
    }
    match PHASE.get() {
        Phase::Close { until } if now() <= until => return,
        Phase::Close { .. } => {}
        Phase::Quiet | Phase::Stop => PHASE.set(Phase::Stop),
    }
    // SAFETY: RUNNING is a live state of this thread, and this call is made for handlers.
    unsafe { set_hook(state) };
}

fn now() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is to a timespec of ours.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut time) };
    let part = |n: i64| u64::try_from(n).unwrap_or(0);
    part(time.tv_sec) * 1_000_000_000 + part(time.tv_nsec)
}

/// # Safety
/// `state` is a live state of this thread.
unsafe fn set_hook(state: *mut lua_State) {
    // SAFETY: by the caller.
    unsafe { ffi::lua_sethook(state, Some(on_instruction), ffi::LUA_MASKCOUNT, 1) };
}

/// # Safety
/// `state` is a live state of this thread.
unsafe fn clear_hook(state: *mut lua_State) {
    // SAFETY: by the caller.
    unsafe { ffi::lua_sethook(state, None, 0, 0) };
}

unsafe extern "C-unwind" fn on_instruction(state: *mut lua_State, _: *mut lua_Debug) {
    // SAFETY: Lua calls this with the state that runs. A yield of a hook takes effect when the hook returns; an
    // error leaves this frame, which holds nothing that needs dropping.
    unsafe {
        if ffi::lua_isyieldable(state) != 0 {
            // An error that was raised for this runs closers on its way out; they are let be for a moment.
            if now() < GRACE_UNTIL.get() {
                ffi::lua_sethook(state, Some(on_instruction), ffi::LUA_MASKCOUNT, 1000);
            } else {
                ffi::lua_yield(state, 0);
            }
        } else {
            GRACE_UNTIL.set(now() + GRACE);
            // Lua runs an error's message handler with hooks off, but none for a lack of memory.
            ffi::lua_newuserdatauv(state, NO_MEMORY, 0);
        }
    }
}

/// A task's body: while it is polled or dropped, its state is the one that runs.
pub struct Tracked<F> {
    future: Option<Pin<Box<F>>>,
    state: Cell<*mut lua_State>,
}

impl<F: Future> Tracked<F> {
    /// `future` runs a coroutine whose first call is what [`entering`] made.
    pub fn new(future: F) -> Self {
        Self { future: Some(Box::pin(future)), state: Cell::new(null_mut()) }
    }
}

impl<F: Future> Future for Tracked<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.get_mut();
        let outer = RUNNING.replace(this.state.get());
        let polled = match &mut this.future {
            Some(future) => future.as_mut().poll(context),
            None => Poll::Pending,
        };
        // `entering` has left it here at the first poll; resumes have put it back since.
        this.state.set(RUNNING.replace(outer));
        if polled.is_ready() {
            this.future = None;
            if PHASE.get() != Phase::Quiet && !this.state.get().is_null() {
                // SAFETY: mlua keeps the coroutine for the next call; it must not keep the hook.
                unsafe { clear_hook(this.state.get()) };
            }
        }
        polled
    }
}

impl<F> Drop for Tracked<F> {
    fn drop(&mut self) {
        let Some(future) = self.future.take() else { return };
        let state = self.state.get();
        if !state.is_null() {
            // SAFETY: the future holds the coroutine, and is dropped after this.
            unsafe { clear_hook(state) };
        }
        let outer = RUNNING.replace(state);
        closing(|| drop(future));
        if !state.is_null() {
            // SAFETY: mlua keeps the coroutine for the next call; it must not keep the hook.
            unsafe { clear_hook(state) };
        }
        RUNNING.set(outer);
    }
}

/// Runs what runs closers, with the time that they have: also when nothing is to be stopped yet, since a stop drops
/// what awaits before the first signal comes.
fn closing(work: impl FnOnce()) {
    let nanos = u64::try_from(CLOSERS.as_nanos()).unwrap_or(u64::MAX);
    let phase = PHASE.replace(Phase::Close { until: now().saturating_add(nanos) });
    work();
    PHASE.set(phase);
}

/// A function for the body of a task to call first: it says which state runs.
pub fn entering(lua: &Lua) -> mlua::Result<Function> {
    unsafe extern "C-unwind" fn enter(state: *mut lua_State) -> c_int {
        RUNNING.set(state);
        0
    }
    // SAFETY: the function keeps to the rules of a lua_CFunction; it touches no stack.
    unsafe { lua.create_c_function(enter) }
}

/// `coroutine.resume` as it is in stock Lua, which also says which state runs.
pub fn resume(lua: &Lua) -> mlua::Result<Function> {
    // SAFETY: see `resume_tracked`.
    unsafe { lua.create_c_function(resume_tracked) }
}

/// As `luaB_coresume`. Frames of it hold plain data only: Lua may throw across them.
unsafe extern "C-unwind" fn resume_tracked(state: *mut lua_State) -> c_int {
    // SAFETY: the stack effects are those of luaB_coresume and auxresume: `co` stays in slot 1, its arguments move
    // over after room was made for them, its results after room was made here.
    unsafe {
        ffi::luaL_checktype(state, 1, ffi::LUA_TTHREAD);
        let co = ffi::lua_tothread(state, 1);
        let given = ffi::lua_gettop(state) - 1;
        if ffi::lua_checkstack(co, given) == 0 {
            return failed(state, c"too many arguments to resume");
        }
        ffi::lua_xmove(state, co, given);
        RUNNING.set(co);
        let mut results = 0;
        let status = ffi::lua_resume(co, state, given, &raw mut results);
        if PHASE.get() == Phase::Stop {
            let stopped = status == ffi::LUA_YIELD && results == 0 && ffi::lua_gethook(co).is_some();
            clear_hook(co);
            if stopped {
                closing_coroutine(co, state);
                results = 0;
            }
            set_hook(state);
            if stopped {
                RUNNING.set(state);
                return failed(state, c"the script was stopped");
            }
        }
        RUNNING.set(state);
        if status != ffi::LUA_OK && status != ffi::LUA_YIELD {
            ffi::lua_xmove(co, state, 1);
            ffi::lua_pushboolean(state, 0);
            ffi::lua_insert(state, -2);
            return 2;
        }
        if ffi::lua_checkstack(state, results + 1) == 0 {
            ffi::lua_pop(co, results);
            return failed(state, c"too many results to resume");
        }
        ffi::lua_pushboolean(state, 1);
        ffi::lua_xmove(co, state, results);
        results + 1
    }
}

/// `coroutine.close` as it is in stock Lua, which also says which state runs.
pub fn close(lua: &Lua) -> mlua::Result<Function> {
    // SAFETY: see `close_tracked`.
    unsafe { lua.create_c_function(close_tracked) }
}

/// As `luaB_close`. Frames of it hold plain data only: Lua may throw across them.
unsafe extern "C-unwind" fn close_tracked(state: *mut lua_State) -> c_int {
    // SAFETY: `co` stays in slot 1; the stack effects are those of luaB_close.
    unsafe {
        ffi::luaL_checktype(state, 1, ffi::LUA_TTHREAD);
        let co = ffi::lua_tothread(state, 1);
        let mut frame: lua_Debug = std::mem::zeroed();
        let runs = ffi::lua_status(co) == ffi::LUA_OK && ffi::lua_getstack(co, 0, &raw mut frame) != 0;
        if co == state || runs {
            return ffi::luaL_error(state, c"cannot close a running coroutine".as_ptr());
        }
        RUNNING.set(co);
        let status = ffi::lua_closethread(co, state);
        RUNNING.set(state);
        if PHASE.get() == Phase::Stop {
            clear_hook(co);
            set_hook(state);
        }
        if status == ffi::LUA_OK {
            ffi::lua_pushboolean(state, 1);
            return 1;
        }
        ffi::lua_pushboolean(state, 0);
        ffi::lua_xmove(co, state, 1);
        2
    }
}

/// # Safety
/// `co` is suspended, `state` runs on this thread.
unsafe fn closing_coroutine(co: *mut lua_State, state: *mut lua_State) {
    closing(|| {
        // SAFETY: by the caller; what a closer raises stays in `co`, which is dropped with its stack.
        unsafe { ffi::lua_closethread(co, state) };
    });
}

/// # Safety
/// `state` runs on this thread and has two free slots, as every C function has.
unsafe fn failed(state: *mut lua_State, why: &std::ffi::CStr) -> c_int {
    // SAFETY: by the caller.
    unsafe {
        ffi::lua_pushboolean(state, 0);
        ffi::lua_pushstring(state, why.as_ptr());
    }
    2
}
