//! Messages that make no sense, and ends in the wrong place.

use std::time::Duration;

use codex_lua::codex::{Error, Keep, ThreadFilter, TurnOptions};
use serde_json::{Value, json};

use crate::deadlines::{failure, kind, open, runs};
use crate::fault::Fault;
use crate::play::{Play, When};
use crate::stand_in::{StandIn, within};
use crate::support::outcome;
use crate::{completed, text, thread, turn};

#[tokio::test(start_paused = true)]
async fn a_server_that_never_gets_ready_fails_all_who_wait_for_it_at_once() {
    let row = outcome("the server never gets ready");
    let play = Play::new([(When::Answer("initialize"), Fault::Never)]);
    let client = play.client();
    let asking: Vec<_> = (0..20)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { failure(client.request("x/echo", json!({}))).await })
        })
        .collect();
    for asking in asking {
        let (error, after) = asking.await.expect("no panic");
        assert_eq!((&*kind(error), after), (row.word(1), row.times(2)[0]));
    }
    assert_eq!(play.starts(), 1, "one start for all");
    client.request("x/echo", json!({})).await.expect("the next call tries again");
}

#[tokio::test(start_paused = true)]
async fn what_is_no_codex_is_told_at_once_and_not_started_for_ever() {
    let row = outcome("the server ends before it is ready, or is no Codex");
    let wrong = [Fault::Death, Fault::HalfLine, Fault::WrongRefusal];
    let play = Play::new(wrong.map(|fault| (When::Answer("initialize"), fault)));
    let client = play.client();
    for _ in 0..3 {
        let (error, after) = failure(client.request("x/echo", json!({}))).await;
        assert_eq!((&*kind(error), after), (row.word(1), Duration::ZERO));
    }
    let (error, after) = failure(client.request("x/echo", json!({}))).await;
    assert!(error.to_string().contains("may be started again in 6"), "{error}");
    assert_eq!((&*kind(error), after), (row.word(1), Duration::ZERO));
    tokio::time::sleep(Duration::from_mins(1)).await;
    client.request("x/echo", json!({})).await.expect("after a minute");
}

#[tokio::test(start_paused = true)]
async fn an_answer_of_another_shape_is_told_at_once() {
    let row = outcome("an answer has another shape");
    let play = Play::default();
    let client = play.client();
    let thread = open(&client, 1).await.expect("a thread");
    for (method, fault) in [
        ("thread/start", Fault::WrongShape),
        ("thread/start", Fault::WrongRefusal),
        ("turn/start", Fault::WrongShape),
        ("turn/start", Fault::WrongRefusal),
    ] {
        play.add(When::Answer(method), fault);
        let (error, after) = match method {
            "turn/start" => failure(thread.run(&text("stay"), TurnOptions::default())).await,
            _ => failure(open(&client, 2)).await,
        };
        assert_eq!((&*kind(error), after), (row.word(1), Duration::ZERO), "{method}");
    }
    runs(&thread).await;
}

