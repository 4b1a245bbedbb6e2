//! Finalizers that can be stopped.
//!
//! Lua runs a `__gc` metamethod with hooks off, on whichever state happens to allocate. So no table of a script is
//! ever marked for finalization: a proxy is marked in its place, which holds the table, and which a table with weak
//! keys holds. The proxy dies when the table would, in the same order, brings the table back to life as Lua would,
//! and runs the metamethod that the table has by then in a coroutine, where hooks are on. As in stock Lua it cannot
//! yield there, an error of it is a warning, and its metatable shows its own `__gc`.

use std::ffi::c_int;

use mlua::ffi::{self, lua_State};
use mlua::{Function, Lua};

use super::hook;
use super::wanted::is_wanted;

/// Replaces the global `setmetatable`.
pub fn setmetatable(lua: &Lua) -> mlua::Result<Function> {
    let weak = lua.create_table()?;
    weak.raw_set("__mode", "k")?;
    let proxies = lua.create_table()?;
    proxies.set_metatable(Some(weak))?;
    // SAFETY: the stack is written beside each line; both functions find the upvalues that they expect.
    unsafe {
        lua.exec_raw(proxies, |state| {
            ffi::lua_createtable(state, 0, 1); // proxies, marks
            ffi::lua_newthread(state);
            ffi::lua_pushstring(state, c"__gc".as_ptr());
            ffi::lua_pushvalue(state, 1);
            ffi::lua_pushcclosure(state, finalize, 3); // proxies, marks, finalize
            ffi::lua_setfield(state, 2, c"__gc".as_ptr()); // proxies, marks
            ffi::lua_pushstring(state, c"__gc".as_ptr());
            ffi::lua_insert(state, 1); // "__gc", proxies, marks
            ffi::lua_pushcclosure(state, set, 3);
        })
    }
}

/// As `luaB_setmetatable`. Upvalues: `"__gc"`, the proxies, the proxies' metatable.
unsafe extern "C-unwind" fn set(state: *mut lua_State) -> c_int {
    // SAFETY: the stack is written beside each line; nothing in this frame needs dropping.
    unsafe {
        let given = ffi::lua_type(state, 2);
        if ffi::lua_type(state, 1) != ffi::LUA_TTABLE {
            ffi::luaL_checktype(state, 1, ffi::LUA_TTABLE);
        }
        if given != ffi::LUA_TNIL && given != ffi::LUA_TTABLE {
            let got = ffi::luaL_typename(state, 2);
            let message = ffi::lua_pushfstring(state, c"nil or table expected, got %s".as_ptr(), got);
            return ffi::luaL_argerror(state, 2, message);
        }
        if ffi::lua_getmetatable(state, 1) != 0
            && ffi::luaL_getmetafield(state, 1, c"__metatable".as_ptr()) != ffi::LUA_TNIL
        {
            return ffi::luaL_error(state, c"cannot change a protected metatable".as_ptr());
        }
        ffi::lua_settop(state, 2);
        if given == ffi::LUA_TTABLE {
            ffi::lua_pushvalue(state, ffi::lua_upvalueindex(1));
            if ffi::lua_rawget(state, 2) != ffi::LUA_TNIL {
                mark(state); // table, metatable, gc
                // The table itself is not to be marked; a field that was there is put back without allocating.
                ffi::lua_pushvalue(state, ffi::lua_upvalueindex(1));
                ffi::lua_pushnil(state);
                ffi::lua_rawset(state, 2);
                ffi::lua_pushvalue(state, 2);
                ffi::lua_setmetatable(state, 1);
                ffi::lua_pushvalue(state, ffi::lua_upvalueindex(1));
                ffi::lua_insert(state, 3); // table, metatable, "__gc", gc
                ffi::lua_rawset(state, 2);
                ffi::lua_settop(state, 1);
                return 1;
            }
            ffi::lua_settop(state, 2);
        }
        ffi::lua_setmetatable(state, 1);
        1
    }
}

/// Makes the table's proxy, unless it has one.
///
/// # Safety
/// Within [`set`]: the table is in slot 1; leaves the stack as it is.
unsafe fn mark(state: *mut lua_State) {
    // SAFETY: by the caller; at most four slots more are used.
    unsafe {
        let (proxies, marks) = (ffi::lua_upvalueindex(2), ffi::lua_upvalueindex(3));
        ffi::lua_pushvalue(state, 1);
        if ffi::lua_rawget(state, proxies) == ffi::LUA_TNIL {
            ffi::lua_createtable(state, 1, 0);
            ffi::lua_pushvalue(state, 1);
            ffi::lua_rawseti(state, -2, 1);
            ffi::lua_pushvalue(state, 1);
            ffi::lua_pushvalue(state, -2); // nil, proxy, table, proxy
            ffi::lua_rawset(state, proxies);
            ffi::lua_pushvalue(state, marks);
            ffi::lua_setmetatable(state, -2);
            ffi::lua_pop(state, 1);
        }
        ffi::lua_pop(state, 1);
    }
}

/// The proxies' `__gc`. Upvalues: a coroutine, `"__gc"`, the proxies.
unsafe extern "C-unwind" fn finalize(state: *mut lua_State) -> c_int {
    // SAFETY: the stack is written beside each line; nothing in this frame needs dropping. Collections are off in a
    // finalizer, so there is one at a time, and the coroutine is free.
    unsafe {
        ffi::lua_settop(state, 1);
        if hook::is_stopping() {
            // Marked again: it runs later, with the time that it has then.
            ffi::lua_getmetatable(state, 1);
            ffi::lua_setmetatable(state, 1);
            return 0;
        }
        if hook::has_ended() {
            return 0;
        }
        ffi::lua_rawgeti(state, 1, 1);
        ffi::lua_pushvalue(state, 2);
        ffi::lua_pushnil(state);
        ffi::lua_rawset(state, ffi::lua_upvalueindex(3)); // proxy, table
        if ffi::lua_getmetatable(state, 2) == 0 {
            return 0;
        }
        ffi::lua_pushvalue(state, ffi::lua_upvalueindex(2));
        if ffi::lua_rawget(state, 3) == ffi::LUA_TNIL {
            return 0;
        }
        ffi::lua_pushvalue(state, 2); // proxy, table, metatable, gc, table
        let co = ffi::lua_tothread(state, ffi::lua_upvalueindex(1));
        ffi::lua_pushcfunction(co, call);
        ffi::lua_xmove(state, co, 2);
        let (mut results, mut status, mut cut) = (0, ffi::LUA_OK, false);
        let run = || {
            status = ffi::lua_resume(co, state, 2, &raw mut results);
            cut = hook::must_stop();
        };
        if is_wanted() {
            hook::running(co, || hook::closing(co, "a __gc handler", run));
        } else {
            hook::running(co, run);
        }
        if hook::must_stop() {
            hook::stop_at_next(state);
        }
        if status != ffi::LUA_OK {
            ffi::lua_xmove(co, state, 1);
            ffi::lua_closethread(co, state);
            ffi::lua_error(state);
        }
        ffi::lua_xmove(co, state, results);
        // What a stop has cut short is no error of its own.
        if results == 0 || cut { 0 } else { ffi::lua_error(state) }
    }
}

/// Calls what it is given, and returns the error that this raises, if it does.
unsafe extern "C-unwind" fn call(state: *mut lua_State) -> c_int {
    // SAFETY: a function and its argument are all that is on the stack.
    unsafe { c_int::from(ffi::lua_pcall(state, 1, 0, 0) != ffi::LUA_OK) }
}
