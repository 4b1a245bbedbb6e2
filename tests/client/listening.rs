//! Who listens to all that servers say, whichever turn it belongs to.

use codex_lua::codex::{Client, Error, Event, Filter, Item, Kinds, Listener, Next, TurnOptions};
use serde_json::json;

use crate::stand_in::{StandIn, within};
use crate::{completed, thread, turn};

fn filter(kinds: &str) -> Filter {
    Filter { kinds: Kinds::named(kinds).expect("a glob"), thread: None, one_server: false }
}

fn event(item: Item) -> Event {
    match item {
        Item::Event(event) => event,
        Item::Lagged(bytes) => panic!("{bytes} bytes are lost"),
    }
}

/// The names of all that waits.
fn heard(listener: &Listener) -> Vec<String> {
    let next = || match listener.try_next() {
        Next::Item(item) => Some(event(item).name().into_owned()),
        Next::Pending | Next::End => None,
    };
    std::iter::from_fn(next).collect()
}

/// A server that runs, and its client.
async fn started() -> (StandIn, Client) {
    let (mut server, client) = StandIn::new();
    let asking = tokio::spawn({
        let client = client.clone();
        async move { client.session().await.map(drop) }
    });
    server.greet().await;
    within(asking).await.expect("no panic").expect("a server");
    (server, client)
}

#[tokio::test]
async fn it_hears_what_it_wants_in_the_order_of_the_wire() {
    let (mut server, client) = started().await;
    let [all, items, ends] = ["*", "item.*", "turn.completed"].map(|kinds| client.listen(filter(kinds)));
    let of_thread = client.listen(Filter { thread: Some("t2".into()), ..filter("*") });
    let delta = |thread: &str| json!({ "threadId": thread, "delta": "x" });
    server.tell("item/agentMessage/delta", delta("t1")).await;
    server.tell("turn/completed", completed()).await;
    server.tell("item/agentMessage/delta", delta("t2")).await;
    server.tell("moon/hasRisen", json!({ "threadId": "t2" })).await;
    server.tell("account/updated", json!({})).await;
    server.settle(&client).await;
    let delta = "item.agent_message.delta";
    assert_eq!(heard(&all), [delta, "turn.completed", delta, "moon.has_risen", "account.updated"]);
    assert_eq!(heard(&items), [delta, delta]);
    assert_eq!(heard(&ends), ["turn.completed"]);
    assert_eq!(heard(&of_thread), [delta, "moon.has_risen"]);
}

#[tokio::test]
async fn an_event_is_there_before_whoever_waits_for_the_turn_sees_its_end() {
    let (mut server, client) = StandIn::new();
    let thread = thread(&mut server, &client).await;
    let (turn, _) = turn(&mut server, &thread, TurnOptions::default()).await;
    let listener = client.listen(filter("turn.completed"));
    server.tell("turn/completed", completed()).await;
    within(turn.result()).await.expect("a result");
    assert_eq!(listener.waiting(), 1);
}

#[tokio::test]
async fn what_is_asked_is_no_event() {
    let (mut server, client) = started().await;
    let listener = client.listen(filter("*"));
    server.ask(&json!(7), "item/tool/call", json!({ "tool": "none" })).await;
    assert_eq!(server.next().await["id"], 7);
    server.settle(&client).await;
    assert_eq!(heard(&listener), Vec::<String>::new());
}

#[tokio::test]
async fn one_that_is_closed_or_dropped_keeps_nothing() {
    let (mut server, client) = started().await;
    let (closed, left, ends) = (client.listen(filter("*")), client.listen(filter("*")), filter("error"));
    let ends = client.listen(ends);
    drop(client.listen(filter("*")));
    server.tell("account/updated", json!({})).await;
    server.settle(&client).await;
    assert_eq!((closed.waiting(), left.waiting(), ends.waiting()), (1, 1, 0));
    closed.close();
    assert!(matches!(closed.next().await, Ok(None)) && !closed.is_open());
    server.tell("account/updated", json!({})).await;
    server.settle(&client).await;
    assert_eq!((closed.waiting(), left.waiting()), (0, 2));
    client.stop_listening();
    assert!(!left.is_open());
    assert!(matches!(left.try_next(), Next::End));
}

#[tokio::test]
async fn one_server_is_heard_to_its_end_or_else_the_next_one_too() {
    let (mut server, client) = started().await;
    let lasting = client.listen(filter("account.updated"));
    let [of_one, closed] =
        [(); 2].map(|()| client.listen(Filter { one_server: true, ..filter("account.updated") }));
    server.tell("account/updated", json!({})).await;
    server.settle(&client).await;
    server.die();
    assert!(matches!(within(of_one.next()).await, Ok(Some(_))));
    assert!(matches!(within(of_one.next()).await, Err(Error::ServerGone { .. })));
    assert!(matches!(within(of_one.next()).await, Err(Error::ServerGone { .. })), "and again");
    closed.close();
    assert!(matches!(closed.next().await, Ok(None)));
    assert_eq!(heard(&lasting), ["account.updated"]);

    let asking = tokio::spawn({
        let client = client.clone();
        async move { client.session().await.map(drop) }
    });
    server.greet().await;
    within(asking).await.expect("no panic").expect("another server");
    let later = client.listen(Filter { one_server: true, ..filter("*") });
    server.tell("account/updated", json!({})).await;
    assert!(matches!(within(lasting.next()).await, Ok(Some(_))));
    assert!(matches!(within(later.next()).await, Ok(Some(_))));
    assert!(matches!(of_one.try_next(), Next::End));
}
