//! The Lua files of `stdlib/`, embedded.

/// Runs once in each state, with what reads standard input and what starts commands.
pub(crate) const IO: &str = include_str!("../stdlib/io.lua");

/// The type definitions: file name and text.
pub const META: &[(&str, &str)] = &[
    ("codex.lua", include_str!("../stdlib/meta/codex.lua")),
    ("std.lua", include_str!("../stdlib/meta/std.lua")),
];
