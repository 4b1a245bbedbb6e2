//! The script's own coroutines may await.

use mlua::{LightUserData, Lua};

use super::interrupt;

/// Replaces `coroutine.resume`, `coroutine.wrap` and `coroutine.close`.
///
/// The engine's async functions yield [`Lua::poll_pending`] while they wait; stock `resume` would hand it to the
/// script. When a task is dropped, mlua resumes the frame that yielded with a signal, if that frame is its own,
/// which it knows by the chunk's name: so this chunk bears that name, and hands the signal on.
pub(super) fn install(lua: &Lua) -> mlua::Result<()> {
    let pending = LightUserData(Lua::poll_pending().0);
    lua.load(include_str!("coroutine.lua")).set_name("=__mlua_async_poll").call((
        pending,
        interrupt::resume(lua)?,
        interrupt::close(lua)?,
        interrupt::unwind(lua)?,
    ))
}
