//! What a server said as one line of JSON, with the names that scripts see.

pub(super) mod hidden;

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::names::{self, TypeId};
use super::redact;
use crate::rpc::Text;

/// What a server said, kept as it came until it is written.
#[derive(Debug)]
pub struct Line {
    what: What,
    params: Bytes,
    request: Option<String>,
}

#[derive(Debug)]
enum What {
    Event(&'static names::Event),
    Request(&'static names::Request),
    Unknown(Box<str>),
}

impl Line {
    pub(super) fn new(method: &str, params: Bytes, request: Option<String>) -> Self {
        let known = match &request {
            None => names::event(method).map(What::Event),
            Some(_) => names::request(method).map(What::Request),
        };
        Self { what: known.unwrap_or_else(|| What::Unknown(method.into())), params, request }
    }

    /// Bytes that it keeps.
    pub fn size(&self) -> usize {
        self.params.len()
    }

    /// Adds it to `out`, with its end of line: an object as a script gets the event; one that the server asked has
    /// its `request_id` too.
    pub fn write(&self, out: &mut Vec<u8>) {
        let begin = out.len();
        out.extend_from_slice(b"{\"type\":");
        match &self.what {
            What::Event(event) => string(out, event.name),
            What::Request(request) => string(out, request.name),
            What::Unknown(method) => string(out, &names::event_name(method)),
        }
        if let Some(id) = &self.request {
            out.extend_from_slice(b",\"request_id\":");
            out.extend_from_slice(id.as_bytes());
        }
        // What was read as a line is UTF-8.
        let params = std::str::from_utf8(&self.params).unwrap_or("null");
        let start = out.len();
        let written = match &self.what {
            What::Event(event) => Fields {
                out,
                of: event.params,
                answer: event.answer(),
                hidden: hidden::fields(event.method()),
            }
            .write(params),
            What::Request(request) => {
                Fields { out, of: request.params, answer: None, hidden: hidden::fields(request.method()) }
                    .write(params)
            }
            What::Unknown(_) => false,
        };
        if !written {
            out.truncate(start);
            out.extend_from_slice(b",\"params\":");
            match &self.what {
                What::Unknown(method) if hidden::hides_all(method) => string(out, redact::REDACTED),
                _ => out.extend_from_slice(params.as_bytes()),
            }
        }
        out.extend_from_slice(b"}\n");
        if let Ok(Cow::Owned(left)) = std::str::from_utf8(&out[begin..]).map(redact::json) {
            out.truncate(begin);
            out.extend_from_slice(left.as_bytes());
        }
    }
}

/// Writes the fields of an object, each after a comma.
struct Fields<'o> {
    out: &'o mut Vec<u8>,
    of: TypeId,
    answer: Option<TypeId>,
    hidden: &'static [&'static str],
}

impl Fields<'_> {
    /// Tells whether it was an object.
    fn write(self, object: &str) -> bool {
        serde_json::Deserializer::from_str(object).deserialize_map(self).is_ok()
    }
}

impl<'de> Visitor<'de> for Fields<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let Self { out, of, answer, hidden } = self;
        while let Some((Text(key), raw)) = fields.next_entry::<Text<'de>, &'de RawValue>()? {
            let field = names::field(of, &key);
            if field.name == "type" {
                continue;
            }
            let start = out.len();
            if !self::field(out, of, &key, raw) {
                continue;
            }
            if hidden.contains(&&*key) {
                out.truncate(start);
                self::key(out, field.name);
                string(out, redact::REDACTED);
            } else if answer.is_some() && key == "delta" {
                self::key(out, "text");
                out.extend_from_slice(raw.get().as_bytes());
            }
        }
        Ok(())
    }
}

/// Writes one field after a comma; a null that only says that the field is absent is not written.
fn field(out: &mut Vec<u8>, of: TypeId, wire: &str, raw: &RawValue) -> bool {
    let field = names::field(of, wire);
    if of != TypeId::FREE && raw.get() == "null" {
        return false;
    }
    key(out, field.name);
    if wire == "originUrl" && of != TypeId::FREE {
        match serde_json::from_str::<Text<'_>>(raw.get()) {
            Ok(Text(url)) => string(out, &hidden::url(&url)),
            Err(_) => string(out, redact::REDACTED),
        }
    } else {
        value(out, field.child, raw);
    }
    true
}

fn key(out: &mut Vec<u8>, name: &str) {
    out.push(b',');
    string(out, name);
    out.push(b':');
}

/// Writes a value of this type; what nothing is renamed in is copied.
fn value(out: &mut Vec<u8>, of: TypeId, raw: &RawValue) {
    let text = raw.get();
    let start = out.len();
    let mut source = serde_json::Deserializer::from_str(text);
    let written = match text.as_bytes().first() {
        _ if of == TypeId::FREE => false,
        Some(b'{') => source.deserialize_map(Inside { out, of }).is_ok(),
        Some(b'[') => source.deserialize_seq(Inside { out, of }).is_ok(),
        Some(b'"') if of == TypeId::TAG => match serde_json::from_str::<Text<'_>>(text) {
            Ok(Text(tag)) => {
                string(out, &names::tag(&tag));
                true
            }
            Err(_) => false,
        },
        _ => false,
    };
    if !written {
        out.truncate(start);
        out.extend_from_slice(text.as_bytes());
    }
}

