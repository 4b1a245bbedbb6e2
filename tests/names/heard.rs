//! Every notification of the schema reaches scripts, in order, with the type and the fields that are defined.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use codex_lua::codex::{Launch, names};
use codex_lua::rpc::memory;
use codex_lua::stdlib::META;
use codex_lua::{Host, Outcome};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

use crate::sample::Samples;

/// Of a later Codex; the last of all.
const LAST: &str = "later/isTheLast";

/// What a subscription and a loop get, as JSON.
const SCRIPT: &str = r#"
    local json, sink, task = require "std.json", require "sink", require "std.task"
    local heard, last = 0
    codex.on("*", function(event)
      heard = heard + 1
      sink.on(json.encode(event))
      last = event.type
    end)
    local loop <close> = codex.events()
    codex.request("feed")
    for event in loop do
      sink.loop(json.encode(event))
      if event.type == "later.is_the_last" then break end
    end
    while last ~= "later.is_the_last" do task.yield() end"#;

type Heard = Arc<Mutex<Vec<Value>>>;

/// A server that says `lines` when it is asked for them.
fn server(lines: Vec<String>) -> Launch {
    Launch::Streams(Box::new(move || {
        let (theirs_in, ours_out) = memory();
        let (ours_in, theirs_out) = memory();
        let lines = lines.clone();
        std::thread::spawn(move || {
            let serving = async {
                let (mut asked, mut output) = (BufReader::new(ours_in).lines(), ours_out);
                while let Ok(Some(line)) = asked.next_line().await {
                    let asked: Value = serde_json::from_str(&line).expect("a message");
                    let said = if asked["method"] == "feed" { &*lines } else { &[] };
                    let info = json!({ "userAgent": "codex_lua/0.169.0 (x)", "codexHome": "/" });
                    let answer = json!({ "id": asked["id"], "result": info }).to_string();
                    let answer = asked.get("id").map(|_| answer);
                    for line in said.iter().chain(&answer) {
                        // The host may have ended.
                        let _ = output.write_all(format!("{line}\n").as_bytes()).await;
                    }
                }
            };
            tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(serving);
        });
        (Box::new(theirs_in), Box::new(theirs_out))
    }))
}

/// What a script hears of these lines by a subscription, and by a loop.
fn heard(lines: Vec<String>) -> (Vec<Value>, Vec<Value>) {
    let (on, in_loop) = (Heard::default(), Heard::default());
    let sinks = [("on", on.clone()), ("loop", in_loop.clone())];
    let host = Host::builder().launch(server(lines)).module("sink", move |lua| {
        let module = lua.create_table()?;
        for (name, sink) in &sinks {
            let sink = sink.clone();
            let take = lua.create_function(move |_, text: String| {
                sink.lock().expect("no panic").push(serde_json::from_str(&text).expect("JSON"));
                Ok(())
            });
            module.set(*name, take?)?;
        }
        Ok(module)
    });
    assert_eq!(host.build().expect("a host").run_text("hears", SCRIPT), Outcome::Done);
    let taken = |heard: &Heard| std::mem::take(&mut *heard.lock().expect("no panic"));
    (taken(&on), taken(&in_loop))
}

/// The classes of `stdlib/meta/events.lua`: their fields with the types of these, and their parents.
#[derive(Default)]
struct Defined {
    fields: BTreeMap<&'static str, BTreeMap<&'static str, &'static str>>,
    parents: BTreeMap<&'static str, &'static str>,
}

impl Defined {
    fn read() -> Self {
        let mut defined = Self::default();
        let mut class = "";
        for line in META.iter().flat_map(|(_, text)| text.lines()) {
            if let Some(rest) = line.strip_prefix("---@class ") {
                let (name, parent) = rest.split_once(" : ").unwrap_or((rest, ""));
                class = name;
                defined.parents.insert(name, parent);
                defined.fields.entry(class).or_default();
            } else if let Some((name, kind)) =
                line.strip_prefix("---@field ").and_then(|field| field.split_once(' '))
            {
                let fields = defined.fields.entry(class).or_default();
                fields.insert(name.trim_end_matches('?'), kind);
            }
        }
        defined
    }

    fn of(&self, class: &str) -> BTreeMap<&'static str, &'static str> {
        let mut fields = self.fields.get(class).cloned().unwrap_or_default();
        if let Some(parent) = self.parents.get(class) {
            fields.extend(self.of(parent));
        }
        fields
    }

