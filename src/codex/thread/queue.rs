//! Turns that begin after the one that runs: the queue that the server keeps of each thread.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::start::{StopUnlessTaken, message_id};
use super::{State, Thread};
use crate::codex::budget::Budgets;
use crate::codex::client;
use crate::codex::deadlines::{INTERRUPT, LEAVE};
use crate::codex::error::Error;
use crate::codex::input::Input;
use crate::codex::interrupt::Interruptible as _;
use crate::codex::session::Session;
use crate::codex::turn::{Queued, Turn};

/// How long after a change of its queue a turn of it may begin, while nothing shows that it will: measured 11 ms.
const GAP: Duration = Duration::from_millis(100);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Added {
    queued_submission: Submission,
}

#[derive(Deserialize)]
struct Submission {
    id: String,
}

impl Thread {
    /// A turn of its own after the one that runs, or at once when none does.
    pub async fn queue(&self, input: &[Input], budgets: &Budgets) -> Result<Turn, Error> {
        const METHOD: &str = "thread/queue/add";
        input.iter().try_for_each(Input::check)?;
        if self.info().ephemeral {
            let words = format!("thread {} has no queue: it is ephemeral, and Codex saves queues", self.id());
            return Err(Error::Usage(words));
        }
        let session = self.attached().await?;
        self.0.owed.wait().await;
        let turn = self.enqueue(budgets)?;
        let waiting = StopUnlessTaken::new(turn.clone());
        let params = json!({
            "threadId": self.id(), "clientUserMessageId": turn.0.client_id, "input": input,
        });
        let (tell, told) = oneshot::channel();
        // Whoever gives up before the answer leaves nothing in the queue.
        let (client, added) = (self.0.client.clone(), turn.clone());
        self.0.client.spawn(async move {
            let answer = client.request_on(&session, METHOD, params).await;
            drop(tell.send(added.queued(answer.and_then(|answer| client::read(METHOD, &answer)))));
        });
        told.await.unwrap_or_else(|_| Err(Error::Closed(format!("thread {}", self.id()))))?;
        waiting.taken();
        Ok(turn)
    }

    fn enqueue(&self, budgets: &Budgets) -> Result<Turn, Error> {
        let state = self.state();
        if state.closed {
            return Err(Error::Closed(format!("thread {}", self.id())));
        }
        let (limits, share) = (state.options.limits, state.budgets(budgets).admit()?);
        drop(state);
        let turn = Turn::new(self.clone(), message_id(), limits, Queued::Own, serde_json::Map::new(), share);
        turn.asked();
        self.client().registry().waiting.add(turn.clone());
        Ok(turn)
    }

    /// A turn that waited in the queue has begun.
    pub(in crate::codex) fn has_begun(&self, turn: &Turn) {
        self.state().turn = std::sync::Arc::downgrade(&turn.0);
        self.0.changed.notify_waiters();
    }

    /// Stops the turns of ours that wait in its queue; returns at once.
    pub(super) fn interrupt_queued(&self) {
        self.client().registry().waiting.of(self).iter().for_each(Turn::interrupt);
    }

    /// Whether no turn runs, as far as is known.
    fn is_idle(&self) -> bool {
        let state = self.state();
        !state.active && state.turn().is_none_or(|turn| turn.has_ended())
    }

    /// Has the queue go on after a turn that was interrupted, when a turn of ours waits there.
    pub(in crate::codex) fn go_on(&self) {
        if self.client().registry().waiting.of(self).is_empty() {
            return;
        }
        let thread = self.clone();
        self.0.client.spawn(async move {
            // First what is owed for the turn that ended: commands to end, settings to put back.
            thread.after_ending().await;
            if thread.client().registry().waiting.of(&thread).iter().any(|turn| !turn.is_ending()) {
                let params = json!({ "threadId": thread.id() });
                // Refused when it went on by itself, or has nothing.
                let _ = thread.client().urgent("thread/queue/start", params, INTERRUPT).await;
            }
        });
    }

    /// Its queue has changed, by us or by others.
    pub(in crate::codex) fn queue_changed(&self) {
        self.state().queue_changed = Some(Instant::now());
        self.0.changed.notify_waiters();
    }

    /// Whether a turn runs, waits in its queue, whose ever, or is about to begin.
    pub(super) async fn has_queue(&self, session: &Session) -> Result<bool, Error> {
        const METHOD: &str = "thread/queue/list";
        #[derive(Deserialize)]
        struct Listed {
            data: Vec<serde::de::IgnoredAny>,
        }
        loop {
            let changed = match &*self.state() {
                state if self.is_busy(state) => return Ok(true),
                State { queue_changed: None, .. } => return Ok(false),
                State { queue_changed: Some(changed), .. } => *changed,
            };
            let params = json!({ "threadId": self.id(), "limit": 1 });
            let answer = self.0.client.request_on(session, METHOD, params).await?;
            if !client::read::<Listed>(METHOD, &answer)?.data.is_empty() {
                return Ok(true);
            }
            tokio::time::sleep_until(changed + GAP).await;
            self.state().queue_changed.take_if(|at| *at == changed);
        }
    }

    /// The server that had these in the queue is gone, and the next one would begin them.
    pub(in crate::codex) fn left_behind(&self, turn: &Turn) {
        self.state().left_behind.extend(turn.submission());
    }

    pub(super) fn has_left_behind(&self) -> bool {
        !self.state().left_behind.is_empty()
    }

    /// Takes out of the queue what was lost with an earlier server: before that resumes it, and begins the first.
    pub(super) async fn clear_queue(&self, session: &Session) {
        let left = std::mem::take(&mut self.state().left_behind);
        for id in left {
            let params = json!({ "threadId": self.id(), "queuedSubmissionId": id });
            // What is not there is out of it.
            let _ = self.0.client.request_on(session, "thread/queue/delete", params).await;
        }
    }
}

impl Turn {
    /// The server has it in the queue, or has not taken it.
    fn queued(&self, added: Result<Added, Error>) -> Result<(), Error> {
        match added {
            Ok(added) => {
                if self.set_submission(added.queued_submission.id) {
                    self.leave_queue();
                } else if !self.is_taken() && self.thread().is_idle() {
                    // After an interrupt it would wait for another turn.
                    self.thread().go_on();
                }
                Ok(())
            }
            Err(error) => {
                self.is_out();
                Err(error)
            }
        }
    }

    /// It is in no queue, and has not begun.
    fn is_out(&self) {
        self.thread().client().registry().waiting.remove(self);
        if !self.is_taken() {
            self.given_up();
        }
        self.thread().0.changed.notify_waiters();
    }

    /// Takes it out of the queue, where it was stopped before it began.
    pub(in crate::codex) fn leave_queue(&self) {
        #[derive(Deserialize)]
        struct Answer {
            deleted: bool,
        }
        let (turn, client) = (self.clone(), self.thread().client().clone());
        let Some(id) = self.submission() else { return };
        self.thread().client().spawn(async move {
            let params = json!({ "threadId": turn.thread().id(), "queuedSubmissionId": id });
            let answer = client.urgent("thread/queue/delete", params, LEAVE).await;
            let deleted = answer.ok().and_then(|answer| serde_json::from_slice::<Answer>(&answer).ok());
            // Else it is about to begin, and is stopped then.
            if deleted.is_some_and(|answer| answer.deleted)
                || tokio::time::timeout(INTERRUPT, turn.taken_or_ended()).await.is_err()
            {
                turn.is_out();
            }
        });
    }
}
