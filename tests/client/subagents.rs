//! Subagents: whose their turns are, in orders that the real server does not take on demand.

use std::time::Duration;

use codex_lua::codex::{Approval, Error, Item, Limits, Next, Thread, ThreadOptions, Turn, TurnOptions};
use serde_json::{Value, json};

use crate::stand_in::{StandIn, within};
use crate::{completed, thread, turn};

fn started(thread: &str, turn: &str, root: &str) -> Value {
    json!({ "threadId": thread, "turn": { "id": turn, "rootTurnId": root, "status": "inProgress", "items": [] } })
}

fn ended(thread: &str, turn: &str, status: &str) -> Value {
    json!({ "threadId": thread, "turn": { "id": turn, "rootTurnId": "u1", "status": status, "items": [] } })
}

fn delta(thread: &str, turn: &str, text: &str) -> Value {
    json!({ "threadId": thread, "turnId": turn, "itemId": "m", "delta": text })
}

fn spawns(kind: &str) -> Value {
    json!({ "threadId": "t1", "turnId": "u1", "item": { "type": kind, "id": "call" } })
}

fn with_subagents() -> TurnOptions {
    TurnOptions { subagents: true, ..TurnOptions::default() }
}

/// Method and thread of what has come and was not read.
fn heard(turn: &Turn) -> Vec<(String, String)> {
    let mut heard = Vec::new();
    while let Next::Item(Item::Event(event)) = turn.try_next() {
        let params: Value = serde_json::from_slice(&event.params).expect("JSON");
        heard.push((event.name().into_owned(), params["threadId"].as_str().expect("a thread").to_owned()));
    }
    heard
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(event, thread)| ((*event).into(), (*thread).into())).collect()
}

/// Answers the next requests, in whichever order they come; gives them sorted, as method and the ids that they name.
async fn answer(server: &mut StandIn, count: usize) -> Vec<String> {
    let mut asked = Vec::new();
    for _ in 0..count {
        let request = server.next().await;
        let terminal = json!({ "itemId": "c1", "processId": "7" });
        server.answer(&request, json!({ "data": [terminal] })).await;
        let id = |key: &str| request["params"][key].as_str().unwrap_or("").to_owned();
        let words =
            [request["method"].as_str().expect("a method"), &id("threadId"), &id("turnId"), &id("processId")];
        asked.push(words.iter().filter(|word| !word.is_empty()).copied().collect::<Vec<_>>().join(" "));
    }
    asked.sort();
    asked
}

#[tokio::test(start_paused = true)]
async fn its_events_are_in_the_stream_when_asked_for_from_where_it_says_whose_it_is() {
    for subagents in [true, false] {
        let (mut server, client) = StandIn::new();
        let thread = thread(&mut server, &client).await;
        let (turn, _) = turn(&mut server, &thread, TurnOptions { subagents, ..TurnOptions::default() }).await;
        // Nobody knows yet whose it is, and whose the others are nobody will ever know.
        server.tell("item/agentMessage/delta", delta("s1", "v1", "early")).await;
        server.tell("turn/started", started("s1", "v1", "u1")).await;
        server.tell("turn/started", started("x1", "w1", "another")).await;
        server.tell("turn/started", started("x2", "w2", "w2")).await;
        // A subagent's subagent: it names the root as well.
        server.tell("turn/started", started("s2", "v2", "u1")).await;
        for (thread, turn) in
            [("s1", "v1"), ("x1", "w1"), ("x2", "w2"), ("s2", "v2"), ("t1", "u1"), ("s1", "v1")]
        {
            server.tell("item/agentMessage/delta", delta(thread, turn, "x")).await;
        }
        server.tell("turn/completed", ended("s2", "v2", "completed")).await;
        server.tell("turn/completed", ended("s1", "v1", "failed")).await;
        server.tell("item/agentMessage/delta", delta("s1", "v1", "late")).await;
        server.tell("turn/completed", completed()).await;
        let result = within(turn.result()).await.expect("its own end counts");
        assert_eq!((result.status, result.items.len(), result.usage), ("completed", 0, None));
        let word = "item.agent_message.delta";
        let all = pairs(&[
            ("turn.started", "s1"),
            ("turn.started", "s2"),
            (word, "s1"),
            (word, "s2"),
            (word, "t1"),
            (word, "s1"),
            ("turn.completed", "s2"),
            ("turn.completed", "s1"),
            ("turn.completed", "t1"),
        ]);
        let own = all.iter().filter(|(_, thread)| thread == "t1").cloned().collect();
        assert_eq!(heard(&turn), if subagents { all } else { own });
    }
}

