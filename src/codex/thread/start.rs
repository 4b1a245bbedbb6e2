//! Starting a turn: once, whatever happens on the way.

use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::sync::oneshot;

use super::Thread;
use super::open::check_cwd;
use crate::codex::client;
use crate::codex::deadlines::LOAD;
use crate::codex::error::Error;
use crate::codex::exchange::Exchange;
use crate::codex::input::Input;
use crate::codex::interrupt::Interruptible as _;
use crate::codex::options::{Limits, TurnOptions};
use crate::codex::session::Session;
use crate::codex::turn::{Queued, Turn};
use crate::rpc::{CallError, Closed, Lane};

/// Which of a thread's events its turn keeps for reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// All.
    Events,
    /// None: only the result is wanted.
    Result,
}

/// The parameters of the start.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Params<'a> {
    thread_id: &'a str,
    client_user_message_id: &'a str,
    input: &'a [Input],
    #[serde(flatten)]
    overrides: Map<String, Value>,
    #[serde(flatten)]
    once: Map<String, Value>,
}

impl Thread {
    /// Starts a turn, unless one runs; it is not stopped when this handle is dropped. Its schema goes with it; that the
    /// answer fits is for [`Thread::exchange`] to see to.
    pub async fn turn(&self, input: &[Input], options: TurnOptions, keep: Keep) -> Result<Turn, Error> {
        check_cwd(options.cwd.as_deref())?;
        input.iter().try_for_each(Input::check)?;
        let session = self.attached().await?;
        self.after_ending().await;
        self.0.owed.wait().await;
        if self.has_queue(&session).await? {
            return Err(Error::ThreadBusy { thread_id: self.id().to_owned(), joined: false });
        }
        let overrides = options.wire_overrides();
        let queued = match keep {
            Keep::Result => Queued::None,
            Keep::Events if options.subagents => Queued::Tree,
            Keep::Events => Queued::Own,
        };
        let turn = self.begin(&options, &overrides, queued)?;
        let params = Params {
            thread_id: self.id(),
            client_user_message_id: &turn.0.client_id,
            input,
            overrides,
            once: options.wire_once(),
        };
        let starting = StopUnlessTaken::new(turn.clone());
        let taken = self.send(&session, &turn, &params).await;
        if taken.is_err() {
            turn.given_up();
        }
        starting.taken();
        taken.map(|()| turn)
    }

    /// The limits of a turn that has these of its own.
    pub(in crate::codex) fn limits(&self, own: Limits) -> Limits {
        own.or(self.state().options.limits)
    }

    /// Makes the next turn this thread's, unless one runs.
    fn begin(
        &self,
        options: &TurnOptions,
        overrides: &Map<String, Value>,
        queued: Queued,
    ) -> Result<Turn, Error> {
        let mut state = self.state();
        if state.closed {
            return Err(Error::Closed(format!("thread {}", self.id())));
        }
        if self.is_busy(&state) {
            return Err(Error::ThreadBusy { thread_id: self.id().to_owned(), joined: false });
        }
        let undo = state.settings.undo(overrides);
        let limits = options.limits.or(state.options.limits);
        let share = state.budgets(&options.budgets).admit()?;
        let turn = Turn::new(self.clone(), message_id(), limits, queued, undo, share);
        state.turn = Arc::downgrade(&turn.0);
        Ok(turn)
    }

    /// Sends the start until the server has taken it or refused it; only a start that was not taken is sent again.
    async fn send(&self, session: &Session, turn: &Turn, params: &Params<'_>) -> Result<(), Error> {
        const METHOD: &str = "turn/start";
        let mut tries = 0;
        loop {
            tries += 1;
            let (tell, told) = oneshot::channel();
            let starting = Starting::new(turn);
            let heard = session.connection.heard();
            let on_answer = move |answer: Result<Bytes, CallError>| match answer
                .map(|answer| starting.0.started(&answer))
            {
                Ok(Ok(())) => starting.0.tell_starter(tell),
                refused => drop(tell.send(refused)),
            };
            let sent = session.connection.request_with(METHOD, params, Lane::Normal, LOAD, on_answer);
            let answer = match sent.await {
                Ok(_sent) => match tokio::time::timeout(LOAD, told).await {
                    Ok(answer) => answer.unwrap_or(Err(Closed.into())),
                    Err(_) if turn.is_taken() => Ok(Ok(())),
                    Err(_) => Err(CallError::Deadline(LOAD)),
                },
                Err(error) => Err(error),
            };
            if let Err(CallError::Deadline(_) | CallError::Crowded(_)) = &answer {
                self.0.client.overdue(session, heard, METHOD, LOAD);
            }
            match answer {
                Ok(taken) => return taken,
                Err(error) if client::is_overloaded(&error) => client::back_off(METHOD, tries).await?,
                Err(CallError::Closed(_)) => {
                    return Err(self.0.client.gone(session, METHOD).await);
                }
                Err(error) => return Err(Error::from_call(METHOD, Some(self.id()), error)),
            }
        }
    }
}

impl Turn {
    /// The server has answered the start: from here on its events find it.
    fn started(&self, answer: &[u8]) -> Result<(), Error> {
        #[derive(Deserialize)]
        struct Started {
            turn: Id,
        }
        #[derive(Deserialize)]
        struct Id {
            id: String,
        }
        let started: Started = client::read("turn/start", answer)?;
        let client = self.thread().client();
        match client.registry().add_turn(started.turn.id.clone(), self.clone()) {
            None => {
                self.taken(started.turn.id);
                client.wind_clock(self);
                Ok(())
            }
            // One of before, which was given up here and runs on there: the server put this input into it.
            Some(other) if other.thread().id() == self.thread().id() => {
                Err(Error::ThreadBusy { thread_id: self.thread().id().to_owned(), joined: true })
            }
            Some(_) => Err(Error::Unexpected {
                method: "turn/start".into(),
                error: format!("{} is the turn of another thread", started.turn.id),
            }),
        }
    }
}

/// A start on its way: however its answer is lost, the turn learns that it was not taken.
struct Starting(Turn);

impl Starting {
    fn new(turn: &Turn) -> Self {
        turn.asked();
        Self(turn.clone())
    }
}

impl Drop for Starting {
    fn drop(&mut self) {
        self.0.refused();
    }
}

/// Stops a turn whose starter gave up before it could hold it.
pub(in crate::codex) struct StopUnlessTaken(Option<Exchange>);

impl StopUnlessTaken {
    pub fn new(exchange: impl Into<Exchange>) -> Self {
        Self(Some(exchange.into()))
    }

    pub fn taken(mut self) {
        self.0 = None;
    }
}

impl Drop for StopUnlessTaken {
    fn drop(&mut self) {
        if let Some(exchange) = self.0.take() {
            exchange.interrupt();
        }
    }
}

/// Says whose a turn is: unique among all clients of a thread.
pub(super) fn message_id() -> String {
    format!("codex-lua-{:032x}", fastrand::u128(..))
}
