//! How turns are made to end.

use codex_lua::codex::{Error, TurnOptions};
use serde_json::{Value, json};

use crate::stand_in::{StandIn, within};
use crate::{completed, text, thread, turn};

#[tokio::test(start_paused = true)]
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

#[tokio::test(start_paused = true)]
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

#[tokio::test(start_paused = true)]
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
