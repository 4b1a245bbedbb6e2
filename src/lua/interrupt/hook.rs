//! What the hook does, and the time that unwinding has.
//!
//! Code that is stopped unwinds in two ways. A coroutine that was abandoned is closed, and its `__close` handlers are
//! the outermost calls on it. Where Lua cannot yield an error goes up, and a call that comes before any instruction
//! is a `__close` handler. Either way each handler has [`TIME`] of the processor from its first instruction.

use std::cell::Cell;
use std::ffi::{CStr, c_int};
use std::ptr::null_mut;

use mlua::ffi::{self, lua_Debug, lua_State};

use super::busy::{self, now};
use super::wanted::{self, ALWAYS, WANTED, Wanted, is_wanted};

/// How long a closer, or a finalizer that begins after a stop, may compute: nanoseconds of the processor.
const TIME: u64 = 100_000_000;
/// How long all finalizers of a state may compute that is closed.
const LAST: u64 = 1_000_000_000;
/// Its time begins with the first look at the clock, which takes longer than most closers.
const LATER: u64 = u64::MAX;
/// Instructions between two looks at the clock.
const OFTEN: c_int = 1000;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Nothing is to be stopped.
    Quiet,
    /// Whatever runs is to stop.
    Stop,
    /// A closer or a finalizer runs; it has until `UNTIL`, once a stop is wanted.
    Unwind,
}

/// Where closers run.
#[derive(Clone, Copy)]
struct Closing {
    what: &'static str,
    state: *mut lua_State,
    /// Calls on that state from the closer down, itself included; `None` where closers are its outermost calls.
    calls: Option<u32>,
}

pub(super) const CLOSER: &str = "a __close handler";
const NOWHERE: Closing = Closing { what: CLOSER, state: null_mut(), calls: None };

thread_local! {
    pub(super) static RUNNING: Cell<*mut lua_State> = const { Cell::new(null_mut()) };
    /// What ran was ended by the hook.
    static HALTED: Cell<bool> = const { Cell::new(false) };
    static PHASE: Cell<Phase> = const { Cell::new(Phase::Quiet) };
    static CLOSING: Cell<Closing> = const { Cell::new(NOWHERE) };
    /// On the thread's processor clock; 0 once it has passed and the closer was told.
    static UNTIL: Cell<u64> = const { Cell::new(0) };
    /// No time is given past this.
    static END: Cell<u64> = const { Cell::new(u64::MAX) };
    /// Finalizers that did not begin because of it.
    static LEFT: Cell<u32> = const { Cell::new(0) };
}

unsafe extern "C-unwind" {
    /// Lua's own way to throw, in `ldo.c`; every Lua since 5.1 has it. What allocates too much in order to throw
    /// collects the whole heap first.
    fn luaD_throw(state: *mut lua_State, status: c_int) -> !;
}

/// Nothing is to be stopped any more.
pub(super) fn calm() {
    PHASE.set(Phase::Quiet);
}

/// Whether the hook ended what ran since this was last asked. A task that was ended because it let no other run is
/// then the only one that is.
pub(super) fn take_halted() -> bool {
    let halted = HALTED.take();
    if halted && wanted::is(Wanted::Hog) {
        calm();
    }
    halted
}

/// Whether the code that runs now is to stop.
pub(super) fn must_stop() -> bool {
    match PHASE.get() {
        Phase::Quiet => false,
        Phase::Stop => true,
        Phase::Unwind => is_wanted() && is_past(),
    }
}

/// Whether it is to stop, and nothing unwinds yet.
pub(super) fn is_stopping() -> bool {
    PHASE.get() == Phase::Stop
}

/// Whether no finalizer is to begin any more; counts those that do not.
pub(super) fn has_ended() -> bool {
    let ended = now() > END.get();
    LEFT.set(LEFT.get() + u32::from(ended));
    ended
}

/// Whether what a coroutine is resumed for has to be watched from its start.
pub(super) fn is_unwinding() -> bool {
    PHASE.get() == Phase::Unwind
}

fn is_past() -> bool {
    if UNTIL.get() == LATER {
        give_time();
    }
    now() > UNTIL.get()
}

fn give_time() {
    UNTIL.set(now().saturating_add(TIME).min(END.get()));
}

pub(super) extern "C" fn on_signal(_: c_int) {
    let state = RUNNING.get();
    if state.is_null() || !is_wanted() {
        // SAFETY: RUNNING is null or a live state of this thread.
        return unsafe { busy::on_signal(state) };
    }
    if PHASE.get() == Phase::Quiet {
        PHASE.set(Phase::Stop);
    }
    if must_stop() {
        // SAFETY: RUNNING is a live state of this thread, and this call is made for handlers.
        unsafe { stop_at_next(state) };
    }
}

