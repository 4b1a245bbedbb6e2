//! Single requests: what is sent again, what finds its way back, and what is survived.

use codex_lua::codex::{Client, Error, TurnOptions};
use serde_json::{Value, json};

use crate::stand_in::{StandIn, within};
use crate::{completed, thread, turn};

#[tokio::test(start_paused = true)]
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

#[tokio::test(start_paused = true)]
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

#[tokio::test(start_paused = true)]
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
            serde_json::from_slice(&within(asking).await.expect("no panic").expect("an answer"))
                .expect("JSON");
        assert_eq!(answer, json!({ "n": n }));
    }
}

#[tokio::test(start_paused = true)]
async fn bad_lines_late_and_unknown_answers_are_survived_and_told() {
    let (mut server, client) = StandIn::new();
    let notices = server.notices();
    let asking = tokio::spawn({
        let client = client.clone();
        async move { client.request("x/y", json!({})).await }
    });
    server.greet().await;
    let asked = server.expect("x/y").await;
    for line in [
        &b"garbage\n"[..],
        b"\n",
        b"{\"method\": 1}\n",
        b"\xff\xfe\n",
        b"[]\n",
        b"{\"id\":77777,\"result\":{}}\n",
        b"{\"id\":\"word\",\"result\":{}}\n",
        b"{\"method\":\"new/event\",\"params\":{\"threadId\":\"none\"}}\n",
    ] {
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
    // Each kind once.
    assert_eq!(told.len(), 3, "{told:?}");
    for words in ["a line that is no message", "nobody waits for", "an id of no request"] {
        assert_eq!(count(words), 1, "{told:?}");
    }
}

#[tokio::test(start_paused = true)]
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

#[tokio::test(start_paused = true)]
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

#[tokio::test(start_paused = true)]
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

#[tokio::test(start_paused = true)]
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

#[tokio::test(start_paused = true)]
async fn a_start_that_its_caller_gave_up_is_the_next_ones() {
    let (mut server, client) = StandIn::new();
    let ask = |client: Client| tokio::spawn(async move { client.request("x/y", json!({})).await });
    let first = ask(client.clone());
    let initialize = server.expect("initialize").await;
    first.abort();
    assert!(first.await.is_err_and(|error| error.is_cancelled()));
    let second = ask(client);
    assert!(!server.is_asked_for().await, "one server is enough");
    server.answer(&initialize, json!({ "userAgent": "codex_lua/0.169.0 (x)", "codexHome": "/" })).await;
    assert_eq!(server.next().await["method"], "initialized");
    let asked = server.expect("x/y").await;
    server.answer(&asked, json!({})).await;
    within(second).await.expect("no panic").expect("an answer");
}

#[tokio::test(start_paused = true)]
async fn shutting_down_does_not_wait_for_a_start() {
    let (mut server, client) = StandIn::new();
    let asking = tokio::spawn({
        let client = client.clone();
        async move { client.request("x/y", json!({})).await }
    });
    server.expect("initialize").await;
    within(client.shut_down()).await;
    let error = within(asking).await.expect("no panic").expect_err("it has ended");
    assert!(matches!(error, Error::ServerGone { .. }), "{error:?}");
}
