//! Finding, pinning and installing the Codex binary.
