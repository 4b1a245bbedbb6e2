//! One message ↔ one line; pure.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// A refusal, as the peer sent it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, thiserror::Error)]
#[error("{message} (code {code})")]
pub struct RpcError {
    /// JSON-RPC error code.
    pub code: i64,
    /// What was wrong, in the peer's words.
    #[serde(default)]
    pub message: String,
    /// Whatever came with it.
    #[serde(default)]
    pub data: Option<serde_json::Value>,
}

/// The id of a request that the peer made: its own id space, kept as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RequestId(String);

impl std::fmt::Display for RequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A string of a line, borrowed unless it has escapes; serde itself borrows no optional `Cow`.
#[derive(Debug, Deserialize)]
pub struct Text<'a>(#[serde(borrow)] pub Cow<'a, str>);

/// Characters that are kept of a refusal in no known shape.
const LONGEST_OTHER: usize = 1000;

/// What one line says.
#[derive(Debug)]
pub enum Message<'a> {
    /// The peer asks; it waits for an answer under this id.
    Request(RequestId, Text<'a>, &'a RawValue),
    /// The peer tells.
    Notification(Text<'a>, &'a RawValue),
    /// The answer to the request of ours that has this id.
    Answer(u64, Result<&'a RawValue, RpcError>),
    /// An answer whose id cannot be one of ours.
    Stray,
}

#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    method: Option<Text<'a>>,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

impl RpcError {
    /// A refusal in another shape is a refusal all the same: whoever waits must hear of it.
    fn read(raw: &RawValue) -> Self {
        let text = raw.get();
        let read = if text.starts_with('{') { serde_json::from_str(text).ok() } else { None };
        read.unwrap_or_else(|| Self {
            code: 0,
            message: text.chars().take(LONGEST_OTHER).collect(),
            data: None,
        })
    }
}

/// Reads one line.
///
/// # Errors
/// What is wrong with the line, when it is no JSON-RPC message.
pub fn parse(line: &str) -> Result<Message<'_>, serde_json::Error> {
    let line = line.trim_start_matches('\u{feff}');
    let wire: Wire<'_> = serde_json::from_str(line)?;
    if !line.trim_ascii_start().starts_with('{') {
        // It would read as the fields in their order.
        return Err(serde::de::Error::custom("expected an object"));
    }
    let params = wire.params.unwrap_or(RawValue::NULL);
    Ok(match (wire.method, wire.id) {
        (Some(method), Some(id)) => Message::Request(RequestId(id.get().to_owned()), method, params),
        (Some(method), None) => Message::Notification(method, params),
        (None, id) => match id.and_then(|id| id.get().parse().ok()) {
            None => Message::Stray,
            Some(id) => Message::Answer(
                id,
                match wire.error {
                    Some(error) => Err(RpcError::read(error)),
                    None => Ok(wire.result.unwrap_or(RawValue::NULL)),
                },
            ),
        },
    })
}

#[derive(Serialize)]
struct Call<'a, P> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<u64>,
    method: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    params: Option<P>,
}

/// A request (with an id) or a notification (without) as one line, newline included.
pub fn call(id: Option<u64>, method: &str, params: Option<impl Serialize>) -> serde_json::Result<Vec<u8>> {
    line(&Call { id, method, params })
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a RawValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<&'a serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Refusal<'a>>,
}

#[derive(Serialize)]
struct Refusal<'a> {
    code: i64,
    message: &'a str,
}

/// The answer to a request of the peer as one line, newline included.
pub fn answer(id: &RequestId, outcome: Result<&serde_json::Value, &RpcError>) -> serde_json::Result<Vec<u8>> {
    line(&Answer {
        // Never read, whatever it is: it goes back as it came.
        id: serde_json::from_str(&id.0)?,
        result: outcome.ok(),
        error: outcome.err().map(|error| Refusal { code: error.code, message: &error.message }),
    })
}