#[tokio::test(start_paused = true)]
async fn an_interrupt_stops_the_tree_and_the_turn_is_over_when_all_of_it_has_ended() {
    let (mut server, client) = StandIn::new();
    let thread = thread(&mut server, &client).await;
    let (turn, _) = turn(&mut server, &thread, with_subagents()).await;
    server.tell("turn/started", started("s1", "v1", "u1")).await;
    let command =
        json!({ "threadId": "s1", "turnId": "v1", "item": { "type": "commandExecution", "id": "c1" } });
    server.tell("item/started", command).await;
    server.settle(&client).await;
    turn.interrupt();
    let expected = [
        "thread/backgroundTerminals/list s1",
        "thread/backgroundTerminals/terminate s1 7",
        "turn/interrupt s1 v1",
        "turn/interrupt t1 u1",
    ];
    assert_eq!(answer(&mut server, 4).await, expected);
    server.tell("turn/completed", ended("t1", "u1", "interrupted")).await;
    // It had just started another.
    server.tell("turn/started", started("s2", "v2", "u1")).await;
    server.tell("turn/completed", ended("s1", "v1", "interrupted")).await;
    assert_eq!(answer(&mut server, 1).await, ["turn/interrupt s2 v2"]);
    server.settle(&client).await;
    assert!(!turn.is_over(), "a subagent of it runs");
    server.tell("turn/completed", ended("s2", "v2", "interrupted")).await;
    assert_eq!(within(turn.result()).await.expect("a result").status, "interrupted");
    assert_eq!(heard(&turn).last(), pairs(&[("turn.completed", "s2")]).first());
}

/// Ends the turn and has a subagent begin after that.
async fn outlive(server: &mut StandIn, turn: &Turn, item: &str, status: &str) {
    server.tell("item/started", spawns(item)).await;
    if status == "interrupted" {
        turn.interrupt();
        assert_eq!(answer(server, 1).await, ["turn/interrupt t1 u1"]);
    }
    server.tell("turn/completed", ended("t1", "u1", status)).await;
    within(turn.result()).await.expect("a result");
    server.tell("turn/started", started("s1", "v1", "u1")).await;
}

