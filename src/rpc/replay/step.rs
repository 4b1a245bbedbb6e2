//! What happened on a connection, one thing after the other.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::{Heard, Rules, What};

/// What belongs to no lane.
pub(super) const NONE: usize = 0;

/// One thing that happened.
pub(super) struct Step {
    /// Its place in the file.
    pub line: usize,
    /// Its lane's number.
    pub lane: usize,
    pub act: Act,
    /// It has happened again, or will not any more.
    pub done: bool,
    /// What others say need no longer wait for it.
    pub passed: bool,
}

pub(super) enum Act {
    /// We ask.
    Ask(Ask),
    /// We answer the peer's question of this id.
    Reply { to: String, method: String, outcome: Value },
    /// The peer answers.
    Answer { ask: usize, text: String, id: Range<usize> },
    /// The peer says something, or asks. What begins a lane waits for this step.
    Say { text: String, after: Option<usize> },
    /// It says nothing more.
    End,
}

pub(super) struct Ask {
    pub method: String,
    pub params: Value,
    /// May come or not.
    pub by_chance: bool,
    /// The step that is its answer.
    pub answer: Option<usize>,
    /// The id that it has now.
    pub id: Option<u64>,
}

#[derive(Deserialize)]
pub(super) struct Wire<'a> {
    #[serde(borrow)]
    pub id: Option<&'a RawValue>,
    #[serde(borrow)]
    pub method: Option<crate::rpc::Text<'a>>,
    #[serde(borrow)]
    pub params: Option<&'a RawValue>,
    #[serde(borrow)]
    pub result: Option<&'a RawValue>,
    #[serde(borrow)]
    pub error: Option<&'a RawValue>,
}

impl Wire<'_> {
    pub fn params(&self) -> &str {
        self.params.map_or("null", RawValue::get)
    }

    /// What is answered: a result, or an error.
    pub fn outcome(&self) -> Value {
        let of = |name: &str, raw: Option<&RawValue>| Some((name.to_owned(), value(raw?.get())));
        Value::Object(of("error", self.error).or_else(|| of("result", self.result)).into_iter().collect())
    }
}

pub(super) fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

/// Reads what was heard; the names of the lanes give their numbers.
pub(super) fn read(heard: Vec<Heard>, rules: &dyn Rules) -> (Vec<Step>, HashMap<String, usize>) {
    let mut reading = Reading {
        rules,
        steps: vec![],
        lanes: HashMap::new(),
        asks: HashMap::new(),
        questions: HashMap::new(),
        last_word: None,
    };
    for Heard { line, what } in heard {
        let step = match what {
            What::Told(text) => reading.told(&text),
            What::Said(text) => Some(reading.said(text)),
            What::Ended => Some((NONE, Act::End)),
        };
        if let Some((lane, act)) = step {
            reading.steps.push(Step { line, lane, act, done: false, passed: false });
        }
    }
    (reading.steps, reading.lanes)
}

struct Reading<'r> {
    rules: &'r dyn Rules,
    steps: Vec<Step>,
    lanes: HashMap<String, usize>,
    /// Our requests that were not answered yet, by their ids.
    asks: HashMap<String, usize>,
    /// The peer's, with their lanes and methods.
    questions: HashMap<String, (usize, String)>,
    /// The last step at which we were to speak for sure: what begins after it may come of that.
    last_word: Option<usize>,
}

impl Reading<'_> {
    /// The lane of these parameters, and whether it begins with them.
    fn lane(&mut self, params: &str) -> (usize, bool) {
        let Some(name) = self.rules.lane(params) else { return (NONE, true) };
        let next = self.lanes.len() + 1;
        let lane = *self.lanes.entry(name).or_insert(next);
        (lane, lane == next)
    }

    /// What we tell and expect nothing of is no step.
    fn told(&mut self, text: &str) -> Option<(usize, Act)> {
        let text = self.rules.told(text);
        let wire: Wire<'_> = serde_json::from_str(&text).ok()?;
        let id = wire.id?.get().to_owned();
        let place = self.steps.len();
        let Some(method) = &wire.method else {
            let (lane, method) = self.questions.get(&id).cloned().unwrap_or_default();
            self.last_word = Some(place);
            return Some((lane, Act::Reply { to: id, method, outcome: wire.outcome() }));
        };
        let ask = Ask {
            method: method.0.to_string(),
            params: value(wire.params()),
            by_chance: self.rules.chance(&method.0).is_some(),
            answer: None,
            id: None,
        };
        if !ask.by_chance {
            self.last_word = Some(place);
        }
        self.asks.insert(id, place);
        Some((self.lane(wire.params()).0, Act::Ask(ask)))
    }

    fn said(&mut self, text: String) -> (usize, Act) {
        let place = self.steps.len();
        let wire = serde_json::from_str::<Wire<'_>>(&text).ok();
        let (method, id) = wire.as_ref().map(|wire| (wire.method.as_ref(), wire.id)).unwrap_or_default();
        if let (None, Some(id)) = (method, id)
            && let Some(ask) = self.asks.remove(id.get())
            && let Act::Ask(asked) = &mut self.steps[ask].act
        {
            asked.answer = Some(place);
            let start = id.get().as_ptr() as usize - text.as_ptr() as usize;
            let id = start..start + id.get().len();
            return (self.steps[ask].lane, Act::Answer { ask, text, id });
        }
        let (lane, begins) = self.lane(wire.as_ref().map_or("null", Wire::params));
        if let (Some(method), Some(id)) = (method, id) {
            self.questions.insert(id.get().to_owned(), (lane, method.0.to_string()));
        }
        (lane, Act::Say { text, after: self.last_word.filter(|_| begins) })
    }
}

impl Step {
    /// Whether it is for us to do.
    pub fn is_ours(&self) -> bool {
        matches!(self.act, Act::Ask(_) | Act::Reply { .. })
    }

    /// What it says, in the form of now; `id` is that of the request that it answers.
    pub fn text(&self, id: Option<u64>, rules: &dyn Rules) -> String {
        let said =
            |text: &str| crate::rpc::strings::change(text, |text| rules.said(text)).into_owned() + "\n";
        match &self.act {
            Act::Answer { text, id: place, .. } => {
                let id = id.map_or_else(|| Cow::from("null"), |id| id.to_string().into());
                said(&format!("{}{id}{}", &text[..place.start], &text[place.end..]))
            }
            Act::Say { text, .. } => said(text),
            _ => String::new(),
        }
    }
}
