use serde_json::Value;

use super::{Reply, ReplyError, Request, Script};

/// A list of replies, which each thread consumes from the start.
#[derive(Debug, Clone, PartialEq)]
pub struct List(pub Vec<Reply>);

impl Script for List {
    fn reply(&mut self, request: &Request) -> Result<Reply, String> {
        // The request carries its own number in its thread, so the list needs no positions.
        let at = usize::try_from(request.number).unwrap_or(usize::MAX).saturating_sub(1);
        self.0.get(at).cloned().ok_or_else(|| {
            format!(
                "the scripted model has no reply {} for this thread: the list ends after {}",
                request.number,
                self.0.len()
            )
        })
    }
}

impl TryFrom<Value> for List {
    type Error = ReplyError;

    /// Reads a JSON array of replies; an error names the reply, counted from 1.
    fn try_from(value: Value) -> Result<Self, ReplyError> {
        match value {
            Value::Array(replies) => (1..)
                .zip(replies)
                .map(|(number, reply)| Reply::try_from(reply).map_err(|error| error.in_reply(number)))
                .collect::<Result<_, _>>()
                .map(Self),
            // What an empty table becomes depends on the converter.
            Value::Object(map) if map.is_empty() => Ok(Self(Vec::new())),
            other => Err(ReplyError::wrong_type("", "a list of replies", &other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_thread_starts_at_the_beginning_and_the_end_is_named() {
        let mut list = List(vec![Reply::text("one"), Reply::text("two")]);
        let mut ask = |thread: &str, number| {
            list.reply(&Request { thread_id: Some(thread.into()), number, body: Value::Null })
        };
        assert_eq!(ask("a", 1), Ok(Reply::text("one")));
        assert_eq!(ask("a", 2), Ok(Reply::text("two")));
        assert_eq!(ask("b", 1), Ok(Reply::text("one")));
        let end = "the scripted model has no reply 3 for this thread: the list ends after 2";
        assert_eq!(ask("a", 3), Err(end.into()));
    }

    #[test]
    fn an_error_names_the_reply() {
        let error = List::try_from(json!(["fine", ["fine", { "delay": "1x", "text": "" }]])).unwrap_err();
        let expected = "reply 2, part 2: delay: expected a duration (seconds, or text such as \"500ms\", \
            \"2s\", \"1m\"), got \"1x\"";
        assert_eq!(error.to_string(), expected);
    }
}
