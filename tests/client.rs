//! `codex::Client` against a server that a test plays, over streams in memory.
mod support;

#[path = "client/stand_in.rs"]
mod stand_in;

use std::time::Duration;

use codex_lua::codex::{
    Client, Error, Input, Keep, Limits, Next, Sandbox, SandboxMode, Thread, ThreadOptions, Turn, TurnOptions,
};
use serde_json::{Value, json};
use stand_in::{StandIn, within};

fn text(text: &str) -> Vec<Input> {
    vec![Input::Text(text.into())]
}

async fn thread(server: &mut StandIn, client: &Client) -> Thread {
    let starting = tokio::spawn({
        let client = client.clone();
        async move { client.thread_start(ThreadOptions::default()).await }
    });
    server.greet().await;
    server.open_thread("thread/start", "t1").await;
    within(starting).await.expect("no panic").expect("a thread")
}

/// A turn that the server has taken, with the id that it knows its first message by.
async fn turn(server: &mut StandIn, thread: &Thread, options: TurnOptions) -> (Turn, Value) {
    let starting = tokio::spawn({
        let thread = thread.clone();
        async move { thread.turn(&text("hi"), options, Keep::Events).await }
    });
    let start = server.expect("turn/start").await;
    server.answer(&start, json!({ "turn": { "id": "u1" } })).await;
    (within(starting).await.expect("no panic").expect("a turn"), start["params"].clone())
}

fn user_message(client_id: &Value) -> Value {
    json!({ "threadId": "t1", "turnId": "u1", "item": { "type": "userMessage", "id": "m1", "clientId": client_id } })
}

fn completed() -> Value {
    json!({ "threadId": "t1", "turn": { "id": "u1", "status": "completed", "items": [] } })
}

