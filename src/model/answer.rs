use std::time::Duration;

use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::deltas::deltas;
use super::usage::tokens;
use super::{Part, PartKind, Phase, Reply, Usage};

/// What goes out over HTTP for one reply.
#[derive(Debug, PartialEq)]
pub(super) enum Answer {
    /// A status and a body, after a wait.
    Status { delay: Duration, status: u16, headers: HeaderMap, body: String },
    /// An event stream, step by step.
    Stream { headers: HeaderMap, steps: Vec<Step> },
}

/// One step of an event stream.
#[derive(Debug, PartialEq)]
pub(super) enum Step {
    /// Send these events.
    Send(String),
    /// Send nothing for a while.
    Wait(Duration),
    /// Send nothing any more, and wait for the client to hang up.
    Hang,
    /// Break the connection.
    Cut,
}

impl Answer {
    /// Works out an answer. `id` makes the ids of its items, and must be another one for each answer: the
    /// server keeps them as the ids of its own items. `input` is the usage that is known from the request.
    pub(super) fn new(reply: &Reply, id: &str, input: Usage) -> Self {
        if let [Part { delay, kind: PartKind::Error { status, body, headers } }] = reply.parts() {
            return Self::Status {
                delay: *delay,
                status: *status,
                headers: headers.clone(),
                body: body.clone(),
            };
        }
        let usage = reply.usage().or(output_usage(reply.parts())).or(input);
        let mut stream = Stream { id, index: 0, headers: HeaderMap::new(), steps: Vec::new() };
        let is_raw = |part: Option<&Part>| matches!(part, Some(Part { kind: PartKind::Raw { .. }, .. }));
        if !is_raw(reply.parts().first()) {
            stream.event(&json!({ "type": "response.created", "response": stream.response("in_progress") }));
        }
        for part in reply.parts() {
            stream.part(part);
        }
        if !is_raw(reply.parts().last()) && !reply.parts().iter().any(|part| part.kind.is_last()) {
            let mut response = stream.response("completed");
            response["usage"] = usage.wire();
            stream.event(&json!({ "type": "response.completed", "response": response }));
        }
        Self::Stream { headers: stream.headers, steps: stream.steps }
    }
}

fn output_usage(parts: &[Part]) -> Usage {
    let (mut output, mut reasoning) = (0, 0);
    for part in parts {
        match &part.kind {
            PartKind::Reasoning { text, .. } => {
                reasoning += tokens(text.len());
                output += tokens(text.len());
            }
            PartKind::Text { text, .. } => output += tokens(text.len()),
            PartKind::Call { name, input, .. } => {
                output += tokens(name.len() + Value::Object(input.clone()).to_string().len());
            }
            PartKind::CustomCall { name, input } => output += tokens(name.len() + input.len()),
            PartKind::Error { .. }
            | PartKind::Failed { .. }
            | PartKind::Silent
            | PartKind::Drop { .. }
            | PartKind::Raw { .. } => {}
        }
    }
    Usage { output_tokens: Some(output), reasoning_output_tokens: Some(reasoning), ..Usage::default() }
}

/// An event stream that is being written.
struct Stream<'a> {
    id: &'a str,
    index: usize,
    headers: HeaderMap,
    steps: Vec<Step>,
}