#[tokio::test(start_paused = true)]
async fn one_that_begins_after_its_turn_was_stopped_is_stopped_at_once() {
    for item in ["collabAgentToolCall", "subAgentActivity"] {
        let (mut server, client) = StandIn::new();
        let thread = thread(&mut server, &client).await;
        let (turn, _) = turn(&mut server, &thread, TurnOptions::default()).await;
        server.settle(&client).await;
        outlive(&mut server, &turn, item, "interrupted").await;
        assert_eq!(answer(&mut server, 1).await, ["turn/interrupt s1 v1"]);
        server.tell("turn/completed", ended("s1", "v1", "interrupted")).await;
        server.settle(&client).await;
        assert!(within(client.end_subagents()).await.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_outlives_its_turn_runs_until_the_thread_closes_and_is_forgotten_with_it() {
    let (mut server, client) = StandIn::new();
    let thread = thread(&mut server, &client).await;
    let (turn, _) = turn(&mut server, &thread, with_subagents()).await;
    outlive(&mut server, &turn, "subAgentActivity", "completed").await;
    server.tell("turn/completed", ended("s1", "v1", "completed")).await;
    server.tell("turn/started", started("s1", "v2", "u1")).await;
    assert_eq!(server.unread().await, Vec::<Value>::new(), "it is let be");
    assert_eq!(
        heard(&turn),
        pairs(&[("item.started", "t1"), ("turn.completed", "t1")]),
        "the stream has ended"
    );
    // A later turn that is interrupted is no reason to stop it.
    let (later, _) = super::turn(&mut server, &thread, TurnOptions::default()).await;
    server.tell("turn/completed", completed()).await;
    within(later.result()).await.expect("a result");
    close(&mut server, &thread, &["turn/interrupt s1 v2"], &["s1"]).await;
    // Nothing of it is left.
    server.tell("turn/started", started("s1", "v3", "u1")).await;
    assert!(within(client.end_subagents()).await.is_empty());
    assert_eq!(server.unread().await, Vec::<Value>::new());
}

async fn close(server: &mut StandIn, thread: &Thread, first: &[&str], subagents: &[&str]) {
    let closing = tokio::spawn(thread.close());
    assert_eq!(answer(server, first.len()).await, first);
    if !first.is_empty() {
        server.tell("turn/completed", ended("s1", "v2", "interrupted")).await;
    }
    for id in subagents {
        assert_eq!(answer(server, 1).await, [format!("thread/backgroundTerminals/clean {id}")]);
        assert_eq!(answer(server, 1).await, [format!("thread/unsubscribe {id}")]);
    }
    assert_eq!(answer(server, 1).await, ["thread/unsubscribe t1"]);
    within(closing).await.expect("no panic").expect("closed");
}

#[tokio::test(start_paused = true)]
async fn what_the_script_resumed_itself_is_forgotten_when_both_are_closed() {
    for root_first in [true, false] {
        let (mut server, client) = StandIn::new();
        let thread = thread(&mut server, &client).await;
        let (turn, _) = turn(&mut server, &thread, TurnOptions::default()).await;
        server.tell("turn/started", started("s1", "v1", "u1")).await;
        server.tell("turn/completed", ended("s1", "v1", "completed")).await;
        server.tell("turn/completed", completed()).await;
        within(turn.result()).await.expect("a result");
        let resuming = tokio::spawn({
            let client = client.clone();
            async move { client.resume("s1", ThreadOptions::default(), None).await }
        });
        server.open_thread("thread/resume", "s1").await;
        let (own, _) = within(resuming).await.expect("no panic").expect("a thread");
        if root_first {
            close(&mut server, &thread, &[], &[]).await;
            let closing = tokio::spawn(own.close());
            assert_eq!(answer(&mut server, 1).await, ["thread/unsubscribe s1"]);
            within(closing).await.expect("no panic").expect("closed");
        } else {
            // The root may give it more to do, and that is to be heard.
            within(own.close()).await.expect("closed");
            close(&mut server, &thread, &[], &["s1"]).await;
        }
        assert_eq!(server.unread().await, Vec::<Value>::new());
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_turn_was_allowed_is_taken_back_when_it_and_its_subagent_have_ended_and_before_the_next() {
    for root_first in [true, false] {
        let (mut server, client) = StandIn::new();
        let thread = thread(&mut server, &client).await;
        let options =
            TurnOptions { approval: Some(Approval::Never), effort: Some("high".into()), ..with_subagents() };
        let (turn, _) = turn(&mut server, &thread, options).await;
        server.tell("turn/started", started("s1", "v1", "u1")).await;
        let ends = [("t1", "u1"), ("s1", "v1")];
        let (first, last) = if root_first { (ends[0], ends[1]) } else { (ends[1], ends[0]) };
        server.tell("turn/completed", ended(first.0, first.1, "completed")).await;
        if root_first {
            assert_eq!(answer(&mut server, 1).await, ["thread/settings/update t1"], "its own");
            within(turn.result()).await.expect("a result");
        }
        assert_eq!(server.unread().await, Vec::<Value>::new(), "they may need it");
        server.tell("turn/completed", ended(last.0, last.1, "completed")).await;
        let mut updates = Vec::new();
        for _ in 0..if root_first { 1 } else { 2 } {
            updates.push(server.next().await);
        }
        let of_subagent =
            updates.iter().position(|update| update["params"]["threadId"] == "s1").expect("an update");
        let update = updates.swap_remove(of_subagent);
        // Its model and effort are its own.
        let expected =
            json!({ "threadId": "s1", "approvalPolicy": "on-request", "approvalsReviewer": "user" });
        assert_eq!(update["params"], expected);
        for own in &updates {
            server.answer(own, json!({})).await;
        }
        let next = tokio::spawn({
            let thread = thread.clone();
            async move { thread.run(&crate::text("next"), TurnOptions::default()).await }
        });
        assert!(server.next_if_any().await.is_none(), "the next turn waits");
        // One of the second kind takes no settings.
        server.refuse(&update, -32600, "direct app-server input is not allowed").await;
        assert_eq!(answer(&mut server, 1).await, ["thread/archive s1"]);
        assert_eq!(answer(&mut server, 1).await, ["thread/unarchive s1"]);
        let start = server.expect("turn/start").await;
        server.answer(&start, json!({ "turn": { "id": "u2" } })).await;
        server.tell("turn/completed", ended("t1", "u2", "completed")).await;
        within(next).await.expect("no panic").expect("a result");
    }
}

#[tokio::test(start_paused = true)]
async fn its_life_winds_the_clock_of_the_turn_and_a_limit_stops_it_too() {
    let (mut server, client) = StandIn::new();
    let thread = thread(&mut server, &client).await;
    let idle = Duration::from_secs(1);
    let limits = Limits { timeout: None, idle_timeout: Some(idle) };
    let (turn, _) = turn(&mut server, &thread, TurnOptions { limits, ..TurnOptions::default() }).await;
    server.tell("turn/started", started("s1", "v1", "u1")).await;
    for _ in 0..5 {
        tokio::time::advance(idle * 4 / 5).await;
        server.tell("item/agentMessage/delta", delta("s1", "v1", "x")).await;
        // Nothing else is asked: it was alive.
        server.settle(&client).await;
    }
    assert_eq!(answer(&mut server, 2).await, ["turn/interrupt s1 v1", "turn/interrupt t1 u1"]);
    server.tell("turn/completed", ended("s1", "v1", "interrupted")).await;
    server.tell("turn/completed", ended("t1", "u1", "interrupted")).await;
    assert!(matches!(within(turn.result()).await, Err(Error::Timeout { .. })));
}

#[tokio::test(start_paused = true)]
async fn what_it_asks_is_declined_with_both_threads_named() {
    let (mut server, client) = StandIn::new();
    let notices = server.notices();
    let thread = thread(&mut server, &client).await;
    let (_turn, _) = turn(&mut server, &thread, TurnOptions::default()).await;
    server.tell("turn/started", started("s1", "v1", "u1")).await;
    let params = json!({ "threadId": "s1", "turnId": "v1", "itemId": "c", "command": "rm x" });
    server.ask(&json!(0), "item/commandExecution/requestApproval", params).await;
    assert_eq!(server.next().await, json!({ "id": 0, "result": { "decision": "decline" } }));
    let line = "declined: the agent asked to run `rm x`; thread t1, its subagent s1";
    assert_eq!(notices.all(), [line]);
}

#[tokio::test(start_paused = true)]
async fn a_death_ends_all_and_one_that_does_not_end_is_given_up() {
    let (mut server, client) = StandIn::new();
    let notices = server.notices();
    let thread = thread(&mut server, &client).await;
    let (turn, _) = turn(&mut server, &thread, TurnOptions::default()).await;
    server.tell("turn/started", started("s1", "v1", "u1")).await;
    server.settle(&client).await;
    turn.interrupt();
    assert_eq!(answer(&mut server, 2).await, ["turn/interrupt s1 v1", "turn/interrupt t1 u1"]);
    server.tell("turn/completed", ended("t1", "u1", "interrupted")).await;
    assert_eq!(within(turn.result()).await.expect("a result").status, "interrupted");
    let told = notices.all();
    assert!(
        told.iter().any(|line| line.contains("turn v1 did not end") && line.contains("given up")),
        "{told:?}"
    );

    let (turn, _) = super::turn(&mut server, &thread, TurnOptions::default()).await;
    server.tell("turn/started", started("s1", "v2", "u1")).await;
    server.settle(&client).await;
    server.die();
    assert!(matches!(within(turn.result()).await, Err(Error::ServerGone { .. })));
    assert!(within(client.end_subagents()).await.is_empty());
}
