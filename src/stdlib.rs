//! The Lua files of `stdlib/`, embedded.

/// The type definitions: file name and text.
pub const META: &[(&str, &str)] = &[
    ("codex.lua", include_str!("../stdlib/meta/codex.lua")),
    ("std.lua", include_str!("../stdlib/meta/std.lua")),
];
