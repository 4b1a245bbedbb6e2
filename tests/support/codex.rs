//! The pinned Codex, installed once for all tests by the program's own installer.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Stands for `XDG_DATA_HOME` in every test; outlives them, so that the second run downloads nothing.
pub fn data_home() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("target/tmp has a parent");
    target.join("test-data")
}

/// The binary of the pinned Codex. The installer's lock lets several test programs ask at once.
pub fn pinned_codex() -> PathBuf {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    let install = || {
        // With the user's environment, for once: npm's registry and proxy are the user's.
        let mut command = Command::new(env!("CARGO_BIN_EXE_codex-lua"));
        let output = command.arg("install").env("XDG_DATA_HOME", data_home()).output().expect("it starts");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "`codex-lua install` failed: {errors}");
        String::from_utf8(output.stdout).expect("a UTF-8 path").trim_end().into()
    };
    BINARY.get_or_init(install).clone()
}
