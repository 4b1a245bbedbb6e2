//! A message of the wire without what is secret in it, and without folders of this machine.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::Places;
use crate::codex::line::hidden;
use crate::codex::redact;
use crate::rpc::{Text, strings};

/// What is looked at by name, since neither form nor knowledge would tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Care {
    /// Whatever it says may be used to log in.
    All,
    /// Configuration and accounts.
    Names,
    /// Most of what is said.
    Little,
}

impl Care {
    fn of(method: &str) -> Self {
        let method = method.to_ascii_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| method.contains(word));
        if has(&["login", "oauth", "attestation", "userverification", "authstatus"]) {
            Self::All
        } else if has(&["account/", "config"]) {
            Self::Names
        } else {
            Self::Little
        }
    }
}

/// Scrubs the messages of one file.
pub(in crate::codex) struct Scrub {
    places: Places,
    /// Requests whose answers need care, by their ids.
    asked: HashMap<String, Care>,
}

#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    method: Option<Text<'a>>,
}

impl Scrub {
    pub fn new(places: Places) -> Self {
        Self { places, asked: HashMap::new() }
    }

    /// Some text.
    pub fn text(&self, text: &str) -> String {
        self.places.hide(redact::text(text)).into_owned()
    }

    /// A message: `to` the server, or from it.
    pub fn message<'l>(&mut self, line: &'l str, to: bool) -> Cow<'l, str> {
        let Ok(Head { id, method }) = serde_json::from_str(line) else { return self.text(line).into() };
        let method = method.as_ref().map_or("", |method| &*method.0);
        let mut care = Care::of(method);
        if let Some(id) = id {
            if method.is_empty() && !to {
                care = self.asked.remove(id.get()).unwrap_or(Care::Little);
            } else if to && care != Care::Little {
                self.asked.insert(id.get().to_owned(), care);
            }
        }
        self.strings(named(line, method, care))
    }

    /// A message of ours, without its answer.
    pub fn told<'l>(&self, line: &'l str) -> Cow<'l, str> {
        match serde_json::from_str(line) {
            Ok(Head { method: Some(method), .. }) => {
                self.strings(named(line, &method.0, Care::of(&method.0)))
            }
            _ => self.strings(line.into()),
        }
    }

    fn strings<'l>(&self, line: Cow<'l, str>) -> Cow<'l, str> {
        match strings::change(&line, |text| self.places.hide(redact::text(text))) {
            Cow::Owned(changed) => changed.into(),
            Cow::Borrowed(_) => line,
        }
    }
}

/// Without what names say is secret.
fn named<'l>(line: &'l str, method: &str, care: Care) -> Cow<'l, str> {
    let fields = hidden::fields(method);
    let has = |name: &str| line.contains(name);
    if care == Care::Little
        && fields.is_empty()
        && !["\"config\"", "\"env\"", "\"originUrl\""].into_iter().any(has)
    {
        return line.into();
    }
    let Ok(mut message) = serde_json::from_str::<Value>(line) else { return line.into() };
    for part in ["params", "result", "error"] {
        let Some(part) = message.get_mut(part) else { continue };
        match care {
            Care::All => redact::all(part),
            Care::Names => redact::named(part),
            Care::Little => {
                ["config", "env"]
                    .iter()
                    .filter_map(|name| part.get_mut(name).map(redact::named))
                    .for_each(drop);
            }
        }
        for field in fields {
            part.get_mut(field).map(redact::all).unwrap_or_default();
        }
        origins(part);
    }
    message.to_string().into()
}

/// Takes names and passwords out of the addresses of git's remotes.
fn origins(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(origins),
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(url) if name == "originUrl" => *url = hidden::url(url).into_owned(),
                    field => origins(field),
                }
            }
        }
        _ => {}
    }
}
