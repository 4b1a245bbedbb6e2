//! `codex::Client` against a server that a test plays, over streams in memory.
mod support;

#[path = "client/answers.rs"]
mod answers;
#[path = "client/ask_shapes.rs"]
mod ask_shapes;
#[path = "client/asks.rs"]
mod asks;
#[path = "client/budget.rs"]
mod budget;
#[path = "client/busy.rs"]
mod busy;
#[path = "client/deadlines.rs"]
mod deadlines;
#[path = "client/ends.rs"]
mod ends;
#[path = "client/fault.rs"]
mod fault;
#[path = "client/faults.rs"]
mod faults;
#[path = "client/hung.rs"]
mod hung;
#[path = "client/laws.rs"]
mod laws;
#[path = "client/limits.rs"]
mod limits;
#[path = "client/listening.rs"]
mod listening;
#[path = "client/play.rs"]
mod play;
#[path = "client/queue.rs"]
mod queue;
#[path = "client/requests.rs"]
mod requests;
#[path = "client/stand_in.rs"]
mod stand_in;
#[path = "client/subagents.rs"]
mod subagents;
#[path = "client/tap.rs"]
mod tap;
#[path = "client/tools.rs"]
mod tools;
#[path = "client/turns.rs"]
mod turns;

use codex_lua::codex::{Client, Input, Keep, Thread, ThreadOptions, Turn, TurnOptions};
use serde_json::{Value, json};
use stand_in::{StandIn, within};

fn text(text: &str) -> Vec<Input> {
    vec![Input::Text(text.into())]
}

async fn thread(server: &mut StandIn, client: &Client) -> Thread {
    thread_with(server, client, ThreadOptions::default()).await
}

async fn thread_with(server: &mut StandIn, client: &Client, options: ThreadOptions) -> Thread {
    let starting = tokio::spawn({
        let client = client.clone();
        async move { client.thread_start(options).await }
    });
    server.greet().await;
    server.open_thread("thread/start", "t1").await;
    within(starting).await.expect("no panic").expect("a thread")
}

/// A turn that the server has taken, with the id that it knows its first message by.
async fn turn(server: &mut StandIn, thread: &Thread, options: TurnOptions) -> (Turn, Value) {
    let starting = tokio::spawn({
        let thread = thread.clone();
        async move { thread.turn(&text("hi"), options, Keep::Events).await }
    });
    let start = server.expect("turn/start").await;
    server.answer(&start, json!({ "turn": { "id": "u1" } })).await;
    (within(starting).await.expect("no panic").expect("a turn"), start["params"].clone())
}

fn user_message(client_id: &Value) -> Value {
    json!({ "threadId": "t1", "turnId": "u1", "item": { "type": "userMessage", "id": "m1", "clientId": client_id } })
}

fn completed() -> Value {
    json!({ "threadId": "t1", "turn": { "id": "u1", "status": "completed", "items": [] } })
}
