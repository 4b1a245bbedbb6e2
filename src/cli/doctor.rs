//! `codex-lua doctor`: what was found on this machine, and what to do about it. It changes nothing, installs nothing
//! and asks nothing of the network.

mod check;
mod codex;
mod folders;
mod machine;
mod print;
mod server;

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio_util::sync::CancellationToken;

use super::{args, signals};
use crate::codex::binary::{BinaryError, Finder};
use crate::notice::Notices;
use check::{Check, Finding, Status};

/// All that was found.
struct Report {
    checks: Vec<Check>,
}

pub fn run(options: &args::Doctor) -> Result<u8> {
    let finder = Finder::from_env(options.codex_bin.clone(), false, Notices::none());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let deadline = options.timeout;
    let stop = CancellationToken::new();
    let report = runtime.block_on(async {
        let mut examining = pin!(examine(finder, deadline, &stop));
        tokio::select! {
            report = &mut examining => Ok(report),
            code = signals::ended() => {
                stop.cancel();
                // The server must end before we do.
                drop(examining.await);
                Err(code)
            }
        }
    });
    // A folder on a disk that does not answer must not keep the process.
    runtime.shutdown_background();
    let report = match report {
        Ok(report) => report,
        Err(code) => return Ok(code?),
    };
    let printed = if options.json { print::json(&report) } else { print::text(&report) };
    printed.context("cannot write to standard output")?;
    Ok(report.exit_code())
}

/// Everything at once; what needs a server waits for the Codex that would be started. When it is stopped it ends what
/// it started and leaves the rest.
async fn examine(
    finder: Result<Finder, BinaryError>,
    deadline: Duration,
    stop: &CancellationToken,
) -> Report {
    let of_codex = async {
        match finder {
            Ok(finder) => codex::checks(finder, deadline, stop).await,
            Err(error) => codex::without_home(&error),
        }
    };
    let of_machine = stop.run_until_cancelled(async {
        let (folders, machine) = tokio::join!(folders::checks(deadline), machine::checks(deadline));
        folders.into_iter().chain(machine)
    });
    let (codex, machine) = tokio::join!(of_codex, of_machine);
    let mut checks: Vec<_> = codex.into_iter().chain(machine.into_iter().flatten()).collect();
    checks.sort_by_key(|check| check::place(check.name));
    Report { checks }
}

impl Report {
    fn status(&self) -> Status {
        self.checks.iter().map(|check| check.finding.status).max().unwrap_or(Status::Ok)
    }

    /// What a script that needs it all would end with: 4 where Codex or a login is missing, 1 for another failure.
    fn exit_code(&self) -> u8 {
        let failed: Vec<_> =
            self.checks.iter().filter(|check| check.finding.status == Status::Fail).collect();
        let no_codex = failed.iter().any(|check| ["codex", "login"].contains(&check.name));
        match (failed.is_empty(), no_codex) {
            (true, _) => 0,
            (false, true) => 4,
            (false, false) => 1,
        }
    }
}

/// A check that is a piece of blocking work: on a thread, for as long as it may take.
async fn look(
    name: &'static str,
    deadline: Duration,
    work: impl FnOnce() -> Finding + Send + 'static,
) -> Check {
    within(name, deadline, async { tokio::task::spawn_blocking(work).await.unwrap_or_else(Finding::broken) })
        .await
}

/// A check that has its time.
async fn within(name: &'static str, deadline: Duration, finding: impl Future<Output = Finding>) -> Check {
    let finding = tokio::time::timeout(deadline, finding).await;
    Check { name, finding: finding.unwrap_or_else(|_| Finding::late(deadline)) }
}
