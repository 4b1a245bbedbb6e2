//! What the server asks, and answerers that take their time.

use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use codex_lua::codex::{
    Answer, Answerer, Ask, Client, Decision, Kind, Limits, Seat, ThreadOptions, TurnOptions,
};
use serde_json::{Map, Value, json};
use tokio::sync::mpsc;
use tokio::time::{Instant, advance};

use crate::stand_in::{StandIn, within};
use crate::{completed, thread, turn};

const LIMIT: Duration = Duration::from_millis(300);
pub const COMMAND: &str = "item/commandExecution/requestApproval";

/// Hands on what it is asked.
#[derive(Debug)]
struct Ear {
    patience: Duration,
    only: Option<Kind>,
    heard: mpsc::UnboundedSender<Ask>,
}

impl Answerer for Ear {
    fn patience(&self, kind: Kind) -> Option<Duration> {
        self.only.is_none_or(|only| only == kind).then_some(self.patience)
    }

    fn ask(&self, ask: Ask) {
        let _ = self.heard.send(ask);
    }
}

pub type Asked = mpsc::UnboundedReceiver<Ask>;

fn ear(patience: Duration, only: Option<Kind>) -> (Arc<dyn Answerer>, Asked) {
    let (heard, asked) = mpsc::unbounded_channel();
    (Arc::new(Ear { patience, only, heard }), asked)
}

/// The parameters of what is asked about the turn, with these.
pub fn about(mut params: Value) -> Value {
    for (name, id) in [("threadId", "t1"), ("turnId", "u1"), ("itemId", "i1")] {
        params[name] = id.into();
    }
    params
}

/// A turn of a client that somebody answers for.
pub async fn asked(limits: Limits, patience: Duration) -> (StandIn, Client, codex_lua::codex::Turn, Asked) {
    let (mut server, client) = StandIn::new();
    let (who, asked) = ear(patience, None);
    client.seat(Seat::Script, Some(who));
    let thread = thread(&mut server, &client).await;
    let (turn, _) = turn(&mut server, &thread, TurnOptions { limits, ..TurnOptions::default() }).await;
    (server, client, turn, asked)
}

