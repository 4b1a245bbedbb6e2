//! Finding and installing, with an `npm` and a `codex` that are shell scripts.
mod finding;
mod installing;
mod support;
