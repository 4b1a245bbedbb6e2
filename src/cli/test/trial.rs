//! What the program does below itself: it asks a file for its cases, runs one of them, or a script for one of them.

use std::ffi::OsString;
use std::path::Path;

use anyhow::{Context, Result};

use super::report::{Report, write_code};
use crate::cli::args::Run;
use crate::cli::{report as told, run, signals, terminal};
use crate::host::{CodeWatch, Transcript, Trial};
use crate::lua::error::Failure;
use crate::notice::Notices;
use crate::{Chunk, Offline, Outcome, Reason, Source};

pub fn run(mut args: Run, chunk: Chunk) -> Result<u8> {
    let folder = args.within.trial.take().context("there is a folder")?;
    let notices = terminal::Notices::new(args.quiet);
    let code = CodeWatch::new(Notices::none());
    let offline = Offline {
        home: Some(folder.join("home")),
        model: args.within.model_url.take(),
        ..Offline::default()
    };
    if offline.model.is_some() {
        let host = run::host(args, notices).offline(offline).code_watch(&code).build()?;
        let outcome = signals::run(host, chunk, told::outcome)?;
        write_code(&folder, &code.contents())?;
        return Ok(outcome.exit_code());
    }
    let Source::File(file) = &chunk.source else { anyhow::bail!("a test is a file") };
    let program = program(&args, &folder)?;
    let (trial, transcript) = (Trial::new(file, args.within.case.take(), program), Transcript::default());
    let limit = args.timeout.unwrap_or_default();
    let host = run::host(args, notices).offline(offline).code_watch(&code);
    let host = host.trial(trial.clone()).transcript(transcript.clone()).build()?;
    let outcome = signals::run(host, chunk, |_| {})?;
    let code_read = code.contents();
    let (failure, stopped) = failure(&outcome, limit);
    Report { cases: trial.cases(), failure, stopped, transcript: transcript.lines(), code: code_read }
        .write(&folder)?;
    Ok(outcome.exit_code())
}

/// How a case has this program run a script.
fn program(args: &Run, folder: &Path) -> Result<Vec<OsString>> {
    let mut words = vec![std::env::current_exe()?.into(), "run".into(), "--trial".into(), folder.into()];
    words.extend(args.with.words());
    Ok(words)
}

/// Why it failed, and whether it was told to stop.
fn failure(outcome: &Outcome, limit: std::time::Duration) -> (Option<Failure>, bool) {
    let of = |message: String| Some(Failure { message, ..Failure::default() });
    match outcome {
        Outcome::Done => (None, false),
        Outcome::Failed(failure) => (Some(failure.clone()), false),
        Outcome::Exited(status) => {
            (of(format!("it called os.exit, with {status}: a case returns or raises")), false)
        }
        Outcome::Stopped(Reason::Timeout) => {
            let message = format!("it ran longer than {limit:?} (--timeout)");
            (Some(Failure { kind: Some("timeout".into()), message, ..Failure::default() }), false)
        }
        Outcome::Stopped(_) => (None, true),
        Outcome::Broken(words) => (of(format!("internal error: {words}")), false),
    }
}
