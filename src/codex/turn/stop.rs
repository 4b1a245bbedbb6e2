//! Making a turn of ours end, with what its subagents run for it.

use super::state::{End, State, Stop};
use super::{Job, Turn};
use crate::codex::client::Client;
use crate::codex::commands::Commands;
use crate::codex::deadlines::LOAD;
use crate::codex::interrupt::{self, Interruptible};
use crate::codex::subagents::Subagents;
use crate::codex::wire::Status;

impl Turn {
    /// Asks for its end, with the end of the commands that it started; returns at once.
    pub fn interrupt(&self) {
        self.stop(Stop::Script);
    }

    pub(in crate::codex) fn stop(&self, why: Stop) {
        let mut state = self.0.lock();
        // One that was joined is another client's.
        if state.end.is_some() || state.stop.is_some() || state.joined == Some(true) {
            return;
        }
        state.stop = Some(why);
        if state.id.is_some() {
            self.carry_out_stop(&mut state);
            drop(state);
            let id = self.id();
            self.0.thread.client().registry().asks.turn_ends(&id);
            self.subagents().stop(&id);
        } else if state.asked {
            // Whoever asked may wait no longer; should it be taken later, it is stopped then.
            let turn = self.clone();
            self.0.thread.client().spawn_beside(async move {
                if tokio::time::timeout(LOAD, turn.ended()).await.is_err() && !turn.is_taken() {
                    turn.given_up();
                }
            });
        } else if state.submission.is_some() {
            drop(state);
            self.leave_queue();
        } else {
            drop(state);
            self.given_up();
        }
    }

    fn subagents(&self) -> &Subagents {
        &self.0.thread.client().registry().subagents
    }

    /// Whether it has ended or was asked to: then it will be over soon.
    pub(in crate::codex) fn is_ending(&self) -> bool {
        let state = self.0.lock();
        state.stop.is_some() || state.end.is_some()
    }

    pub(super) fn carry_out_stop(&self, state: &mut State) {
        state.jobs += 1;
        let job = Job(self.clone());
        self.0.thread.client().spawn(async move {
            let turn = &job.0;
            interrupt::interrupt(turn).await;
            let id = turn.id();
            turn.subagents().end(|subagent| subagent.root_id() == id).await;
            drop(job);
        });
    }
}

impl Interruptible for Turn {
    fn client(&self) -> &Client {
        self.0.thread.client()
    }

    fn thread_id(&self) -> &str {
        self.0.thread.id()
    }

    fn id(&self) -> String {
        self.id()
    }

    fn commands(&self) -> Commands {
        self.0.lock().commands.clone()
    }

    async fn ended(&self) {
        self.wait_for(|state| state.end.is_some()).await;
    }

    fn given_up(&self) {
        self.end(End::Finished(Status::Interrupted));
    }
}