#[tokio::test(start_paused = true)]
async fn ends_in_the_middle_of_a_line_are_deaths() {
    for fault in [Fault::HalfLine, Fault::Death] {
        for event in ["turn/started", "item/agentMessage/delta", "turn/completed"] {
            let play = Play::new([(When::Event(event), fault.clone())]);
            let client = play.client();
            let thread = open(&client, 1).await.expect("a thread");
            let (error, after) = failure(thread.run(&text("say"), TurnOptions::default())).await;
            assert_eq!(
                (&*kind(error), after),
                (outcome("the server is killed in mid-turn").word(1), Duration::ZERO)
            );
            runs(&thread).await;
            assert_eq!(play.starts(), 2);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_garbage_is_a_few_lines_and_disturbs_nobody() {
    outcome("garbage, bad UTF-8, answers that come twice or to nobody");
    let (mut server, client) = StandIn::new();
    let notices = server.notices();
    let thread = thread(&mut server, &client).await;
    let (turn, _) = turn(&mut server, &thread, TurnOptions::default()).await;
    for _ in 0..10_000 {
        server.raw(b"\xffgarbage {]\r\n").await;
    }
    server.tell("turn/completed", completed()).await;
    assert_eq!(within(turn.result()).await.expect("a result").status, "completed");
    let told = notices.all();
    assert_eq!(told.len(), 5, "{told:?}");
    assert!(told[4].ends_with("(the 10000th of this kind)"), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn what_a_later_codex_may_say_is_handed_on_or_refused() {
    let row = outcome("new events, fields, questions and values of a later Codex");
    for fault in [Fault::NewEvent, Fault::NewField, Fault::NewQuestion, Fault::Unreadable, Fault::AskedTwice]
    {
        for message in 0..10 {
            let play = Play::new([(When::Message(message), fault.clone())]);
            let client = play.client();
            runs(&open(&client, 1).await.expect("a thread")).await;
            assert_eq!((play.left(), play.starts()), (0, 1), "{fault:?} at {message}");
        }
    }
    let play = Play::new([(When::Event("turn/completed"), Fault::NewValues)]);
    let client = play.client();
    let thread = open(&client, 1).await.expect("a thread");
    let (error, after) = failure(thread.run(&text("say"), TurnOptions::default())).await;
    assert!(
        matches!(&error, Error::TurnFailed(failure) if failure.codex_error.reason == "freshError"),
        "{error:?}"
    );
    assert!(row.cell(1).ends_with(&format!("`{}`", kind(error))));
    assert_eq!(after, Duration::ZERO);
    runs(&thread).await;
}

#[tokio::test(start_paused = true)]
async fn a_turn_with_the_id_of_another_threads_gets_nothing_of_it() {
    let play = Play::default();
    let client = play.client();
    let (one, two) = (open(&client, 1).await.expect("a thread"), open(&client, 2).await.expect("a thread"));
    let first = one.turn(&text("stay"), TurnOptions::default(), Keep::Events).await.expect("a turn");
    play.turns_again();
    let (error, _) = failure(two.run(&text("say"), TurnOptions::default())).await;
    assert!(matches!(&error, Error::Unexpected { .. }), "{error:?}");
    // What was said of the second is not the first one's, its end neither.
    assert_eq!(first.status(), "inProgress");
    first.interrupt();
    assert_eq!(first.result().await.expect("a result").status, "interrupted");
}

#[tokio::test(start_paused = true)]
async fn a_list_that_does_not_go_on_ends() {
    let (mut server, client) = StandIn::new();
    let listing = tokio::spawn(async move { client.threads(ThreadFilter::default()).rest().await.map(drop) });
    server.greet().await;
    for _ in 0..2 {
        let asked = server.expect("thread/list").await;
        server.answer(&asked, json!({ "data": [], "nextCursor": "again" })).await;
    }
    let error = within(listing).await.expect("no panic").expect_err("it would never end");
    assert_eq!(kind(error), outcome("an answer has another shape").word(1));
    assert_eq!(server.unread().await, Vec::<Value>::new());
}

#[tokio::test(start_paused = true)]
async fn counts_past_all_numbers_end_at_the_last() {
    let (mut server, client) = StandIn::new();
    let thread = thread(&mut server, &client).await;
    let (turn, _) = turn(&mut server, &thread, TurnOptions::default()).await;
    let usage = json!({ "totalTokens": u64::MAX });
    let usage = json!({ "threadId": "t1", "turnId": "u1", "tokenUsage": { "total": usage, "last": usage } });
    for _ in 0..2 {
        server.tell("thread/tokenUsage/updated", usage.clone()).await;
    }
    server.tell("turn/completed", completed()).await;
    let usage = within(turn.result()).await.expect("a result").usage.expect("some");
    assert_eq!(usage.total_tokens, u64::MAX);
}
