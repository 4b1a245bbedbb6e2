//! Budgets: what counts, and who is stopped.

use std::time::Duration;

use codex_lua::codex::{
    Allowance, Budget, Budgets, Client, Error, Keep, Limits, Thread, ThreadOptions, Turn, TurnOptions,
};
use serde_json::{Value, json};

use crate::stand_in::{StandIn, within};
use crate::{completed, text, thread_with, turn};

fn budget(allowed: Allowance) -> (Budget, ThreadOptions) {
    let budget = Budget::new(allowed);
    let mut budgets = Budgets::default();
    budgets.add([budget.clone()]);
    (budget, ThreadOptions { budgets, ..ThreadOptions::default() })
}

async fn open(allowed: Allowance) -> (StandIn, Client, Thread, Budget) {
    let (mut server, client) = StandIn::new();
    let (budget, options) = budget(allowed);
    let thread = thread_with(&mut server, &client, options).await;
    (server, client, thread, budget)
}

fn tokens(most: u64) -> Allowance {
    Allowance { tokens: Some(most), ..Allowance::default() }
}

fn usage(thread: &str, turn: &str, total: u64, last: u64) -> Value {
    json!({ "threadId": thread, "turnId": turn, "tokenUsage": {
        "total": { "totalTokens": total }, "last": { "totalTokens": last } } })
}

fn item(thread: &str, turn: &str, kind: &str) -> Value {
    json!({ "threadId": thread, "turnId": turn, "item": { "type": kind, "id": "i", "text": "said" } })
}

fn ended(thread: &str, turn: &str, status: &str) -> Value {
    json!({ "threadId": thread, "turn": { "id": turn, "status": status, "items": [] } })
}

/// What a turn came to: the error that says that the budget is spent, and what the turn had done.
async fn spent(turn: &Turn) -> Option<usize> {
    match within(turn.result()).await {
        Err(Error::Budget { result, .. }) => result.map(|result| result.items.len()),
        other => panic!("{other:?}"),
    }
}

/// Answers interrupts of these turns, in whichever order they come, and ends them.
async fn interrupted(server: &mut StandIn, mut turns: Vec<(&str, &str)>) {
    while !turns.is_empty() {
        let asked = server.next().await;
        assert_eq!(asked["method"], "turn/interrupt", "{asked}");
        let place =
            turns.iter().position(|(_, turn)| asked["params"]["turnId"] == *turn).expect("one of them");
        let (thread, turn) = turns.remove(place);
        server.answer(&asked, json!({})).await;
        server.tell("turn/completed", ended(thread, turn, "interrupted")).await;
    }
}

#[tokio::test(start_paused = true)]
async fn tokens_that_are_told_twice_count_once_and_too_many_end_the_turn() {
    let (mut server, client, thread, budget) = open(tokens(250)).await;
    let (turn, _) = turn(&mut server, &thread, TurnOptions::default()).await;
    // What was used before the thread was opened is not ours.
    for (total, last) in [(1100, 100), (1100, 100), (1200, 100)] {
        server.tell("item/started", item("t1", "u1", "agentMessage")).await;
        server.tell("thread/tokenUsage/updated", usage("t1", "u1", total, last)).await;
    }
    server.settle(&client).await;
    let seen = budget.spent();
    assert_eq!((seen.tokens, seen.untold), (Some(200), 1), "one was cut off");
    server.tell("item/completed", item("t1", "u1", "agentMessage")).await;
    server.tell("thread/tokenUsage/updated", usage("t1", "u1", 1251, 51)).await;
    interrupted(&mut server, vec![("t1", "u1")]).await;
    assert_eq!(spent(&turn).await, Some(1));
    let again = within(thread.run(&text("x"), TurnOptions::default())).await;
    assert!(matches!(&again, Err(Error::Budget { result: None, .. })), "{again:?}");
    assert_eq!(server.unread().await, Vec::<Value>::new(), "nothing is asked");
    assert_eq!(budget.spent().turns, 1);
}

#[tokio::test(start_paused = true)]
async fn a_last_answer_that_is_too_much_is_told_with_it() {
    let (mut server, _client, thread, _) = open(tokens(10)).await;
    let (turn, _) = turn(&mut server, &thread, TurnOptions::default()).await;
    server.tell("item/completed", item("t1", "u1", "agentMessage")).await;
    server.tell("thread/tokenUsage/updated", usage("t1", "u1", 11, 11)).await;
    server.tell("turn/completed", completed()).await;
    let Err(Error::Budget { result: Some(result), budget }) = within(turn.result()).await else {
        panic!("it is spent")
    };
    assert_eq!((result.text.as_deref(), result.status), (Some("said"), "completed"));
    assert_eq!(budget.to_string(), "11 of 10 tokens");
}