#[tokio::test]
async fn what_was_not_taken_is_sent_again() {
    let (mut server, client) = StandIn::new();
    let asking = tokio::spawn(async move { client.request("x/y", json!({ "a": 1 })).await });
    server.greet().await;
    for _ in 0..3 {
        let asked = server.expect("x/y").await;
        assert_eq!(asked["params"], json!({ "a": 1 }));
        server.refuse(&asked, -32001, "Server overloaded; retry later.").await;
    }
    let asked = server.expect("x/y").await;
    server.answer(&asked, json!({ "fine": true })).await;
    assert_eq!(&within(asking).await.expect("no panic").expect("an answer")[..], br#"{"fine":true}"#);
}

#[tokio::test]
async fn other_refusals_are_not_sent_again() {
    let (mut server, client) = StandIn::new();
    let asking = tokio::spawn(async move { client.request("x/y", json!({})).await });
    server.greet().await;
    let asked = server.expect("x/y").await;
    server.refuse(&asked, -32600, "no").await;
    let error = within(asking).await.expect("no panic").expect_err("a refusal");
    assert!(matches!(error, Error::Rpc { error, .. } if error.code == -32600 && error.message == "no"));
    assert_eq!(server.unread().await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_turn_is_sent_again_only_when_it_was_not_taken() {
    let (mut server, client) = StandIn::new();
    let thread = thread(&mut server, &client).await;
    let running = tokio::spawn(async move { thread.run(&text("hi"), TurnOptions::default()).await });
    let first = server.expect("turn/start").await;
    server.refuse(&first, -32001, "Server overloaded; retry later.").await;
    let second = server.expect("turn/start").await;
    assert_eq!(first["params"], second["params"], "the same turn, by the same message id");
    server.die();
    let error = within(running).await.expect("no panic").expect_err("the server is gone");
    assert!(matches!(error, Error::ServerGone { .. }), "{error:?}");
    // A new server would have been asked; nobody asks it.
    assert!(!server.is_asked_for().await);
}

#[tokio::test]
async fn answers_find_their_request_in_any_order() {
    let (mut server, client) = StandIn::new();
    let ask = |n: u64| {
        let client = client.clone();
        tokio::spawn(async move { client.request("x/y", json!({ "n": n })).await })
    };
    let asking: Vec<_> = (0..20).map(ask).collect();
    server.greet().await;
    let mut asked = Vec::new();
    for _ in 0..20 {
        asked.push(server.expect("x/y").await);
    }
    for question in asked.iter().rev() {
        server.answer(question, question["params"].clone()).await;
    }
    for (n, asking) in asking.into_iter().enumerate() {
        let answer: Value =
            serde_json::from_slice(&within(asking).await.expect("no panic").expect("an answer")).expect("JSON");
        assert_eq!(answer, json!({ "n": n }));
    }
}

#[tokio::test]
async fn bad_lines_late_and_unknown_answers_are_survived_and_told() {
    let (mut server, client) = StandIn::new();
    let notices = server.notices();
    let asking = tokio::spawn({
        let client = client.clone();
        async move { client.request("x/y", json!({})).await }
    });
    server.greet().await;
    let asked = server.expect("x/y").await;
    for line in [&b"garbage\n"[..], b"\n", b"{\"method\": 1}\n", b"\xff\xfe\n", b"[]\n", b"{\"id\":77777,\"result\":{}}\n",
        b"{\"id\":\"word\",\"result\":{}}\n", b"{\"method\":\"new/event\",\"params\":{\"threadId\":\"none\"}}\n"] {
        server.raw(line).await;
    }
    server.answer(&asked, json!(1)).await;
    server.answer(&asked, json!(2)).await;
    assert_eq!(&within(asking).await.expect("no panic").expect("an answer")[..], b"1");
    // The connection still works, in both directions and after the second answer.
    let asking = tokio::spawn(async move { client.request("x/z", json!({})).await });
    let asked = server.expect("x/z").await;
    server.answer(&asked, json!(null)).await;
    assert_eq!(&within(asking).await.expect("no panic").expect("an answer")[..], b"null");
    let told = notices.all();
    let count = |words: &str| told.iter().filter(|line| line.contains(words)).count();
    assert_eq!(count("a line that is no message"), 4, "{told:?}");
    assert_eq!(count("nobody waits for") + count("an id of no request"), 3, "{told:?}");
}

#[tokio::test]
async fn each_request_of_the_server_is_answered_with_its_own_id() {
    let (mut server, client) = StandIn::new();
    let _thread = thread(&mut server, &client).await;
    for id in [json!(0), json!("a\"b"), json!(1)] {
        let params = json!({ "threadId": "t1", "command": "rm x" });
        server.ask(&id, "item/commandExecution/requestApproval", params).await;
        let answer = server.next().await;
        assert_eq!(answer, json!({ "id": id, "result": { "decision": "decline" } }));
    }
    server.ask(&json!(9), "brand/new", json!({})).await;
    let answer = server.next().await;
    assert_eq!((&answer["id"], &answer["error"]["code"]), (&json!(9), &json!(-32601)));
}

#[tokio::test]
async fn a_death_before_the_greeting_is_told_and_starts_are_limited() {
    let (mut server, client) = StandIn::new();
    for _ in 0..3 {
        let asking = tokio::spawn({
            let client = client.clone();
            async move { client.request("x/y", json!({})).await }
        });
        server.expect("initialize").await;
        server.die();
        let error = within(asking).await.expect("no panic").expect_err("no server");
        assert!(matches!(error, Error::ServerGone { .. }), "{error:?}");
    }
    let error = within(client.request("x/y", json!({}))).await.expect_err("no more starts");
    assert!(error.to_string().contains("ended 3 times within a minute"), "{error}");
    assert!(!server.is_asked_for().await);
}

#[tokio::test]
async fn a_death_is_told_to_every_waiter_at_once_and_the_thread_is_resumed_where_it_was() {
    let (mut server, client) = StandIn::new();
    let thread = thread(&mut server, &client).await;
    let (turn, _) = turn(&mut server, &thread, TurnOptions::default()).await;
    let waiting: Vec<_> = (0..10)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.request("x/y", json!({})).await.map(drop) })
        })
        .collect();
    for _ in 0..10 {
        server.expect("x/y").await;
    }
    server.die();
    for waiting in waiting {
        let error = within(waiting).await.expect("no panic").expect_err("no server");
        assert!(matches!(error, Error::ServerGone { .. }), "{error:?}");
    }
    assert!(matches!(within(turn.result()).await, Err(Error::ServerGone { .. })));
    assert!(client.live_turns().is_empty());

    let running = tokio::spawn({
        let thread = thread.clone();
        async move { thread.run(&text("again"), TurnOptions::default()).await }
    });
    server.greet().await;
    let resumed = server.open_thread("thread/resume", "t1").await;
    assert_eq!(resumed["params"]["threadId"], "t1");
    let start = server.expect("turn/start").await;
    assert_eq!(start["params"]["input"][0]["text"], "again", "the lost turn is not sent again");
    server.answer(&start, json!({ "turn": { "id": "u1" } })).await;
    server.tell("turn/completed", completed()).await;
    assert_eq!(within(running).await.expect("no panic").expect("a result").status, "completed");
}

