//! Calls of tools, as no real server would make them.

use std::sync::Arc;
use std::time::Duration;

use codex_lua::codex::tools::{Entry, Namespace, Output, Part, Tool, Tools};
use codex_lua::codex::{
    Answer, Answerer, Ask, Client, Keep, Kind, Limits, Thread, ThreadOptions, Turn, TurnOptions,
};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::advance;

use crate::stand_in::{StandIn, within};
use crate::{completed, text, turn};

const CALL: &str = "item/tool/call";
const TIMEOUT: Duration = Duration::from_millis(300);

/// Hands on what it is to run.
#[derive(Debug)]
struct Runner(mpsc::UnboundedSender<Ask>);

impl Answerer for Runner {
    fn patience(&self, kind: Kind) -> Option<Duration> {
        (kind == Kind::Tool).then_some(TIMEOUT)
    }

    fn ask(&self, ask: Ask) {
        let _ = self.0.send(ask);
    }
}

/// A thread with the tools `look_up` and `desk.look_up`, in a turn.
struct Calls {
    server: StandIn,
    client: Client,
    made: mpsc::UnboundedReceiver<Ask>,
    held: (Thread, Turn),
}

impl Calls {
    async fn new() -> Self {
        Self::within(Limits::default()).await
    }

    async fn within(limits: Limits) -> Self {
        let (mut server, client) = StandIn::new();
        let (send, made) = mpsc::unbounded_channel();
        let tool = || {
            Tool::new("look_up".into(), "x".into(), None, Arc::new(Runner(send.clone())))
                .map(Entry::Tool)
                .expect("a tool")
        };
        let desk = Namespace::new("desk".into(), "x".into(), vec![tool()]).expect("a namespace");
        let tools = Tools::new(vec![tool(), Entry::Namespace(desk)]).expect("tools");
        let starting = tokio::spawn({
            let client = client.clone();
            async move { client.thread_start(ThreadOptions { tools, ..ThreadOptions::default() }).await }
        });
        server.greet().await;
        let start = server.open_thread("thread/start", "t1").await;
        assert_eq!(start["params"]["dynamicTools"][1]["tools"][0]["name"], "look_up");
        let thread = within(starting).await.expect("no panic").expect("a thread");
        let (turn, _) = turn(&mut server, &thread, TurnOptions { limits, ..TurnOptions::default() }).await;
        Self { server, client, made, held: (thread, turn) }
    }

    async fn ask(&mut self, id: u64, mut params: Value) {
        for (name, value) in [("threadId", "t1"), ("turnId", "u1"), ("callId", "c"), ("tool", "look_up")] {
            if params.get(name).is_none() {
                params[name] = value.into();
            }
        }
        self.server.ask(&json!(id), CALL, params).await;
    }

    async fn call(&mut self) -> Ask {
        within(self.made.recv()).await.expect("a call")
    }

    /// What the agent is told, and whether it went well.
    async fn told(&mut self, id: u64) -> (String, bool) {
        let said = self.server.next().await;
        assert_eq!(said["id"], id);
        let text = &said["result"]["contentItems"][0]["text"];
        (text.as_str().expect("a text").to_owned(), said["result"]["success"] == true)
    }

    async fn is_silent(&mut self) {
        self.server.settle(&self.client).await;
        assert_eq!(self.server.unread().await, Vec::<Value>::new());
        assert!(self.made.try_recv().is_err(), "nothing is called");
    }
}

fn ran(text: &str) -> Answer {
    Answer::Ran(Output::of(vec![Part::Text(text.into())]))
}

