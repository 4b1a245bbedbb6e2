//! A running Lua thread, as its owner holds it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::sync::{mpsc, oneshot};

use super::builder::HostBuilder;
use super::event_file::EventFile;
use super::event_lines::EventLines;
use super::job::Job;
use super::offline;
use super::outcome::Outcome;
use super::record_file::RecordFile;
use super::runner::{self, Hearing};
use super::script::{Chunk, Source};
use super::stop::{Reason, Stopper};
use super::taps::{Taps, Watching};
use crate::codex::binary::Finder;
use crate::codex::{Client, Launch, Process, Replay, Seat, Tap};
use crate::error::Error;
use crate::lua::interrupt;
use crate::model::Model;
use crate::notice::Count;
use crate::sys::panic::words;

/// A Lua thread with its Codex; dropping it stops what runs and waits for its end.
#[derive(Debug)]
pub struct Host {
    jobs: Option<mpsc::UnboundedSender<Job>>,
    stopper: Stopper,
    event_lines: Arc<EventLines>,
    thread: Option<JoinHandle<()>>,
}

/// A script that was started.
#[derive(Debug)]
pub struct Running(oneshot::Receiver<Outcome>);

impl Host {
    /// Begins to make one.
    pub fn builder() -> HostBuilder {
        HostBuilder::default()
    }

    pub(super) fn start_thread(mut builder: HostBuilder) -> Result<Self, Error> {
        let stopper = Stopper::default();
        let panicked = stopper.clone();
        builder.notices = builder.notices.on_panic(move |panic| panicked.panicked(&words(panic)));
        let events = builder.events.take().map(|path| EventFile::open(&path, builder.notices.clone()));
        let events = events.transpose()?.map(Arc::new);
        let tasks = Count::default();
        let file = events.clone().map(|tap| tap as Arc<dyn Tap>);
        let watching =
            Watching::new(&builder.notices, tasks.clone()).map(|tap| Arc::new(tap) as Arc<dyn Tap>);
        let deeds = builder.deeds.clone();
        let told = Some(Arc::new(deeds.clone()) as Arc<dyn Tap>);
        let cwd = builder.cwd.clone().or_else(|| std::env::current_dir().ok()).unwrap_or_default();
        let replay = builder.replay.take().map(|path| replay(&path, &cwd)).transpose()?;
        let (launch, model) = match (&replay, builder.launch.take()) {
            (Some(replay), _) => (Launch::Replay(replay.clone()), None),
            (None, Some(launch)) => (launch, None),
            (None, None) => launch(&builder)?,
        };
        let record = builder.record.take();
        let record = record.map(|path| RecordFile::open(&path, &cwd, builder.notices.clone())).transpose()?;
        let launch = match &record {
            Some(record) => record.over(launch),
            None => launch,
        };
        if builder.signal {
            interrupt::install_handler();
        }
        let event_lines = Arc::new(EventLines::new(builder.event_lines.take()));
        let lines = event_lines.are_wanted().then(|| event_lines.clone() as Arc<dyn Tap>);
        let heard = builder.transcript.clone().map(|tap| Arc::new(tap) as Arc<dyn Tap>);
        let taps = Taps::of(watching.into_iter().chain(file).chain(lines).chain(told).chain(heard));
        let client = Client::new(launch, builder.notices.clone(), taps);
        client.seat(Seat::Host, builder.answerer.take());
        let (jobs, incoming) = mpsc::unbounded_channel();
        let (tell, told) = std::sync::mpsc::channel();
        let stopping = stopper.clone();
        let thread = std::thread::Builder::new()
            .name("lua".into())
            .spawn(move || {
                let _kill = KillOnPanic(client.clone());
                runner::run(
                    builder,
                    client,
                    Hearing { events, record, replay, tasks, deeds },
                    &stopping,
                    incoming,
                    &tell,
                );
                drop(model);
            })
            .map_err(|error| Error::Thread(error.to_string()))?;
        match told.recv() {
            Ok(Ok(())) => Ok(Self { jobs: Some(jobs), stopper, event_lines, thread: Some(thread) }),
            Ok(Err(error)) => Err(Error::Thread(error)),
            Err(_) => Err(Error::Thread("the Lua thread ended as it began".into())),
        }
    }

    /// Runs a file and waits for what comes of it. Not from async code: there, [`Host::start`].
    pub fn run_file(&self, path: impl Into<PathBuf>, args: &[&str]) -> Outcome {
        let args = args.iter().map(ToString::to_string).collect();
        self.start(Chunk { source: Source::File(path.into()), args }).wait()
    }

    /// Runs a piece of Lua, whose messages call it `name`, and waits for what comes of it.
    pub fn run_text(&self, name: &str, text: &str) -> Outcome {
        let source = Source::Text { name: name.into(), text: text.into() };
        self.start(Chunk { source, args: vec![] }).wait()
    }

    /// Has a script run, after those that were started before it.
    pub fn start(&self, chunk: Chunk) -> Running {
        let (tell, told) = oneshot::channel();
        self.send(Job::Script { chunk, run: self.stopper.queue(), tell });
        Running(told)
    }

    pub(super) fn send(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            // When the thread is gone, whoever waits for an answer finds that nobody will give it.
            let _ = jobs.send(job);
        }
    }

    pub(super) fn event_lines(&self) -> &EventLines {
        &self.event_lines
    }

    /// Stops scripts, from any thread.
    pub fn stopper(&self) -> Stopper {
        self.stopper.clone()
    }
}

impl Running {
    /// Waits for what comes of it, blocking.
    pub fn wait(self) -> Outcome {
        self.0.blocking_recv().unwrap_or_else(|_| gone())
    }

    /// Waits for what comes of it.
    pub async fn outcome(&mut self) -> Outcome {
        (&mut self.0).await.unwrap_or_else(|_| gone())
    }
}

/// Every job is answered but by a thread that panicked.
fn gone() -> Outcome {
    Outcome::Broken("the thread that runs scripts has ended".into())
}

/// What runs of the server when the thread that would end it panics.
struct KillOnPanic(Client);

impl Drop for KillOnPanic {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.kill();
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.stopper.stop(Reason::Stopped);
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn replay(path: &Path, cwd: &Path) -> Result<Arc<Replay>, Error> {
    let failed =
        |what: &dyn std::fmt::Display| Error::Replay { path: path.to_owned(), what: what.to_string() };
    Replay::open(path, cwd).map_err(|bad| failed(&bad))
}

fn launch(builder: &HostBuilder) -> Result<(Launch, Option<Arc<Model>>), Error> {
    let mut process = Process {
        finder: Finder::from_env(builder.codex_bin.clone(), builder.install, builder.notices.clone())?,
        config: vec![],
        cwd: builder.cwd.clone(),
        env: None,
    };
    let model = match &builder.offline {
        None => None,
        Some(offline) => offline::prepare(offline, &mut process, builder)?,
    };
    process.config.extend(builder.config.iter().cloned());
    Ok((Launch::Process(Box::new(process)), model))
}
