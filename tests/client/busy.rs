//! What a turn does on a thread where one runs: it waits, or its input goes into that.

use codex_lua::codex::{Error, Keep, Thread, ThreadOptions, TurnOptions, TurnResult, WhenBusy};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::stand_in::{StandIn, within};
use crate::{completed, text, thread_with, turn};

fn options(when_busy: WhenBusy) -> ThreadOptions {
    ThreadOptions { when_busy, ..ThreadOptions::default() }
}

fn run(thread: &Thread, words: &str) -> JoinHandle<Result<TurnResult, Error>> {
    let (thread, input) = (thread.clone(), text(words));
    tokio::spawn(async move { thread.run(&input, TurnOptions::default()).await })
}

/// Answers the start of the next turn and ends it; tells what it was asked.
async fn serve(server: &mut StandIn, id: &str) -> Value {
    let start = server.expect("turn/start").await;
    server.answer(&start, json!({ "turn": { "id": id } })).await;
    let end = json!({ "threadId": "t1", "turn": { "id": id, "status": "completed", "items": [] } });
    server.tell("turn/completed", end).await;
    start["params"]["input"][0]["text"].clone()
}

#[tokio::test(start_paused = true)]
async fn those_that_wait_go_in_their_order_and_one_that_gives_up_leaves_it_as_it_is() {
    let (mut server, client) = StandIn::new();
    let thread = thread_with(&mut server, &client, options(WhenBusy::Wait)).await;
    let (first, _) = turn(&mut server, &thread, TurnOptions::default()).await;
    let mut waiting = vec![];
    for words in ["a", "b", "c", "d"] {
        waiting.push(run(&thread, words));
        tokio::task::yield_now().await;
    }
    for gone in [2, 0] {
        let gone = waiting.remove(gone);
        gone.abort();
        assert!(gone.await.is_err());
    }
    assert_eq!(server.unread().await, Vec::<Value>::new(), "none joins");
    server.tell("thread/queue/changed", json!({ "threadId": "t1" })).await;
    server.tell("turn/completed", completed()).await;
    let list = server.expect("thread/queue/list").await;
    assert_eq!(server.unread().await, Vec::<Value>::new(), "the first in the line alone has a look");
    server.answer(&list, json!({ "data": [] })).await;
    within(first.result()).await.expect("a result");
    for (words, waiting) in ["b", "d"].into_iter().zip(waiting) {
        assert_eq!(serve(&mut server, words).await, words);
        within(waiting).await.expect("no panic").expect("a result");
    }
    assert_eq!(server.unread().await, Vec::<Value>::new());
}

#[tokio::test(start_paused = true)]
async fn it_waits_for_a_turn_and_a_queue_of_others_too() {
    let (mut server, client) = StandIn::new();
    let thread = thread_with(&mut server, &client, options(WhenBusy::Wait)).await;
    let status = |kind: &str| json!({ "threadId": "t1", "status": { "type": kind } });
    server.tell("thread/status/changed", status("active")).await;
    server.settle(&client).await;
    let waiting = run(&thread, "x");
    assert_eq!(server.unread().await, Vec::<Value>::new());
    // Its end leaves a queue that is not empty, and the next turn of that has yet to begin.
    server.tell("thread/queue/changed", json!({ "threadId": "t1" })).await;
    server.tell("thread/status/changed", status("idle")).await;
    let list = server.expect("thread/queue/list").await;
    server.answer(&list, json!({ "data": [{ "id": "theirs" }] })).await;
    assert_eq!(server.unread().await, Vec::<Value>::new());
    server.tell("thread/queue/changed", json!({ "threadId": "t1" })).await;
    let list = server.expect("thread/queue/list").await;
    server.answer(&list, json!({ "data": [] })).await;
    server.tell("thread/status/changed", status("active")).await;
    assert_eq!(server.unread().await, Vec::<Value>::new());
    server.tell("thread/status/changed", status("idle")).await;
    assert_eq!(serve(&mut server, "u2").await, "x");
    within(waiting).await.expect("no panic").expect("a result");
}

#[tokio::test(start_paused = true)]
async fn a_steer_goes_into_the_turn_of_ours_and_a_late_one_starts_another() {
    let (mut server, client) = StandIn::new();
    let thread = thread_with(&mut server, &client, options(WhenBusy::Steer)).await;
    let (first, _) = turn(&mut server, &thread, TurnOptions::default()).await;
    let ask = |words: &str| {
        let (thread, input) = (thread.clone(), text(words));
        tokio::spawn(async move { thread.exchange(&input, TurnOptions::default(), Keep::Events).await })
    };
    let steering = ask("more");
    let steer = server.expect("turn/steer").await;
    assert_eq!(steer["params"]["expectedTurnId"], "u1");
    server.answer(&steer, json!({ "turnId": "u1" })).await;
    let exchange = within(steering).await.expect("no panic").expect("the turn");
    assert_eq!((exchange.turn().id(), exchange.is_steered()), ("u1".into(), true));
    // Whoever runs it and gives up does not stop it for the others.
    let giving_up = run(&thread, "and more");
    let steer = server.expect("turn/steer").await;
    server.answer(&steer, json!({ "turnId": "u1" })).await;
    server.settle(&client).await;
    giving_up.abort();
    assert!(giving_up.await.is_err());
    assert_eq!(server.unread().await, Vec::<Value>::new());

    let options = TurnOptions { effort: Some("high".into()), ..TurnOptions::default() };
    let refused = within(thread.run(&text("x"), options)).await;
    assert!(matches!(refused, Err(Error::Usage(words)) if words.ends_with("it takes no effort")));

    let late = run(&thread, "late");
    let steer = server.expect("turn/steer").await;
    server.refuse(&steer, -32600, "no active turn to steer").await;
    assert_eq!(server.unread().await, Vec::<Value>::new(), "its end is on its way");
    server.tell("turn/completed", completed()).await;
    assert_eq!(serve(&mut server, "u2").await, "late");
    within(late).await.expect("no panic").expect("a result");
    within(first.result()).await.expect("a result");

    // Another client's turn has no id that we know.
    server.tell("thread/status/changed", json!({ "threadId": "t1", "status": { "type": "active" } })).await;
    server.settle(&client).await;
    let refused = within(thread.run(&text("x"), TurnOptions::default())).await;
    assert!(matches!(refused, Err(Error::ThreadBusy { joined: false, .. })));
}

#[tokio::test(start_paused = true)]
async fn a_steer_that_comes_too_late_says_so() {
    let (mut server, client) = StandIn::new();
    let thread = thread_with(&mut server, &client, ThreadOptions::default()).await;
    let (turn, _) = turn(&mut server, &thread, TurnOptions::default()).await;
    for words in ["no active turn to steer", "expected active turn id `u1` but found `u2`"] {
        let steering = tokio::spawn({
            let turn = turn.clone();
            async move { turn.steer(&text("x")).await }
        });
        let steer = server.expect("turn/steer").await;
        server.refuse(&steer, -32600, words).await;
        let error = within(steering).await.expect("no panic").expect_err("late");
        assert!(matches!(&error, Error::Usage(said) if said.starts_with("the turn has ended")), "{error}");
    }
}
