//! What holds whatever a server does wrong: random sessions with random faults.

use std::cell::Cell;
use std::sync::Once;
use std::time::Duration;

use codex_lua::codex::{Client, Error, Item, Keep, Limits, Thread, ThreadOptions, Turn, TurnOptions};
use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::fault::{ALL, Fault};
use crate::play::{Play, When};
use crate::text;

/// What a script does next.
#[derive(Debug, Clone, Copy)]
enum Action {
    Ask,
    /// A turn for its result.
    Run,
    /// A turn for its events.
    Read,
    /// A turn that does not end by itself and is interrupted after so many events.
    Leave(usize),
    /// A turn that does not end by itself, up to its limit.
    Outlive,
    /// A turn whose call is given up after so many milliseconds.
    Drop(u64),
}

/// A turn that gives no sign of life.
const IDLE: Duration = Duration::from_secs(20);

// A call is made of steps; each has its deadline, and a place in the line before it. The limits here are the sums
// of what may go wrong at once.
const ASK: Duration = Duration::from_secs(61 + 60);
const OPEN: Duration = Duration::from_secs(61 + 2 * 60 + 60);
const TURN: Duration = Duration::from_secs(61 + 3 * 60 + 60 + 60 + 20 + 60);

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        4 => Just(Action::Ask),
        3 => Just(Action::Run),
        3 => Just(Action::Read),
        2 => (0..4_usize).prop_map(Action::Leave),
        1 => Just(Action::Outlive),
        1 => (0..40_u64).prop_map(Action::Drop),
    ]
}

fn fault() -> impl Strategy<Value = (When, Fault)> {
    ((0..60_usize).prop_map(When::Message), proptest::sample::select(ALL))
}

thread_local! {
    static PANICS: Cell<usize> = const { Cell::new(0) };
}

/// Counts panics of this thread, those in tasks too: all of a test runs on its thread.
fn count_panics() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            PANICS.set(PANICS.get() + 1);
            usual(info);
        }));
    });
}

/// Runs a call and holds it to its limit.
async fn timed<T>(limit: Duration, what: &str, call: impl Future<Output = T>) -> T {
    let begun = Instant::now();
    let done = tokio::time::timeout(Duration::from_hours(48), call).await;
    let took = begun.elapsed();
    assert!(took <= limit + Duration::from_secs(5), "{what} took {took:?}, and {limit:?} is its limit");
    done.expect("it ended")
}

async fn ask(client: &Client, n: usize) -> bool {
    match timed(ASK, "a request", client.request("x/echo", json!({ "n": n }))).await {
        Ok(answer) => {
            let answer: Value = serde_json::from_slice(&answer).expect("JSON");
            assert!(answer["n"] == n || answer.get("wrong").is_some(), "another's answer: {answer}");
            true
        }
        Err(Error::ServerGone { .. } | Error::Timeout { .. } | Error::Rpc { .. }) => false,
        Err(other) => panic!("a request: {other:?}"),
    }
}

/// Errors that a turn may have when the server is at fault.
fn is_fair(error: &Error) -> bool {
    matches!(
        error,
        Error::ServerGone { .. }
            | Error::Timeout { .. }
            | Error::Rpc { .. }
            | Error::Unexpected { .. }
            | Error::TurnFailed(_)
            | Error::TurnInterrupted(_)
    )
}

fn options() -> TurnOptions {
    TurnOptions { limits: Limits { timeout: None, idle_timeout: Some(IDLE) }, ..TurnOptions::default() }
}

/// All events of a turn, or the first few.
async fn read(turn: &Turn, most: usize) -> Vec<(String, Value)> {
    let mut events = vec![];
    while events.len() < most
        && let Some(item) = turn.next().await
    {
        let Item::Event(event) = item else { panic!("nothing is dropped") };
        // What does not read is there too, and is no matter of order.
        if let Ok(params) = serde_json::from_slice(&event.params) {
            events.push((event.name().into_owned(), params));
        }
    }
    events
}

/// What was said of a turn from the answer to its start up to its end.
fn said_of(play: &Play, turn: &str) -> Vec<Value> {
    let is_answer = |message: &Value| message["result"]["turn"]["id"] == turn;
    let of_turn = |message: &Value| {
        let params = &message["params"];
        params["turnId"] == turn || (params["turnId"].is_null() && params["turn"]["id"] == turn)
    };
    let mut said: Vec<_> =
        play.said().into_iter().skip_while(|m| !is_answer(m)).filter(|m| of_turn(m)).collect();
    if let Some(end) = said.iter().position(|message| message["method"] == "turn/completed") {
        said.truncate(end + 1);
    }
    said.into_iter().map(|message| message["params"].clone()).collect()
}