#[tokio::test]
async fn urgent_requests_pass_a_hundred_that_hang() {
    let (mut server, client) = StandIn::new();
    let thread = thread(&mut server, &client).await;
    let (turn, _) = turn(&mut server, &thread, TurnOptions::default()).await;
    let hanging: Vec<_> = (0..150)
        .map(|n| {
            let client = client.clone();
            tokio::spawn(async move { client.request("x/y", json!({ "n": n })).await.map(drop) })
        })
        .collect();
    let mut taken = 0;
    while let Some(asked) = server.next_if_any().await {
        assert_eq!(asked["method"], "x/y");
        taken += 1;
    }
    assert_eq!(taken, 92, "a hundred in flight, with some kept for what is urgent");
    turn.interrupt();
    let interrupt = server.expect("turn/interrupt").await;
    assert_eq!(interrupt["params"], json!({ "threadId": "t1", "turnId": "u1" }));
    server.answer(&interrupt, json!({})).await;
    let mut ended = completed();
    ended["turn"]["status"] = "interrupted".into();
    server.tell("turn/completed", ended).await;
    assert_eq!(within(turn.result()).await.expect("a result").status, "interrupted");
    hanging.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn a_turn_that_joined_anothers_is_told_and_let_be() {
    let (mut server, client) = StandIn::new();
    let thread = thread(&mut server, &client).await;
    let (turn, params) = turn(&mut server, &thread, TurnOptions::default()).await;
    assert!(params["clientUserMessageId"].as_str().is_some_and(|id| id.starts_with("codex-lua-")));
    server.tell("turn/started", json!({ "threadId": "t1", "turn": { "id": "u1" } })).await;
    server.tell("item/started", user_message(&json!("someone-elses"))).await;
    let error = within(turn.result()).await.expect_err("joined");
    assert!(matches!(&error, Error::ThreadBusy { thread_id, joined: true } if thread_id == "t1"), "{error:?}");
    // It is another's turn: it is not ended with the script.
    assert!(client.live_turns().is_empty());
    turn.interrupt();
    assert_eq!(server.unread().await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_turn_of_ours_is_known_by_its_first_message_alone() {
    let (mut server, client) = StandIn::new();
    let thread = thread(&mut server, &client).await;
    let (turn, params) = turn(&mut server, &thread, TurnOptions::default()).await;
    server.tell("item/started", user_message(&params["clientUserMessageId"])).await;
    // A steer of another client comes later in the same turn.
    server.tell("item/started", user_message(&json!("someone-elses"))).await;
    server.tell("turn/completed", completed()).await;
    assert_eq!(within(turn.result()).await.expect("a result").status, "completed");
}

#[tokio::test]
async fn a_thread_is_busy_while_a_turn_runs_ours_or_not() {
    let (mut server, client) = StandIn::new();
    let thread = thread(&mut server, &client).await;
    let (turn, _) = turn(&mut server, &thread, TurnOptions::default()).await;
    let busy = |error: Error| matches!(error, Error::ThreadBusy { joined: false, .. });
    let again = within(thread.turn(&text("x"), TurnOptions::default(), Keep::Result)).await;
    assert!(again.is_err_and(busy));
    server.tell("turn/completed", completed()).await;
    within(turn.result()).await.expect("a result");

    server.tell("thread/status/changed", json!({ "threadId": "t1", "status": { "type": "active" } })).await;
    server.settle(&client).await;
    let again = within(thread.turn(&text("x"), TurnOptions::default(), Keep::Result)).await;
    assert!(again.is_err_and(busy));
    server.tell("thread/status/changed", json!({ "threadId": "t1", "status": { "type": "idle" } })).await;
    server.settle(&client).await;
    let (_turn, _) = self::turn(&mut server, &thread, TurnOptions::default()).await;
}

#[tokio::test]
async fn a_start_that_is_refused_leaves_the_thread_free() {
    let (mut server, client) = StandIn::new();
    let thread = thread(&mut server, &client).await;
    for _ in 0..2 {
        let starting = tokio::spawn({
            let thread = thread.clone();
            async move { thread.run(&text("hi"), TurnOptions::default()).await }
        });
        let start = server.expect("turn/start").await;
        server.refuse(&start, -32602, "input_too_large").await;
        let error = within(starting).await.expect("no panic").expect_err("refused");
        assert!(matches!(error, Error::Rpc { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn options_of_a_turn_are_put_back_with_the_threads_own() {
    let (mut server, client) = StandIn::new();
    let thread = thread(&mut server, &client).await;
    let sandbox = Sandbox { mode: SandboxMode::FullAccess, network: None, writable_roots: vec![] };
    let options = TurnOptions {
        model: Some("other".into()),
        effort: Some("high".into()),
        sandbox: Some(sandbox),
        approval: Some(codex_lua::codex::Approval::Never),
        ..TurnOptions::default()
    };
    let (turn, params) = turn(&mut server, &thread, options).await;
    assert_eq!(params["model"], "other");
    assert_eq!(params["sandboxPolicy"], json!({ "type": "dangerFullAccess" }));
    assert_eq!(server.unread().await, Vec::<Value>::new(), "not before the turn has begun");
    // Once when the turn has begun, for what comes after it, and once at its end, for what is saved.
    for event in ["turn/started", "turn/completed"] {
        server.tell(event, completed()).await;
        let update = server.expect("thread/settings/update").await;
        let expected = json!({
            "threadId": "t1",
            "model": "own-model",
            "sandboxPolicy": { "type": "readOnly", "networkAccess": false },
            "approvalPolicy": "on-request",
            "approvalsReviewer": "user",
            "collaborationMode": { "mode": "default", "settings":
                { "model": "own-model", "reasoning_effort": null, "developer_instructions": null } },
        });
        assert_eq!(update["params"], expected, "after {event}");
        assert!(!turn.is_over(), "it is over when its settings are put back");
        server.answer(&update, json!({})).await;
    }
    within(turn.result()).await.expect("a result");
    assert_eq!(server.unread().await, Vec::<Value>::new());
}

#[tokio::test]
async fn an_interrupt_ends_the_commands_of_this_turn_by_item_id() {
    let (mut server, client) = StandIn::new();
    let thread = thread(&mut server, &client).await;
    let (turn, _) = turn(&mut server, &thread, TurnOptions::default()).await;
    let command = |id: &str| json!({ "threadId": "t1", "turnId": "u1", "item": { "type": "commandExecution", "id": id } });
    for id in ["done", "runs"] {
        server.tell("item/started", command(id)).await;
    }
    server.tell("item/completed", command("done")).await;
    server.settle(&client).await;
    turn.interrupt();
    turn.interrupt();
    let interrupt = server.expect("turn/interrupt").await;
    // A turn whose id is known may yet have to begin: then the server refuses, and is asked again.
    server.refuse(&interrupt, -32600, "no active turn to interrupt").await;
    let interrupt = server.expect("turn/interrupt").await;
    server.answer(&interrupt, json!({})).await;
    let list = server.expect("thread/backgroundTerminals/list").await;
    let terminal = |item: &str, process: &str| json!({ "itemId": item, "processId": process });
    let terminals = [terminal("earlier", "1"), terminal("done", "2"), terminal("runs", "3")];
    server.answer(&list, json!({ "data": terminals })).await;
    let end = server.expect("thread/backgroundTerminals/terminate").await;
    assert_eq!(end["params"], json!({ "threadId": "t1", "processId": "3" }));
    server.answer(&end, json!({})).await;
    let mut ended = completed();
    ended["turn"]["status"] = "interrupted".into();
    server.tell("turn/completed", ended).await;
    assert_eq!(within(turn.result()).await.expect("a result").status, "interrupted");
    assert_eq!(server.unread().await, Vec::<Value>::new());
}

#[tokio::test]
async fn an_interruption_by_others_is_an_error_and_a_dropped_run_is_an_interrupt() {
    let (mut server, client) = StandIn::new();
    let thread = thread(&mut server, &client).await;
    let (turn, _) = turn(&mut server, &thread, TurnOptions::default()).await;
    let mut ended = completed();
    ended["turn"]["status"] = "interrupted".into();
    server.tell("turn/completed", ended.clone()).await;
    assert!(matches!(within(turn.result()).await, Err(Error::TurnInterrupted(_))));

    let running = tokio::spawn({
        let thread = thread.clone();
        async move { thread.run(&text("hi"), TurnOptions::default()).await }
    });
    let start = server.expect("turn/start").await;
    running.abort();
    assert!(running.await.is_err_and(|error| error.is_cancelled()));
    // It was given up before the server took it: it is interrupted as soon as it has an id.
    server.answer(&start, json!({ "turn": { "id": "u1" } })).await;
    let interrupt = server.expect("turn/interrupt").await;
    server.answer(&interrupt, json!({})).await;
    server.tell("turn/completed", ended).await;
}

#[tokio::test]
async fn limits_stop_a_turn_and_reconnecting_does_not_wind_the_idle_clock() {
    let (mut server, client) = StandIn::new();
    let thread = thread(&mut server, &client).await;
    let limits = Limits { timeout: None, idle_timeout: Some(Duration::from_millis(300)) };
    let (turn, _) = turn(&mut server, &thread, TurnOptions { limits, ..TurnOptions::default() }).await;
    let begun = std::time::Instant::now();
    let delta = json!({ "threadId": "t1", "turnId": "u1", "itemId": "m", "delta": "x" });
    server.tell("item/agentMessage/delta", delta).await;
    let error = json!({ "threadId": "t1", "turnId": "u1", "willRetry": true, "error": { "message": "Reconnecting..." } });
    let interrupt = loop {
        server.tell("error", error.clone()).await;
        if let Some(asked) = server.next_if_any().await {
            break asked;
        }
        assert!(begun.elapsed() < support::DEADLINE);
    };
    assert_eq!(interrupt["method"], "turn/interrupt");
    server.answer(&interrupt, json!({})).await;
    let mut ended = completed();
    ended["turn"]["status"] = "interrupted".into();
    server.tell("turn/completed", ended).await;
    let error = within(turn.result()).await.expect_err("too late");
    assert!(matches!(&error, Error::Timeout { may_have_run: true, .. }), "{error:?}");
    assert!(matches!(turn.try_next(), Next::Item(_)));
}

#[tokio::test]
async fn a_turn_that_does_not_end_is_given_up_and_said_so() {
    let (mut server, client) = StandIn::new();
    let notices = server.notices();
    let thread = thread(&mut server, &client).await;
    let (turn, _) = turn(&mut server, &thread, TurnOptions::default()).await;
    turn.interrupt();
    let interrupt = server.expect("turn/interrupt").await;
    server.answer(&interrupt, json!({})).await;
    assert_eq!(within(turn.result()).await.expect("a result").status, "interrupted");
    assert!(notices.all().iter().any(|line| line.contains("it is given up")), "{:?}", notices.all());
}

#[tokio::test]
async fn an_image_of_the_network_is_refused_before_anything_is_sent() {
    let (mut server, client) = StandIn::new();
    let thread = thread(&mut server, &client).await;
    let image = [Input::Image("https://example.org/a.png".into())];
    let error = within(thread.run(&image, TurnOptions::default())).await.expect_err("refused");
    assert!(matches!(error, Error::Usage(_)));
    assert_eq!(server.unread().await, Vec::<Value>::new());
}

#[tokio::test]
async fn another_version_of_codex_is_told() {
    let (mut server, client) = StandIn::new();
    let notices = server.notices();
    let asking = tokio::spawn(async move { client.request("x/y", json!({})).await });
    server.greet_as("0.170.0").await;
    let asked = server.expect("x/y").await;
    server.answer(&asked, json!({})).await;
    within(asking).await.expect("no panic").expect("an answer");
    assert!(notices.all()[0].contains("this Codex is 0.170.0; codex-lua is made for 0.169.0"));
}
