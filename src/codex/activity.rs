//! What runs at this moment, from what the servers say; pure.

use std::borrow::Cow;
use std::time::Instant;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::names;
use super::tap::Said;
use super::wire;
use crate::notice::{Activity, Count, Doing};
use crate::rpc::Text;

/// Keeps account of turns and of what they do.
#[derive(Debug)]
pub struct Account {
    turns: Vec<Turn>,
    started: usize,
    /// In the order in which they started.
    items: Vec<Item>,
    tasks: Count,
}

#[derive(Debug)]
struct Turn {
    number: usize,
    id: String,
    thread: String,
    since: Instant,
    tokens: u64,
    retry: Option<String>,
}

#[derive(Debug)]
struct Item {
    turn: String,
    id: String,
    doing: Doing,
}

impl Account {
    /// Of nothing yet; `tasks` is handed on to those who are told.
    pub fn new(tasks: Count) -> Self {
        Self { turns: vec![], started: 0, items: vec![], tasks }
    }

    /// Takes note of what was said; tells whether that changed anything.
    pub fn hear(&mut self, said: &Said<'_>) -> bool {
        let Some(thread) = said.thread_id() else { return false };
        match (said.method(), said.turn_id()) {
            ("turn/started", Some(turn)) => self.begin(thread, turn),
            ("turn/completed", Some(turn)) => self.end(|running| running.id == turn),
            ("thread/closed", _) => self.end(|running| running.thread == thread),
            // A thread that is not listened to any more tells this and not the end of its turn.
            ("thread/status/changed", _) if said.is_at_rest() => self.end(|running| running.thread == thread),
            ("item/started", Some(turn)) => self.item(turn, said.item(), true),
            ("item/completed", Some(turn)) => self.item(turn, said.item(), false),
            ("thread/tokenUsage/updated", Some(turn)) => self.tokens(turn, said.params()),
            ("error", Some(turn)) => self.retry(turn, said.params()),
            _ => false,
        }
    }

    /// Nothing runs any more.
    pub fn end_all(&mut self) -> bool {
        self.end(|_| true)
    }

    /// What people are told; `None` when nothing runs.
    pub fn activity(&self) -> Option<Activity> {
        let since = self.turns.iter().map(|turn| turn.since).min()?;
        Some(Activity {
            turns: self.turns.len(),
            number: self.turns.last()?.number,
            since,
            doing: self.items.last().map(|item| item.doing.clone()),
            tasks: self.tasks.clone(),
            tokens: self.turns.iter().fold(0, |sum, turn| sum.saturating_add(turn.tokens)),
            retry: self.turns.iter().rev().find_map(|turn| turn.retry.clone()),
        })
    }

    fn begin(&mut self, thread: &str, turn: &str) -> bool {
        if self.turn(turn).is_some() {
            return false;
        }
        self.started += 1;
        let (id, thread, since) = (turn.to_owned(), thread.to_owned(), Instant::now());
        self.turns.push(Turn { number: self.started, id, thread, since, tokens: 0, retry: None });
        true
    }

    fn end(&mut self, which: impl Fn(&Turn) -> bool) -> bool {
        let before = self.turns.len();
        self.turns.retain(|turn| !which(turn));
        let turns = &self.turns;
        self.items.retain(|item| turns.iter().any(|turn| turn.id == item.turn));
        self.turns.len() < before
    }

    fn turn(&mut self, id: &str) -> Option<&mut Turn> {
        self.turns.iter_mut().find(|turn| turn.id == id)
    }

    fn item(&mut self, turn: &str, item: Option<&str>, starts: bool) -> bool {
        let (Some(running), Some(head)) = (self.turn(turn), item.and_then(Head::read)) else { return false };
        running.retry = None;
        self.items.retain(|item| item.id != head.id);
        if starts && head.kind != "userMessage" {
            self.items.push(Item { turn: turn.to_owned(), id: head.id.to_string(), doing: head.doing() });
        }
        true
    }

    fn tokens(&mut self, turn: &str, params: &str) -> bool {
        let (Some(turn), Some((_, last))) = (self.turn(turn), wire::usage(params)) else { return false };
        turn.tokens = turn.tokens.saturating_add(last.total_tokens);
        turn.retry = None;
        true
    }

    fn retry(&mut self, turn: &str, params: &str) -> bool {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Params {
            #[serde(default)]
            will_retry: bool,
            error: Reason,
        }
        #[derive(Deserialize)]
        struct Reason {
            message: String,
        }
        match (self.turn(turn), serde_json::from_str::<Params>(params)) {
            (Some(turn), Ok(params)) if params.will_retry => {
                turn.retry = Some(params.error.message);
                true
            }
            _ => false,
        }
    }
}

/// What is shown of an item.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, default)]
    command: Option<Text<'a>>,
    /// The command without the shell around it, where there is one.
    #[serde(borrow, default)]
    command_actions: Option<&'a RawValue>,
    #[serde(borrow, default)]
    changes: Option<&'a RawValue>,
    #[serde(borrow, default)]
    server: Option<Text<'a>>,
    #[serde(borrow, default)]
    tool: Option<Text<'a>>,
    #[serde(borrow, default)]
    query: Option<Text<'a>>,
}

impl<'a> Head<'a> {
    fn read(item: &'a str) -> Option<Self> {
        serde_json::from_str(item).ok()
    }

    fn doing(&self) -> Doing {
        let text = |text: &Option<Text<'_>>| text.as_ref().map(|text| text.0.to_string()).unwrap_or_default();
        let what = match &*self.kind {
            "commandExecution" => only(self.command_actions, |action| action["command"].as_str())
                .unwrap_or_else(|| text(&self.command)),
            "fileChange" => only(self.changes, |change| change["path"].as_str()).unwrap_or_else(|| {
                let changes =
                    self.changes.and_then(|raw| serde_json::from_str::<Vec<&RawValue>>(raw.get()).ok());
                changes.map(|changes| format!("{} files", changes.len())).unwrap_or_default()
            }),
            "mcpToolCall" => [text(&self.server), text(&self.tool)].join("."),
            "webSearch" => text(&self.query),
            _ => text(&self.tool),
        };
        Doing { kind: names::tag(&self.kind).into_owned(), what }
    }
}

/// What the one element of a list says.
fn only(list: Option<&RawValue>, of: impl Fn(&serde_json::Value) -> Option<&str>) -> Option<String> {
    match &serde_json::from_str::<Vec<serde_json::Value>>(list?.get()).ok()?[..] {
        [one] => of(one).map(str::to_owned),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_of_tokens_is_too_large() {
        let mut account = Account::new(Count::default());
        let usage = format!(r#"{{"total":{{}},"last":{{"totalTokens":{}}}}}"#, u64::MAX);
        for turn in ["a", "b"] {
            assert!(account.begin("thread", turn));
            for _ in 0..2 {
                assert!(account.tokens(turn, &format!(r#"{{"tokenUsage":{usage}}}"#)));
            }
        }
        assert_eq!(account.activity().map(|activity| activity.tokens), Some(u64::MAX));
    }
}
