//! Answers that do not come: which call ends when, and what goes on.

use std::time::Duration;

use codex_lua::codex::{Client, Error, Keep, Limits, Thread, ThreadOptions, Turn, TurnOptions};
use codex_lua::lua::Raise;
use serde_json::json;
use tokio::time::Instant;

use crate::fault::Fault;
use crate::play::{Play, When};
use crate::stand_in::within;
use crate::support::outcome;
use crate::text;

/// The kind that scripts see.
pub fn kind(error: Error) -> String {
    format!("{:?}", Raise::from(error)).split(':').next().expect("a kind").to_owned()
}

/// How a call fails, and after how long.
pub async fn failure<T>(call: impl Future<Output = Result<T, Error>>) -> (Error, Duration) {
    let begun = Instant::now();
    let done = within(call).await;
    (done.err().expect("it fails"), begun.elapsed())
}

pub async fn open(client: &Client, n: usize) -> Result<Thread, Error> {
    let options = ThreadOptions { developer_instructions: Some(n.to_string()), ..ThreadOptions::default() };
    client.thread_start(options).await
}

async fn echo(client: &Client) -> Result<(), Error> {
    client.request("x/echo", json!({})).await.map(drop)
}

pub async fn runs(thread: &Thread) {
    let result = within(thread.run(&text("say it"), TurnOptions::default())).await.expect("a turn");
    assert_eq!(result.text.as_deref(), Some("say it"));
}

fn may_have_run(error: &Error) -> bool {
    matches!(error, Error::Timeout { may_have_run: true, .. })
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_never_answered_has_its_deadline() {
    let row = outcome("a request is never answered");
    let limits = row.times(2);
    let play = Play::new(["x/echo", "thread/start"].map(|method| (When::Answer(method), Fault::Never)));
    let client = play.client();
    let (error, after) = failure(echo(&client)).await;
    assert!(may_have_run(&error));
    assert_eq!((&*kind(error), after), (row.word(1), limits[0]));
    let (error, after) = failure(open(&client, 1)).await;
    assert_eq!((&*kind(error), after), (row.word(1), limits[1]));
    echo(&client).await.expect("the next one");

    // A turn that starts late is not left to itself, and does not hold the thread.
    let thread = open(&client, 1).await.expect("a thread");
    play.add(When::Answer("turn/start"), Fault::Late);
    let (error, after) = failure(thread.turn(&text("stay"), TurnOptions::default(), Keep::Events)).await;
    assert_eq!((&*kind(error), after), (row.word(1), limits[1]));
    runs(&thread).await;
    tokio::time::sleep(Duration::from_mins(3)).await;
    let interrupts = play.heard().iter().filter(|asked| asked["method"] == "turn/interrupt").count();
    assert_eq!((interrupts, play.starts()), (1, 1));
    runs(&thread).await;
}

#[tokio::test(start_paused = true)]
async fn a_server_that_hangs_is_ended_and_the_thread_goes_on() {
    let row = outcome("the server hangs: it says nothing, or reads nothing");
    let limits = row.times(2);
    let play = Play::default();
    let client = play.client();
    let thread = open(&client, 1).await.expect("a thread");
    let turn = thread.turn(&text("stay"), TurnOptions::default(), Keep::Events).await.expect("a turn");
    play.add(When::Answer("x/echo"), Fault::Deaf);
    let begun = Instant::now();
    let (error, after) = failure(echo(&client)).await;
    assert!(may_have_run(&error));
    assert_eq!((&*kind(error), after), (row.word(1), limits[0]));
    let (error, _) = failure(turn.result()).await;
    assert_eq!(begun.elapsed(), limits[0] + limits[1]);
    assert!(error.to_string().contains("hung and was ended"), "{error}");
    assert_eq!(kind(error), outcome("the server is killed in mid-turn").word(1));
    runs(&thread).await;
    assert_eq!(play.starts(), 2);
    assert!(play.heard().iter().any(|asked| asked["method"] == "thread/resume"));
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_its_turn_is_not_sent_and_slots_come_back() {
    let row = outcome("a hundred requests before it are not answered");
    let never = |method| (0..150).map(move |_| (When::Answer(method), Fault::Never));
    let play = Play::new(never("x/echo"));
    let client = play.client();
    let asking: Vec<_> = (0..150)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { failure(echo(&client)).await })
        })
        .collect();
    let mut unsent = 0;
    for asking in asking {
        let (error, after) = asking.await.expect("no panic");
        // One that got a place at the last moment has its own deadline.
        assert!(after == row.times(2)[0] || after == 2 * row.times(2)[0], "{after:?}");
        unsent += usize::from(!may_have_run(&error));
        assert_eq!(kind(error), row.word(1));
    }
    let sent = play.heard().iter().filter(|asked| asked["method"] == "x/echo").count();
    assert_eq!(sent + unsent, 150);
    play.behave();
    echo(&client).await.expect("there is room again");

    // Also when the answers are still waited for, as those to starts of turns are.
    let mut threads = vec![];
    for n in 0..150 {
        threads.push(open(&client, n).await.expect("a thread"));
    }
    never("turn/start").for_each(|(when, fault)| play.add(when, fault));
    let starting: Vec<_> = threads
        .into_iter()
        .map(|thread| {
            let start = async move { failure(thread.run(&text("say"), TurnOptions::default())).await };
            tokio::spawn(start)
        })
        .collect();
    for starting in starting {
        let (error, after) = starting.await.expect("no panic");
        assert_eq!(kind(error), row.word(1));
        assert!(after <= Duration::from_mins(2), "{after:?}");
    }
    echo(&client).await.expect("there is room again");
    assert_eq!(play.starts(), 1);
}

