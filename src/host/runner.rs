//! What the Lua thread does: one script after another, or the entries of a session.

mod entering;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::Sender;

use mlua::{Lua, MultiValue, Value};
use tokio::sync::mpsc;
use tokio::task::LocalSet;
use tokio_util::sync::CancellationToken;

use super::builder::HostBuilder;
use super::event_file::EventFile;
use super::job::Job;
use super::outcome::{Failure, Outcome};
use super::prompt::Prompt;
use super::record_file::RecordFile;
use super::script::{Chunk, Loaded, Source};
use super::stop::{Reason, Run, Stopper};
use crate::api;
use crate::codex::{Client, Replay};
use crate::lua::loader::Roots;
use crate::lua::{engine, error, interrupt, task};
use crate::notice::Count;
use crate::sys::stdio;
use crate::watch::Deeds;

/// What the Lua thread shares with those who hear all that the servers say.
pub struct Hearing {
    pub events: Option<Arc<EventFile>>,
    pub record: Option<RecordFile>,
    pub replay: Option<Arc<Replay>>,
    pub tasks: Count,
    pub deeds: Deeds,
}

struct Runner<'a> {
    lua: Lua,
    roots: Roots,
    client: Client,
    builder: HostBuilder,
    tasks: Count,
    deeds: Deeds,
    stopper: &'a Stopper,
    prompt: Option<Prompt>,
}

/// Runs jobs until there are no more; tells first whether it could begin.
pub fn run(
    builder: HostBuilder,
    client: Client,
    hearing: Hearing,
    stopper: &Stopper,
    mut jobs: mpsc::UnboundedReceiver<Job>,
    begun: &Sender<Result<(), String>>,
) {
    // Whatever a script has printed is seen as soon as it waits for something.
    let (resting, waking) = (stopper.clone(), stopper.clone());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .on_thread_park(move || {
            stdio::flush();
            resting.rests();
        })
        .on_thread_unpark(move || waking.wakes())
        .build();
    let roots = Roots::new(builder.code.clone());
    let prepared = runtime.map_err(|error| error.to_string()).and_then(|runtime| {
        let lua = prepare(&builder, client.clone(), roots.clone(), hearing.deeds.clone())
            .map_err(|error| error.to_string())?;
        Ok((runtime, lua))
    });
    let (runtime, lua) = match prepared {
        Ok(prepared) => prepared,
        Err(error) => return drop(begun.send(Err(error))),
    };
    let _ = begun.send(Ok(()));
    let _here = stopper.here(builder.notices.clone());
    let Hearing { events, record, replay, tasks, deeds } = hearing;
    let mut runner = Runner { lua, roots, client, builder, tasks, deeds, stopper, prompt: None };
    LocalSet::new().block_on(&runtime, async {
        let mut scripts = 0;
        while let Some(job) = jobs.recv().await {
            match job {
                Job::Script { chunk, run, tell } => {
                    scripts += 1;
                    let outcome = runner.run(&chunk, &run).await;
                    let outcome = match &replay {
                        Some(replay) => compared(outcome, replay, scripts),
                        None => outcome,
                    };
                    stdio::flush();
                    if let Some(record) = &record {
                        record.ran(&outcome);
                    }
                    settle(events.as_deref(), record.as_ref()).await;
                    let _ = tell.send(outcome);
                }
                Job::Open { hear, tell } => drop(tell.send(runner.open(Rc::from(hear)))),
                Job::Enter { entry, name, columns, run, tell } => {
                    let answer = runner.enter(entry, &name, columns, &run).await;
                    stdio::flush();
                    let _ = tell.send(answer);
                }
                Job::Look(look) => runner.look(look),
                Job::Reset { tell } => drop(tell.send(runner.reset().await)),
            }
        }
        runner.end_session().await;
        runner.client.shut_down().await;
        settle(events.as_deref(), record.as_ref()).await;
    });
    let Runner { lua, client, .. } = runner;
    interrupt::end(lua);
    drop(client);
    // A read of standard input that nobody waits for any more must not keep the process.
    runtime.shutdown_background();
}

