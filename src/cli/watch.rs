//! `codex-lua run --watch`: a script, again whenever what it is made of has changed.
//!
//! Each run has a host of its own, with its own Lua, scripted model and Codex: nothing of the run before reaches it,
//! and all of that has ended when it begins.

use std::path::PathBuf;
use std::pin::pin;

use anyhow::Result;

use super::args::Wrong;
use super::cycle::{Cycle, Step};
use super::signals::{self, Signals};
use super::{report, terminal};
use crate::host::CodeWatch;
use crate::notice::Notices;
use crate::{Chunk, Error, Host, HostBuilder, Outcome, Reason, Running, Stopper};

/// What is run again.
pub struct Script<M> {
    pub chunk: Chunk,
    /// Begins to make a host for one run.
    pub host: M,
    pub notices: terminal::Notices,
}

/// One run that has not ended.
struct Live {
    host: Host,
    running: Running,
}

impl<M: Fn() -> HostBuilder> Script<M> {
    /// Runs it until a signal ends that; gives the exit status of the signal.
    pub fn run(&self) -> Result<u8> {
        signals::hearing(async |signals| {
            let mut code = CodeWatch::new(Notices::new(self.notices.clone()));
            loop {
                if let Some(reason) = self.run_once(signals, &code).await? {
                    return Ok(Outcome::Stopped(reason).exit_code());
                }
                code = code.next();
            }
        })?
    }

    /// Runs it once and waits for a change, or for a signal that ends the program.
    async fn run_once(&self, signals: &mut Signals, code: &CodeWatch) -> Result<Option<Reason>> {
        let mut cycle = Cycle::default();
        let mut changed = pin!(code.changed());
        let mut live = self.start(signals, code).await?;
        let mut step = match live {
            Some(_) => Step::GoOn,
            None => self.ended(&mut cycle, 1),
        };
        loop {
            match step {
                Step::Stop(reason) => {
                    live.as_ref().inspect(|live| live.host.stopper().stop(reason));
                }
                Step::Wait if code.is_empty() => {
                    let why = "--watch: no file was read as code, so that nothing can change";
                    return Err(Wrong(why.into()).into());
                }
                Step::GoOn | Step::Wait => {}
                Step::Again => return Ok(None),
                Step::End(reason) => return Ok(Some(reason)),
                Step::EndNow(reason) => signals::exit_now(reason),
            }
            let stopper = live.as_ref().map(|live| live.host.stopper());
            step = tokio::select! {
                outcome = outcome(&mut live) => {
                    report::outcome(&outcome);
                    if let Some(Live { host, .. }) = live.take() {
                        signals.end(host).await;
                    }
                    self.ended(&mut cycle, outcome.exit_code())
                }
                reason = signals.next(cycle.is_signalled()) => cycle.signalled(reason),
                files = &mut changed, if !cycle.is_stale() => {
                    self.notices.say(&format!("{} changed, running again", some_of(&files?)));
                    cycle.changed()
                }
                reason = overdue(stopper) => signals::give_up("the script", reason),
            };
        }
    }

    /// Starts a run; `None` when the scripted model's replies are wrong, which is said.
    async fn start(&self, signals: &mut Signals, code: &CodeWatch) -> Result<Option<Live>> {
        let builder = (self.host)().code_watch(code);
        // The replies are Lua, which may compute for ever.
        let host = tokio::select! {
            host = tokio::task::spawn_blocking(|| builder.build()) => host?,
            reason = signals.next(true) => signals::exit_now(reason),
        };
        match host {
            Ok(host) => Ok(Some(Live { running: host.start(self.chunk.clone()), host })),
            Err(error @ Error::Replies(_)) => {
                terminal::error(&error.to_string());
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn ended(&self, cycle: &mut Cycle, status: u8) -> Step {
        let step = cycle.ended();
        if step == Step::Wait {
            let outcome = if status == 0 { "ok".to_owned() } else { format!("exit status {status}") };
            self.notices.say(&format!("{outcome}, waiting for a change"));
        }
        step
    }
}

async fn outcome(live: &mut Option<Live>) -> Outcome {
    match live {
        Some(live) => live.running.outcome().await,
        None => std::future::pending().await,
    }
}

async fn overdue(stopper: Option<Stopper>) -> Reason {
    match stopper {
        Some(stopper) => stopper.overdue(signals::LONGEST_END).await,
        None => std::future::pending().await,
    }
}

/// The first of these files, and how many more there are.
pub fn some_of(files: &[PathBuf]) -> String {
    let first = files.first().map(|file| file.display().to_string()).unwrap_or_default();
    match files.len().saturating_sub(1) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}
