//! Queues of threads, ours and others', in orders that the real server does not take on demand.

use codex_lua::codex::{Budgets, Error, Item, Keep, Next, Thread, ThreadOptions, Turn, TurnOptions};
use serde_json::{Value, json};

use crate::stand_in::{StandIn, within};
use crate::{completed, text, thread, turn, user_message};

/// Has a turn queued, which the server has taken into its queue; gives the id that its first message has.
async fn queue(server: &mut StandIn, thread: &Thread, submission: &str) -> (Turn, Value) {
    let queueing = start(thread);
    let add = server.expect("thread/queue/add").await;
    server.answer(&add, added(submission)).await;
    let turn = within(queueing).await.expect("no panic").expect("a turn");
    (turn, add["params"]["clientUserMessageId"].clone())
}

fn start(thread: &Thread) -> tokio::task::JoinHandle<Result<Turn, Error>> {
    let thread = thread.clone();
    tokio::spawn(async move { thread.queue(&text("later"), &Budgets::default()).await })
}

fn added(submission: &str) -> Value {
    json!({ "queuedSubmission": { "id": submission, "clientUserMessageId": "x", "input": [] } })
}

fn started(turn: &str) -> Value {
    json!({ "threadId": "t1", "turn": { "id": turn, "rootTurnId": turn, "status": "inProgress", "items": [] } })
}

fn first_message(turn: &str, client_id: &Value) -> Value {
    let mut message = user_message(client_id);
    message["turnId"] = turn.into();
    message
}

fn ended(turn: &str, status: &str) -> Value {
    json!({ "threadId": "t1", "turn": { "id": turn, "status": status, "items": [] } })
}

async fn is_busy(thread: &Thread) -> bool {
    let refused = within(thread.turn(&text("x"), TurnOptions::default(), Keep::Result)).await;
    matches!(refused, Err(Error::ThreadBusy { joined: false, .. }))
}

fn names(turn: &Turn) -> Vec<String> {
    std::iter::from_fn(|| match turn.try_next() {
        Next::Item(Item::Event(event)) => Some(event.name().into_owned()),
        _ => None,
    })
    .collect()
}

#[tokio::test(start_paused = true)]
async fn a_queued_turn_is_known_by_its_first_message_and_has_all_its_events() {
    let (mut server, client) = StandIn::new();
    let thread = thread(&mut server, &client).await;
    let (running, _) = turn(&mut server, &thread, TurnOptions::default()).await;
    let (queued, client_id) = queue(&mut server, &thread, "s1").await;
    assert_eq!((queued.status(), &*queued.id()), ("queued", ""));
    assert!(matches!(within(queued.steer(&text("x"))).await, Err(Error::Usage(_))));
    server.tell("turn/completed", completed()).await;
    within(running.result()).await.expect("a result");
    assert!(is_busy(&thread).await, "the status says idle, and a turn is about to begin");
    // Another client's comes first.
    for (turn, event, client_id) in
        [("u7", "item/started", &json!("someone-elses")), ("u8", "item/completed", &client_id)]
    {
        server.tell("turn/started", started(turn)).await;
        server.tell(event, first_message(turn, client_id)).await;
        server.tell("turn/completed", ended(turn, "completed")).await;
    }
    let result = within(queued.result()).await.expect("a result");
    assert_eq!((&*result.turn_id, queued.status()), ("u8", "completed"));
    assert_eq!(names(&queued), ["turn.started", "item.completed", "turn.completed"]);
    assert!(client.live_turns().is_empty());
    assert_eq!(server.unread().await, Vec::<Value>::new(), "the busy turn was not sent");
}

