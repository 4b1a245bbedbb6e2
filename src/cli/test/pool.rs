//! Runs files and cases as processes, some at once.

use std::ffi::OsString;
use std::path::Path;
use std::pin::pin;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokio::process::Command;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::filter::Filter;
use super::find::File;
use super::folder::{Folder, project};
use super::order::Event;
use super::report::{Done, Report, Verdict};
use crate::cli::args::Test;
use crate::lua::error::Failure;
use crate::sys::files::remove_tree;
use crate::sys::processes::{Bounds, Mark, Output, Tree, output};

/// Bytes that a case may print.
const MOST: usize = 64 << 20;
/// How much longer than its `--timeout` a process may take: it ends itself long before.
const LATE: Duration = Duration::from_secs(40);

/// What all of them share.
struct Pool {
    options: Test,
    filter: Filter,
    folder: Folder,
    here: String,
    permits: Semaphore,
    made: AtomicUsize,
    stop: CancellationToken,
    tell: UnboundedSender<Event>,
}

/// Starts them, from a thread of their own: the main thread collects the orphans that come to it, and would collect
/// these too. The channel ends when all have ended.
pub fn start(
    options: &Test,
    filter: &Filter,
    files: &[File],
    stop: &CancellationToken,
) -> Result<UnboundedReceiver<Event>> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let (tell, told) = unbounded_channel();
    let pool = Arc::new(Pool {
        options: options.clone(),
        filter: filter.clone(),
        folder: Folder::new()?,
        here: std::env::current_dir()?.display().to_string() + "/",
        permits: Semaphore::new(options.jobs.map_or(cores, usize::from)),
        made: AtomicUsize::new(0),
        stop: stop.clone(),
        tell,
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let files = files.to_vec();
    let work = move || {
        runtime.block_on(async {
            let mut running = JoinSet::new();
            for (number, file) in files.into_iter().enumerate() {
                running.spawn(pool.clone().file(number, file));
            }
            running.join_all().await;
        });
    };
    std::thread::Builder::new().name("tests".into()).spawn(work).context("cannot start the tests")?;
    Ok(told)
}

impl Pool {
    /// Asks a file for its cases, and runs them.
    async fn file(self: Arc<Self>, number: usize, file: File) {
        let Some(listed) = self.process(&file, None).await else { return };
        let (cases, done) = listed;
        let failed = |message: String| Failure { message, ..Failure::default() };
        let broken = match done.verdict {
            Verdict::Passed if cases.is_empty() => Some(Done {
                verdict: Verdict::Failed,
                failure: Some(failed("it has no cases: test.case(name, function) makes one".into())),
                ..done
            }),
            Verdict::Passed => None,
            _ => Some(done),
        };
        if let Some(done) = broken {
            self.tell(Event::Listed { file: number, cases: 1 });
            return self.tell(Event::Ended { file: number, case: 0, done: Box::new(done) });
        }
        let chosen = cases.into_iter().filter(|case| self.filter.passes(&file.shown, case));
        let chosen: Vec<_> = chosen.collect();
        self.tell(Event::Listed { file: number, cases: chosen.len() });
        let mut running = JoinSet::new();
        for (place, case) in chosen.into_iter().enumerate() {
            let (pool, file) = (self.clone(), file.clone());
            running.spawn(async move {
                if let Some((_, done)) = pool.process(&file, Some(case)).await {
                    pool.tell(Event::Ended { file: number, case: place, done: Box::new(done) });
                }
            });
        }
        running.join_all().await;
    }

    fn tell(&self, event: Event) {
        // Who asked may have ended.
        let _ = self.tell.send(event);
    }

    /// Runs a file for its cases, or a case of it; gives the cases too. `None` when nothing is to be started any more.
    async fn process(&self, file: &File, case: Option<String>) -> Option<(Vec<String>, Done)> {
        let _permit = self.permits.acquire().await.ok()?;
        if self.stop.is_cancelled() {
            return None;
        }
        let begun = Instant::now();
        let folder = self.folder.part(self.made.fetch_add(1, Ordering::Relaxed));
        let ended = match &folder {
            Ok(folder) => self.run(file, case.as_deref(), folder).await,
            Err(error) => Err(std::io::Error::new(error.kind(), error.to_string())),
        };
        let time = begun.elapsed();
        let report = folder.as_ref().ok().and_then(|folder| Report::read(folder));
        if let Ok(folder) = folder {
            // What stays goes with the whole.
            let _ = tokio::task::spawn_blocking(move || remove_tree(&folder)).await;
        }
        Some(self.done(case, ended, report, time))
    }

    async fn run(&self, file: &File, case: Option<&str>, folder: &Path) -> std::io::Result<Output> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(self.words(file, case, folder)).current_dir(project(folder));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // Apart, so that Ctrl-C comes to us alone, and we tell it.
        let tree = Tree::start_apart(&mut command, Mark::new())?;
        let members = tree.members();
        let bounds = Bounds { timeout: Some(self.options.timeout.saturating_add(LATE)), bytes: MOST };
        let mut running = pin!(output(tree, vec![], bounds));
        tokio::select! {
            ended = &mut running => return Ok(ended),
            () = self.stop.cancelled() => members.ask_to_end(),
        }
        Ok(running.await)
    }

    fn words(&self, file: &File, case: Option<&str>, folder: &Path) -> Vec<OsString> {
        let limit = format!("{}s", self.options.timeout.as_secs_f64());
        let mut words: Vec<OsString> = vec!["run".into(), "--trial".into(), folder.into()];
        words.extend(["--timeout".into(), limit.into()]);
        words.extend(case.map(|case| format!("--case={case}").into()));
        words.extend(self.options.with.words());
        words.push((&file.path).into());
        words
    }

    fn done(
        &self,
        case: Option<String>,
        ended: std::io::Result<Output>,
        report: Option<Report>,
        time: Duration,
    ) -> (Vec<String>, Done) {
        let text =
            |bytes: Option<Vec<u8>>| self.seen_here(&String::from_utf8_lossy(&bytes.unwrap_or_default()));
        let (stdout, stderr, end) = match ended {
            Err(error) => (String::new(), String::new(), error.to_string()),
            Ok(Output { end, stdout, stderr }) => {
                let end = match end {
                    Ok(status) => format!("its process ended with {status}"),
                    Err(cut) => format!("its process {cut}"),
                };
                (text(stdout), text(stderr), end)
            }
        };
        let is_told = report.is_some();
        let Report { cases, failure, stopped, transcript, code } = report.unwrap_or_default();
        let failure = failure.map(|failure| self.failure_seen_here(failure)).or_else(|| {
            (!is_told && !self.stop.is_cancelled()).then(|| Failure { message: end, ..Failure::default() })
        });
        let verdict = match failure {
            Some(_) => Verdict::Failed,
            None if stopped || !is_told => Verdict::Stopped,
            None => Verdict::Passed,
        };
        (cases, Done { case, verdict, time, failure, transcript, stdout, stderr, code })
    }

    /// Paths as the user would write them: the process stood elsewhere.
    fn seen_here(&self, text: &str) -> String {
        text.replace(&self.here, "")
    }

    fn failure_seen_here(&self, mut failure: Failure) -> Failure {
        failure.message = self.seen_here(&failure.message);
        failure.place = failure.place.map(|(file, line)| (self.seen_here(&file), line));
        for frame in &mut failure.traceback {
            *frame = self.seen_here(frame);
        }
        failure
    }
}