#[tokio::test(start_paused = true)]
async fn while_a_question_waits_the_idle_clock_stands_still_and_the_whole_time_goes_on() {
    let limits = Limits { timeout: Some(LIMIT * 10), idle_timeout: Some(LIMIT) };
    let (mut server, client, turn, mut asked) = asked(limits, Duration::MAX).await;
    server.ask(&json!(1), COMMAND, about(json!({}))).await;
    let ask = within(asked.recv()).await.expect("a question");
    advance(LIMIT * 4).await;
    server.settle(&client).await;
    assert_eq!(server.unread().await, Vec::<Value>::new());
    let since = Instant::now();
    ask.answer(&Answer::Decided(Decision::Accept));
    assert_eq!(server.next().await["result"]["decision"], "accept");
    // From the answer on it counts anew.
    server.expect("turn/interrupt").await;
    assert!((LIMIT..LIMIT * 2).contains(&since.elapsed()), "{:?}", since.elapsed());
    drop(turn);

    let limits = Limits { timeout: Some(LIMIT), idle_timeout: Some(LIMIT) };
    let (mut server, _client, _turn, mut asked) = self::asked(limits, Duration::MAX).await;
    server.ask(&json!(1), COMMAND, about(json!({}))).await;
    let ask = within(asked.recv()).await.expect("a question");
    server.expect("turn/interrupt").await;
    within(ask.over()).await;
    drop(ask);
    assert_eq!(server.unread().await, Vec::<Value>::new(), "it is not answered any more");
    assert_eq!(server.notices().all(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn one_that_waits_too_long_or_is_dropped_is_declined_once_with_a_line() {
    let (mut server, _client, _turn, mut asked) = asked(Limits::default(), LIMIT).await;
    server.ask(&json!("a"), COMMAND, about(json!({ "command": "make" }))).await;
    let late = within(asked.recv()).await.expect("a question");
    let since = Instant::now();
    let said = server.next().await;
    assert!(since.elapsed() >= LIMIT);
    assert_eq!(said, json!({ "id": "a", "result": { "decision": "decline" } }));
    within(late.over()).await;
    late.answer(&Answer::Decided(Decision::Accept));
    server.ask(&json!("b"), COMMAND, about(json!({ "command": "make" }))).await;
    drop(within(asked.recv()).await);
    assert_eq!(server.next().await["id"], "b");
    assert_eq!(server.unread().await, Vec::<Value>::new(), "each is answered once");
    assert_eq!(
        server.notices().all(),
        [
            "declined: the agent asked to run `make`; thread t1: it was not answered within 300ms",
            "declined: the agent asked to run `make`; thread t1: it was left without an answer"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn what_nobody_waits_for_any_more_is_withdrawn() {
    // The server says so; another's number means nothing.
    let (mut server, client, turn, mut asked) = asked(Limits::default(), Duration::MAX).await;
    for id in [1, 2] {
        server.ask(&json!(id), COMMAND, about(json!({}))).await;
    }
    let first = within(asked.recv()).await.expect("a question");
    let second = within(asked.recv()).await.expect("a question");
    server.tell("serverRequest/resolved", json!({ "threadId": "t1", "requestId": 1 })).await;
    within(first.over()).await;
    first.answer(&Answer::Decided(Decision::Accept));
    // The turn ends.
    server.tell("turn/completed", completed()).await;
    within(second.over()).await;
    drop(second);
    within(turn.result()).await.expect("a result");
    // An MCP server asks beside any turn, and the server dies.
    let elicitation = json!({ "threadId": "t1", "serverName": "m" });
    server.ask(&json!(3), "mcpServer/elicitation/request", elicitation).await;
    let third = within(asked.recv()).await.expect("a question");
    assert_eq!((third.kind(), third.thread_id()), (Kind::Elicitation, Some("t1")));
    server.settle(&client).await;
    assert_eq!(server.unread().await, Vec::<Value>::new());
    server.die();
    within(third.over()).await;
    drop(third);
    assert_eq!(server.notices().all(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_reason_is_told_to_the_turn_before_the_refusal_where_the_answer_has_no_place_for_it() {
    let (mut server, _client, _turn, mut asked) = asked(Limits::default(), Duration::MAX).await;
    for (id, refused) in [(1, false), (2, true)] {
        server.ask(&json!(id), COMMAND, about(json!({}))).await;
        let ask = within(asked.recv()).await.expect("a question");
        ask.answer(&Answer::Decided(Decision::Decline(Some("it is late".into()))));
        let steer = server.expect("turn/steer").await;
        let input = json!([{ "type": "text", "text": "That was declined: it is late", "text_elements": [] }]);
        assert_eq!(steer["params"], json!({ "threadId": "t1", "expectedTurnId": "u1", "input": input }));
        assert_eq!(server.unread().await, Vec::<Value>::new(), "first it is told");
        if refused {
            server.refuse(&steer, -32600, "no active turn").await;
        } else {
            server.answer(&steer, json!({})).await;
        }
        assert_eq!(server.next().await, json!({ "id": id, "result": { "decision": "decline" } }));
    }
    assert_eq!(server.notices().all(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn cancel_interrupts_the_turn_as_the_script_would() {
    let (mut server, _client, turn, mut asked) = asked(Limits::default(), Duration::MAX).await;
    server.ask(&json!(1), "item/permissions/requestApproval", about(json!({ "permissions": {} }))).await;
    within(asked.recv()).await.expect("a question").answer(&Answer::Decided(Decision::Cancel));
    let (mut answered, mut interrupted) = (false, false);
    while !(answered && interrupted) {
        let said = server.next().await;
        if said["method"] == "turn/interrupt" {
            interrupted = true;
            server.answer(&said, json!({})).await;
        } else {
            assert_eq!(said, json!({ "id": 1, "result": { "permissions": {} } }));
            answered = true;
        }
    }
    let mut ended = completed();
    ended["turn"]["status"] = "interrupted".into();
    server.tell("turn/completed", ended).await;
    assert_eq!(within(turn.result()).await.expect("a result").status, "interrupted");
}

#[tokio::test(start_paused = true)]
async fn a_thread_has_its_own_answerer_then_comes_the_scripts_then_the_hosts() {
    let (mut server, client) = StandIn::new();
    let (own, mut asks_of_thread) = ear(Duration::MAX, Some(Kind::Question));
    let (script, mut asks_of_script) = ear(Duration::MAX, Some(Kind::Command));
    let (host, mut asks_of_host) = ear(Duration::MAX, None);
    client.seat(Seat::Host, Some(host));
    client.seat(Seat::Script, Some(script));
    let starting = tokio::spawn({
        let client = client.clone();
        async move { client.thread_start(ThreadOptions { answerer: Some(own), ..ThreadOptions::default() }).await }
    });
    server.greet().await;
    server.open_thread("thread/start", "t1").await;
    let _thread = within(starting).await.expect("no panic").expect("a thread");
    for (id, (method, asks)) in [
        ("item/tool/requestUserInput", &mut asks_of_thread),
        (COMMAND, &mut asks_of_script),
        ("item/fileChange/requestApproval", &mut asks_of_host),
    ]
    .into_iter()
    .enumerate()
    {
        server.ask(&json!(id), method, about(json!({}))).await;
        assert_eq!(within(asks.recv()).await.expect("a question").kind().method(), method);
        server.next().await;
    }
    client.seat(Seat::Host, None);
    server.ask(&json!(9), "item/fileChange/requestApproval", about(json!({}))).await;
    assert_eq!(server.next().await["result"]["decision"], "decline");
    assert_eq!(
        server.notices().all().last().expect("a line"),
        "declined: the agent asked to change files; thread t1"
    );
}

#[tokio::test(start_paused = true)]
async fn each_decision_is_told_without_what_was_answered() {
    #[derive(Default)]
    struct Tap(Mutex<Vec<Value>>);
    impl codex_lua::codex::Tap for Tap {
        fn heard(&self, said: &codex_lua::codex::Said<'_>) {
            let mut line = Vec::new();
            said.line().write(&mut line);
            if said.method().ends_with("/decided") {
                let mut told = self.0.lock().expect("no panic");
                told.push(serde_json::from_slice(&line).expect("JSON"));
            }
        }
    }
    let tap = Arc::new(Tap::default());
    let (mut server, client) = StandIn::tapped(Some(tap.clone()));
    let thread = thread(&mut server, &client).await;
    let (_turn, _) = turn(&mut server, &thread, TurnOptions::default()).await;
    server.ask(&json!(1), COMMAND, about(json!({}))).await;
    server.next().await;
    let (who, mut asked) = ear(Duration::MAX, None);
    client.seat(Seat::Script, Some(who));
    server.ask(&json!(2), "item/tool/requestUserInput", about(json!({}))).await;
    let secret = Answer::Answers(Map::from_iter([("q".into(), json!(["hunter2"]))]));
    within(asked.recv()).await.expect("a question").answer(&secret);
    server.next().await;
    server.ask(&json!(3), COMMAND, about(json!({}))).await;
    within(asked.recv()).await.expect("a question").fail("it raised");
    server.next().await;
    let event = |kind: &str, id: u64, more: Value| {
        let mut event =
            json!({ "type": kind, "thread_id": "t1", "turn_id": "u1", "item_id": "i1", "request_id": id });
        event.as_object_mut().expect("a table").extend(more.as_object().cloned().unwrap_or_default());
        event
    };
    let declined = |by: &str| json!({ "kind": "command", "decision": "decline", "by": by });
    let mut failed = declined("host");
    failed["reason"] = "it raised".into();
    assert_eq!(
        *tap.0.lock().expect("no panic"),
        [
            event("approval.decided", 1, declined("nobody")),
            event(
                "question.decided",
                2,
                json!({ "kind": "question", "decision": "answer", "by": "handler" })
            ),
            event("approval.decided", 3, failed),
        ]
    );
}
