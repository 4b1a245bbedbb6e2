//! `codex-lua test --watch`: all of it again, whenever something that a test is made of has changed.

use std::pin::pin;

use anyhow::Result;
use tokio_util::sync::CancellationToken;

use super::filter::Filter;
use super::find::shown;
use super::run_once;
use crate::cli::args::Test;
use crate::cli::signals::Signals;
use crate::cli::terminal;
use crate::cli::watch::some_of;
use crate::host::CodeWatch;
use crate::notice::Notices;
use crate::{Outcome, Reason};

/// Runs until a signal ends that; gives the exit status of the signal.
pub async fn run(options: &Test, filter: &Filter, signals: &mut Signals) -> Result<u8> {
    let notices = terminal::Notices::new(options.quiet);
    let mut code = CodeWatch::new(Notices::new(notices.clone()));
    loop {
        if let Some(reason) = until_changed(options, filter, signals, &code, &notices).await? {
            return Ok(Outcome::Stopped(reason).exit_code());
        }
        code = code.next();
    }
}

/// Runs once and waits for a change, which stops what still runs, or for a signal.
async fn until_changed(
    options: &Test,
    filter: &Filter,
    signals: &mut Signals,
    code: &CodeWatch,
    notices: &terminal::Notices,
) -> Result<Option<Reason>> {
    let stop = CancellationToken::new();
    let mut changed = pin!(code.changed());
    let mut files = None;
    let counts = {
        let mut running = pin!(run_once(options, filter, signals, &stop, code));
        loop {
            tokio::select! {
                counts = &mut running => break counts?,
                found = &mut changed, if files.is_none() => {
                    files = Some(found?);
                    stop.cancel();
                }
            }
        }
    };
    if counts.signal.is_some() {
        return Ok(counts.signal);
    }
    let files = if let Some(files) = files {
        files
    } else {
        notices.say("waiting for a change");
        tokio::select! {
            files = changed => files?,
            reason = signals.next(false) => return Ok(Some(reason)),
        }
    };
    let files: Vec<_> = files.iter().map(|file| shown(file)).collect();
    notices.say(&format!("{} changed, running again", some_of(&files)));
    Ok(None)
}
