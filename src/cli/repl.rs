//! `codex-lua` without a script, or with `-i`: the prompt.

use std::path::PathBuf;

use anyhow::Result;
use etcetera::BaseStrategy;

use super::args::{Run, Wrong};
use super::{report, run, signals, status, terminal};
use crate::repl::{self, Above, Asked, Control, Manner};
use crate::{Chunk, Outcome, host};

/// The script that runs first, in the user's folder for configuration.
const INIT: &str = "codex-lua/init.lua";

pub fn run(args: Run, script: Option<Chunk>) -> Result<u8> {
    if !run::is_somebody_there() {
        let usage = "-i needs a terminal: standard input or standard output is none";
        return Err(Wrong(usage.into()).into());
    }
    let control = Control::default();
    signals::attend(control.clone())?;
    let above = Above::default();
    let notices = terminal::Notices::new(args.quiet).with_prompt(above.clone());
    let asked = Asked::new(control.clone());
    let manner = Manner {
        above,
        asked: asked.clone(),
        control,
        colours: terminal::shows_colours(),
        report: report::failure,
        history: host::state_folder().ok().map(|folder| folder.join("history")),
        init: init(),
        greets: !args.quiet,
    };
    let outcome = repl::run(
        run::host(args, notices).event_lines(repl::show_event).answerer(asked).build()?,
        script,
        manner,
    );
    status::close();
    let outcome = outcome?;
    if matches!(outcome, Outcome::Broken(_)) {
        report::outcome(&outcome);
    }
    Ok(outcome.exit_code())
}

/// `$XDG_CONFIG_HOME/codex-lua/init.lua`, or `~/.config/…`; never anything of the working folder.
fn init() -> Option<PathBuf> {
    let folder = etcetera::choose_base_strategy().ok()?.config_dir();
    folder.is_absolute().then(|| folder.join(INIT))
}
