//! `coroutine.resume` and `coroutine.close` as they are in stock Lua, which also say which state runs.

use std::ffi::{CStr, c_int};

use mlua::ffi::{self, lua_Debug, lua_State};
use mlua::{Function, Lua};

use super::hook::{self, RUNNING};

/// `coroutine.resume`.
pub fn resume(lua: &Lua) -> mlua::Result<Function> {
    // SAFETY: see `resume_tracked`.
    unsafe { lua.create_c_function(resume_tracked) }
}

/// `coroutine.close`.
pub fn close(lua: &Lua) -> mlua::Result<Function> {
    // SAFETY: see `close_tracked`.
    unsafe { lua.create_c_function(close_tracked) }
}

/// `coroutine.close` for a coroutine whose task is cancelled: each of its closers has its time.
pub fn unwind(lua: &Lua) -> mlua::Result<Function> {
    // SAFETY: see `unwind_tracked`.
    unsafe { lua.create_c_function(unwind_tracked) }
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
        if hook::is_unwinding() && ffi::lua_gethook(co).is_none() {
            hook::watch(co);
        }
        RUNNING.set(co);
        let mut results = 0;
        let status = ffi::lua_resume(co, state, given, &raw mut results);
        if hook::must_stop() {
            let stopped = status == ffi::LUA_YIELD && results == 0 && ffi::lua_gethook(co).is_some();
            hook::clear(co);
            if stopped {
                // What a closer opened goes with it, unclosed.
                if !hook::is_unwinding() {
                    close_with_time(co, state);
                }
                results = 0;
            }
            hook::stop_at_next(state);
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

/// As `luaB_close`.
unsafe extern "C-unwind" fn close_tracked(state: *mut lua_State) -> c_int {
    // SAFETY: see `closed`.
    unsafe { closed(state, ffi::lua_closethread) }
}

unsafe extern "C-unwind" fn unwind_tracked(state: *mut lua_State) -> c_int {
    // SAFETY: as above.
    unsafe { closed(state, close_with_time) }
}

type Close = unsafe extern "C-unwind" fn(*mut lua_State, *mut lua_State) -> c_int;

/// # Safety
/// `state` runs a C function; `close` leaves on `co` what `lua_closethread` leaves.
unsafe fn closed(state: *mut lua_State, close: Close) -> c_int {
    // SAFETY: `co` stays in slot 1; the stack effects are those of luaB_close. Nothing here needs dropping.
    unsafe {
        ffi::luaL_checktype(state, 1, ffi::LUA_TTHREAD);
        let co = ffi::lua_tothread(state, 1);
        let mut frame: lua_Debug = std::mem::zeroed();
        let runs = ffi::lua_status(co) == ffi::LUA_OK && ffi::lua_getstack(co, 0, &raw mut frame) != 0;
        if co == state || runs {
            return ffi::luaL_error(state, c"cannot close a running coroutine".as_ptr());
        }
        RUNNING.set(co);
        let status = close(co, state);
        RUNNING.set(state);
        if hook::must_stop() {
            hook::clear(co);
            hook::stop_at_next(state);
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
/// `co` is suspended or dead, `state` runs on this thread.
unsafe extern "C-unwind" fn close_with_time(co: *mut lua_State, state: *mut lua_State) -> c_int {
    let mut status = ffi::LUA_OK;
    // SAFETY: by the caller; what a closer raises stays in `co`.
    unsafe { hook::closing(co, hook::CLOSER, || status = ffi::lua_closethread(co, state)) };
    status
}

/// # Safety
/// `state` runs on this thread and has two free slots, as every C function has.
unsafe fn failed(state: *mut lua_State, why: &CStr) -> c_int {
    // SAFETY: by the caller.
    unsafe {
        ffi::lua_pushboolean(state, 0);
        ffi::lua_pushstring(state, why.as_ptr());
    }
    2
}
