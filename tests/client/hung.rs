//! A server that says nothing while it is to end something, on a clock that the test moves.

use std::time::Duration;

use codex_lua::codex::TurnOptions;
use serde_json::json;
use tokio::time::Instant;

use crate::stand_in::{StandIn, within};
use crate::{thread, turn};

/// What the README says, and what the looks of the clock may add.
const SOME_TWO_SECONDS: std::ops::RangeInclusive<Duration> =
    Duration::from_secs(2)..=Duration::from_millis(2300);

#[tokio::test(start_paused = true)]
async fn a_turn_on_it_is_given_up_and_nothing_more_is_asked_of_it() {
    let (mut server, client) = StandIn::new();
    let thread = thread(&mut server, &client).await;
    let (turn, _) = turn(&mut server, &thread, TurnOptions::default()).await;
    let begun = Instant::now();
    turn.interrupt();
    server.expect("turn/interrupt").await;
    turn.over().await;
    assert_eq!(turn.status(), "interrupted");
    let _ = thread.close().await;
    client.shut_down().await;
    assert!(SOME_TWO_SECONDS.contains(&begun.elapsed()), "{:?}", begun.elapsed());
    assert!(server.unread().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn one_that_speaks_again_is_sound_again() {
    let (mut server, client) = StandIn::new();
    let thread = thread(&mut server, &client).await;
    let (turn, _) = turn(&mut server, &thread, TurnOptions::default()).await;
    turn.interrupt();
    server.expect("turn/interrupt").await;
    turn.over().await;
    server.tell("warning", json!({ "message": "back" })).await;
    server.settle(&client).await;
    let asking = tokio::spawn({
        let client = client.clone();
        async move { client.request("thread/loaded/list", json!({})).await }
    });
    let asked = server.expect("thread/loaded/list").await;
    server.answer(&asked, json!({})).await;
    assert!(within(asking).await.expect("no panic").is_ok());
}

#[tokio::test(start_paused = true)]
async fn the_next_call_gives_it_up_and_starts_another() {
    let (mut server, client) = StandIn::new();
    let thread = thread(&mut server, &client).await;
    let (turn, _) = turn(&mut server, &thread, TurnOptions::default()).await;
    turn.interrupt();
    server.expect("turn/interrupt").await;
    turn.over().await;
    let asking = tokio::spawn({
        let client = client.clone();
        async move { client.request("thread/loaded/list", json!({})).await }
    });
    // The first connection is closed by the client.
    assert!(server.unread().await.is_empty());
    server.die();
    server.greet().await;
    let asked = server.expect("thread/loaded/list").await;
    server.answer(&asked, json!({})).await;
    assert!(within(asking).await.expect("no panic").is_ok());
}
