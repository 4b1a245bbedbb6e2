//! `codex-lua install`: the pinned Codex.

use std::io::Write;

use anyhow::{Context, Result};

use super::{args, signals, terminal};
use crate::codex::binary::{self, Finder};
use crate::notice::Notices;

pub fn run(options: &args::Install) -> Result<u8> {
    let notices = Notices::new(terminal::Notices::new(options.quiet).with_status());
    let finder = Finder::from_env(None, true, notices.clone())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let installed = runtime.block_on(async {
        tokio::select! {
            installed = binary::install(&finder.data_dir, finder.path.as_deref(), &notices) => Ok(installed),
            code = signals::ended() => Err(code),
        }
    });
    let installed = match installed {
        Ok(installed) => installed,
        Err(code) => return Ok(code?),
    };
    writeln!(std::io::stdout(), "{}", installed?.display()).context("cannot write to standard output")?;
    Ok(0)
}