/// Has the hook look before the next instruction of `state`.
///
/// # Safety
/// `state` is a live state of this thread.
pub(super) unsafe fn stop_at_next(state: *mut lua_State) {
    // SAFETY: by the caller.
    unsafe {
        // One that unwinds keeps looking for closers.
        let calls = ffi::lua_gethookmask(state) & (ffi::LUA_MASKCALL | ffi::LUA_MASKRET);
        set(state, calls, 1);
    }
}

/// # Safety
/// `state` is a live state of this thread.
unsafe fn set(state: *mut lua_State, calls: c_int, instructions: c_int) {
    // SAFETY: by the caller.
    unsafe { ffi::lua_sethook(state, Some(on_event), ffi::LUA_MASKCOUNT | calls, instructions) };
}

/// Has the hook look at the clock now and then.
///
/// # Safety
/// `state` is a live state of this thread.
pub(super) unsafe fn watch(state: *mut lua_State) {
    // SAFETY: by the caller.
    unsafe { set(state, 0, OFTEN) };
}

/// # Safety
/// `state` is a live state of this thread.
pub(super) unsafe fn clear(state: *mut lua_State) {
    // SAFETY: by the caller.
    unsafe { ffi::lua_sethook(state, None, 0, 0) };
}

unsafe extern "C-unwind" fn on_event(state: *mut lua_State, event: *mut lua_Debug) {
    // SAFETY: Lua calls this with the state that runs and a record of the event. `halt` may throw, and this frame
    // holds nothing that needs dropping.
    unsafe {
        let event = (*event).event;
        let counts = event == ffi::LUA_HOOKCOUNT;
        match PHASE.get() {
            Phase::Quiet => busy::answer(state),
            Phase::Stop if counts => {
                HALTED.set(true);
                halt(state);
            }
            Phase::Stop if event == ffi::LUA_HOOKCALL => {
                PHASE.set(Phase::Unwind);
                CLOSING.set(Closing { what: CLOSER, state, calls: Some(1) });
                give_time();
                set(state, ffi::LUA_MASKCALL | ffi::LUA_MASKRET, OFTEN);
            }
            Phase::Stop => {}
            Phase::Unwind if counts => {
                if must_stop() {
                    abandon(state);
                    halt(state);
                }
            }
            Phase::Unwind => closer_calls(state, event),
        }
    }
}

/// # Safety
/// As for a hook.
unsafe fn closer_calls(state: *mut lua_State, event: c_int) {
    let closing = CLOSING.get();
    if closing.state != state {
        return;
    }
    // SAFETY: by the caller; the record is ours.
    unsafe {
        let Some(calls) = closing.calls else {
            let mut caller: lua_Debug = std::mem::zeroed();
            if event == ffi::LUA_HOOKCALL && ffi::lua_getstack(state, 1, &raw mut caller) == 0 {
                give_time();
                set(state, ffi::LUA_MASKCALL, OFTEN);
            }
            return;
        };
        let calls = match event {
            ffi::LUA_HOOKCALL => calls + 1,
            ffi::LUA_HOOKRET => calls.saturating_sub(1),
            _ => calls,
        };
        CLOSING.set(Closing { calls: Some(calls), ..closing });
        if calls == 0 {
            // Back to what was being stopped; the next closer is a call again.
            PHASE.set(Phase::Stop);
            set(state, ffi::LUA_MASKCALL | ffi::LUA_MASKRET, 1);
        }
    }
}

/// Ends what runs, at the next chance again if it goes on.
///
/// # Safety
/// As for a hook.
unsafe fn halt(state: *mut lua_State) {
    // SAFETY: by the caller. A yield of a hook takes effect when the hook returns.
    unsafe {
        if CLOSING.get().calls.is_some() {
            PHASE.set(Phase::Stop);
        }
        if ffi::lua_isyieldable(state) != 0 {
            ffi::lua_yield(state, 0);
            return;
        }
        if PHASE.get() == Phase::Stop {
            set(state, ffi::LUA_MASKCALL | ffi::LUA_MASKRET, 1);
        } else {
            stop_at_next(state);
        }
        allow_hooks(state);
        // Lua runs an error's message handler, but none for a lack of memory.
        luaD_throw(state, ffi::LUA_ERRMEM)
    }
}

