//! Who hears all that the server says, and what runs according to that.

use std::sync::{Arc, Mutex};

use codex_lua::codex::{Account, Said, Tap, TurnOptions};
use codex_lua::notice::{Activity, Count, Doing};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::stand_in::{StandIn, within};
use crate::{completed, thread, turn};

/// Hands on what it hears: each line, and what runs then.
struct Ear {
    account: Mutex<Account>,
    tell: mpsc::UnboundedSender<(String, Option<Activity>)>,
}

type Heard = mpsc::UnboundedReceiver<(String, Option<Activity>)>;

impl Tap for Ear {
    fn heard(&self, said: &Said<'_>) {
        let mut line = Vec::new();
        said.line().write(&mut line);
        let mut account = self.account.lock().expect("no panic");
        account.hear(said);
        let _ = self.tell.send((String::from_utf8(line).expect("UTF-8"), account.activity()));
    }

    fn ended(&self) {
        let mut account = self.account.lock().expect("no panic");
        account.end_all();
        let _ = self.tell.send(("ended".into(), account.activity()));
    }
}

fn ear() -> (Arc<Ear>, Heard) {
    let (tell, heard) = mpsc::unbounded_channel();
    (Arc::new(Ear { account: Mutex::new(Account::new(Count::default())), tell }), heard)
}

/// These fields with those that every event of the turn has.
fn of_turn(mut fields: Value) -> Value {
    fields["threadId"] = "t1".into();
    fields["turnId"] = "u1".into();
    fields
}

fn started(id: &str) -> Value {
    json!({ "threadId": "t1", "turn": { "id": id, "status": "inProgress", "items": [] } })
}

async fn activity(server: &mut StandIn, heard: &mut Heard, method: &str, params: Value) -> Option<Activity> {
    server.tell(method, params).await;
    within(heard.recv()).await.expect("it is heard").1
}

#[tokio::test]
async fn it_hears_everything_in_order_before_the_turn_does() {
    let (ear, mut heard) = ear();
    let (mut server, client) = StandIn::tapped(Some(ear));
    let thread = thread(&mut server, &client).await;
    let (turn, _) = turn(&mut server, &thread, TurnOptions::default()).await;
    let (mut told, params) = (vec![], json!({ "threadId": "another", "delta": "x" }));
    server.tell("item/agentMessage/delta", params).await;
    server.ask(&json!(7), "item/tool/call", of_turn(json!({ "tool": "none" }))).await;
    server.tell("new/thing", json!(null)).await;
    server.tell("turn/completed", completed()).await;
    within(turn.result()).await.expect("a result");
    while let Ok((line, _)) = heard.try_recv() {
        told.push(serde_json::from_str::<Value>(&line).expect("JSON"));
    }
    assert_eq!(
        told,
        [
            json!({ "type": "item.agent_message.delta", "thread_id": "another", "delta": "x", "text": "x" }),
            json!({ "type": "item.tool.call", "request_id": 7, "thread_id": "t1", "turn_id": "u1", "tool": "none" }),
            json!({ "type": "new.thing", "params": null }),
            json!({ "type": "turn.completed", "thread_id": "t1",
                "turn": { "id": "u1", "status": "completed", "items": [] } }),
        ]
    );
}

#[tokio::test]
async fn what_runs_is_known_from_the_events() {
    let (ear, mut heard) = ear();
    let (mut server, client) = StandIn::tapped(Some(ear));
    let _thread = thread(&mut server, &client).await;
    let mut now = async |method: &str, params: Value| activity(&mut server, &mut heard, method, params).await;

    let first = now("turn/started", started("u1")).await.expect("a turn");
    assert_eq!((first.turns, first.number, first.doing, first.tokens), (1, 1, None, 0));
    let command = json!({ "type": "commandExecution", "id": "c", "command": "/bin/sh -c 'make'",
        "commandActions": [{ "type": "unknown", "command": "make" }] });
    let running = Some(Doing { kind: "command_execution".into(), what: "make".into() });
    let runs = now("item/started", of_turn(json!({ "item": command }))).await;
    assert_eq!(runs.expect("a turn").doing, running);
    let change = json!({ "type": "fileChange", "id": "f", "changes": [{ "path": "a" }, { "path": "b" }] });
    let runs = now("item/started", of_turn(json!({ "item": change }))).await.expect("a turn").doing;
    assert_eq!(runs.expect("an item").what, "2 files");
    let runs = now("item/completed", of_turn(json!({ "item": change }))).await;
    assert_eq!(runs.expect("a turn").doing, running);

    let usage = json!({ "total": { "totalTokens": 900 }, "last": { "totalTokens": 300 } });
    for sum in [300, 600] {
        let runs = now("thread/tokenUsage/updated", of_turn(json!({ "tokenUsage": usage }))).await;
        assert_eq!(runs.expect("a turn").tokens, sum);
    }
    let failed = |retries: bool| {
        of_turn(json!({ "willRetry": retries, "error": { "message": "Reconnecting... 1/2" } }))
    };
    assert_eq!(now("error", failed(false)).await.expect("a turn").retry, None);
    assert_eq!(
        now("error", failed(true)).await.expect("a turn").retry.as_deref(),
        Some("Reconnecting... 1/2")
    );
    let runs = now("item/completed", of_turn(json!({ "item": command }))).await.expect("a turn");
    assert_eq!((runs.doing, runs.retry), (None, None));

    let two = now("turn/started", started("u2")).await.expect("turns");
    assert_eq!((two.turns, two.number), (2, 2));
    assert_eq!(now("turn/completed", completed()).await.expect("a turn").turns, 1);
    // What is not listened to any more has no other end.
    let idle = json!({ "threadId": "t1", "status": { "type": "idle" } });
    assert_eq!(now("thread/status/changed", idle).await, None);

    now("turn/started", started("u3")).await.expect("a turn");
    server.die();
    assert_eq!(within(heard.recv()).await, Some(("ended".into(), None)));
}
