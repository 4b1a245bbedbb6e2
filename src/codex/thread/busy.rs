//! A turn on a thread that may be busy.

use super::{Keep, Thread};
use crate::codex::error::Error;
use crate::codex::input::Input;
use crate::codex::options::{TurnOptions, WhenBusy};
use crate::codex::turn::Turn;

/// The turn that input went into.
pub(in crate::codex) struct Reached {
    pub turn: Turn,
    /// It ran already, and is somebody else's to stop.
    pub is_steered: bool,
}

impl From<Turn> for Reached {
    fn from(turn: Turn) -> Self {
        Self { turn, is_steered: false }
    }
}

impl Thread {
    /// Starts a turn, or does what is to be done when one runs.
    pub(in crate::codex) async fn reach(
        &self,
        input: &[Input],
        options: TurnOptions,
        keep: Keep,
    ) -> Result<Reached, Error> {
        // Boxed, so that a turn does not carry what it hardly ever needs.
        match self.when_busy() {
            WhenBusy::Raise => self.turn(input, options, keep).await.map(Into::into),
            WhenBusy::Wait => Box::pin(self.line_up(input, &options, keep)).await.map(Into::into),
            WhenBusy::Steer => Box::pin(self.steer_or_start(input, &options, keep)).await,
        }
    }

    /// Starts a turn that goes on from one before, which others may get in the way of.
    pub(in crate::codex) async fn go_on_with(
        &self,
        input: &[Input],
        options: TurnOptions,
        keep: Keep,
    ) -> Result<Turn, Error> {
        match self.when_busy() {
            WhenBusy::Raise => self.turn(input, options, keep).await,
            WhenBusy::Wait | WhenBusy::Steer => self.when_free(input, &options, keep).await,
        }
    }

    fn when_busy(&self) -> WhenBusy {
        self.state().options.when_busy
    }

    /// The first to come is the first to go.
    async fn line_up(&self, input: &[Input], options: &TurnOptions, keep: Keep) -> Result<Turn, Error> {
        let _place = self.0.line.lock().await;
        self.when_free(input, options, keep).await
    }

    async fn when_free(&self, input: &[Input], options: &TurnOptions, keep: Keep) -> Result<Turn, Error> {
        loop {
            let changed = self.0.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            match self.turn(input, options.clone(), keep).await {
                Err(Error::ThreadBusy { joined: false, .. }) => {}
                other => return other,
            }
            match self.current().filter(|turn| !turn.is_over()) {
                Some(turn) => turn.over().await,
                None => changed.await,
            }
        }
    }

    async fn steer_or_start(
        &self,
        input: &[Input],
        options: &TurnOptions,
        keep: Keep,
    ) -> Result<Reached, Error> {
        loop {
            let changed = self.0.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if let Some(turn) = self.current().filter(|turn| !turn.is_ending()) {
                if let Some(option) = options.first() {
                    return Err(Error::Usage(format!(
                        "a turn runs on thread {}, and the input would go into it: it takes no {option}",
                        self.id()
                    )));
                }
                turn.taken_or_ended().await;
                match turn.steer(input).await {
                    Ok(()) => return Ok(Reached { turn, is_steered: true }),
                    Err(error) if !Turn::is_late(&error) => return Err(error),
                    Err(_) => turn.over().await,
                }
            }
            match self.turn(input, options.clone(), keep).await {
                // One of ours is about to begin.
                Err(Error::ThreadBusy { joined: false, .. }) if self.has_own() => {}
                other => return other.map(Into::into),
            }
            if self.current().is_none_or(|turn| turn.is_over()) {
                changed.await;
            }
        }
    }

    fn has_own(&self) -> bool {
        self.current().is_some_and(|turn| !turn.is_over())
            || !self.client().registry().waiting.of(self).is_empty()
    }
}
