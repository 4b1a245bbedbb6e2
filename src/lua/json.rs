//! JSON to Lua tables in one pass.
