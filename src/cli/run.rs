//! `codex-lua run`: one script.

use std::io::IsTerminal;
use std::path::PathBuf;

use anyhow::Result;

use super::args::{Run, Wrong};
use super::test::trial;
use super::{repl, report, signals, status, terminal, watch};
use crate::{Chunk, Host, HostBuilder, Offline, Source};

pub fn run(mut args: Run) -> Result<u8> {
    let chunk = chunk(&mut args)?;
    let is_script = chunk.is_some() && !args.interactive;
    args.events = args.events.take().map(|file| absolute_after_cd(file, &args));
    args.record = args.record.take().map(|file| absolute_after_cd(file, &args));
    args.replay = args.replay.take().map(|file| absolute_after_cd(file, &args));
    if let Some(folder) = &args.cd {
        std::env::set_current_dir(folder)
            .map_err(|error| Wrong(format!("--cd: cannot enter {}: {error}", folder.display())))?;
    }
    let chunk = match chunk {
        Some(chunk) if args.within.trial.is_some() => return trial::run(args, chunk),
        Some(chunk) if is_script => chunk,
        chunk => return repl::run(args, chunk),
    };
    let notices = notices(&args);
    let code = if args.watch {
        let host = || host(args.clone(), notices.clone());
        watch::Script { chunk, host, notices: notices.clone() }.run()
    } else {
        let outcome = signals::run(host(args, notices).build()?, chunk, |outcome| {
            status::close();
            report::outcome(outcome);
        });
        outcome.map(|outcome| outcome.exit_code()).map_err(anyhow::Error::from)
    };
    status::close();
    code
}

/// What to run; `None` where somebody sits at a terminal and gave nothing.
fn chunk(args: &mut Run) -> Result<Option<Chunk>> {
    let mut words = std::mem::take(&mut args.script).into_iter();
    let source = match args.code.take() {
        Some(text) => Source::Text { name: "(command line)".into(), text },
        None => match words.next() {
            Some(word) if word == "-" => Source::Stdin,
            // What follows a script is the script's, so the parser takes an option that it does not know for one.
            Some(word) if word.starts_with('-') => return Err(Wrong(unknown(&word)).into()),
            Some(path) => Source::File(absolute_after_cd(path.into(), args)),
            None if is_somebody_there() && !args.watch => return Ok(None),
            None => Source::Stdin,
        },
    };
    if args.watch {
        check_watched(&source)?;
    }
    Ok(Some(Chunk { source, args: words.collect() }))
}

/// Whether what is asked on standard output can be answered.
pub fn is_somebody_there() -> bool {
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}

/// Refuses what cannot be read again.
fn check_watched(source: &Source) -> Result<(), Wrong> {
    match source {
        Source::Stdin => {
            Err(Wrong("--watch needs a script that is a file: standard input is read once".into()))
        }
        Source::File(path) if path.metadata().is_ok_and(|metadata| !metadata.is_file()) => {
            Err(Wrong(format!("--watch needs a script that is a file: {} is none", path.display())))
        }
        _ => Ok(()),
    }
}

fn unknown(option: &str) -> String {
    format!("there is no option {option} (codex-lua --help lists them; a script of this name is ./{option})")
}

/// A path of the command line means a file where the user stands, also when the script works elsewhere.
fn absolute_after_cd(path: PathBuf, args: &Run) -> PathBuf {
    match &args.cd {
        None => path,
        Some(_) => std::path::absolute(&path).unwrap_or(path),
    }
}

fn notices(args: &Run) -> terminal::Notices {
    let notices = terminal::Notices::new(args.quiet);
    // Events that go to a terminal, or to what may print them there, need it for themselves.
    if args.events.as_ref().is_some_and(|file| file.starts_with("/dev") || file.starts_with("/proc")) {
        notices
    } else {
        notices.with_status()
    }
}

pub fn host(args: Run, notices: terminal::Notices) -> HostBuilder {
    let mut host = Host::builder().use_sigusr1().install(!args.with.no_install).notices(notices);
    if let Some(replies) = args.offline {
        host = host.offline(Offline { replies, ..Offline::default() });
    }
    if let Some(path) = args.with.codex_bin {
        host = host.codex_bin(path);
    }
    if let Some(file) = args.events {
        host = host.events(file);
    }
    if let Some(file) = args.record {
        host = host.record(file);
    }
    if let Some(file) = args.replay {
        host = host.replay(file);
    }
    if let Some(timeout) = args.timeout {
        host = host.timeout(timeout);
    }
    if let Some(bytes) = args.with.memory {
        host = host.memory(bytes);
    }
    host = args.with.config.into_iter().fold(host, HostBuilder::config);
    args.with.lua_path.into_iter().fold(host, HostBuilder::lua_path)
}
