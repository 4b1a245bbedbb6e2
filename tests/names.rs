//! The table of names is the one of the pinned Codex, and does to real lines what the contract says.
//!
//! `CODEX_LUA_UPDATE=1 cargo test --test names` makes the table anew for another Codex.
#[path = "names/schema.rs"]
mod schema;
#[path = "names/table.rs"]
mod table;

use std::path::{Path, PathBuf};
use std::process::Command;

/// The Codex that the table is made from.
fn pinned_codex() -> PathBuf {
    std::env::var_os("CODEX_LUA_TEST_CODEX").expect("CODEX_LUA_TEST_CODEX names the codex binary").into()
}

fn codex(home: &Path, args: &[&str]) -> String {
    let output = Command::new(pinned_codex()).args(args).env("CODEX_HOME", home).output();
    let output = output.expect("codex runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("codex writes UTF-8")
}

#[test]
fn the_table_is_that_of_the_pinned_codex() {
    let folder = tempfile::tempdir().expect("a folder");
    let version = codex(folder.path(), &["--version"]);
    let version = version.split_whitespace().last().expect("a version");
    let out = folder.path().to_str().expect("a UTF-8 path");
    codex(folder.path(), &["app-server", "generate-json-schema", "--experimental", "--out", out]);
    let bundle =
        std::fs::read(folder.path().join("codex_app_server_protocol.schemas.json")).expect("a schema");
    let made = table::make(&serde_json::from_slice(&bundle).expect("JSON"), version);

    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/codex/names/table.rs");
    if std::env::var_os("CODEX_LUA_UPDATE").is_some() {
        std::fs::write(&path, made).expect("the table can be written");
        return;
    }
    let committed = std::fs::read_to_string(&path).expect("a table");
    let differs = committed.lines().zip(made.lines()).position(|(old, new)| old != new);
    let hint = "CODEX_LUA_UPDATE=1 cargo test --test names makes it anew";
    assert!(committed == made, "the table is not that of Codex {version}, from line {differs:?} on: {hint}");
}