impl Stream<'_> {
    fn part(&mut self, part: &Part) {
        self.wait(part.delay);
        match &part.kind {
            PartKind::Text { text, phase, slow } => self.text(text, *phase, *slow),
            PartKind::Reasoning { text, slow } => self.reasoning(text, *slow),
            PartKind::Call { name, namespace, input } => {
                let arguments = Value::Object(input.clone()).to_string();
                let mut item = self.item("function_call", "fc", "in_progress");
                item["call_id"] = self.name("call").into();
                item["name"] = name.as_str().into();
                if let Some(namespace) = namespace {
                    item["namespace"] = namespace.as_str().into();
                }
                self.call(item, "arguments", &arguments, "response.function_call_arguments");
            }
            PartKind::CustomCall { name, input } => {
                let mut item = self.item("custom_tool_call", "ctc", "in_progress");
                item["call_id"] = self.name("call").into();
                item["name"] = name.as_str().into();
                self.call(item, "input", input, "response.custom_tool_call_input");
            }
            PartKind::Failed { code, message } => {
                let mut response = self.response("failed");
                response["error"] = json!({ "code": code, "message": message });
                self.event(&json!({ "type": "response.failed", "response": response }));
            }
            PartKind::Silent => self.steps.push(Step::Hang),
            PartKind::Drop { text } => {
                let deltas = deltas(text);
                let half = &deltas[..deltas.len().div_ceil(2)];
                self.message_added(None);
                self.text_deltas(half, Duration::ZERO);
                self.steps.push(Step::Cut);
            }
            PartKind::Raw { text, headers } => {
                self.headers.extend(headers.clone());
                self.send(text);
            }
            // A reply holds it alone, and is then no stream.
            PartKind::Error { .. } => {}
        }
        self.index += 1;
    }

    fn text(&mut self, text: &str, phase: Option<Phase>, slow: Duration) {
        self.message_added(phase);
        self.text_deltas(&deltas(text), slow);
        let part = json!({ "type": "output_text", "text": text, "annotations": [] });
        self.about_item("response.output_text.done", json!({ "content_index": 0, "text": text }));
        self.about_item("response.content_part.done", json!({ "content_index": 0, "part": part }));
        self.item_event("response.output_item.done", &self.message(phase, "completed", &json!([part])));
    }

    fn message_added(&mut self, phase: Option<Phase>) {
        let part = json!({ "type": "output_text", "text": "", "annotations": [] });
        self.item_event("response.output_item.added", &self.message(phase, "in_progress", &json!([])));
        self.about_item("response.content_part.added", json!({ "content_index": 0, "part": part }));
    }

    fn text_deltas(&mut self, deltas: &[&str], slow: Duration) {
        for (number, delta) in deltas.iter().enumerate() {
            self.wait(if number == 0 { Duration::ZERO } else { slow });
            self.about_item("response.output_text.delta", json!({ "content_index": 0, "delta": delta }));
        }
    }

    fn reasoning(&mut self, text: &str, slow: Duration) {
        let part = |text: &str| json!({ "type": "summary_text", "text": text });
        let mut item = self.item("reasoning", "rs", "in_progress");
        item["summary"] = json!([]);
        self.item_event("response.output_item.added", &item);
        let summary = |event: &str| format!("response.reasoning_summary_{event}");
        self.about_item(&summary("part.added"), json!({ "summary_index": 0, "part": part("") }));
        for (number, delta) in deltas(text).iter().enumerate() {
            self.wait(if number == 0 { Duration::ZERO } else { slow });
            self.about_item(&summary("text.delta"), json!({ "summary_index": 0, "delta": delta }));
        }
        self.about_item(&summary("text.done"), json!({ "summary_index": 0, "text": text }));
        self.about_item(&summary("part.done"), json!({ "summary_index": 0, "part": part(text) }));
        let mut item = self.item("reasoning", "rs", "completed");
        item["summary"] = json!([part(text)]);
        self.item_event("response.output_item.done", &item);
    }

    fn call(&mut self, mut item: Value, field: &str, content: &str, event: &str) {
        item[field] = "".into();
        self.item_event("response.output_item.added", &item.clone());
        let id = item["id"].clone();
        let about = |kind: &str, key: &str, index: usize| {
            let mut about =
                json!({ "type": format!("{event}.{kind}"), "item_id": id, "output_index": index });
            about[key] = content.into();
            about
        };
        self.event(&about("delta", "delta", self.index));
        self.event(&about("done", field, self.index));
        item[field] = content.into();
        item["status"] = "completed".into();
        self.item_event("response.output_item.done", &item);
    }

    fn message(&self, phase: Option<Phase>, status: &str, content: &Value) -> Value {
        let mut item = self.item("message", "msg", status);
        item["role"] = "assistant".into();
        item["content"] = content.clone();
        if let Some(phase) = phase {
            item["phase"] = phase.name().into();
        }
        item
    }

    fn item(&self, kind: &str, prefix: &str, status: &str) -> Value {
        json!({ "type": kind, "id": self.name(prefix), "status": status })
    }

    fn response(&self, status: &str) -> Value {
        json!({ "id": format!("resp_{}", self.id), "object": "response", "status": status })
    }

    fn name(&self, prefix: &str) -> String {
        format!("{prefix}_{}_{}", self.id, self.index)
    }

    fn item_event(&mut self, event: &str, item: &Value) {
        self.event(&json!({ "type": event, "output_index": self.index, "item": item }));
    }

    /// An event about the message or the reasoning that is being sent.
    fn about_item(&mut self, event: &str, mut fields: Value) {
        let prefix = if event.starts_with("response.reasoning") { "rs" } else { "msg" };
        fields["type"] = event.into();
        fields["item_id"] = self.name(prefix).into();
        fields["output_index"] = self.index.into();
        self.event(&fields);
    }

    fn event(&mut self, event: &Value) {
        let kind = event["type"].as_str().unwrap_or_default();
        self.send(&format!("event: {kind}\ndata: {event}\n\n"));
    }

    fn send(&mut self, text: &str) {
        // Events without a wait between them go out as one piece.
        if let Some(Step::Send(piece)) = self.steps.last_mut() {
            piece.push_str(text);
        } else {
            self.steps.push(Step::Send(text.to_owned()));
        }
    }

    fn wait(&mut self, delay: Duration) {
        if !delay.is_zero() {
            self.steps.push(Step::Wait(delay));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(reply: Value) -> Vec<Step> {
        match Answer::new(&Reply::try_from(reply).unwrap(), "x", Usage::default()) {
            Answer::Stream { steps, .. } => steps,
            other @ Answer::Status { .. } => panic!("{other:?}"),
        }
    }

    fn shape(steps: &[Step]) -> Vec<String> {
        let name = |step: &Step| match step {
            Step::Send(text) => {
                let events = text.lines().filter_map(|line| line.strip_prefix("event: response."));
                events.collect::<Vec<_>>().join(" ")
            }
            other => format!("{other:?}"),
        };
        steps.iter().map(name).collect()
    }

    #[test]
    fn waits_stand_before_the_part_and_between_the_deltas() {
        let steps =
            steps(json!([{ "text": "a b", "delay": "1m", "slow": 0.5 }, { "silent": true, "delay": 2 }]));
        let expected = [
            "created",
            "Wait(60s)",
            "output_item.added content_part.added output_text.delta",
            "Wait(500ms)",
            "output_text.delta output_text.done content_part.done output_item.done",
            "Wait(2s)",
            "Hang",
        ];
        assert_eq!(shape(&steps), expected);
    }

    #[test]
    fn a_dropped_message_breaks_in_its_middle() {
        let steps = steps(json!({ "drop": true, "text": "a b c d" }));
        let expected =
            ["created output_item.added content_part.added output_text.delta output_text.delta", "Cut"];
        assert_eq!(shape(&steps), expected);
    }

    #[test]
    fn an_error_waits_before_its_status() {
        let reply = Reply::try_from(json!({ "error": 418, "body": "tea", "delay": 1 })).unwrap();
        let answer = Answer::new(&reply, "x", Usage::default());
        let expected = Answer::Status {
            delay: Duration::from_secs(1),
            status: 418,
            headers: HeaderMap::new(),
            body: "tea".into(),
        };
        assert_eq!(answer, expected);
    }
}
