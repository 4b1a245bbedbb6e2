//! A program that embeds the host, for what the real one does not do on demand: this test program itself.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use codex_lua::{Host, Offline};

use crate::support::{Program, Project};

/// Names the script that is to be run.
const ASKED: &str = "FAULTS_EMBEDDER";

/// Runs `script` with the model's `replies`; scripts have a module `test`.
pub fn program(project: &Project, replies: &Path, script: &Path) -> Program {
    let this = std::env::current_exe().expect("a path");
    project.other_program(&this).env(ASKED, script).env("REPLIES", replies)
}

pub fn is_asked_for() -> Option<PathBuf> {
    std::env::var_os(ASKED).map(PathBuf::from)
}

pub fn run(script: &Path) -> ExitCode {
    let replies = std::env::var_os("REPLIES").map(PathBuf::from);
    let host = Host::builder().offline(Offline { replies, ..Offline::default() }).module("test", |lua| {
        let module = lua.create_table()?;
        module.set("panic", lua.create_function(|_, ()| -> mlua::Result<()> { panic!("on purpose") })?)?;
        Ok(module)
    });
    let host = host.build().expect("a host");
    let outcome = host.run_file(script, &[]);
    drop(host);
    ExitCode::from(outcome.exit_code())
}
