//! Tasks, as what runs and what is dropped.

use std::cell::Cell;
use std::ffi::c_int;
use std::future::Future;
use std::pin::Pin;
use std::ptr::{null, null_mut};
use std::task::{Context, Poll};

use mlua::ffi::{self, lua_State};
use mlua::{Function, Lua, Table};
use tokio_util::sync::CancellationToken;

use super::busy;
use super::hook::{self, RUNNING};
use crate::lua::error;

/// A task's body: while it is polled or dropped, its state is the one that runs.
pub struct Tracked<F> {
    future: Option<Pin<Box<F>>>,
    state: Cell<*mut lua_State>,
    cancel: CancellationToken,
    /// It computed for long, and that was told.
    told: bool,
}

impl<F: Future> Tracked<F> {
    /// `future` runs a coroutine whose first call is what [`entering`] made. When it is ended from outside, `cancel`
    /// is told, and it never comes to anything.
    pub fn new(future: F, cancel: CancellationToken) -> Self {
        Self { future: Some(Box::pin(future)), state: Cell::new(null_mut()), cancel, told: false }
    }
}

impl<F> Tracked<F> {
    /// What `caught` is of a child's error that ends this task, which is where it awaits.
    pub fn joined(&self, lua: &Lua, caught: &Table) -> mlua::Result<Table> {
        let of = self.state.get();
        let traceback = if of.is_null() {
            None
        } else {
            // SAFETY: the state lives as long as the future in here; only plain data is in this frame, if it throws.
            let text: mlua::LuaString =
                unsafe { lua.exec_raw((), |state| ffi::luaL_traceback(state, of, null(), 0)) }?;
            Some(text.to_string_lossy())
        };
        let lines = error::script_lines(&traceback.unwrap_or_default());
        error::joined(lua, caught, "the task that spawned it:", &lines)
    }
}

impl<F: Future> Future for Tracked<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.get_mut();
        let (outer, other) = (RUNNING.replace(this.state.get()), busy::begins(this.told));
        // What was halted before was none of this.
        hook::take_halted();
        let polled = match &mut this.future {
            Some(future) => future.as_mut().poll(context),
            None => Poll::Pending,
        };
        // `entering` has left it here at the first poll; resumes have put it back since.
        this.state.set(RUNNING.replace(outer));
        this.told = busy::ends(other);
        if polled.is_ready() {
            this.future = None;
            if hook::must_stop() && !this.state.get().is_null() {
                // SAFETY: mlua keeps the coroutine for the next call; it must not keep the hook.
                unsafe { hook::clear(this.state.get()) };
            }
        }
        if hook::take_halted() {
            this.cancel.cancel();
            return Poll::Pending;
        }
        polled
    }
}

impl<F> Drop for Tracked<F> {
    fn drop(&mut self) {
        let Some(future) = self.future.take() else { return };
        let state = self.state.get();
        let outer = RUNNING.replace(state);
        // SAFETY: the future holds the coroutine, which mlua keeps for the next call or leaves to the collector, that
        // does not run before the hook is off.
        unsafe { hook::closing(state, hook::CLOSER, || drop(future)) };
        RUNNING.set(outer);
    }
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
