//! Code that computes and never awaits is stopped, and its closers run; memory that runs out ends nothing but what
//! asked for it.

mod support;

#[path = "stop/closers.rs"]
mod closers;
#[path = "stop/code.rs"]
mod code;
#[path = "stop/finalizers.rs"]
mod finalizers;
#[path = "stop/hosts.rs"]
mod hosts;
#[path = "stop/memory.rs"]
mod memory;
#[path = "stop/processes.rs"]
mod processes;
#[path = "stop/temp_dirs.rs"]
mod temp_dirs;

use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use codex_lua::notice::Notice;
use codex_lua::{Chunk, Host, HostBuilder, Outcome, Reason, Running, Source};

/// Ample: stopping takes milliseconds.
const PATIENCE: Duration = Duration::from_mins(1);

/// A host with a module `notes`, whose `note(text)` tells the test.
struct Listening {
    host: Host,
    said: Receiver<String>,
    warned: Arc<Mutex<Vec<String>>>,
}

impl Listening {
    fn new(builder: HostBuilder) -> Self {
        let (say, said) = mpsc::channel::<String>();
        let warned = Arc::<Mutex<Vec<String>>>::default();
        let hear = warned.clone();
        let builder = builder.notices(move |notice: Notice| {
            if let Notice::Warning(text) = notice {
                hear.lock().expect("a list").push(text);
            }
        });
        let builder = builder.module("notes", move |lua| {
            let say = say.clone();
            let notes = lua.create_table()?;
            notes.set("note", lua.create_function(move |_, text: String| Ok(say.send(text).is_ok()))?)?;
            Ok(notes)
        });
        Self { host: builder.build().expect("a host"), said, warned }
    }

    /// Starts `text`, which has `note`, `started` and `task`.
    fn start(&self, text: &str) -> Running {
        let text = format!(
            "local note, task = require('notes').note, require 'std.task'
             local function started() note 'started' end {text}"
        );
        self.host.start(Chunk { source: Source::Text { name: "hostile".into(), text }, args: vec![] })
    }

    /// Waits until the script has said so.
    #[track_caller]
    fn started(&self) {
        let said = self.said.recv_timeout(PATIENCE);
        assert_eq!(said.as_deref(), Ok("started"), "{:?}", self.warned.lock().expect("a list"));
    }

    /// What comes of it, and of the end of the host.
    #[track_caller]
    fn end(self, running: Running) -> Stopped {
        let (tell, told) = mpsc::channel();
        std::thread::spawn(move || drop(tell.send(running.wait())));
        let Ok(outcome) = told.recv_timeout(PATIENCE) else {
            // It would wait for the script that does not end.
            std::mem::forget(self.host);
            panic!("the script does not stop");
        };
        let (tell, told) = mpsc::channel();
        let host = self.host;
        std::thread::spawn(move || {
            drop(host);
            let _ = tell.send(());
        });
        told.recv_timeout(PATIENCE).expect("the host ends");
        let warnings = std::mem::take(&mut *self.warned.lock().expect("a list"));
        Stopped { outcome, notes: self.said.try_iter().collect(), warnings }
    }
}

struct Stopped {
    outcome: Outcome,
    /// What it called `note` with after it had started.
    notes: Vec<String>,
    warnings: Vec<String>,
}

/// Runs `text` and stops it once it has called `started()`.
#[track_caller]
fn stop(text: &str) -> Stopped {
    let listening = Listening::new(Host::builder().use_sigusr1());
    let running = listening.start(text);
    listening.started();
    listening.host.stopper().stop(Reason::Interrupt);
    let stopped = listening.end(running);
    assert_eq!(stopped.outcome, Outcome::Stopped(Reason::Interrupt));
    stopped
}

/// The same, with a closer around `text`, which must run.
#[track_caller]
fn stops(text: &str) {
    let stopped = stop(&format!("{CLOSER} {text}"));
    assert_eq!((stopped.notes, stopped.warnings), (vec!["closed".to_owned()], vec![]));
}

const CLOSER: &str = "local closer <close> = setmetatable({}, { __close = function() note 'closed' end })";