    /// The class whose `type` may be this: that of an item, or else of an event.
    fn class(&self, kind: &str, is_item: bool) -> Option<&'static str> {
        let quoted = format!("\"{kind}\"");
        let is_it = |fields: &BTreeMap<&str, &str>| {
            fields.get("type").is_some_and(|kinds| kinds.split([' ', '|']).any(|one| one == quoted))
        };
        let found = self.fields.iter().filter(|(_, fields)| is_it(fields));
        found.map(|(class, _)| *class).find(|class| self.of(class).contains_key("id") == is_item)
    }
}

/// Whether a value is one of this type, as far as it is a plain one.
fn fits(kind: &str, value: &Value) -> bool {
    match kind.split([' ', '?']).next().unwrap_or_default() {
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "boolean" => value.is_boolean(),
        quoted if quoted.starts_with('"') => value.is_string(),
        list if list.ends_with("[]") => value.is_array(),
        class if class.starts_with("codex.") || class == "{" => value.is_object() || value.is_array(),
        _ => true,
    }
}

fn is_optional(kind: &str) -> bool {
    kind.split(' ').next().is_some_and(|kind| kind.ends_with('?'))
        || kind.contains(")?")
        || kind.contains("}?")
}

fn check(defined: &Defined, class: &str, value: &Value) {
    let (fields, value) = (defined.of(class), value.as_object().expect("a table"));
    let there: BTreeSet<&str> = value.keys().map(String::as_str).collect();
    if !fields.contains_key("[string]") {
        // What is left out is what the real server adds to its own schema.
        let missing = |(name, kind): (&&'static str, &&str)| (!is_optional(kind)).then_some(*name);
        let expected: BTreeSet<_> = fields.iter().filter_map(missing).collect();
        let unknown: Vec<_> = there.iter().filter(|name| !fields.contains_key(*name)).collect();
        assert!(expected.is_subset(&there) && unknown.is_empty(), "{class}: {unknown:?} in {value:?}");
    }
    for (name, kind) in fields {
        assert!(value.get(name).is_none_or(|value| fits(kind, value)), "{class}.{name}: {kind}: {value:?}");
    }
}

pub fn every_notification_arrives(bundle: &Value) {
    let mut samples = Samples(bundle).notifications();
    let methods: BTreeSet<_> = samples.iter().map(|(method, _)| *method).collect();
    let own = names::events().iter().filter(|event| !methods.contains(event.method()));
    let own: Vec<_> = own.map(|event| event.name).collect();
    assert_eq!(own, ["approval.decided", "elicitation.decided", "question.decided"], "not of the schema");
    assert_eq!(methods.len() + own.len(), names::events().len());
    samples.push((LAST, json!({ "someThing": 1 })));
    let line = |(method, params): &(&str, Value)| json!({ "method": method, "params": params }).to_string();
    let (on, in_loop) = heard(samples.iter().map(line).collect());
    assert_eq!(on.len(), samples.len());
    assert!(on == in_loop, "a subscription and a loop hear the same");

    let defined = Defined::read();
    let other = META.iter().find(|(name, _)| *name == "events.lua").expect("it").1;
    let other = other.split_once("---@alias codex.OtherEventType\n").expect("it").1;
    let other: BTreeSet<_> = other.lines().map_while(|line| line.strip_prefix("---| ")).collect();
    let (mut classes, mut items) = (BTreeSet::new(), BTreeSet::new());
    for ((method, params), event) in samples.iter().zip(&on) {
        let kind = event["type"].as_str().expect("a type");
        assert_eq!(kind, names::event_name(method));
        if *method == LAST {
            assert_eq!(*event, json!({ "type": kind, "params": { "someThing": 1 } }));
            continue;
        }
        // Every field of the wire is there, under one name.
        let fields = params.as_object().map_or(0, serde_json::Map::len);
        let extra = usize::from(*method == "item/agentMessage/delta") + 1;
        assert_eq!(event.as_object().map(serde_json::Map::len), Some(fields + extra), "{method}: {event}");
        match defined.class(kind, false) {
            Some(class) => {
                check(&defined, class, event);
                classes.insert(class);
            }
            None => assert!(other.contains(&*format!("\"{kind}\"")), "{kind} is not defined"),
        }
        if let (Some(item), true) = (event.get("item"), matches!(kind, "item.started" | "item.completed")) {
            let class = item["type"].as_str().and_then(|kind| defined.class(kind, true));
            let class = class.unwrap_or_else(|| panic!("no class for {item}"));
            check(&defined, class, item);
            items.insert(class);
        }
    }
    assert!(classes.len() == 17 && items.len() == 10, "{classes:?} {items:?}");
}
