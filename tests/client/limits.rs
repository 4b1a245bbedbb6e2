//! `timeout` and `idle_timeout`, on a clock that the test moves.

use std::time::Duration;

use codex_lua::codex::{Error, Limits, Next, Turn, TurnOptions};
use serde_json::{Value, json};
use tokio::time::{Instant, advance};

use crate::stand_in::{StandIn, within};
use crate::{completed, text, thread};

const LIMIT: Duration = Duration::from_millis(300);
const JUST_BEFORE: Duration = Duration::from_millis(298);
/// What the runtime's timer, which counts whole milliseconds, may add.
const ROUNDING: Duration = Duration::from_millis(2);

fn options(timeout: Option<Duration>, idle_timeout: Option<Duration>) -> TurnOptions {
    TurnOptions { limits: Limits { timeout, idle_timeout }, ..TurnOptions::default() }
}

async fn turn(options: TurnOptions) -> (StandIn, Turn, codex_lua::codex::Client) {
    let (mut server, client) = StandIn::new();
    let thread = thread(&mut server, &client).await;
    let (turn, _) = crate::turn(&mut server, &thread, options).await;
    (server, turn, client)
}

fn ended(status: &str) -> Value {
    let mut ended = completed();
    ended["turn"]["status"] = status.into();
    ended
}

/// The interrupt comes so long after `since`, and the turn's error says what was overdue.
async fn is_stopped(server: &mut StandIn, turn: &Turn, since: Instant, limit: Duration, why: &str) {
    let interrupt = server.expect("turn/interrupt").await;
    let passed = since.elapsed();
    assert!((limit..=limit + ROUNDING).contains(&passed), "{passed:?} for {limit:?}");
    server.answer(&interrupt, json!({})).await;
    server.tell("turn/completed", ended("interrupted")).await;
    match within(turn.result()).await {
        Err(Error::Timeout { what, may_have_run: true }) => assert_eq!(what, why),
        other => panic!("{other:?}"),
    }
    assert_eq!(server.unread().await, Vec::<Value>::new(), "it is asked once");
}

#[tokio::test(start_paused = true)]
async fn the_idle_clock_is_wound_by_items_deltas_and_tokens_and_by_nothing_else() {
    let (mut server, turn, client) = turn(options(None, Some(LIMIT))).await;
    let about = |more: Value| {
        let mut params = json!({ "threadId": "t1", "turnId": "u1", "itemId": "m" });
        params.as_object_mut().expect("a table").extend(more.as_object().cloned().unwrap_or_default());
        params
    };
    let item = json!({ "item": { "type": "agentMessage", "id": "m", "text": "" } });
    for (method, more) in [
        ("item/started", item.clone()),
        ("item/agentMessage/delta", json!({ "delta": "x" })),
        ("item/reasoning/summaryTextDelta", json!({ "delta": "x", "summaryIndex": 0 })),
        ("item/commandExecution/outputDelta", json!({ "delta": "x" })),
        ("item/mcpToolCall/progress", json!({ "message": "x" })),
        ("item/completed", item),
        ("thread/tokenUsage/updated", json!({ "tokenUsage": { "total": {}, "last": {} } })),
    ] {
        advance(JUST_BEFORE).await;
        server.tell(method, about(more)).await;
        server.settle(&client).await;
    }
    let since = Instant::now();
    for (method, more) in [
        ("error", json!({ "willRetry": true, "error": { "message": "Reconnecting... 1/5" } })),
        ("turn/diff/updated", json!({ "diff": "x" })),
        ("turn/plan/updated", json!({ "plan": [] })),
        ("warning", json!({ "message": "x" })),
        ("thread/status/changed", json!({ "status": { "type": "active" } })),
    ] {
        advance(LIMIT / 10).await;
        server.tell(method, about(more)).await;
        server.settle(&client).await;
    }
    advance(LIMIT / 10).await;
    // What it asks is answered at once, and is no sign of life either.
    server.ask(&json!(1), "item/commandExecution/requestApproval", about(json!({ "command": "rm x" }))).await;
    assert_eq!(server.next().await["result"]["decision"], "decline");
    is_stopped(&mut server, &turn, since, LIMIT, "the turn did nothing for 300ms").await;
    assert!(matches!(turn.try_next(), Next::Item(_)), "what it told stays");
}

#[tokio::test(start_paused = true)]
async fn a_trickle_ends_at_the_whole_time() {
    let (mut server, turn, client) = turn(options(Some(LIMIT * 5), Some(LIMIT))).await;
    let since = Instant::now();
    for _ in 0..9 {
        advance(LIMIT / 2).await;
        let delta = json!({ "threadId": "t1", "turnId": "u1", "itemId": "m", "delta": "x" });
        server.tell("item/agentMessage/delta", delta).await;
        server.settle(&client).await;
    }
    is_stopped(&mut server, &turn, since, LIMIT * 5, "the turn did not end within 1.5s").await;
}

#[tokio::test(start_paused = true)]
async fn no_time_at_all_is_over_at_once_and_for_ever_is_no_limit() {
    let (mut server, zero, _) = turn(options(Some(Duration::ZERO), Some(LIMIT))).await;
    is_stopped(&mut server, &zero, Instant::now(), Duration::ZERO, "the turn did not end within 0ns").await;
    let (mut server, endless, client) = turn(options(Some(Duration::MAX), Some(Duration::MAX))).await;
    advance(Duration::from_hours(24 * 365)).await;
    server.settle(&client).await;
    assert!(!endless.is_over());
    assert_eq!(server.unread().await, Vec::<Value>::new());
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_ends_by_itself_while_it_is_stopped_has_its_own_end() {
    for status in ["completed", "failed"] {
        let (mut server, turn, _) = turn(options(None, Some(LIMIT))).await;
        let interrupt = server.expect("turn/interrupt").await;
        server.tell("turn/completed", ended(status)).await;
        server.refuse(&interrupt, -32600, "no active turn to interrupt").await;
        match within(turn.result()).await {
            Ok(result) => assert_eq!(result.status, status),
            Err(error) => assert!(matches!(error, Error::TurnFailed(_)) && status == "failed", "{error:?}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn turns_have_limits_of_their_own_and_one_that_has_ended_has_none() {
    let (mut server, client) = StandIn::new();
    let thread = thread(&mut server, &client).await;
    let (first, _) = crate::turn(&mut server, &thread, options(Some(LIMIT), None)).await;
    server.tell("turn/completed", ended("completed")).await;
    within(first.result()).await.expect("a result");
    advance(LIMIT / 2).await;
    let begun = tokio::spawn({
        let thread = thread.clone();
        async move { thread.run(&text("hi"), options(Some(LIMIT), None)).await }
    });
    let start = server.expect("turn/start").await;
    let since = Instant::now();
    server.answer(&start, json!({ "turn": { "id": "u2" } })).await;
    let interrupt = server.expect("turn/interrupt").await;
    assert_eq!(interrupt["params"]["turnId"], "u2");
    assert!(since.elapsed() >= LIMIT, "{:?}", since.elapsed());
    server.answer(&interrupt, json!({})).await;
    let mut over = ended("interrupted");
    over["turn"]["id"] = "u2".into();
    server.tell("turn/completed", over).await;
    assert!(matches!(within(begun).await.expect("no panic"), Err(Error::Timeout { .. })));
}