#[tokio::test(start_paused = true)]
async fn those_who_wait_for_one_answer_share_its_deadline() {
    let limits = outcome("a request is never answered").times(2);
    let play = Play::new([(When::Answer("account/read"), Fault::Never)]);
    let client = play.client();
    let opening: Vec<_> = (0..20)
        .map(|n| {
            let client = client.clone();
            tokio::spawn(async move { failure(open(&client, n)).await })
        })
        .collect();
    for opening in opening {
        let (error, after) = opening.await.expect("no panic");
        assert!(after == limits[0], "{error} after {after:?}");
    }

    let thread = open(&client, 1).await.expect("a thread");
    play.add(When::Answer("x/echo"), Fault::Death);
    echo(&client).await.expect_err("a death");
    play.add(When::Answer("thread/resume"), Fault::Never);
    play.add(When::Answer("thread/resume"), Fault::Never);
    let running: Vec<_> = (0..10)
        .map(|_| {
            let thread = thread.clone();
            tokio::spawn(async move { failure(thread.run(&text("say"), TurnOptions::default())).await })
        })
        .collect();
    for running in running {
        let (_, after) = running.await.expect("no panic");
        assert!(after <= 2 * limits[1], "{after:?}");
    }
    runs(&thread).await;
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_given_up_before_its_start_is_answered_does_not_hold_the_thread_for_ever() {
    let play = Play::new([(When::Answer("turn/start"), Fault::Never)]);
    let client = play.client();
    let thread = open(&client, 1).await.expect("a thread");
    let input = text("say");
    let run = thread.run(&input, TurnOptions::default());
    tokio::time::timeout(Duration::from_millis(5), run).await.expect_err("given up");
    let begun = Instant::now();
    runs(&thread).await;
    assert!(begun.elapsed() <= Duration::from_mins(1), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_turn_whose_end_never_comes_ends_by_its_limit() {
    let row = outcome("the end of a turn never comes");
    let (idle, more) = (row.times(2)[0], row.times(2)[1]);
    let play = Play::new([(When::Event("turn/completed"), Fault::Never)]);
    let client = play.client();
    let thread = open(&client, 1).await.expect("a thread");
    let limits = Limits { timeout: None, idle_timeout: Some(idle) };
    let options = TurnOptions { limits, ..TurnOptions::default() };
    let (error, after) = failure(thread.run(&text("say"), options)).await;
    assert_eq!(kind(error), row.word(1));
    assert!(idle <= after && after <= idle + more, "{after:?}");
    runs(&thread).await;
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_was_given_up_keeps_nothing_of_what_is_still_said() {
    let play = Play::default();
    let client = play.client();
    let thread = open(&client, 1).await.expect("a thread");
    let turn: Turn = thread.turn(&text("stay"), TurnOptions::default(), Keep::Events).await.expect("a turn");
    while let Ok(Some(_)) = tokio::time::timeout(Duration::from_millis(1), turn.next()).await {}
    play.add(When::Event("turn/completed"), Fault::Late);
    turn.interrupt();
    turn.result().await.expect("given up");
    tokio::time::sleep(Duration::from_mins(3)).await;
    assert!(play.said().iter().any(|message| message["method"] == "turn/completed"));
    assert!(turn.next().await.is_none(), "nobody reads it");
}
