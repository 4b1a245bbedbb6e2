//! `codex-lua install`: the pinned Codex.

use std::io::Write;

use anyhow::{Context, Result};

use super::{args, terminal};
use crate::codex::binary::{self, Finder};
use crate::notice::Notices;

pub fn run(options: &args::Install) -> Result<u8> {
    let notices = Notices::new(terminal::Notices::new(options.quiet).with_status());
    let finder = Finder::from_env(None, true, notices.clone())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let installed = runtime.block_on(async {
        tokio::select! {
            installed = binary::install(&finder.data_dir, finder.path.as_deref(), &notices) => Some(installed),
            _ = tokio::signal::ctrl_c() => None,
        }
    });
    let Some(installed) = installed else { return Ok(130) };
    writeln!(std::io::stdout(), "{}", installed?.display()).context("cannot write to standard output")?;
    Ok(0)
}
