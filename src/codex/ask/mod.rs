//! What the server asks, and who answers.
//!
//! A question goes to the first who answers its kind: whom its thread names, then those of the client in their order.
//! Without one it is declined at once, where it stands in the order of the wire. Otherwise it waits as an [`Ask`],
//! which is answered once, in the shape of its kind. One that is dropped, or waits too long, is declined; one whose
//! turn, thread or server ends is withdrawn and never answered.

mod answer;
mod decided;
mod kind;
mod patches;
mod post;
mod seats;
mod waiting;
mod words;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use super::deadlines;
use super::input::Input;
use super::session::Registry;
use super::tap::Tap;
use super::tools::{Output, Tool};
use crate::notice::Notices;
use crate::rpc::{Connection, Lane, RequestId};

pub use answer::{Answer, Decision, Rule};
use decided::Decided;
pub use kind::Kind;
pub(super) use patches::Patches;
pub use seats::Seat;
pub(super) use seats::Seats;
pub(super) use waiting::Asks;

/// Answers what servers ask.
pub trait Answerer: std::fmt::Debug + Send + Sync {
    /// How long it may take to answer what is asked of this kind; `None` when it answers no such thing.
    fn patience(&self, kind: Kind) -> Option<Duration>;

    /// Takes a question. Called in wire order on the reader's task; must not block.
    fn ask(&self, ask: Ask);
}

/// A question that waits for an answer. Dropping it declines.
pub struct Ask(Arc<Question>);

/// What is known of a question.
struct Question {
    kind: Kind,
    params: Bytes,
    changes: Option<Bytes>,
    about: About,
    tool: Option<Tool>,
    request: RequestId,
    key: u64,
    over: CancellationToken,
    desk: Desk,
}

/// What a question is about, as far as the server told.
#[derive(Debug, Clone, Default)]
pub(super) struct About {
    /// The thread that asks.
    pub thread: Option<String>,
    /// The thread that a subagent who asks works for.
    pub root: Option<String>,
    pub turn: Option<String>,
    pub item: Option<String>,
}

/// Where an answer goes, and who is told of it.
#[derive(Clone)]
struct Desk {
    registry: Arc<Registry>,
    connection: Connection,
    /// Where the connection works.
    runtime: Handle,
    notices: Notices,
    tap: Option<Arc<dyn Tap>>,
}

impl Ask {
    /// What kind of question it is.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// Its parameters: JSON.
    pub fn params(&self) -> &Bytes {
        &self.0.params
    }

    /// The item whose changes of files are asked for, as it was started: JSON.
    pub fn changes(&self) -> Option<&Bytes> {
        self.0.changes.as_ref()
    }

    /// The tool that is called.
    pub fn tool(&self) -> Option<&Tool> {
        self.0.tool.as_ref()
    }

    /// The thread that asks.
    pub fn thread_id(&self) -> Option<&str> {
        self.0.about.thread.as_deref()
    }

    /// The thread that the subagent works for who asks.
    pub fn root_thread_id(&self) -> Option<&str> {
        self.0.about.root.as_deref()
    }

    /// What is asked, in words: what follows "the agent asked".
    pub fn words(&self) -> String {
        words::what(self.0.kind, self.0.params())
    }

    /// Becomes true when nobody wants an answer any more.
    pub fn over(&self) -> impl Future<Output = ()> + 'static {
        self.0.over.clone().cancelled_owned()
    }

    /// Answers it, unless nobody wants to know any more. An answer that this question does not allow declines, and a
    /// line for people says so.
    pub fn answer(self, answer: &Answer) {
        match answer.wire(self.0.kind, self.0.params()) {
            Ok(wire) => drop(self.0.send(wire, &Decided::by_handler(answer, self.0.kind))),
            Err(why) => self.fail(&why),
        }
    }

    /// Tells the agent that the tool failed, and why; a line for people says so too, with the place where it did.
    pub fn tool_failed(&self, why: &str, place: Option<&str>) {
        let params = self.0.params();
        let output = Output::failed(words::tool_failed(params, why));
        if self.0.send(output.wire(), &Decided::failed(why)) {
            self.0.desk.notices.warn(words::tool_failed_at(params, place.unwrap_or_default(), why));
        }
    }

    /// Declines it because of what its handler did, which a line for people says.
    pub fn fail(self, why: &str) {
        self.0.fail(why);
    }
}

impl Drop for Ask {
    fn drop(&mut self) {
        self.0.fail("it was left without an answer");
    }
}

impl Question {
    /// What was read as a line is UTF-8.
    fn params(&self) -> &str {
        std::str::from_utf8(&self.params).unwrap_or("null")
    }

    /// Tells whether it still waited.
    fn send(self: &Arc<Self>, answer: Value, decided: &Decided<'_>) -> bool {
        let Some(waited) = self.desk.registry.asks.take(self.key) else { return false };
        self.desk.tell(self, decided);
        if let Some(turn) = self.about.turn.as_ref().filter(|_| decided.interrupts) {
            // Before the server hears of it, so that the end of the turn is known to be the script's.
            self.desk.registry.interrupt(turn);
        }
        let question = self.clone();
        let send = move || {
            let _ = question.desk.connection.answer(&question.request, Ok(&answer));
            drop(waited);
        };
        match decided.for_the_agent(self.kind) {
            None => send(),
            Some(reason) => {
                let explaining = self.clone().explain(reason);
                self.desk.runtime.spawn(async move {
                    explaining.await;
                    send();
                });
            }
        }
        true
    }

    /// Tells the agent more than the answer can: what is said to its turn now is read by it with the refusal.
    async fn explain(self: Arc<Self>, reason: String) {
        let About { thread: Some(thread), turn: Some(turn), .. } = &self.about else { return };
        let input = [Input::Text(reason)];
        let params = json!({ "threadId": thread, "expectedTurnId": turn, "input": input });
        // A turn that takes it no more ends anyway.
        let _ = self.desk.connection.request("turn/steer", params, Lane::Urgent, deadlines::INTERRUPT).await;
    }

    fn fail(self: &Arc<Self>, why: &str) {
        if self.send(self.kind.declined(why), &Decided::failed(why)) {
            let root = self.about.root.as_deref();
            self.desk.notices.warn(words::declined(self.kind, self.params(), root, Some(why)));
        }
    }
}
