//! Answers that do not fit their schema, on a clock that the test moves.

use std::time::Duration;

use codex_lua::codex::{Error, Exchange, Keep, Limits, Schema, Thread, TurnOptions, TurnResult};
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio::time::advance;

use crate::stand_in::{StandIn, within};
use crate::{text, thread};

const LIMIT: Duration = Duration::from_millis(300);

fn options() -> TurnOptions {
    TurnOptions {
        schema: Some(Schema::new(json!({ "type": "integer" })).expect("a schema")),
        schema_retries: 2,
        limits: Limits { timeout: Some(LIMIT), idle_timeout: None },
        ..TurnOptions::default()
    }
}

/// Takes the start of a turn.
async fn take(server: &mut StandIn, id: &str) -> Value {
    let start = server.expect("turn/start").await;
    server.answer(&start, json!({ "turn": { "id": id } })).await;
    start["params"].clone()
}

/// Ends a turn with this answer.
async fn end(server: &mut StandIn, id: &str, answer: &str) {
    let item = json!({ "type": "agentMessage", "id": "m", "text": answer });
    server.tell("item/completed", json!({ "threadId": "t1", "turnId": id, "item": item })).await;
    let turn = json!({ "id": id, "status": "completed", "items": [] });
    server.tell("turn/completed", json!({ "threadId": "t1", "turn": turn })).await;
}

async fn begun() -> (StandIn, Thread, Exchange) {
    let (mut server, client) = StandIn::new();
    let thread = thread(&mut server, &client).await;
    let starting = tokio::spawn({
        let thread = thread.clone();
        async move { thread.exchange(&text("hi"), options(), Keep::Events).await }
    });
    assert_eq!(take(&mut server, "u1").await["outputSchema"], json!({ "type": "integer" }));
    (server, thread, within(starting).await.expect("no panic").expect("an exchange"))
}

fn awaited(exchange: &Exchange) -> JoinHandle<Result<TurnResult, Error>> {
    let exchange = exchange.clone();
    tokio::spawn(async move { exchange.result().await })
}

async fn told(awaited: JoinHandle<Result<TurnResult, Error>>) -> Result<TurnResult, Error> {
    within(awaited).await.expect("no panic")
}

#[tokio::test(start_paused = true)]
async fn each_further_turn_has_the_schema_and_what_is_left_of_the_time() {
    let (mut server, _thread, exchange) = begun().await;
    advance(LIMIT / 3).await;
    let result = awaited(&exchange);
    end(&mut server, "u1", "1.5").await;
    let again = take(&mut server, "u2").await;
    assert_eq!(again["outputSchema"], json!({ "type": "integer" }));
    assert!(again["input"][0]["text"].as_str().is_some_and(|text| text.contains("not of type")), "{again}");
    let since = tokio::time::Instant::now();
    let interrupt = server.expect("turn/interrupt").await;
    let passed = since.elapsed();
    assert!(passed <= LIMIT * 2 / 3 + Duration::from_millis(2) && passed > LIMIT / 2, "{passed:?}");
    assert_eq!(interrupt["params"]["turnId"], "u2");
    server.answer(&interrupt, json!({})).await;
    let turn = json!({ "id": "u2", "status": "interrupted", "items": [] });
    server.tell("turn/completed", json!({ "threadId": "t1", "turn": turn })).await;
    assert!(matches!(told(result).await, Err(Error::Timeout { .. })));
}

#[tokio::test(start_paused = true)]
async fn after_an_interrupt_nothing_more_is_asked() {
    let (mut server, _thread, exchange) = begun().await;
    end(&mut server, "u1", "no").await;
    within(exchange.turn().over()).await;
    exchange.interrupt();
    assert!(matches!(told(awaited(&exchange)).await, Err(Error::Schema(_))));
    assert_eq!(server.unread().await, Vec::<Value>::new());
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_is_interrupted_while_its_start_is_on_the_way_is_stopped() {
    let (mut server, _thread, exchange) = begun().await;
    let result = awaited(&exchange);
    end(&mut server, "u1", "no").await;
    let start = server.expect("turn/start").await;
    exchange.interrupt();
    server.answer(&start, json!({ "turn": { "id": "u2" } })).await;
    let interrupt = server.expect("turn/interrupt").await;
    assert_eq!(interrupt["params"]["turnId"], "u2");
    server.answer(&interrupt, json!({})).await;
    let turn = json!({ "id": "u2", "status": "interrupted", "items": [] });
    server.tell("turn/completed", json!({ "threadId": "t1", "turn": turn })).await;
    let result = told(result).await.expect("a result");
    assert_eq!((result.status, result.output, result.items.len()), ("interrupted", None, 1));
}

#[tokio::test(start_paused = true)]
async fn one_that_is_not_taken_is_not_sent_again() {
    let (mut server, _thread, exchange) = begun().await;
    let result = awaited(&exchange);
    end(&mut server, "u1", "no").await;
    let start = server.expect("turn/start").await;
    server.refuse(&start, -32600, "not now").await;
    assert!(matches!(told(result).await, Err(Error::Rpc { .. })));
    let Err(Error::Schema(misfit)) = told(awaited(&exchange)).await else { panic!("the answer fits") };
    assert_eq!(misfit.result.text.as_deref(), Some("no"));
    assert!(misfit.problems[0].starts_with("it is not JSON"), "{misfit:?}");
    assert_eq!(server.unread().await, Vec::<Value>::new());
}

#[tokio::test(start_paused = true)]
async fn whoever_gives_up_waiting_takes_the_turn_that_was_to_follow_with_it() {
    let (mut server, _thread, exchange) = begun().await;
    let result = awaited(&exchange);
    end(&mut server, "u1", "no").await;
    let start = server.expect("turn/start").await;
    result.abort();
    assert!(result.await.is_err());
    server.answer(&start, json!({ "turn": { "id": "u2" } })).await;
    let interrupt = server.expect("turn/interrupt").await;
    server.answer(&interrupt, json!({})).await;
    let turn = json!({ "id": "u2", "status": "interrupted", "items": [] });
    server.tell("turn/completed", json!({ "threadId": "t1", "turn": turn })).await;
    assert!(matches!(told(awaited(&exchange)).await, Err(Error::Schema(_))));
    assert_eq!(server.unread().await, Vec::<Value>::new());
}
