use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::mpsc;

use serde_json::{Value, json};

use super::*;

/// Sends one request; the answer is what can be read from the stream.
fn send(model: &Model, line: &str, thread: &str, body: &[u8]) -> BufReader<TcpStream> {
    let mut stream = TcpStream::connect(model.address).unwrap();
    let head = format!(
        "{line} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nthread-id: {thread}\r\n\
         content-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    BufReader::new(stream)
}

fn raw(model: &Model, thread: &str, body: &Value) -> String {
    rest(&mut send(model, "POST /v1/responses", thread, body.to_string().as_bytes()))
}

/// What comes until the connection ends or breaks.
fn rest(stream: &mut BufReader<TcpStream>) -> String {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    String::from_utf8(bytes).unwrap()
}

/// The events of a raw answer; no event is spread over two chunks.
fn events(raw: &str) -> Vec<Value> {
    let data = raw.lines().filter_map(|line| line.strip_prefix("data: "));
    data.map(|data| serde_json::from_str(data).unwrap()).collect()
}

fn kinds(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["type"].as_str().unwrap().strip_prefix("response.").unwrap()).collect()
}

fn answering(reply: Value) -> Model {
    Model::start(List(vec![Reply::try_from(reply).unwrap()])).unwrap()
}

/// The events that one reply becomes.
fn events_of(reply: Value) -> Vec<Value> {
    events(&raw(&answering(reply), "t", &json!({ "input": [] })))
}

#[test]
fn a_text_is_a_message_in_deltas_with_usage() {
    let raw = raw(&answering(json!("Hello \"there\"\nü")), "t", &json!({ "input": [] }));
    assert!(raw.starts_with("HTTP/1.1 200 OK\r\n") && raw.contains("content-type: text/event-stream\r\n"));
    assert!(raw.ends_with("\r\n0\r\n\r\n"), "the body has its end");
    let events = events(&raw);
    let delta = "output_text.delta";
    let mut expected = vec!["created", "output_item.added", "content_part.added", delta, delta, delta];
    expected.extend(["output_text.done", "content_part.done", "output_item.done", "completed"]);
    assert_eq!(kinds(&events), expected);
    let joined: String = events.iter().filter_map(|event| event["delta"].as_str()).collect();
    assert_eq!(joined, "Hello \"there\"\nü");
    let item = &events[8]["item"];
    assert_eq!(item["content"][0]["text"], joined);
    assert_eq!(item["id"], events[3]["item_id"]);
    assert_eq!(item.get("phase"), None);
    let usage = json!({
        "input_tokens": 3, "input_tokens_details": { "cached_tokens": 0 },
        "output_tokens": 4, "output_tokens_details": { "reasoning_tokens": 0 }, "total_tokens": 7,
    });
    assert_eq!(events[9]["response"]["usage"], usage);
}