#[tokio::test(start_paused = true)]
async fn one_that_is_stopped_before_it_begins_is_taken_out_or_stopped_as_it_begins() {
    let (mut server, client) = StandIn::new();
    let thread = thread(&mut server, &client).await;
    let (_running, _) = turn(&mut server, &thread, TurnOptions::default()).await;
    let (queued, _) = queue(&mut server, &thread, "s1").await;
    queued.interrupt();
    queued.interrupt();
    let delete = server.expect("thread/queue/delete").await;
    assert_eq!(delete["params"], json!({ "threadId": "t1", "queuedSubmissionId": "s1" }));
    assert!(!queued.is_over());
    server.answer(&delete, json!({ "deleted": true })).await;
    assert_eq!(within(queued.result()).await.expect("a result").status, "interrupted");

    let (queued, client_id) = queue(&mut server, &thread, "s2").await;
    queued.interrupt();
    let delete = server.expect("thread/queue/delete").await;
    server.answer(&delete, json!({ "deleted": false })).await;
    server.tell("turn/completed", completed()).await;
    server.tell("turn/started", started("u2")).await;
    server.tell("item/started", first_message("u2", &client_id)).await;
    let interrupt = server.expect("turn/interrupt").await;
    assert_eq!(interrupt["params"]["turnId"], "u2");
    server.answer(&interrupt, json!({})).await;
    server.tell("turn/completed", ended("u2", "interrupted")).await;
    assert_eq!(within(queued.result()).await.expect("a result").status, "interrupted");
    assert!(client.live_turns().is_empty());
}

