//! Starting tasks.

use std::any::Any;
use std::rc::Rc;

use mlua::{Function, Lua, MultiValue};

use super::{Kind, Task};

/// Starts a function beside the task that runs now, as its child. `None` when no task runs.
pub fn spawn(lua: &Lua, function: Function, args: MultiValue) -> Option<Rc<Task>> {
    start(lua, Kind::Child, None, function, args)
}

/// As [`spawn`]; in it, and in what it spawns, `scope` holds.
pub fn spawn_in(
    lua: &Lua,
    scope: Option<Rc<dyn Any>>,
    function: Function,
    args: MultiValue,
) -> Option<Rc<Task>> {
    start(lua, Kind::Child, scope, function, args)
}

/// As [`spawn`], but the task that runs now does not wait for it: when its children have ended, it cancels it.
pub fn spawn_helper(lua: &Lua, function: Function, args: MultiValue) -> Option<Rc<Task>> {
    start(lua, Kind::Helper, None, function, args)
}

fn start(
    lua: &Lua,
    kind: Kind,
    scope: Option<Rc<dyn Any>>,
    function: Function,
    args: MultiValue,
) -> Option<Rc<Task>> {
    let parent = Task::current()?;
    let more = parent.more();
    let spawned = more.spawned(kind);
    spawned.set(spawned.get() + 1);
    let cancel = match kind {
        Kind::Child => parent.cancel.child_token(),
        Kind::Helper => more.end_helpers.get_or_init(|| parent.cancel.child_token()).child_token(),
    };
    let task = Task::new((Some(&parent), kind), scope, cancel, parent.script.clone());
    if let (Some(stays), Kind::Child) = (&more.stays, kind) {
        stays.spawned(&task, &function);
    }
    let counted = task.script.count().one_more();
    tokio::task::spawn_local(task.clone().run(lua, function, args, Some(counted)));
    Some(task)
}