/// Whether it came to a good end.
async fn act(play: &Play, client: &Client, thread: &Thread, action: Action, n: usize) -> bool {
    let words = match action {
        Action::Leave(_) | Action::Outlive => format!("stay {n} a b c"),
        _ => format!("say {n}"),
    };
    let input = text(&words);
    match action {
        Action::Ask => ask(client, n).await,
        Action::Run => match timed(TURN, "a run", thread.run(&input, options())).await {
            Ok(result) => {
                let said = result.text.as_deref();
                assert!(said.is_none_or(|said| said == words), "another's answer: {said:?} to {words:?}");
                true
            }
            Err(Error::ThreadBusy { .. }) => panic!("a thread is busy with nothing"),
            Err(error) => {
                assert!(is_fair(&error), "{error:?}");
                false
            }
        },
        Action::Drop(after) => {
            let run = thread.run(&input, options());
            tokio::time::timeout(Duration::from_millis(after), run).await.is_ok_and(|result| result.is_ok())
        }
        Action::Read | Action::Leave(_) | Action::Outlive => {
            let started = timed(TURN, "a start", thread.turn(&input, options(), Keep::Events)).await;
            let turn = match started {
                Ok(turn) => turn,
                Err(error) => {
                    assert!(is_fair(&error), "{error:?}");
                    return false;
                }
            };
            let most = if let Action::Leave(most) = action { most } else { usize::MAX };
            let events = timed(TURN, "reading", read(&turn, most)).await;
            if matches!(action, Action::Leave(_)) {
                turn.interrupt();
            }
            let result = timed(TURN, "a result", turn.result()).await;
            let again = timed(Duration::ZERO, "the same result", turn.result()).await;
            assert_eq!(result.is_ok(), again.is_ok(), "a turn has one end");
            let said = said_of(play, &turn.id());
            let got: Vec<_> = events.iter().map(|(_, params)| params.clone()).collect();
            assert!(said.starts_with(&got), "the order of the wire: {said:?}, got {got:?}");
            let ended = matches!(&result, Ok(_) | Err(Error::TurnFailed(_)));
            if ended && matches!(action, Action::Read) {
                assert_eq!(said, got, "all of it");
            }
            result.is_ok_and(|result| result.status == "completed")
        }
    }
}

async fn open(client: &Client, n: usize) -> Option<Thread> {
    let options = ThreadOptions { developer_instructions: Some(n.to_string()), ..ThreadOptions::default() };
    match timed(OPEN, "a thread", client.thread_start(options)).await {
        Ok(thread) => Some(thread),
        Err(error) => {
            assert!(is_fair(&error), "{error:?}");
            None
        }
    }
}

/// One script, of several that run at once.
async fn script(play: Play, client: Client, n: usize, actions: Vec<Action>) -> Option<Thread> {
    let mut thread = None;
    for _ in 0..3 {
        thread = open(&client, n).await;
        if thread.is_some() {
            break;
        }
        // Servers are started three times a minute.
        tokio::time::sleep(Duration::from_mins(1)).await;
    }
    let thread = thread?;
    for (place, action) in actions.into_iter().enumerate() {
        act(&play, &client, &thread, action, 100 * n + place).await;
    }
    Some(thread)
}

async fn session(scripts: Vec<Vec<Action>>, faults: Vec<(When, Fault)>) {
    let play = Play::new(faults);
    let client = play.client();
    let running: Vec<_> = scripts
        .into_iter()
        .enumerate()
        .map(|(n, actions)| tokio::spawn(script(play.clone(), client.clone(), n + 1, actions)))
        .collect();
    let mut threads = vec![];
    for script in running {
        threads.extend(script.await.expect("no panic"));
    }
    play.behave();
    // What hangs is noticed by the first call that is not answered; then all is well again.
    if !ask(&client, 900).await {
        tokio::time::sleep(Duration::from_mins(1)).await;
        assert!(ask(&client, 901).await, "the next call works; {:?}", play.notices());
    }
    tokio::time::sleep(Duration::from_mins(2)).await;
    for (n, thread) in threads.iter().enumerate() {
        assert!(act(&play, &client, thread, Action::Run, 910 + n).await, "a held thread goes on");
    }
    for asked in play.heard().iter().filter(|asked| asked["id"].is_number() && asked["method"].is_string()) {
        let is_it = |other: &&Value| other["method"] == asked["method"] && other["params"] == asked["params"];
        let once = ["x/echo", "turn/start"].iter().any(|method| asked["method"] == **method);
        let taken = play.heard().iter().filter(is_it).count() - play.refused().iter().filter(is_it).count();
        assert!(!once || taken <= 1, "sent twice: {asked}");
    }
    assert!(client.live_turns().is_empty());
    timed(Duration::from_secs(10), "the end", client.shut_down()).await;
    drop((threads, client));
    play.end();
    tokio::time::sleep(Duration::from_mins(3)).await;
    let left = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    assert!(left <= 1, "{left} tasks are left, and not only the clock");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_goes_wrong_calls_end_and_the_next_one_works(
        scripts in prop::collection::vec(prop::collection::vec(action(), 0..8), 1..4),
        faults in prop::collection::vec(fault(), 0..15),
    ) {
        count_panics();
        PANICS.set(0);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build()?;
        runtime.block_on(session(scripts, faults));
        prop_assert_eq!(PANICS.get(), 0, "nothing panics");
    }
}
