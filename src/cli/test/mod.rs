//! `codex-lua test`: the cases of `*_test.lua`, each in a process of its own.
//!
//! A thread starts them, as many at once as there are cores: first each file is asked for its cases ([`trial`]), and
//! then each case runs by itself. What comes of them is shown in the order of the files.

mod filter;
mod find;
mod folder;
mod json;
mod junit;
mod order;
mod pool;
mod report;
mod text;
pub mod trial;
mod watch;

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokio_util::sync::CancellationToken;

use super::args::{Test, Wrong};
use super::signals::{self, Signals};
use super::terminal;
use crate::host::CodeWatch;
use crate::notice::Notices;
use crate::{Outcome, Reason};
use filter::Filter;
use find::File;
use order::Order;
use report::{Done, Verdict};

pub fn run(mut options: Test) -> Result<u8> {
    if options.watch && options.json {
        return Err(
            Wrong("--watch and --json do not go together: nobody would read the second run".into()).into()
        );
    }
    let with = &mut options.with;
    for path in with.lua_path.iter_mut().chain(with.codex_bin.as_mut()).chain(options.junit.as_mut()) {
        *path = std::path::absolute(&*path)?;
    }
    if let Some(folder) = &options.cd {
        std::env::set_current_dir(folder)
            .map_err(|error| Wrong(format!("--cd: cannot enter {}: {error}", folder.display())))?;
    }
    let filter = Filter::new(&options.filter)?;
    signals::hearing(async |signals| {
        if options.watch {
            return watch::run(&options, &filter, signals).await;
        }
        let code = CodeWatch::new(Notices::none());
        let counts = run_once(&options, &filter, signals, &CancellationToken::new(), &code).await?;
        Ok(counts.exit_code())
    })?
}

/// How many there were of each.
#[derive(Debug, Default)]
struct Counts {
    files: usize,
    passed: usize,
    failed: usize,
    not_run: usize,
    time: Duration,
    signal: Option<Reason>,
}

impl Counts {
    fn exit_code(&self) -> u8 {
        match (self.signal, self.failed) {
            (Some(reason), _) => Outcome::Stopped(reason).exit_code(),
            (None, 0) => 0,
            (None, _) => 1,
        }
    }
}

/// Runs all that is to run, or what of it has ended before a signal, or `stop`, says so.
async fn run_once(
    options: &Test,
    filter: &Filter,
    signals: &mut Signals,
    stop: &CancellationToken,
    code: &CodeWatch,
) -> Result<Counts> {
    let files = find::files(&options.paths)?;
    let begun = Instant::now();
    let mut counts = Counts { files: files.len(), ..Counts::default() };
    let mut events = pool::start(options, filter, &files, stop)?;
    let mut order = Order::new(files.len());
    let mut all = vec![];
    loop {
        tokio::select! {
            event = events.recv() => match event {
                Some(event) => order.add(event),
                None => break,
            },
            reason = signals.next(counts.signal.is_some()) => {
                if counts.signal.replace(reason).is_some() {
                    signals::exit_now(reason);
                }
                stop.cancel();
            }
        }
        show(options, &files, order.take(), &mut counts, &mut all, code)?;
    }
    let (rest, not_run) = order.rest();
    show(options, &files, rest, &mut counts, &mut all, code)?;
    (counts.not_run, counts.time) = (counts.not_run + not_run, begun.elapsed());
    if all.is_empty() && counts.not_run == 0 {
        let filters = options.filter.join(", ");
        let files = text::files(files.len());
        return Err(Wrong(format!("no case has {filters:?} in its name or its file's, of {files}")).into());
    }
    if !options.json {
        text::counts(&counts)?;
    }
    if let Some(path) = &options.junit {
        write_junit(path, &all, &counts)?;
    }
    Ok(counts)
}

fn show(
    options: &Test,
    files: &[File],
    ended: Vec<(usize, Done)>,
    counts: &mut Counts,
    all: &mut Vec<(String, Done)>,
    code: &CodeWatch,
) -> Result<()> {
    for (file, done) in ended {
        match done.verdict {
            Verdict::Passed => counts.passed += 1,
            Verdict::Failed => counts.failed += 1,
            Verdict::Stopped => counts.not_run += 1,
        }
        for (path, content) in &done.code {
            code.learn(path.clone(), *content);
        }
        let name = &files[file].shown;
        if options.json {
            json::line(name, &done)?;
        } else if done.verdict == Verdict::Failed || !options.quiet {
            text::case(name, &done)?;
        }
        all.push((name.clone(), done));
    }
    Ok(())
}

fn write_junit(path: &Path, all: &[(String, Done)], counts: &Counts) -> Result<()> {
    std::fs::write(path, junit::text(all, counts))
        .with_context(|| format!("--junit: cannot write {}", path.display()))?;
    terminal::detail(&format!("codex-lua: the results are in {}", path.display()));
    Ok(())
}