/// Whoever is told of an end finds all events until then.
async fn settle(events: Option<&EventFile>, record: Option<&RecordFile>) {
    if let Some(events) = events {
        events.settle().await;
    }
    if let Some(record) = record {
        record.settle().await;
    }
}

/// A script that asked something else than was recorded, or less, has failed, whatever it made of that.
fn compared(outcome: Outcome, replay: &Replay, scripts: usize) -> Outcome {
    if !matches!(outcome, Outcome::Done | Outcome::Exited(0)) {
        return outcome;
    }
    match replay.divergence().or_else(|| replay.left(scripts)) {
        Some(divergence) => Outcome::Failed(Failure::of_message(Some("replay"), divergence.what)),
        None => outcome,
    }
}

fn prepare(builder: &HostBuilder, client: Client, roots: Roots, deeds: Deeds) -> mlua::Result<Lua> {
    let lua = engine::new(builder.memory, roots, builder.notices.clone())?;
    let context = api::Context {
        client,
        notices: builder.notices.clone(),
        deeds,
        at_prompt: Cell::default(),
        trial: builder.trial.clone(),
        watchers: RefCell::default(),
        temp_dirs: RefCell::default(),
        subscriptions: RefCell::default(),
    };
    api::install(&lua, context)?;
    for (name, make) in &builder.modules {
        let make = make.clone();
        api::add_module(&lua, name, move |lua| make(lua))?;
    }
    Ok(lua)
}

impl Runner<'_> {
    async fn run(&self, chunk: &Chunk, run: &Arc<Run>) -> Outcome {
        let cancel = self.stopper.begin(run);
        let _deadline = self.builder.timeout.map(|after| self.stopper.stop_after(run, after));
        let outcome = self.run_script(chunk, cancel).await;
        self.end_all(matches!(outcome, Outcome::Done | Outcome::Failed(_))).await;
        self.ended(run, outcome)
    }

    /// Ends what a script has left running.
    async fn end_all(&self, say_so: bool) {
        self.client.stop_listening();
        self.end_turns(say_so).await;
        api::end_commands(&self.lua);
        api::end_watchers(&self.lua).await;
        api::end_temp_dirs(&self.lua).await;
    }

    /// What came of a run, whoever ended it.
    fn ended(&self, run: &Run, outcome: Outcome) -> Outcome {
        match (self.stopper.end(run), run.panic()) {
            (_, Some(panic)) => Outcome::Broken(panic),
            (Some(reason), None) if !matches!(outcome, Outcome::Exited(_) | Outcome::Broken(_)) => {
                Outcome::Stopped(reason)
            }
            _ => outcome,
        }
    }

    fn look_beside(&self, source: &Source) {
        let mut roots = vec![source.folder()];
        roots.extend(self.builder.lua_path.iter().cloned());
        self.roots.set(roots);
    }

    async fn run_script(&self, chunk: &Chunk, cancel: CancellationToken) -> Outcome {
        self.look_beside(&chunk.source);
        let loaded = match chunk.source.load(&self.lua, &self.roots) {
            Ok(loaded) => loaded,
            Err(failure) => return Outcome::Failed(*failure),
        };
        let args = match self.arguments(&loaded, &chunk.args) {
            Ok(args) => args,
            Err(error) => return Outcome::Failed(error::Failure::of_message(None, error.to_string())),
        };
        let main = match self.builder.trial {
            None => Ok(loaded.function.clone()),
            Some(_) => api::test_main(&self.lua, loaded.function.clone()),
        };
        let main = match main {
            Ok(main) => main,
            Err(error) => return Outcome::Failed(error::Failure::of_message(None, error.to_string())),
        };
        let outcome = task::root(&self.lua, cancel, main, args, self.tasks.clone()).await;
        match outcome {
            task::Outcome::Returned(_) => {
                let objection = self.builder.trial.as_ref().and_then(api::Trial::objection);
                objection.map_or(Outcome::Done, Outcome::Failed)
            }
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
