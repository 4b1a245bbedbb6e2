//! Where a question goes.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use super::decided::Decided;
use super::waiting::Entry;
use super::{About, Ask, Desk, Kind, Question, words};
use crate::codex::session::Router;
use crate::codex::thread::Thread;
use crate::codex::tools::Tool;
use crate::codex::turn::{SubagentTurn, Turn};
use crate::codex::wire::Address;
use crate::rpc::{Connection, Params, RequestId, RpcError, Text};

/// Who asks, as far as they are known here.
struct Asker {
    about: About,
    /// The turn of ours that waits.
    turn: Option<Turn>,
    subagent: Option<SubagentTurn>,
    /// The thread that is told.
    thread: Option<Thread>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Ids<'a> {
    #[serde(borrow, rename = "itemId")]
    item: Option<Text<'a>>,
    #[serde(borrow, rename = "callId")]
    call: Option<Text<'a>>,
    #[serde(borrow, rename = "conversationId")]
    conversation: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Called<'a> {
    #[serde(borrow)]
    namespace: Option<Text<'a>>,
    #[serde(borrow)]
    tool: Text<'a>,
}

impl Router {
    /// The server asks something.
    pub fn asked(&self, id: RequestId, method: &str, params: Params<'_>, address: &Address<'_>) {
        let Some(connection) = self.connection.get() else { return };
        let Some(kind) = Kind::of(method, params.text()) else {
            return self.answer_alone(connection, &id, method);
        };
        let asker = self.asker(params.text(), address);
        let tool = if kind == Kind::Tool { asker.tool(params.text()) } else { None };
        let who = match &asker.thread {
            _ if kind == Kind::Tool => tool.as_ref().and_then(Tool::runner),
            Some(thread) => thread.answerer(kind),
            None => self.registry.answerer(kind),
        };
        let (who, patience) = who.unzip();
        let changes = asker.about.item.as_deref().and_then(|item| asker.changes(item));
        let over = CancellationToken::new();
        let entry = Entry {
            server: self.server,
            request: id.clone(),
            thread: asker.thread.as_ref().map(|thread| thread.id().to_owned()),
            turn: asker.about.turn.clone(),
            over: over.clone(),
            _still: asker.turn.as_ref().filter(|_| who.is_some()).map(Turn::keep_still),
        };
        let Some(key) = self.registry.asks.add(entry) else { return };
        let question = Arc::new(Question {
            kind,
            params: params.copied(),
            changes,
            about: asker.about.clone(),
            tool,
            request: id,
            key,
            over,
            desk: Desk {
                registry: self.registry.clone(),
                connection: connection.clone(),
                runtime: Handle::current(),
                notices: self.notices.clone(),
                tap: self.tap.clone(),
            },
        });
        match who {
            None => question.has_nobody(),
            // Looked at after it waits: a stop withdraws what it finds.
            Some(_) if asker.is_stopping() => question.fail("its turn is being interrupted"),
            Some(who) => {
                question.clone().wait_at_most(patience.unwrap_or(Duration::MAX));
                who.ask(Ask(question));
            }
        }
    }

    fn asker(&self, params: &str, address: &Address<'_>) -> Asker {
        let ids: Ids<'_> = serde_json::from_str(params).unwrap_or_default();
        let text = |id: Option<Text<'_>>| id.map(|id| id.0.into_owned());
        let thread_id = address.thread().map(str::to_owned).or_else(|| text(ids.conversation));
        let held = thread_id.as_deref().and_then(|id| self.registry.held(id));
        let subagent = address.turn().and_then(|id| self.registry.subagents.turn(id));
        let turn = match (&subagent, address.turn()) {
            (Some(subagent), _) => subagent.root_turn(),
            (None, Some(id)) => self.registry.turn(id),
            // An MCP server may ask at any time; then whatever runs waits for it.
            (None, None) => held.as_ref().and_then(Thread::current).filter(|turn| !turn.is_ending()),
        };
        let thread = subagent.as_ref().map(|subagent| subagent.root_thread().clone()).or(held);
        let root = subagent.as_ref().map(|subagent| subagent.root_thread().id().to_owned());
        let turn_id = address.turn().map(str::to_owned);
        let item = text(ids.item).or_else(|| text(ids.call));
        let about = About { thread: thread_id, root, turn: turn_id, item };
        Asker { about, turn, subagent, thread }
    }

    /// What needs nobody, or nobody can answer.
    fn answer_alone(&self, connection: &Connection, id: &RequestId, method: &str) {
        if method == "currentTime/read" {
            let _ = connection.answer(id, Ok(&json!({ "currentTimeAt": unix_seconds() })));
            return;
        }
        let message = format!("{method} is not supported by codex-lua");
        let notice = format!("Codex asked {method}, which codex-lua cannot answer: refused");
        // A later Codex may ask it often.
        if let Some(notice) = self.tally.say("question", notice) {
            self.notices.warn(notice);
        }
        let _ = connection.answer(id, Err(&RpcError { code: -32601, message, data: None }));
    }
}

impl Asker {
    fn changes(&self, item: &str) -> Option<bytes::Bytes> {
        match &self.subagent {
            Some(subagent) => subagent.changes(item),
            None => self.turn.as_ref().and_then(|turn| turn.changes(item)),
        }
    }

    fn tool(&self, params: &str) -> Option<Tool> {
        let called: Called<'_> = serde_json::from_str(params).ok()?;
        let namespace = called.namespace.as_ref().map(|name| &*name.0);
        self.thread.as_ref()?.tools().find(namespace, &called.tool.0).cloned()
    }

    fn is_stopping(&self) -> bool {
        match &self.subagent {
            Some(subagent) => subagent.is_stopping(),
            None => self.turn.as_ref().is_some_and(Turn::is_ending),
        }
    }
}

impl Question {
    fn has_nobody(self: &Arc<Self>) {
        let why = words::nobody(self.kind, self.params());
        if self.send(self.kind.declined(&why), &Decided::by_nobody()) {
            let root = self.about.root.as_deref();
            self.desk.notices.warn(words::declined(self.kind, self.params(), root, None));
        }
    }

    /// Declines it when there is no answer in this time. On the reader's runtime: the one who answers may never look
    /// at a clock.
    fn wait_at_most(self: Arc<Self>, patience: Duration) {
        tokio::spawn(async move {
            let over = self.over.clone();
            if tokio::time::timeout(patience, over.cancelled()).await.is_err() {
                self.fail(&words::late(self.kind, patience));
            }
        });
    }
}

fn unix_seconds() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
