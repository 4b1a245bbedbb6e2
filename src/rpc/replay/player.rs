//! What was told and said on one connection, and how far that has come again.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use super::difference::{Difference, differences};
use super::lane::Lane;
use super::mismatch::{Call, Mismatch};
use super::step::{self, Act, Ask, NONE, Step, Wire, value};
use super::{Heard, Rules};

/// One connection, played again.
pub struct Player {
    rules: Arc<dyn Rules>,
    steps: Vec<Step>,
    /// By their numbers.
    lanes: Vec<Lane>,
    names: HashMap<String, usize>,
    /// The first step that is not done.
    first: usize,
    ended: bool,
}

impl Player {
    /// Of what was heard on a connection.
    pub fn new(heard: Vec<Heard>, rules: Arc<dyn Rules>) -> Self {
        let (steps, names) = step::read(heard, &*rules);
        let mut lanes: Vec<Lane> = (0..=names.len()).map(|_| Lane::default()).collect();
        for (place, step) in steps.iter().enumerate() {
            lanes[step.lane].add(place, step);
        }
        Self { rules, steps, lanes, names, first: 0, ended: false }
    }

    /// Whether the peer said no more from here on.
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// What was asked up to this line of the file and is not asked now: how many, and the first with its line.
    pub fn left(&self, up_to: usize) -> (usize, Option<(usize, Call)>) {
        let mut left = self.steps.iter().filter(|step| !step.done && step.line < up_to).filter_map(|step| {
            match &step.act {
                Act::Ask(ask) if !ask.by_chance => Some((step.line, ask.call())),
                _ => None,
            }
        });
        let first = left.next();
        (usize::from(first.is_some()) + left.count(), first)
    }