fn line(message: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec(message)?;
    bytes.push(b'\n');
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn text(line: &[u8]) -> &str {
        std::str::from_utf8(line).unwrap()
    }

    #[test]
    fn the_two_id_spaces_do_not_mix() {
        assert!(
            matches!(parse(r#"{"id":7,"method":"ask","params":{}}"#), Ok(Message::Request(id, _, _)) if id.0 == "7")
        );
        assert!(matches!(parse(r#"{"id":7,"result":{}}"#), Ok(Message::Answer(7, Ok(_)))));
        assert!(matches!(parse(r#"{"id":"seven","result":{}}"#), Ok(Message::Stray)));
        assert!(
            matches!(parse(r#"{"id":7,"error":{"code":-32001}}"#), Ok(Message::Answer(7, Err(e))) if e.code == -32001)
        );
    }

    #[test]
    fn absent_params_are_null() {
        assert!(matches!(parse(r#"{"method":"m"}"#), Ok(Message::Notification(_, p)) if p.get() == "null"));
    }

    #[test]
    fn a_request_id_goes_back_as_it_came() {
        let Ok(Message::Request(id, ..)) = parse(r#"{"id":"a\"b","method":"m"}"#) else {
            panic!("no request")
        };
        assert_eq!(
            text(&answer(&id, Ok(&json!({"x": 1}))).unwrap()),
            "{\"id\":\"a\\\"b\",\"result\":{\"x\":1}}\n"
        );
    }

    #[test]
    fn an_id_that_no_number_holds_goes_back_as_it_came() {
        for id in ["1e999", "123456789012345678901234567890", "1.50", &("[".repeat(500) + &"]".repeat(500))] {
            let line = format!(r#"{{"id":{id},"method":"m"}}"#);
            let Ok(Message::Request(read, ..)) = parse(&line) else { panic!("no request") };
            let refusal = RpcError { code: -1, message: "no".into(), data: None };
            let expected = format!("{{\"id\":{id},\"error\":{{\"code\":-1,\"message\":\"no\"}}}}\n");
            assert_eq!(text(&answer(&read, Err(&refusal)).unwrap()), expected);
        }
    }

    #[test]
    fn a_refusal_of_any_shape_is_one() {
        let deep = "[".repeat(500) + &"]".repeat(500);
        for error in ["\"no\"", "{}", r#"{"code":1.5,"message":null}"#, "[1]", "7", &deep] {
            let line = format!(r#"{{"id":7,"result":1,"error":{error}}}"#);
            let Ok(Message::Answer(7, Err(read))) = parse(&line) else { panic!("no refusal: {line}") };
            assert!(!read.message.is_empty());
        }
        assert!(matches!(parse(r#"{"id":7,"result":1,"error":null}"#), Ok(Message::Answer(7, Ok(_)))));
    }

    #[test]
    fn a_list_is_no_message_and_a_mark_of_byte_order_is_no_part_of_one() {
        assert!(parse(r#"[7,null,null,{"x":1},null]"#).is_err());
        assert!(matches!(parse("\u{feff}{\"id\":7}\r\n"), Ok(Message::Answer(7, Ok(_)))));
    }

    proptest! {
        #[test]
        fn a_call_is_one_line_and_reads_back(method in "\\PC{0,20}", value in "\\PC*", id in any::<u64>()) {
            let line = call(Some(id), &method, Some(json!({ "v": value }))).unwrap();
            prop_assert_eq!(line.iter().position(|b| *b == b'\n'), Some(line.len() - 1));
            let Ok(Message::Request(read, name, params)) = parse(text(&line)) else { panic!("no request") };
            prop_assert_eq!(read.0, id.to_string());
            prop_assert_eq!(name.0, method);
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(params.get()).unwrap(), json!({ "v": value }));
        }

        #[test]
        fn no_line_panics(line in any::<String>()) {
            let _ = parse(&line);
        }
    }
}