#[tokio::test(start_paused = true)]
async fn all_that_share_a_budget_are_stopped_and_nobody_else() {
    let allowed = Allowance { commands: Some(1), ..Allowance::default() };
    let (mut server, client, thread, budget) = open(allowed).await;
    let forking = tokio::spawn({
        let (client, id) = (client.clone(), thread.id().to_owned());
        async move { client.fork(&id, ThreadOptions::default(), None).await }
    });
    server.open_thread("thread/fork", "t2").await;
    let copy = within(forking).await.expect("no panic").expect("a copy");
    let other = tokio::spawn({
        let client = client.clone();
        async move { client.thread_start(ThreadOptions::default()).await }
    });
    server.open_thread("thread/start", "t3").await;
    let other = within(other).await.expect("no panic").expect("a thread");
    let mut turns = vec![];
    for (thread, id) in [(&thread, "u1"), (&copy, "u2"), (&other, "u3")] {
        let starting = tokio::spawn({
            let thread = thread.clone();
            async move { thread.turn(&text("x"), TurnOptions::default(), Keep::Result).await }
        });
        let start = server.expect("turn/start").await;
        server.answer(&start, json!({ "turn": { "id": id } })).await;
        server.settle(&client).await;
        turns.push(starting);
    }
    let queueing = tokio::spawn({
        let copy = copy.clone();
        async move { copy.queue(&text("later"), &Budgets::default()).await }
    });
    let add = server.expect("thread/queue/add").await;
    server.answer(&add, json!({ "queuedSubmission": { "id": "s1" } })).await;
    let queued = within(queueing).await.expect("no panic").expect("a turn");
    let started = json!({ "threadId": "sub", "turn": { "id": "v1", "rootTurnId": "u1", "items": [] } });
    server.tell("turn/started", started).await;
    server.tell("item/started", item("t3", "u3", "commandExecution")).await;
    server.tell("item/started", item("t2", "u2", "commandExecution")).await;
    server.settle(&client).await;
    assert_eq!(budget.spent().commands, 1);
    server.tell("item/started", item("sub", "v1", "commandExecution")).await;
    let mut stopped = vec![];
    for _ in 0..8 {
        let asked = server.next().await;
        let (method, turn) = (asked["method"].as_str().unwrap_or_default(), &asked["params"]["turnId"]);
        server.answer(&asked, json!({ "deleted": true, "data": [] })).await;
        if let ("turn/interrupt", Some(id)) = (method, turn.as_str()) {
            let thread = asked["params"]["threadId"].as_str().expect("a thread").to_owned();
            server.tell("turn/completed", ended(&thread, id, "interrupted")).await;
            stopped.push(id.to_owned());
        }
        if stopped.len() == 3 && method == "thread/queue/delete" {
            break;
        }
    }
    stopped.sort();
    assert_eq!(stopped, ["u1", "u2", "v1"]);
    assert_eq!(spent(&queued).await, Some(0));
    let three = turns.pop().expect("three");
    for stopped in turns {
        let turn = within(stopped).await.expect("no panic").expect("a turn");
        spent(&turn).await;
    }
    assert!(!three.is_finished());
    server.tell("turn/completed", ended("t3", "u3", "completed")).await;
    let turn = within(three).await.expect("no panic").expect("a turn");
    within(turn.result()).await.expect("its own");
    assert_eq!((budget.spent().turns, budget.spent().commands), (2, 2), "the queued one never began");
}