#[tokio::test(start_paused = true)]
async fn whoever_gives_up_before_the_answer_leaves_nothing_in_the_queue() {
    let (mut server, client) = StandIn::new();
    let thread = thread(&mut server, &client).await;
    let (_running, _) = turn(&mut server, &thread, TurnOptions::default()).await;
    let queueing = start(&thread);
    let add = server.expect("thread/queue/add").await;
    queueing.abort();
    drop(queueing.await);
    server.answer(&add, added("s1")).await;
    let delete = server.expect("thread/queue/delete").await;
    server.answer(&delete, json!({ "deleted": true })).await;
    server.settle(&client).await;
    assert_eq!(client.live_turns().len(), 1);

    let refused = start(&thread);
    let add = server.expect("thread/queue/add").await;
    server.refuse(&add, -32600, "no").await;
    assert!(matches!(within(refused).await.expect("no panic"), Err(Error::Rpc { .. })));
    assert_eq!(client.live_turns().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_queue_goes_on_after_an_interrupt_and_an_interrupt_of_the_thread_empties_it() {
    let (mut server, client) = StandIn::new();
    let thread = thread(&mut server, &client).await;
    let (running, _) = turn(&mut server, &thread, TurnOptions::default()).await;
    let (queued, client_id) = queue(&mut server, &thread, "s1").await;
    running.interrupt();
    let interrupt = server.expect("turn/interrupt").await;
    server.answer(&interrupt, json!({})).await;
    server.tell("turn/completed", ended("u1", "interrupted")).await;
    let go_on = server.expect("thread/queue/start").await;
    server.tell("turn/started", started("u2")).await;
    server.answer(&go_on, json!({ "turn": { "id": "u2" } })).await;
    server.tell("item/started", first_message("u2", &client_id)).await;
    let (last, _) = queue(&mut server, &thread, "s2").await;
    thread.interrupt();
    for _ in 0..2 {
        let asked = server.next().await;
        if asked["method"] == "thread/queue/delete" {
            server.answer(&asked, json!({ "deleted": true })).await;
        } else {
            assert_eq!(
                (&asked["method"], &asked["params"]["turnId"]),
                (&json!("turn/interrupt"), &json!("u2"))
            );
            server.answer(&asked, json!({})).await;
            server.tell("turn/completed", ended("u2", "interrupted")).await;
        }
    }
    for turn in [queued, last] {
        assert_eq!(within(turn.result()).await.expect("a result").status, "interrupted");
    }
    assert_eq!(server.unread().await, Vec::<Value>::new(), "nothing is left to go on with");
}

#[tokio::test(start_paused = true)]
async fn what_is_queued_after_an_interrupt_is_told_to_begin() {
    let (mut server, client) = StandIn::new();
    let thread = thread(&mut server, &client).await;
    let (running, _) = turn(&mut server, &thread, TurnOptions::default()).await;
    running.interrupt();
    let interrupt = server.expect("turn/interrupt").await;
    server.answer(&interrupt, json!({})).await;
    server.tell("turn/completed", ended("u1", "interrupted")).await;
    within(running.result()).await.expect("a result");
    let (queued, client_id) = queue(&mut server, &thread, "s1").await;
    let start = server.expect("thread/queue/start").await;
    assert_eq!(start["params"], json!({ "threadId": "t1" }));
    server.refuse(&start, -32600, "thread already has an active or pending turn").await;
    server.tell("item/started", first_message("u2", &client_id)).await;
    server.tell("turn/completed", ended("u2", "completed")).await;
    assert_eq!(within(queued.result()).await.expect("a result").status, "completed");
}

#[tokio::test(start_paused = true)]
async fn what_a_dead_server_had_in_the_queue_does_not_begin_in_the_next_one() {
    for by_hand in [false, true] {
        let (mut server, client) = StandIn::new();
        let thread = thread(&mut server, &client).await;
        let (_running, _) = turn(&mut server, &thread, TurnOptions::default()).await;
        let (queued, _) = queue(&mut server, &thread, "s1").await;
        server.die();
        assert!(matches!(within(queued.result()).await, Err(Error::ServerGone { .. })));
        assert!(client.live_turns().is_empty());
        let (held, its_client) = (thread.clone(), client.clone());
        let going_on = tokio::spawn(async move {
            if by_hand {
                its_client.resume("t1", ThreadOptions::default(), None).await.map(drop)
            } else {
                held.run(&text("next"), TurnOptions::default()).await.map(drop)
            }
        });
        server.greet().await;
        loop {
            let asked = server.next().await;
            match asked["method"].as_str() {
                Some("config/read") => server.answer(&asked, json!({ "config": {} })).await,
                Some("thread/queue/delete") => {
                    assert_eq!(asked["params"]["queuedSubmissionId"], "s1");
                    server.answer(&asked, json!({ "deleted": true })).await;
                    break;
                }
                _ => panic!("{asked}"),
            }
        }
        server.open_thread("thread/resume", "t1").await;
        if !by_hand {
            let start = server.expect("turn/start").await;
            server.answer(&start, json!({ "turn": { "id": "u9" } })).await;
            server.tell("turn/completed", ended("u9", "completed")).await;
        }
        within(going_on).await.expect("no panic").expect("it goes on");
    }
}

#[tokio::test(start_paused = true)]
async fn a_queue_of_others_is_looked_into_and_its_next_turn_is_not_joined() {
    let (mut server, client) = StandIn::new();
    let thread = thread(&mut server, &client).await;
    let attempt = || {
        let thread = thread.clone();
        tokio::spawn(async move { thread.run(&text("x"), TurnOptions::default()).await })
    };
    server.tell("thread/queue/changed", json!({ "threadId": "t1" })).await;
    server.settle(&client).await;
    let refused = attempt();
    let list = server.expect("thread/queue/list").await;
    server.answer(&list, json!({ "data": [{ "id": "theirs" }], "nextCursor": null })).await;
    assert!(matches!(within(refused).await.expect("no panic"), Err(Error::ThreadBusy { joined: false, .. })));

    // Taken out of it, and not begun: the gap.
    server.tell("thread/queue/changed", json!({ "threadId": "t1" })).await;
    server.settle(&client).await;
    let refused = attempt();
    let list = server.expect("thread/queue/list").await;
    server.answer(&list, json!({ "data": [], "nextCursor": null })).await;
    assert_eq!(server.unread().await, Vec::<Value>::new(), "it waits whether one begins");
    server.tell("thread/status/changed", json!({ "threadId": "t1", "status": { "type": "active" } })).await;
    assert!(matches!(within(refused).await.expect("no panic"), Err(Error::ThreadBusy { joined: false, .. })));
    server.tell("thread/status/changed", json!({ "threadId": "t1", "status": { "type": "idle" } })).await;
    server.tell("thread/queue/changed", json!({ "threadId": "t1" })).await;
    server.settle(&client).await;

    // Nothing comes of it: looked at once, and then no more.
    for looks in [true, false] {
        let running = attempt();
        if looks {
            let list = server.expect("thread/queue/list").await;
            server.answer(&list, json!({ "data": [], "nextCursor": null })).await;
        }
        let start = server.expect("turn/start").await;
        server.answer(&start, json!({ "turn": { "id": "u1" } })).await;
        server.tell("turn/completed", completed()).await;
        within(running).await.expect("no panic").expect("a result");
    }
}