/// Says once which closer or finalizer runs no more.
///
/// # Safety
/// As for a hook.
unsafe fn abandon(state: *mut lua_State) {
    if UNTIL.replace(0) == 0 {
        return;
    }
    let closing = CLOSING.get();
    let state = if closing.state.is_null() { state } else { closing.state };
    // SAFETY: `closing.state` is alive while closers run on it; the record is ours.
    unsafe {
        let mut frame: lua_Debug = std::mem::zeroed();
        let mut found = None;
        let mut level = closing.calls.map_or(0, |calls| calls.saturating_sub(1)).try_into().unwrap_or(0);
        while ffi::lua_getstack(state, level, &raw mut frame) != 0 {
            ffi::lua_getinfo(state, c"S".as_ptr(), &raw mut frame);
            if *frame.what != b'C'.cast_signed() {
                let source = CStr::from_ptr(frame.short_src.as_ptr()).to_string_lossy();
                found = Some(format!("{source}:{}", frame.linedefined));
            }
            if closing.calls.is_some() && found.is_some() {
                break;
            }
            level += 1;
        }
        let place = found.map(|place| format!(" ({place})")).unwrap_or_default();
        super::tell(&format!("{}{place} was abandoned: it computed for more than 100 ms", closing.what));
    }
}

/// Where `lua_State` keeps whether hooks may run; 5.4 has had it there from its first release.
const ALLOWHOOK: usize = 11;

/// What is thrown from a hook leaves hooks off, and what closes the state could not be stopped.
///
/// # Safety
/// `state` is a live state of this thread inside a hook.
unsafe fn allow_hooks(state: *mut lua_State) {
    // SAFETY: by the caller; the byte is in the head of every state, and inside a hook it is 0.
    unsafe {
        let allowed = state.cast::<u8>().add(ALLOWHOOK);
        if *allowed == 0 {
            *allowed = 1;
        }
    }
}

/// Runs `work` while `state` is the one that runs, and leaves no hook on it.
///
/// # Safety
/// `state` is live until this returns.
pub(super) unsafe fn running<R>(state: *mut lua_State, work: impl FnOnce() -> R) -> R {
    let outer = RUNNING.replace(state);
    let result = work();
    RUNNING.set(outer);
    // SAFETY: by the caller.
    unsafe { clear(state) };
    result
}

/// Runs what closes `state`, or the finalizer that runs on it: each has its time, also when nothing is to be stopped
/// yet, since a stop drops what awaits before the first signal comes.
///
/// # Safety
/// `state` is null or live until this returns. `work` does not throw.
pub(super) unsafe fn closing(state: *mut lua_State, what: &'static str, work: impl FnOnce()) {
    let closing = Closing { what, state, calls: None };
    let outer = (PHASE.replace(Phase::Unwind), CLOSING.replace(closing), UNTIL.replace(LATER));
    if !state.is_null() {
        // SAFETY: by the caller.
        unsafe { set(state, ffi::LUA_MASKCALL, OFTEN) };
    }
    work();
    if !state.is_null() {
        // SAFETY: by the caller.
        unsafe { clear(state) };
    }
    PHASE.set(outer.0);
    CLOSING.set(outer.1);
    UNTIL.set(outer.2);
}

/// Runs what closes a whole state.
pub(super) fn ending(work: impl FnOnce()) {
    let wanted = WANTED.replace(&raw const ALWAYS);
    END.set(now().saturating_add(LAST));
    calm();
    work();
    END.set(u64::MAX);
    WANTED.set(wanted);
    let left = LEFT.replace(0);
    if left > 0 {
        super::tell(&format!(
            "{left} more __gc handlers did not run: those before them computed for a second"
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    thread_local! {
        static SEEN: Cell<u8> = const { Cell::new(u8::MAX) };
    }

    unsafe fn byte(state: *mut lua_State) -> u8 {
        // SAFETY: the byte is in the head of every state.
        unsafe { *state.cast::<u8>().add(ALLOWHOOK) }
    }

    unsafe extern "C-unwind" fn look(state: *mut lua_State, _: *mut lua_Debug) {
        // SAFETY: Lua calls this with a live state.
        SEEN.set(unsafe { byte(state) });
    }

    #[test]
    fn the_byte_says_whether_hooks_may_run() {
        let lua = mlua::Lua::new();
        let text = lua.create_string("local x = 1").expect("a string");
        // SAFETY: a chunk is loaded and called, on a state of this test's own; nothing in here needs dropping.
        let around: (bool, bool) = unsafe {
            lua.exec_raw(text, |state| {
                let before = byte(state);
                ffi::lua_sethook(state, Some(look), ffi::LUA_MASKCOUNT, 1);
                let source = ffi::lua_tostring(state, 1);
                ffi::luaL_loadstring(state, source);
                ffi::lua_call(state, 0, 0);
                clear(state);
                ffi::lua_settop(state, 0);
                ffi::lua_pushboolean(state, c_int::from(before == 1));
                ffi::lua_pushboolean(state, c_int::from(byte(state) == 1));
            })
        }
        .expect("it runs");
        assert_eq!((around, SEEN.get()), ((true, true), 0));
    }
}