#[tokio::test(start_paused = true)]
async fn a_call_that_the_server_repeats_runs_once() {
    let mut calls = Calls::new().await;
    let arguments = || json!({ "arguments": {} });
    calls.ask(0, arguments()).await;
    let call = calls.call().await;
    // While it waits, as when its thread is resumed, and when the answer has just been sent.
    calls.ask(0, arguments()).await;
    calls.is_silent().await;
    call.answer(&ran("one"));
    assert_eq!(calls.told(0).await, ("one".into(), true));
    calls.ask(0, arguments()).await;
    calls.is_silent().await;
    // Another with the same id of the model's is another.
    calls.ask(1, arguments()).await;
    calls.call().await.answer(&ran("two"));
    assert_eq!(calls.told(1).await, ("two".into(), true));
    // Of another turn too.
    calls.server.tell("turn/completed", completed()).await;
    calls.ask(0, json!({ "turnId": "u2", "arguments": {} })).await;
    calls.call().await.answer(&ran("three"));
    assert_eq!(calls.told(0).await, ("three".into(), true));
    assert_eq!(calls.server.notices().all(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn the_namespace_says_which_of_two_is_called() {
    let mut calls = Calls::new().await;
    for (id, namespace) in [(0, json!(null)), (1, json!("desk"))] {
        calls.ask(id, json!({ "namespace": namespace, "arguments": {} })).await;
        let call = calls.call().await;
        assert_eq!(call.tool().map(Tool::name), Some("look_up"));
        call.answer(&ran("x"));
        calls.told(id).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_of_what_is_not_there_is_told_so() {
    let mut calls = Calls::new().await;
    for (id, (params, name)) in [
        (json!({ "tool": "other", "arguments": {} }), "other"),
        (json!({ "tool": "desk", "arguments": {} }), "desk"),
        (json!({ "namespace": "", "arguments": {} }), ".look_up"),
        (json!({ "namespace": "shop", "arguments": {} }), "shop.look_up"),
        (json!({ "threadId": "t2", "turnId": "u2", "arguments": {} }), "look_up"),
        (json!({ "tool": ["look_up"], "arguments": {} }), ""),
    ]
    .into_iter()
    .enumerate()
    {
        let id = u64::try_from(id).expect("few");
        calls.ask(id, params).await;
        assert_eq!(calls.told(id).await, (format!("no tool {name} is here"), false));
    }
    calls.is_silent().await;
    let notices = calls.server.notices().all();
    assert_eq!(notices[0], "declined: the agent asked for a tool, but no tool other is here; thread t1");
    assert_eq!(notices.len(), 6);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_takes_too_long_is_over() {
    let mut calls = Calls::new().await;
    calls.ask(0, json!({ "arguments": {} })).await;
    let call = calls.call().await;
    assert_eq!(calls.told(0).await, ("it took longer than 300ms".into(), false));
    within(call.over()).await;
    call.answer(&ran("late"));
    calls.is_silent().await;
    assert_eq!(
        calls.server.notices().all(),
        ["declined: the agent asked for the tool look_up; thread t1: it took longer than 300ms"]
    );
}

#[tokio::test(start_paused = true)]
async fn while_a_tool_runs_the_idle_clock_stands_still() {
    let idle_timeout = Some(TIMEOUT / 10);
    let mut calls = Calls::within(Limits { idle_timeout, ..Limits::default() }).await;
    calls.ask(0, json!({ "arguments": {} })).await;
    let call = calls.call().await;
    advance(TIMEOUT / 2).await;
    calls.is_silent().await;
    call.answer(&ran("at last"));
    assert_eq!(calls.told(0).await, ("at last".into(), true));
    calls.server.expect("turn/interrupt").await;
}

#[tokio::test(start_paused = true)]
async fn a_call_ends_with_its_turn() {
    let mut calls = Calls::new().await;
    calls.ask(0, json!({ "arguments": {} })).await;
    let call = calls.call().await;
    calls.server.tell("turn/completed", completed()).await;
    within(call.over()).await;
    call.answer(&ran("late"));
    calls.is_silent().await;
}

#[tokio::test(start_paused = true)]
async fn a_thread_that_another_server_resumes_keeps_its_tools() {
    let mut calls = Calls::new().await;
    calls.ask(0, json!({ "arguments": {} })).await;
    let call = calls.call().await;
    calls.server.die();
    within(call.over()).await;
    drop(call);
    let (thread, lost) = &calls.held;
    within(lost.result()).await.expect_err("its server is gone");
    let starting = tokio::spawn({
        let thread = thread.clone();
        async move { thread.turn(&text("hi"), TurnOptions::default(), Keep::Events).await }
    });
    calls.server.greet().await;
    let resume = calls.server.open_thread("thread/resume", "t1").await;
    assert_eq!(resume["params"]["dynamicTools"], Value::Null);
    let start = calls.server.expect("turn/start").await;
    calls.server.answer(&start, json!({ "turn": { "id": "u1" } })).await;
    let _turn = within(starting).await.expect("no panic").expect("a turn");
    // Its requests are numbered anew.
    calls.ask(0, json!({ "arguments": {} })).await;
    calls.call().await.answer(&ran("again"));
    assert_eq!(calls.told(0).await, ("again".into(), true));
}