    /// Takes a line; gives what is said to it, or why it cannot be.
    pub fn hear(&mut self, text: &str) -> Result<String, Box<Mismatch>> {
        let rules = self.rules.clone();
        let (told, now) = (rules.told(text), serde_json::from_str::<Wire<'_>>(text).ok());
        let Ok(wire) = serde_json::from_str::<Wire<'_>>(&told) else { return Ok(String::new()) };
        let Some(id) = wire.id else { return Ok(String::new()) };
        match &wire.method {
            None => self.replied(id.get(), wire.outcome())?,
            Some(method) => {
                let lane = self.rules.lane(now.as_ref().map_or("null", Wire::params));
                let lane = lane.map_or(Some(NONE), |name| self.names.get(&name).copied());
                let asked = Call { method: method.0.to_string(), params: value(wire.params()) };
                let id = id.get().parse().unwrap_or_default();
                if let Some(answer) = self.asked(lane, asked, id)? {
                    return Ok(answer);
                }
            }
        }
        Ok(self.say())
    }

    /// Lets lanes go on that wait for nothing of their own.
    pub fn go_on(&mut self) -> String {
        let is_left = |step: &Step| !step.done && !step.is_ours();
        let ready = (self.first..self.steps.len())
            .find(|place| is_left(&self.steps[*place]) && self.is_ready(*place, true));
        let Some(ready) = ready else { return String::new() };
        self.steps[self.first..ready].iter_mut().for_each(|step| step.passed = true);
        let mut said = self.do_step(ready);
        said += &self.say();
        said
    }

    /// All that can be said now, in the order of then.
    fn say(&mut self) -> String {
        let mut said = String::new();
        let mut place = self.first;
        while let Some(step) = self.steps.get(place) {
            if step.done {
                self.first += usize::from(self.first == place);
            } else if step.is_ours() {
                if !step.passed {
                    break;
                }
            } else if self.is_ready(place, false) {
                said += &self.do_step(place);
                continue;
            }
            place += 1;
        }
        said
    }

    fn do_step(&mut self, place: usize) -> String {
        self.steps[place].done = true;
        let step = &self.steps[place];
        let id = match &step.act {
            Act::Answer { ask, .. } => self.ask(*ask).and_then(|ask| ask.id),
            Act::End => {
                self.ended = true;
                None
            }
            _ => None,
        };
        step.text(id, &*self.rules)
    }

    fn ask(&self, place: usize) -> Option<&Ask> {
        match &self.steps[place].act {
            Act::Ask(ask) => Some(ask),
            _ => None,
        }
    }

    /// Whether all has come that leads to what the peer says there; `waited` is whether an answer may overtake what
    /// was said before it, since whoever asked says nothing without it.
    fn is_ready(&mut self, place: usize, waited: bool) -> bool {
        let Step { lane, act, .. } = &self.steps[place];
        let has_lane = *lane != NONE;
        let waits = |step: &Step| !step.done && (has_lane || !step.is_ours());
        match act {
            Act::Answer { ask, .. } => {
                self.steps[*ask].done && (waited || !self.lanes[*lane].before(place, &self.steps).any(waits))
            }
            Act::Say { after, .. } => {
                after.is_none_or(|after| self.steps[after].done)
                    && !self.lanes[*lane].before(place, &self.steps).any(waits)
            }
            Act::End => self.steps[self.first..place].iter().all(|step| step.done),
            Act::Ask(_) | Act::Reply { .. } => false,
        }
    }

    /// Whether one waited for the answer to the other.
    fn followed(&self, first: usize, then: usize) -> bool {
        self.ask(first).is_none_or(|ask| ask.answer.is_some_and(|answer| answer < then))
    }

    /// Takes a request of ours; gives the answer to one that came by chance.
    fn asked(&mut self, lane: Option<usize>, asked: Call, id: u64) -> Result<Option<String>, Box<Mismatch>> {
        let to_come = lane.map(|lane| self.lanes[lane].awaited(&self.steps)).unwrap_or_default();
        let is_open = |place: &usize| {
            let waits = |other: &usize| {
                self.ask(*other).is_some_and(|ask| !ask.by_chance) && self.followed(*other, *place)
            };
            lane == Some(NONE) || !to_come.iter().take_while(|other| *other < place).any(waits)
        };
        let open = to_come.iter().copied().filter(is_open);
        let mut nearest = None::<(usize, Vec<Difference>)>;
        for place in open.clone() {
            let Some(ask) = self.ask(place).filter(|ask| ask.method == asked.method) else { continue };
            let found = differences(&ask.params, &asked.params, &*self.rules);
            if found.is_empty() {
                self.take(place, &asked.params, id);
                return Ok(None);
            }
            if nearest.as_ref().is_none_or(|(_, nearest)| found.len() < nearest.len()) {
                nearest = Some((place, found));
            }
        }
        if let Some(answer) = self.rules.chance(&asked.method) {
            return Ok(Some(format!("{{\"id\":{id},\"result\":{answer}}}\n")));
        }
        let other = || open.clone().find(|place| self.ask(*place).is_some_and(|ask| !ask.by_chance));
        let nearest = nearest.or_else(|| Some((other()?, vec![])));
        let (place, differences) = nearest.map_or((None, vec![]), |(place, found)| (Some(place), found));
        let recorded = place.and_then(|place| Some((self.steps[place].line, self.ask(place)?.call())));
        Err(Box::new(Mismatch { asked, recorded, differences }))
    }

    fn take(&mut self, place: usize, params: &Value, id: u64) {
        if let Act::Ask(ask) = &mut self.steps[place].act {
            ask.id = Some(id);
            super::difference::learn(&ask.params, params, &*self.rules);
        }
        self.steps[place].done = true;
        let lane = self.steps[place].lane;
        if lane == NONE {
            return;
        }
        // What has not come until then will not come any more.
        for other in self.lanes[lane].ours_before(place) {
            if self.followed(other, place) && self.ask(other).is_none_or(|ask| ask.by_chance) {
                self.steps[other].done = true;
            }
        }
    }

    /// Takes an answer of ours to what the peer asked.
    fn replied(&mut self, id: &str, now: Value) -> Result<(), Box<Mismatch>> {
        let is_it = |step: &Step| !step.done && matches!(&step.act, Act::Reply { to, .. } if to == id);
        let Some(place) = self.steps.iter().position(is_it) else { return Ok(()) };
        let step = &self.steps[place];
        let Act::Reply { method, outcome, .. } = &step.act else { return Ok(()) };
        let differences = differences(outcome, &now, &*self.rules);
        if differences.is_empty() {
            self.steps[place].done = true;
            return Ok(());
        }
        let method = format!("the answer to {method}");
        let recorded = Call { method: method.clone(), params: outcome.clone() };
        Err(Box::new(Mismatch {
            asked: Call { method, params: now },
            recorded: Some((step.line, recorded)),
            differences,
        }))
    }
}

impl Ask {
    fn call(&self) -> Call {
        Call { method: self.method.clone(), params: self.params.clone() }
    }
}
