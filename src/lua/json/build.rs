//! Plays a tape to Lua. The crate's only unsafe code for JSON.
//!
//! What must hold, and where it is kept:
//! - Lua throws by longjmp, so no frame between `exec_raw` and Lua may hold anything with a destructor: `run`
//!   has references, numbers and an iterator over a slice. (`exec_raw` itself catches what is thrown.)
//! - Each step finds on the stack what it uses: the tape has a value after each key, an end for each beginning,
//!   and `Put` names the table two or one below. `tape.rs` writes steps in no other order.
//! - Lua's stack is grown once, before the first step, for the deepest point of the tape: a table and a key for
//!   each open container, and five slots for the metatable, the value, and `Also`, or for `lua_rawset`'s callees.
//! - Strings are passed by pointer and length and are copied by Lua before the call returns.
//! - A collection may run finalizers at any allocation; they cannot reach the tape, which is borrowed.
#![allow(unsafe_code)]

use super::tape::{Op, Put, Tape};
use mlua::ffi::{self, lua_State};
use mlua::{Lua, Table, Value};
use std::ffi::{c_char, c_int, c_void};

/// Its address is the key of the arrays' metatable in the registry, which scripts cannot reach.
static ARRAY: u8 = 0;

/// The metatable of tables that are JSON arrays even when empty. Its `__name` is `json.array`; it has no
/// behaviour. To make an array in Rust: `table.set_metatable(Some(array_metatable(lua)?))`.
pub fn array_metatable(lua: &Lua) -> mlua::Result<Table> {
    // SAFETY: a C function's stack begins with LUA_MINSTACK (20) free slots; no destructors.
    unsafe { lua.exec_raw((), |state| push_array_metatable(state)) }
}

/// Builds what the tape says.
pub(super) fn play(lua: &Lua, tape: &Tape) -> mlua::Result<Value> {
    let (ops, own) = (tape.ops.as_slice(), tape.own.as_str());
    let (arrays, slots) = (tape.arrays, 2 * tape.depth + 5);
    // SAFETY: as the head of this file says; the closure holds two references, a flag and a number.
    unsafe {
        lua.exec_raw((), |state| {
            let slots = c_int::try_from(slots).unwrap_or(c_int::MAX);
            ffi::luaL_checkstack(state, slots, c"too deep".as_ptr());
            if arrays {
                push_array_metatable(state);
                run(state, ops, own);
                ffi::lua_replace(state, 1);
            } else {
                run(state, ops, own);
            }
        })
    }
}

/// Leaves exactly one value on top of the stack; slot 1 holds the arrays' metatable if the tape has arrays.
unsafe fn run(state: *mut lua_State, ops: &[Op], own: &str) {
    // SAFETY: the tape is well formed, and slots for all its steps are there.
    unsafe {
        for op in ops {
            let put = match *op {
                Op::Null(put) => {
                    ffi::lua_pushlightuserdata(state, std::ptr::null_mut());
                    put
                }
                Op::Bool(value, put) => {
                    ffi::lua_pushboolean(state, c_int::from(value));
                    put
                }
                Op::Int(value, put) => {
                    ffi::lua_pushinteger(state, value);
                    put
                }
                Op::Float(value, put) => {
                    ffi::lua_pushnumber(state, value);
                    put
                }
                Op::Text(text, put) => {
                    push_text(state, text);
                    put
                }
                Op::OwnText(at, len, put) => {
                    push_text(state, &own[at..at + len]);
                    put
                }
                Op::Key(text) => {
                    push_text(state, text);
                    Put::LEAVE
                }
                Op::OwnKey(at, len) => {
                    push_text(state, &own[at..at + len]);
                    Put::LEAVE
                }
                Op::Also(name) => {
                    // table, key, value → table, key, value, name, value
                    push_text(state, name);
                    ffi::lua_pushvalue(state, -2);
                    ffi::lua_rawset(state, -5);
                    Put::FIELD
                }
                Op::Object(fields) => {
                    ffi::lua_createtable(state, 0, c_int::try_from(fields).unwrap_or(c_int::MAX));
                    Put::LEAVE
                }
                Op::Array(items) => {
                    ffi::lua_createtable(state, c_int::try_from(items).unwrap_or(c_int::MAX), 0);
                    ffi::lua_pushvalue(state, 1);
                    ffi::lua_setmetatable(state, -2);
                    Put::LEAVE
                }
                Op::End(put) => put,
            };
            match put {
                Put::LEAVE => {}
                Put::FIELD => ffi::lua_rawset(state, -3),
                Put(place) => ffi::lua_rawseti(state, -2, i64::from(place)),
            }
        }
    }
}

unsafe fn push_text(state: *mut lua_State, text: &str) {
    // SAFETY: a slot is free; Lua copies the bytes, also when there are none.
    unsafe { ffi::lua_pushlstring(state, text.as_ptr().cast::<c_char>(), text.len()) };
}

/// Makes it on first use.
unsafe fn push_array_metatable(state: *mut lua_State) {
    let key = (&raw const ARRAY).cast::<c_void>();
    // SAFETY: three slots are free; one is taken in the end.
    unsafe {
        if ffi::lua_rawgetp(state, ffi::LUA_REGISTRYINDEX, key) != ffi::LUA_TNIL {
            return;
        }
        ffi::lua_pop(state, 1);
        ffi::lua_createtable(state, 0, 1);
        push_text(state, "__name");
        push_text(state, "json.array");
        ffi::lua_rawset(state, -3);
        ffi::lua_pushvalue(state, -1);
        ffi::lua_rawsetp(state, ffi::LUA_REGISTRYINDEX, key);
    }
}