#[test]
fn several_parts_are_one_answer() {
    let events = events_of(json!([
        { "text": "soon", "reasoning": "hm", "phase": "commentary", "usage": { "output_tokens": 50 } },
        { "call": "exec_command", "namespace": "n", "input": { "cmd": "ls" } },
        { "patch": "*** Begin Patch" },
    ]));
    let done: Vec<_> = events.iter().filter(|event| event["type"] == "response.output_item.done").collect();
    let items: Vec<_> = done.iter().map(|event| &event["item"]).collect();
    assert_eq!(items[0]["summary"], json!([{ "type": "summary_text", "text": "hm" }]));
    assert_eq!(items[1]["phase"], "commentary");
    assert_eq!(items[2]["arguments"], r#"{"cmd":"ls"}"#);
    assert_eq!((&items[2]["name"], &items[2]["namespace"]), (&json!("exec_command"), &json!("n")));
    assert_eq!((&items[3]["name"], &items[3]["input"]), (&json!("apply_patch"), &json!("*** Begin Patch")));
    assert_ne!(items[2]["call_id"], items[3]["call_id"]);
    let indexes: Vec<_> = done.iter().map(|event| event["output_index"].as_u64()).collect();
    assert_eq!(indexes, [0, 1, 2, 3].map(Some));
    let summary =
        events.iter().find(|event| event["type"] == "response.reasoning_summary_text.delta").unwrap();
    assert_eq!((&summary["delta"], &summary["item_id"]), (&json!("hm"), &items[0]["id"]));
    assert_eq!(kinds(&events).iter().filter(|kind| **kind == "completed").count(), 1);
    assert_eq!(events.last().unwrap()["response"]["usage"]["output_tokens"], 50);
}

#[test]
fn ids_differ_between_answers_and_between_models() {
    let mut ids = Vec::new();
    for _ in 0..2 {
        let model = Model::start(Echo).unwrap();
        for _ in 0..2 {
            let events = events(&raw(&model, "same", &json!({ "input": [] })));
            ids.extend(events.iter().filter_map(|event| event["item"]["id"].as_str()).map(str::to_owned));
        }
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 8, "a summary and a message for each of four answers: {ids:?}");
}

#[test]
fn an_error_is_a_status_with_a_body() {
    let body = |raw: &str| serde_json::from_str::<Value>(raw.split_once("\r\n\r\n").unwrap().1).unwrap();
    let of = |reply| raw(&answering(reply), "t", &json!({}));
    let unauthorized = of(json!({ "error": 401 }));
    assert!(unauthorized.starts_with("HTTP/1.1 401 Unauthorized\r\n"), "{unauthorized}");
    assert_eq!(body(&unauthorized)["error"]["code"], "invalid_api_key");
    assert_eq!(body(&of(json!({ "error": 503, "message": "later" })))["error"]["message"], "later");
    assert_eq!(body(&of(json!({ "error": 429, "body": { "mine": 1 } }))), json!({ "mine": 1 }));
    let later = of(json!({ "error": 429, "headers": { "retry-after": "7" } }));
    assert!(later.contains("\r\nretry-after: 7\r\n") && later.contains("application/json"), "{later}");
}

#[test]
fn failed_ends_the_answer() {
    let events = events_of(json!(["a", { "failed": { "code": "c", "message": "m" } }]));
    assert_eq!(events.last().unwrap()["type"], "response.failed");
    assert_eq!(events.last().unwrap()["response"]["error"], json!({ "code": "c", "message": "m" }));
    assert!(!kinds(&events).contains(&"completed"));
}

#[test]
fn drop_sends_the_first_half_and_no_end() {
    let raw = raw(&answering(json!({ "drop": true, "text": "a b c d" })), "t", &json!({}));
    assert!(!raw.ends_with("0\r\n\r\n"), "{raw}");
    let deltas: String = events(&raw).iter().filter_map(|event| event["delta"].as_str()).collect();
    assert_eq!(deltas, "a b ");
}

#[test]
fn raw_text_is_sent_as_it_is_and_may_stand_for_the_beginning_or_the_end() {
    let of = |reply| raw(&answering(reply), "t", &json!({}));
    let alone = of(json!({ "raw": "<p>", "headers": { "Content-Type": "text/html", "x": "y" } }));
    assert!(alone.contains("content-type: text/html\r\n") && alone.contains("x: y\r\n"), "{alone}");
    assert!(!alone.contains("text/event-stream") && alone.ends_with("3\r\n<p>\r\n0\r\n\r\n"), "{alone}");
    assert!(of(json!({ "raw": "" })).ends_with("\r\n\r\n0\r\n\r\n"));
    let last = of(json!(["a", { "raw": "data: {" }]));
    assert!(last.contains("response.created") && last.ends_with("data: {\r\n0\r\n\r\n"), "{last}");
    let between = of(json!([{ "raw": ": one\n\n" }, { "raw": ": two\n\n", "delay": 0.001 }, "a"]));
    assert!(!between.contains("response.created") && between.contains("response.completed"), "{between}");
    assert!(between.contains("\r\n: one\n\n\r\n") && between.contains("\r\n: two\n\n"), "{between}");
}

#[test]
fn a_scripts_error_is_what_the_turn_shows() {
    // The server shows the message of this code as it is, and does not retry.
    let error = |model: &Model| events(&raw(model, "t", &json!({})))[1]["response"]["error"].clone();
    let empty = Model::start(List(Vec::new())).unwrap();
    let end = "the scripted model has no reply 1 for this thread: the list ends after 0";
    assert_eq!(error(&empty), json!({ "code": "invalid_prompt", "message": end }));
    let broken = Model::start(|_: &Request| -> Result<Reply, String> { panic!("on purpose") }).unwrap();
    for _ in 0..2 {
        assert_eq!(error(&broken)["message"], "the scripted model's script panicked");
    }
}

#[test]
fn a_list_is_consumed_by_each_thread_from_its_start() {
    let model = Model::start(List::try_from(json!(["one", "two"])).unwrap()).unwrap();
    let texts = ["a", "a", "b"].map(|thread| {
        let events = events(&raw(&model, thread, &json!({ "input": [] })));
        events.iter().filter_map(|event| event["delta"].as_str()).collect::<String>()
    });
    assert_eq!(texts, ["one", "two", "one"]);
    let asked: Vec<_> =
        model.requests().iter().map(|asked| (asked.thread_id.clone().unwrap(), asked.number)).collect();
    assert_eq!(asked, [("a".into(), 1), ("a".into(), 2), ("b".into(), 1)]);
}

#[test]
fn what_is_no_request_is_refused_and_not_counted() {
    let model = Model::start(Echo).unwrap();
    for (line, body, status) in [
        ("POST /v1/responses", "{", "400 Bad Request"),
        ("GET /v1/responses", "", "404 Not Found"),
        ("GET /v1/models", "", "404 Not Found"),
        ("POST /v1/other", "{}", "404 Not Found"),
    ] {
        let answer = rest(&mut send(&model, line, "t", body.as_bytes()));
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}\r\n")), "{line}: {answer}");
        assert!(answer.contains(r#"{"error":{"#), "{line}: {answer}");
    }
    assert_eq!(model.requests(), []);
}

#[test]
fn a_body_may_be_large() {
    let model = Model::start(Echo).unwrap();
    let text = "x".repeat(5 << 20);
    let events = events(&raw(&model, "t", &json!({ "input": text })));
    assert_eq!(events.last().unwrap()["type"], "response.completed");
    assert_eq!(model.requests()[0].body["input"].as_str().map(str::len), Some(5 << 20));
}

#[test]
fn many_at_once_all_get_their_answer() {
    let model = Model::start(Echo).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..100 {
            let model = &model;
            scope.spawn(move || {
                let said = format!("number {thread}");
                let message = json!({ "role": "user", "content": [{ "text": said }] });
                let raw = raw(model, &thread.to_string(), &json!({ "input": [message] }));
                let events = events(&raw);
                let text: String = events.iter().filter_map(|event| event["text"].as_str()).collect();
                assert!(text.contains(&format!("\"{said}\"")), "{text}");
            });
        }
    });
    assert_eq!(model.requests().len(), 100);
}

