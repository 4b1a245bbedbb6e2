//! The Lua files of `stdlib/`, embedded.

/// Runs once in each state, with what reads standard input and what starts commands.
pub(crate) const IO: &str = include_str!("../stdlib/io.lua");

/// What of `std.retry` calls functions of scripts.
pub(crate) const RETRY: &str = include_str!("../stdlib/retry.lua");

/// What of `std.test` calls functions of scripts.
pub(crate) const TEST: &str = include_str!("../stdlib/test.lua");

/// What of `std.watch` calls functions of scripts.
pub(crate) const WATCH: &str = include_str!("../stdlib/watch.lua");

/// The type definitions: path below `stdlib/meta/`, and text.
pub const META: &[(&str, &str)] = &[
    ("ask.lua", include_str!("../stdlib/meta/ask.lua")),
    ("codex.lua", include_str!("../stdlib/meta/codex.lua")),
    ("events.lua", include_str!("../stdlib/meta/events.lua")),
    ("lua.lua", include_str!("../stdlib/meta/lua.lua")),
    ("replies.lua", include_str!("../stdlib/meta/replies.lua")),
    ("std/env.lua", include_str!("../stdlib/meta/std/env.lua")),
    ("std/fs.lua", include_str!("../stdlib/meta/std/fs.lua")),
    ("std/inspect.lua", include_str!("../stdlib/meta/std/inspect.lua")),
    ("std/json.lua", include_str!("../stdlib/meta/std/json.lua")),
    ("std/log.lua", include_str!("../stdlib/meta/std/log.lua")),
    ("std/path.lua", include_str!("../stdlib/meta/std/path.lua")),
    ("std/process.lua", include_str!("../stdlib/meta/std/process.lua")),
    ("std/retry.lua", include_str!("../stdlib/meta/std/retry.lua")),
    ("std/signal.lua", include_str!("../stdlib/meta/std/signal.lua")),
    ("std/task.lua", include_str!("../stdlib/meta/std/task.lua")),
    ("std/test.lua", include_str!("../stdlib/meta/std/test.lua")),
    ("std/time.lua", include_str!("../stdlib/meta/std/time.lua")),
    ("std/watch.lua", include_str!("../stdlib/meta/std/watch.lua")),
    ("tools.lua", include_str!("../stdlib/meta/tools.lua")),
];
