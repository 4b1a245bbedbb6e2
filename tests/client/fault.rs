//! What a server can do wrong at any message.

use std::time::Duration;

use serde_json::{Value, json};

use crate::play::LATE;

/// What becomes of one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Before it comes a line that is no JSON.
    Garbage,
    /// Before it comes a line that is no UTF-8.
    BadUtf8,
    /// It has so many bytes more.
    Long(usize),
    /// It comes twice.
    Twice,
    /// Before it comes an answer to a request that was never made.
    Stranger,
    /// It comes after what should follow it.
    Behind,
    /// It comes when nobody waits for it any more.
    Late,
    /// It never comes.
    Never,
    /// Instead of it the connection ends.
    Death,
    /// The connection ends in its middle.
    HalfLine,
    /// From here on nothing is read and nothing said, and the connection stays.
    Deaf,
    /// An answer is of another shape.
    WrongShape,
    /// An answer is a refusal of another shape.
    WrongRefusal,
    /// An answer says that the request was not taken.
    Overloaded,
    /// It has a field that nobody knows.
    NewField,
    /// Values of a later version: the type of an item, the status of a turn, an error's info.
    NewValues,
    /// Before it comes an event that nobody knows.
    NewEvent,
    /// Before it comes a question that nobody knows.
    NewQuestion,
    /// Before it comes a question twice, with one id.
    AskedTwice,
    /// Text that is no text, and JSON too deep to be read.
    Unreadable,
}

/// Every fault; what has a number has one here that is quick to test.
pub const ALL: &[Fault] = &[
    Fault::Garbage,
    Fault::BadUtf8,
    Fault::Long(300_000),
    Fault::Twice,
    Fault::Stranger,
    Fault::Behind,
    Fault::Late,
    Fault::Never,
    Fault::Death,
    Fault::HalfLine,
    Fault::Deaf,
    Fault::WrongShape,
    Fault::WrongRefusal,
    Fault::Overloaded,
    Fault::NewField,
    Fault::NewValues,
    Fault::NewEvent,
    Fault::NewQuestion,
    Fault::AskedTwice,
    Fault::Unreadable,
];

/// What is said instead of a message.
pub enum Said {
    Line(Value),
    Bytes(Vec<u8>),
    Later(Duration, Value),
    End,
    Deaf,
}

/// What a server with this fault says instead of `message`.
pub fn said(fault: &Fault, mut message: Value) -> Vec<Said> {
    let bytes = |bytes: &[u8]| Said::Bytes(bytes.to_vec());
    let is_answer = message.get("method").is_none();
    let address = || {
        let params = &message["params"];
        (params["threadId"].clone(), params["turnId"].clone())
    };
    match fault {
        Fault::Garbage => vec![bytes(b"it's going wrong {\n"), Said::Line(message)],
        Fault::BadUtf8 => vec![bytes(b"{\"method\":\"\xff\xfe\"}\n"), Said::Line(message)],
        Fault::Long(more) => {
            message["padding"] = "x".repeat(*more).into();
            vec![Said::Line(message)]
        }
        Fault::Twice => vec![Said::Line(message.clone()), Said::Line(message)],
        Fault::Stranger => {
            vec![Said::Line(json!({ "id": 4_000_000_000_u64, "result": {} })), Said::Line(message)]
        }
        Fault::Behind => vec![Said::Later(Duration::from_secs(1), message)],
        Fault::Late => vec![Said::Later(LATE, message)],
        Fault::Never => vec![],
        Fault::Death => vec![Said::End],
        Fault::HalfLine => {
            let line = message.to_string();
            vec![bytes(&line.as_bytes()[..line.len() / 2]), Said::End]
        }
        Fault::Deaf => vec![Said::Deaf],
        Fault::WrongShape if is_answer => {
            message["result"] = json!({ "wrong": ["shape"] });
            vec![Said::Line(message)]
        }
        Fault::WrongRefusal if is_answer => {
            vec![Said::Line(json!({ "id": message["id"], "error": "it went wrong" }))]
        }
        Fault::Overloaded if is_answer => {
            let error = json!({ "code": -32001, "message": "Server overloaded; retry later." });
            vec![Said::Line(json!({ "id": message["id"], "error": error }))]
        }
        Fault::WrongShape | Fault::WrongRefusal | Fault::Overloaded => vec![Said::Line(message)],
        Fault::NewField => {
            message["fresh"] = json!({ "a": [1, null] });
            let inner = if is_answer { "result" } else { "params" };
            if let Some(inner) = message[inner].as_object_mut() {
                inner.insert("fresh".into(), json!(1));
            }
            vec![Said::Line(message)]
        }
        Fault::NewValues => {
            let params = &mut message["params"];
            if params["item"].is_object() && params["item"]["type"] != "userMessage" {
                params["item"]["type"] = "freshItem".into();
            }
            if params["turn"]["status"].is_string() {
                params["turn"]["status"] = "evaporated".into();
                params["turn"]["error"] =
                    json!({ "message": "it went wrong", "codexErrorInfo": { "freshError": { "a": 1 } } });
            }
            vec![Said::Line(message)]
        }
        Fault::NewEvent => {
            let (thread, turn) = address();
            let event = json!({ "threadId": thread, "turnId": turn, "a": 1 });
            vec![Said::Line(json!({ "method": "fresh/event", "params": event })), Said::Line(message)]
        }
        Fault::NewQuestion => {
            vec![
                Said::Line(json!({ "id": "q", "method": "fresh/question", "params": {} })),
                Said::Line(message),
            ]
        }
        Fault::AskedTwice => {
            let params = json!({ "threadId": address().0, "command": "rm x" });
            let question =
                json!({ "id": 7, "method": "item/commandExecution/requestApproval", "params": params });
            vec![Said::Line(question.clone()), Said::Line(question), Said::Line(message)]
        }
        Fault::Unreadable => {
            let (thread, turn) = address();
            let deep = "[".repeat(300) + &"]".repeat(300);
            let event = |value: &str| {
                let line = format!(
                    "{{\"method\":\"fresh/event\",\"params\":{{\"threadId\":{thread},\"turnId\":{turn},\"a\":{value}}}}}\n"
                );
                Said::Bytes(line.into_bytes())
            };
            vec![event(&deep), event("\"\\ud800\""), event("1e999"), Said::Line(message)]
        }
    }
}
