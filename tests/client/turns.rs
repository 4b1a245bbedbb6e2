//! Turns: whose they are, what they leave behind, and what a death does to them.

use codex_lua::codex::{Approval, Error, Input, Keep, Sandbox, SandboxMode, TurnOptions};
use serde_json::{Value, json};

use crate::stand_in::{StandIn, within};
use crate::{completed, text, thread, turn, user_message};

#[tokio::test(start_paused = true)]
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

#[tokio::test(start_paused = true)]
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

#[tokio::test(start_paused = true)]
async fn a_turn_that_joined_anothers_is_told_and_let_be() {
    let (mut server, client) = StandIn::new();
    let thread = thread(&mut server, &client).await;
    let (turn, params) = turn(&mut server, &thread, TurnOptions::default()).await;
    assert!(params["clientUserMessageId"].as_str().is_some_and(|id| id.starts_with("codex-lua-")));
    // Somebody waits already, and nobody reads the events.
    let (result, ()) = tokio::join!(within(turn.result()), async {
        server.tell("turn/started", json!({ "threadId": "t1", "turn": { "id": "u1" } })).await;
        server.tell("item/started", user_message(&json!("someone-elses"))).await;
    });
    let error = result.expect_err("joined");
    assert!(
        matches!(&error, Error::ThreadBusy { thread_id, joined: true } if thread_id == "t1"),
        "{error:?}"
    );
    // It is another's turn: it is not ended with the script.
    assert!(client.live_turns().is_empty());
    turn.interrupt();
    assert_eq!(server.unread().await, Vec::<Value>::new());
}

#[tokio::test(start_paused = true)]
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

#[tokio::test(start_paused = true)]
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
    let (_turn, _) = super::turn(&mut server, &thread, TurnOptions::default()).await;
}

#[tokio::test(start_paused = true)]
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

#[tokio::test(start_paused = true)]
async fn options_of_a_turn_are_put_back_with_the_threads_own() {
    let (mut server, client) = StandIn::new();
    let thread = thread(&mut server, &client).await;
    let sandbox = Sandbox { mode: SandboxMode::FullAccess, network: None, writable_roots: vec![] };
    let options = TurnOptions {
        model: Some("other".into()),
        effort: Some("high".into()),
        sandbox: Some(sandbox),
        approval: Some(Approval::Never),
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

#[tokio::test(start_paused = true)]
async fn an_image_of_the_network_is_refused_before_anything_is_sent() {
    let (mut server, client) = StandIn::new();
    let thread = thread(&mut server, &client).await;
    let image = [Input::Image("https://example.org/a.png".into())];
    let error = within(thread.run(&image, TurnOptions::default())).await.expect_err("refused");
    assert!(matches!(error, Error::Usage(_)));
    assert_eq!(server.unread().await, Vec::<Value>::new());
}