#[tokio::test(start_paused = true)]
async fn time_is_that_of_turns_alone_and_the_earlier_of_two_limits_counts() {
    let time = Some(Duration::from_secs(10));
    let (mut server, _client, thread, budget) = open(Allowance { time, ..Allowance::default() }).await;
    let (first, _) = turn(&mut server, &thread, TurnOptions::default()).await;
    tokio::time::advance(Duration::from_secs(4)).await;
    server.tell("turn/completed", completed()).await;
    within(first.result()).await.expect("in time");
    tokio::time::advance(Duration::from_secs(100)).await;
    assert!(budget.spent().time < Duration::from_secs(5));

    let limits = Limits { timeout: Some(Duration::from_secs(1)), idle_timeout: None };
    let options = TurnOptions { limits, ..TurnOptions::default() };
    let (second, _) = turn(&mut server, &thread, options).await;
    interrupted(&mut server, vec![("t1", "u1")]).await;
    assert!(matches!(within(second.result()).await, Err(Error::Timeout { .. })));

    let limits = Limits { timeout: Some(Duration::from_mins(1)), idle_timeout: None };
    let options = TurnOptions { limits, ..TurnOptions::default() };
    let (third, _) = turn(&mut server, &thread, options).await;
    interrupted(&mut server, vec![("t1", "u1")]).await;
    assert_eq!(spent(&third).await, Some(0));
    let over = budget.spent().time;
    assert!(over >= Duration::from_secs(10) && over < Duration::from_secs(11), "{over:?}");
}

#[tokio::test(start_paused = true)]
async fn a_model_that_reports_no_usage_is_told_once_and_is_not_free() {
    let (mut server, client, thread, budget) = open(tokens(10)).await;
    let notices = server.notices();
    for _ in 0..3 {
        let (turn, _) = turn(&mut server, &thread, TurnOptions::default()).await;
        server.tell("item/started", item("t1", "u1", "agentMessage")).await;
        server.tell("item/completed", item("t1", "u1", "agentMessage")).await;
        server.tell("turn/completed", completed()).await;
        within(turn.result()).await.expect("it is not stopped");
    }
    server.settle(&client).await;
    assert_eq!((budget.spent().tokens, budget.spent().untold), (None, 3));
    let told = notices.all();
    assert!(told.len() == 1 && told[0].contains("reports no token usage"), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn numbers_that_cannot_be_are_not_zero_and_huge_ones_are_too_much() {
    let (mut server, client, thread, budget) = open(tokens(10)).await;
    let (first, _) = turn(&mut server, &thread, TurnOptions::default()).await;
    let mut negative = usage("t1", "u1", 5, 5);
    negative["tokenUsage"]["total"]["totalTokens"] = json!(-5);
    for odd in [negative, json!({ "threadId": "t1", "turnId": "u1" })] {
        server.tell("item/started", item("t1", "u1", "agentMessage")).await;
        server.tell("thread/tokenUsage/updated", odd).await;
    }
    server.tell("turn/completed", completed()).await;
    within(first.result()).await.expect("a result");
    server.settle(&client).await;
    assert_eq!((budget.spent().tokens, budget.spent().untold), (None, 1));
    let (second, _) = turn(&mut server, &thread, TurnOptions::default()).await;
    server.tell("thread/tokenUsage/updated", usage("t1", "u1", u64::MAX, u64::MAX)).await;
    interrupted(&mut server, vec![("t1", "u1")]).await;
    assert_eq!(spent(&second).await, Some(0));
    assert!(matches!(
        within(thread.run(&text("x"), TurnOptions::default())).await,
        Err(Error::Budget { result: None, .. })
    ));
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_does_not_begin_is_not_counted_and_one_of_anothers_costs_nothing() {
    let allowed = Allowance { turns: Some(1), tokens: Some(10), ..Allowance::default() };
    let (mut server, client, thread, budget) = open(allowed).await;
    let refused = tokio::spawn({
        let thread = thread.clone();
        async move { thread.run(&text("x"), TurnOptions::default()).await }
    });
    let start = server.expect("turn/start").await;
    server.refuse(&start, -32602, "no").await;
    assert!(matches!(within(refused).await.expect("no panic"), Err(Error::Rpc { .. })));
    assert_eq!(budget.spent().turns, 0);
    let (joined, _) = turn(&mut server, &thread, TurnOptions::default()).await;
    server.tell("item/started", crate::user_message(&json!("someone-elses"))).await;
    server.tell("thread/tokenUsage/updated", usage("t1", "u1", 100, 100)).await;
    server.tell("item/started", item("t1", "u1", "commandExecution")).await;
    server.tell("turn/completed", completed()).await;
    server.settle(&client).await;
    assert!(matches!(within(joined.result()).await, Err(Error::ThreadBusy { joined: true, .. })));
    let seen = budget.spent();
    assert_eq!((seen.tokens, seen.commands, seen.untold), (Some(0), 0, 0));
}
