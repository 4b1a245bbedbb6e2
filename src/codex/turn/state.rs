//! What is known of a turn.

use std::time::Duration;

use bytes::Bytes;
use serde_json::value::RawValue;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::TurnResult;
use crate::codex::ask::Patches;
use crate::codex::budget::{Budget, Share};
use crate::codex::commands::Commands;
use crate::codex::counter::Counter;
use crate::codex::error::{Error, WireTurnError};
use crate::codex::gone::Gone;
use crate::codex::meter::Reading;
use crate::codex::timer::{Overdue, Timer};
use crate::codex::wire::{self, Answer, ItemHead, Status, Usage};
use crate::rpc::CallError;

/// Who stopped a turn of ours, as far as it was us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::codex) enum Stop {
    /// The script said so, or was itself stopped.
    Script,
    /// It ran longer than it may.
    Timeout(Overdue),
    /// A budget is spent.
    Budget(Budget),
}

/// Learns that a turn was taken.
pub(in crate::codex) type Starter = oneshot::Sender<Result<Result<(), Error>, CallError>>;

#[derive(Debug, Clone)]
pub(super) enum End {
    Finished(Status),
    Gone(Gone),
}

pub(super) struct State {
    pub id: Option<String>,
    /// Its id in the queue of its thread, where it waits or has waited.
    pub submission: Option<String>,
    /// Its start was sent and is not answered.
    pub asked: bool,
    pub items: Vec<Bytes>,
    pub answer: Answer,
    pub commands: Commands,
    pub patches: Patches,
    pub has_subagents: bool,
    pub usage: Option<Usage>,
    pub thread_usage: Option<Usage>,
    pub diff: Option<String>,
    pub error: Option<WireTurnError>,
    pub stop: Option<Stop>,
    pub joined: Option<bool>,
    /// Work of ours that belongs to its end: settings put back, commands stopped.
    pub jobs: usize,
    /// Who started it and wants no more than its result, to be told at its end.
    pub starter: Option<Starter>,
    pub timer: Timer,
    pub share: Share,
    pub counter: Counter,
    pub duration: Duration,
    pub end: Option<End>,
}

impl State {
    pub fn new(timer: Timer, share: Share) -> Self {
        Self {
            id: None,
            submission: None,
            asked: false,
            items: vec![],
            answer: Answer::default(),
            commands: Commands::default(),
            patches: Patches::default(),
            has_subagents: false,
            usage: None,
            thread_usage: None,
            diff: None,
            error: None,
            stop: None,
            joined: None,
            jobs: 0,
            starter: None,
            timer,
            share,
            counter: Counter::default(),
            duration: Duration::ZERO,
            end: None,
        }
    }

    pub fn is_over(&self) -> bool {
        (self.end.is_some() && self.jobs == 0) || self.joined == Some(true)
    }

    /// What comes of it is known: it has ended, or it was never ours.
    pub fn is_decided(&self) -> bool {
        self.end.is_some() || self.joined == Some(true)
    }

    pub fn complete(&mut self, params: &str) {
        let turn = wire::completed(params);
        self.duration = turn.duration_ms.map_or_else(|| self.timer.started.elapsed(), Duration::from_millis);
        self.error = turn.error;
        self.end.get_or_insert(End::Finished(turn.status));
    }

    /// Gives a budget for which it is too much.
    pub fn item(&mut self, method: &str, item: Option<&RawValue>, client_id: &str) -> Option<Budget> {
        let raw = item?;
        let head = ItemHead::read(raw);
        let mut exceeded = None;
        if let Some(head) = &head {
            if head.kind == "userMessage" {
                self.joined.get_or_insert(head.client_id() != Some(client_id));
            }
            if self.joined == Some(true) {
                // Another client pays for it.
                self.share.end(Instant::now());
            } else {
                exceeded = self.counter.item(method, head, self.share.budgets());
            }
            self.commands.see(method, head);
            self.patches.see(method, head, raw);
            self.has_subagents |= matches!(&*head.kind, "collabAgentToolCall" | "subAgentActivity");
        }
        if method == "item/completed" && !self.is_decided() {
            // Not a part of the line, which would keep all that was read with it.
            self.items.push(Bytes::copy_from_slice(raw.get().as_bytes()));
            if let Some(head) = head {
                self.answer.see(head);
            }
        }
        exceeded
    }

    pub fn tokens(&mut self, reading: &Reading) {
        self.thread_usage = Some(reading.total);
        if let Some(new) = &reading.new {
            self.usage.get_or_insert_default().add(new);
        }
    }

    pub fn result(&self, thread_id: &str, status: Status) -> TurnResult {
        TurnResult {
            text: self.answer.text(),
            output: None,
            items: self.items.clone(),
            usage: self.usage,
            thread_usage: self.thread_usage,
            status: status.word(),
            thread_id: thread_id.to_owned(),
            turn_id: self.id.clone().unwrap_or_default(),
            duration: self.duration,
            diff: self.diff.clone(),
        }
    }
}
