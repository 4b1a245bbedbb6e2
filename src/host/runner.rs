//! What the Lua thread does: one script after another.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::mpsc::Sender;

use mlua::{Lua, MultiValue, Value};
use tokio::sync::{mpsc, oneshot};
use tokio::task::LocalSet;
use tokio_util::sync::CancellationToken;

use super::builder::HostBuilder;
use super::event_file::EventFile;
use super::outcome::Outcome;
use super::script::{Chunk, Loaded};
use super::stop::{Reason, Run, Stopper};
use crate::api;
use crate::codex::Client;
use crate::lua::loader::Roots;
use crate::lua::{engine, error, interrupt, task};
use crate::notice::Count;
use crate::sys::stdio;
use crate::watch::Deeds;

/// A script to run, and who wants to know.
pub struct Job {
    pub chunk: Chunk,
    pub run: Arc<Run>,
    pub tell: Option<oneshot::Sender<Outcome>>,
}

/// What the Lua thread shares with those who hear all that the servers say.
pub struct Hearing {
    pub events: Option<Arc<EventFile>>,
    pub tasks: Count,
    pub deeds: Deeds,
}

impl Drop for Job {
    /// Nobody need go on stopping it, when this thread panicked too.
    fn drop(&mut self) {
        self.run.over();
    }
}

struct Runner<'a> {
    lua: Lua,
    roots: Roots,
    client: Client,
    builder: HostBuilder,
    tasks: Count,
    stopper: &'a Stopper,
}

/// Runs jobs until there are no more; tells first whether it could begin.
pub fn run(
    mut builder: HostBuilder,
    client: Client,
    hearing: Hearing,
    stopper: &Stopper,
    mut jobs: mpsc::UnboundedReceiver<Job>,
    begun: &Sender<Result<(), String>>,
) {
    // Whatever a script has printed is seen as soon as it waits for something.
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().on_thread_park(stdio::flush).build();
    let roots = Roots::new(builder.code.clone());
    let prepared = runtime.map_err(|error| error.to_string()).and_then(|runtime| {
        let lua = prepare(&mut builder, client.clone(), roots.clone(), hearing.deeds.clone())
            .map_err(|error| error.to_string())?;
        Ok((runtime, lua))
    });
    let (runtime, lua) = match prepared {
        Ok(prepared) => prepared,
        Err(error) => return drop(begun.send(Err(error))),
    };
    let _ = begun.send(Ok(()));
    let _here = stopper.here();
    let Hearing { events, tasks, .. } = hearing;
    let runner = Runner { lua, roots, client, builder, tasks, stopper };
    LocalSet::new().block_on(&runtime, async {
        while let Some(mut job) = jobs.recv().await {
            let outcome = runner.run(&job.chunk, &job.run).await;
            stdio::flush();
            settle(events.as_deref()).await;
            if let Some(tell) = job.tell.take() {
                let _ = tell.send(outcome);
            }
        }
        runner.client.shut_down().await;
        settle(events.as_deref()).await;
    });
    let Runner { lua, client, .. } = runner;
    interrupt::end(lua);
    drop(client);
    // A read of standard input that nobody waits for any more must not keep the process.
    runtime.shutdown_background();
}

/// Whoever is told of an end finds all events until then.
async fn settle(events: Option<&EventFile>) {
    if let Some(events) = events {
        events.settle().await;
    }
}

fn prepare(builder: &mut HostBuilder, client: Client, roots: Roots, deeds: Deeds) -> mlua::Result<Lua> {
    let lua = engine::new(builder.memory, roots, builder.notices.clone())?;
    let context = api::Context {
        client,
        notices: builder.notices.clone(),
        deeds,
        watchers: RefCell::default(),
        temp_dirs: RefCell::default(),
        subscriptions: RefCell::default(),
    };
    api::install(&lua, context)?;
    for (name, make) in builder.modules.drain(..) {
        api::add_module(&lua, &name, make)?;
    }
    Ok(lua)
}

impl Runner<'_> {
    async fn run(&self, chunk: &Chunk, run: &Arc<Run>) -> Outcome {
        let cancel = self.stopper.begin(run);
        let _deadline = self.builder.timeout.map(|after| self.stopper.stop_after(run, after));
        let outcome = self.run_script(chunk, cancel).await;
        self.client.stop_listening();
        self.end_turns(matches!(outcome, Outcome::Done | Outcome::Failed(_))).await;
        api::end_commands(&self.lua);
        api::end_watchers(&self.lua).await;
        api::end_temp_dirs(&self.lua).await;
        match (self.stopper.end(run), run.panic()) {
            (_, Some(panic)) => Outcome::Broken(panic),
            (Some(reason), None) if !matches!(outcome, Outcome::Exited(_) | Outcome::Broken(_)) => {
                Outcome::Stopped(reason)
            }
            _ => outcome,
        }
    }

    async fn run_script(&self, chunk: &Chunk, cancel: CancellationToken) -> Outcome {
        let mut roots = vec![chunk.source.folder()];
        roots.extend(self.builder.lua_path.iter().cloned());
        self.roots.set(roots);
        let loaded = match chunk.source.load(&self.lua, &self.roots) {
            Ok(loaded) => loaded,
            Err(failure) => return Outcome::Failed(*failure),
        };
        let args = match self.arguments(&loaded, &chunk.args) {
            Ok(args) => args,
            Err(error) => return Outcome::Failed(error::Failure::of_message(None, error.to_string())),
        };
        let outcome = task::root(&self.lua, cancel, loaded.function.clone(), args, self.tasks.clone()).await;
        match outcome {
            task::Outcome::Returned(_) => Outcome::Done,
            task::Outcome::Exited(status) => Outcome::Exited(status),
            task::Outcome::Cancelled => Outcome::Stopped(Reason::Stopped),
            task::Outcome::Panicked(panic) => Outcome::Broken(panic),
            task::Outcome::Raised(caught) => Outcome::Failed(match error::failure(&self.lua, &caught) {
                Ok(failure) => loaded.show_line(failure),
                Err(error) => error::Failure::of_message(None, error.to_string()),
            }),
        }
    }

    /// `arg` as the `lua` program fills it, and the same for `...`.
    fn arguments(&self, loaded: &Loaded, args: &[String]) -> mlua::Result<MultiValue> {
        let table = self.lua.create_table()?;
        table.raw_set(0, loaded.name.as_str())?;
        let mut values = MultiValue::new();
        for arg in args {
            let value = Value::String(self.lua.create_string(arg)?);
            table.raw_push(value.clone())?;
            values.push_back(value);
        }
        self.lua.globals().raw_set("arg", table)?;
        Ok(values)
    }

    /// A turn does not outlive the script that started it.
    async fn end_turns(&self, say_so: bool) {
        let mut turns = self.client.live_turns();
        turns.retain(|turn| !turn.is_over());
        for turn in &turns {
            if say_so {
                let (id, thread) = (turn.id(), turn.thread().id());
                self.builder.notices.warn(if id.is_empty() {
                    format!(
                        "a turn of thread {thread} was still queued when the script ended: it does not begin"
                    )
                } else {
                    format!(
                        "turn {id} of thread {thread} was still running when the script ended: interrupted"
                    )
                });
            }
            turn.interrupt();
        }
        for turn in turns {
            turn.over().await;
        }
        for (id, root) in self.client.end_subagents().await {
            if say_so {
                self.builder.notices.warn(format!(
                    "subagent {id} of thread {root} was still running when the script ended: interrupted"
                ));
            }
        }
    }
}