/// Writes an object or an array whole.
struct Inside<'o> {
    out: &'o mut Vec<u8>,
    of: TypeId,
}

impl<'de> Visitor<'de> for Inside<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or an array")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let start = self.out.len();
        while let Some((Text(key), raw)) = fields.next_entry::<Text<'de>, &'de RawValue>()? {
            field(self.out, self.of, &key, raw);
        }
        enclose(self.out, start, b'{', b'}');
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let start = self.out.len();
        while let Some(raw) = items.next_element::<&'de RawValue>()? {
            self.out.push(b',');
            value(self.out, self.of, raw);
        }
        enclose(self.out, start, b'[', b']');
        Ok(())
    }
}

/// The first comma gives way to the bracket that opens.
fn enclose(out: &mut Vec<u8>, start: usize, open: u8, close: u8) {
    match out.get_mut(start) {
        Some(comma) => *comma = open,
        None => out.push(open),
    }
    out.push(close);
}

fn string(out: &mut Vec<u8>, text: &str) {
    // Writing to memory does not fail.
    let _ = serde_json::to_writer(out, text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn line(method: &str, params: &Value, request: Option<&str>) -> Value {
        let mut out = Vec::new();
        Line::new(method, params.to_string().into(), request.map(str::to_owned)).write(&mut out);
        let text = std::str::from_utf8(&out).unwrap();
        assert_eq!(text.find('\n'), Some(text.len() - 1));
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn it_has_the_names_of_scripts_and_leaves_free_content_alone() {
        let item = json!({ "type": "mcpToolCall", "id": "i", "arguments": { "camelCase": [null, 1.50] },
            "durationMs": null, "status": "inProgress" });
        let params = json!({ "threadId": "t", "turnId": "u", "item": item, "startedAtMs": 5 });
        let expected = json!({ "type": "item.started", "thread_id": "t", "turn_id": "u", "started_at_ms": 5,
            "item": { "type": "mcp_tool_call", "id": "i", "arguments": { "camelCase": [null, 1.50] },
                "status": "inProgress" } });
        assert_eq!(line("item/started", &params, None), expected);
    }

    #[test]
    fn the_delta_of_an_answer_is_its_text_too() {
        let params = json!({ "itemId": "i", "delta": "a\n\"" });
        let expected =
            json!({ "type": "item.agent_message.delta", "item_id": "i", "delta": "a\n\"", "text": "a\n\"" });
        assert_eq!(line("item/agentMessage/delta", &params, None), expected);
    }

    #[test]
    fn what_is_unknown_keeps_its_parameters() {
        let params = json!({ "someThing": [] });
        assert_eq!(
            line("new/thingHappened", &params, None),
            json!({ "type": "new.thing_happened", "params": params })
        );
        assert_eq!(line("error", &json!([1]), None), json!({ "type": "error", "params": [1] }));
    }

    #[test]
    fn a_request_has_its_id() {
        let asked = line("item/fileChange/requestApproval", &json!({ "itemId": "i" }), Some("7"));
        let expected =
            json!({ "type": "item.file_change.request_approval", "request_id": 7, "item_id": "i" });
        assert_eq!(asked, expected);
    }

    #[test]
    fn what_is_secret_anywhere_is_left_out() {
        let params =
            json!({ "item": { "type": "agentMessage", "id": "i", "text": "use sk-planted-0123\n" } });
        assert_eq!(line("item/completed", &params, None)["item"]["text"], "use [redacted]\n");
        assert_eq!(
            line("new/thing", &json!({ "x": ["Bearer 0123456789"] }), None)["params"]["x"][0],
            "Bearer [redacted]"
        );
    }

    #[test]
    fn what_somebody_could_log_in_with_is_left_out() {
        let hidden = |method: &str, params: &Value, id: Option<&str>| {
            assert!(!line(method, params, id).to_string().contains("s3cret"), "{method}");
        };
        hidden("account/login/completed", &json!({ "loginId": "s3cret", "success": true }), None);
        hidden(
            "account/gatewayOAuth/changed",
            &json!({ "authUrl": "https://s3cret", "loginId": "s3cret" }),
            None,
        );
        hidden("mcpServer/oauthLogin/completed", &json!({ "loginId": "s3cret" }), None);
        hidden("mcpServer/elicitation/request", &json!({ "url": "https://x?code=s3cret" }), Some("1"));
        hidden("thread/realtime/sdp", &json!({ "sdp": "a=ice-pwd:s3cret" }), None);
        hidden("account/somethingNew", &json!({ "token": "s3cret" }), None);
        let thread =
            json!({ "thread": { "id": "t", "gitInfo": { "originUrl": "https://s3cret@example.org/x" } } });
        hidden("thread/started", &thread, None);
        assert_eq!(
            line("account/login/completed", &json!({ "loginId": "x" }), None)["login_id"],
            redact::REDACTED
        );
    }
}
