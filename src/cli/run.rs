//! `codex-lua run`: one script.

use std::io::IsTerminal;
use std::path::PathBuf;

use anyhow::Result;

use super::args::{Run, Wrong};
use super::{report, signals, status, terminal};
use crate::{Chunk, Host, Offline, Source};

pub fn run(mut args: Run) -> Result<u8> {
    let chunk = chunk(&mut args)?;
    args.events = args.events.take().map(|file| absolute_after_cd(file, &args));
    if let Some(folder) = &args.cd {
        std::env::set_current_dir(folder)
            .map_err(|error| Wrong(format!("--cd: cannot enter {}: {error}", folder.display())))?;
    }
    let outcome = signals::run(host(args).build()?, chunk, |outcome| {
        status::close();
        report::outcome(outcome);
    });
    status::close();
    Ok(outcome?.exit_code())
}

fn chunk(args: &mut Run) -> Result<Chunk> {
    let mut words = std::mem::take(&mut args.script).into_iter();
    let source = match args.code.take() {
        Some(text) => Source::Text { name: "(command line)".into(), text },
        None => match words.next() {
            Some(word) if word == "-" => Source::Stdin,
            // What follows a script is the script's, so the parser takes an option that it does not know for one.
            Some(word) if word.starts_with('-') => return Err(Wrong(unknown(&word)).into()),
            Some(path) => Source::File(absolute_after_cd(path.into(), args)),
            None if !std::io::stdin().is_terminal() => Source::Stdin,
            None => {
                let usage =
                    "no script: give a file, - for standard input, or -e CODE (codex-lua --help tells more)";
                return Err(Wrong(usage.into()).into());
            }
        },
    };
    Ok(Chunk { source, args: words.collect() })
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

fn host(args: Run) -> crate::HostBuilder {
    let mut notices = terminal::Notices::new(args.quiet);
    // Events that go to a terminal, or to what may print them there, need it for themselves.
    if !args.events.as_ref().is_some_and(|file| file.starts_with("/dev") || file.starts_with("/proc")) {
        notices = notices.with_status();
    }
    let mut host = Host::builder().use_sigusr1().install(!args.no_install).notices(notices);
    if let Some(replies) = args.offline {
        host = host.offline(Offline { replies, ..Offline::default() });
    }
    if let Some(path) = args.codex_bin {
        host = host.codex_bin(path);
    }
    if let Some(file) = args.events {
        host = host.events(file);
    }
    if let Some(timeout) = args.timeout {
        host = host.timeout(timeout);
    }
    if let Some(bytes) = args.memory {
        host = host.memory(bytes);
    }
    host = args.config.into_iter().fold(host, crate::HostBuilder::config);
    args.lua_path.into_iter().fold(host, crate::HostBuilder::lua_path)
}