/// An answer that has begun and does not go on.
fn silent(model: &Model, thread: &str) -> BufReader<TcpStream> {
    let mut answer = send(model, "POST /v1/responses", thread, b"{}");
    let mut line = String::new();
    while !line.starts_with("data: ") {
        line.clear();
        assert_ne!(answer.read_line(&mut line).unwrap(), 0, "it ended");
    }
    assert!(line.contains("response.created"), "{line}");
    answer
}

#[test]
fn a_silent_stream_holds_up_no_other_and_ends_with_the_model() {
    let model = Model::start(|asked: &Request| {
        let silent = asked.thread_id.as_deref() == Some("silent");
        Ok(if silent { Reply::try_from(json!({ "silent": true })).unwrap() } else { "fine".into() })
    })
    .unwrap();
    let mut open = silent(&model, "silent");
    assert!(raw(&model, "other", &json!({})).contains("response.completed"));
    drop(model);
    let rest = rest(&mut open);
    assert!(!rest.contains("data:") && !rest.ends_with("0\r\n\r\n"), "{rest}");
}

#[test]
fn dropping_does_not_wait_for_a_script_at_work() {
    let (entered, has_entered) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    let model = Model::start(move |_: &Request| {
        entered.send(()).unwrap();
        let _ = released.recv();
        Ok("late".into())
    })
    .unwrap();
    let _open = ["a", "b"].map(|thread| send(&model, "POST /v1/responses", thread, b"{}"));
    has_entered.recv().unwrap();
    while model.requests().len() < 2 {
        std::thread::yield_now();
    }
    // Would never return if it waited: the script is released after it.
    drop(model);
    drop(release);
    assert_eq!(has_entered.iter().count(), 0, "the script is not asked for those who hung up");
}

#[test]
fn it_starts_and_stops_inside_another_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let raw = runtime.block_on(async { raw(&Model::start(Echo).unwrap(), "t", &json!({})) });
    assert!(raw.contains("response.completed"), "{raw}");
}
