//! What is said between a script, Codex and a scripted model, in a few plain lines.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Deserialize;
use serde_json::Value;

use crate::codex::{Said, Tap};
use crate::model::{Part, PartKind, Reply, Request, Script};

/// Lines that are kept, the latest.
const MOST: usize = 200;
/// Characters of a text in a line.
const LONGEST: usize = 200;

/// Writes down what happens; a cheap clone.
#[derive(Debug, Clone, Default)]
pub struct Transcript(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    lines: VecDeque<String>,
    left_out: usize,
    /// Their places are their short names.
    threads: Vec<String>,
}

/// A model's script, of which is written down what it is asked and what it answers.
struct Told<S> {
    script: S,
    transcript: Transcript,
}

impl Transcript {
    /// The lines so far.
    pub fn lines(&self) -> Vec<String> {
        let state = self.lock();
        let left_out = (state.left_out > 0).then(|| format!("({} lines before this)", state.left_out));
        left_out.into_iter().chain(state.lines.iter().cloned()).collect()
    }

    /// Writes down what this script of a model is asked.
    pub(super) fn of(&self, script: impl Script + 'static) -> impl Script + 'static {
        Told { script, transcript: self.clone() }
    }

    fn add(&self, thread: Option<&str>, what: &str) {
        let mut state = self.lock();
        let line = match thread {
            None => what.to_owned(),
            Some(id) => format!("thread {}: {what}", state.number(id)),
        };
        state.lines.push_back(line);
        if state.lines.len() > MOST {
            state.lines.pop_front();
            state.left_out += 1;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn number(&mut self, id: &str) -> usize {
        let known = self.threads.iter().position(|thread| thread == id);
        known.map_or_else(
            || {
                self.threads.push(id.to_owned());
                self.threads.len()
            },
            |place| place + 1,
        )
    }
}

impl<S: Script> Script for Told<S> {
    fn reply(&mut self, request: &Request) -> Result<Reply, String> {
        let thread = request.thread_id.as_deref();
        let outputs = request.tool_outputs();
        if outputs.is_empty() {
            let text = request.last_user_text().unwrap_or_default();
            self.transcript.add(thread, &format!("the model is asked {}", short(&text)));
        }
        if let Some(output) = outputs.last() {
            let name = output.name.as_deref().unwrap_or("a tool");
            self.transcript
                .add(thread, &format!("the model is told what {name} gave: {}", short(&output.text)));
        }
        let reply = self.script.reply(request);
        match &reply {
            Ok(reply) => {
                for part in reply.parts() {
                    self.transcript.add(thread, &format!("the model {}", said(part)));
                }
            }
            Err(why) => self.transcript.add(thread, &format!("the model fails: {why}")),
        }
        reply
    }
}

impl Tap for Transcript {
    fn heard(&self, said: &Said<'_>) {
        if said.is_delta() {
            return;
        }
        let thread = said.thread_id();
        match said.method() {
            "turn/completed" => self.add(thread, &ended(said.params())),
            "item/completed" => {
                if let Some(done) = said.item().and_then(done) {
                    self.add(thread, &done);
                }
            }
            method if method.contains("request") && method.starts_with("item/") => {
                self.add(thread, &format!("Codex asks: {method}"));
            }
            _ => {}
        }
    }
}

fn ended(params: &str) -> String {
    #[derive(Deserialize)]
    struct Params {
        turn: Turn,
    }
    #[derive(Deserialize)]
    struct Turn {
        status: String,
        error: Option<Problem>,
    }
    #[derive(Deserialize)]
    struct Problem {
        message: String,
    }
    match serde_json::from_str(params) {
        Ok(Params { turn: Turn { status, error: Some(error) } }) => {
            format!("the turn ends: {status}: {}", short(&error.message))
        }
        Ok(Params { turn }) => format!("the turn ends: {}", turn.status),
        Err(_) => "the turn ends".into(),
    }
}

/// What an item that is completed has done; `None` for what is only said, which the model's lines tell.
fn done(item: &str) -> Option<String> {
    let item: Value = serde_json::from_str(item).ok()?;
    let text = |key: &str| item[key].as_str().unwrap_or_default().to_owned();
    match item["type"].as_str()? {
        "commandExecution" => {
            let exit = item["exitCode"].as_i64().map(|code| format!(", exit {code}")).unwrap_or_default();
            Some(format!("a command is {}{exit}: {}", text("status"), short(&text("command"))))
        }
        "fileChange" => {
            let changes = item["changes"].as_array().into_iter().flatten();
            let paths: Vec<_> = changes.filter_map(|change| change["path"].as_str()).collect();
            Some(format!("a change of files is {}: {}", text("status"), short(&paths.join(", "))))
        }
        "userMessage" | "agentMessage" | "reasoning" => None,
        other => Some(format!("an item is completed: {other}")),
    }
}

fn said(part: &Part) -> String {
    match &part.kind {
        PartKind::Text { text, .. } => format!("says {}", short(text)),
        PartKind::Reasoning { text, .. } => format!("thinks {}", short(text)),
        PartKind::Call { name, input, .. } => {
            format!("calls {name} with {}", short(&Value::Object(input.clone()).to_string()))
        }
        PartKind::CustomCall { name, input } => format!("calls {name} with {}", short(input)),
        PartKind::Error { status, .. } => format!("answers with the HTTP status {status}"),
        PartKind::Failed { code, message } => format!("fails with {code}: {}", short(message)),
        PartKind::Silent => "says nothing more".into(),
        PartKind::Drop { .. } => "breaks the connection".into(),
        PartKind::Raw { text, .. } => format!("sends {}", short(text)),
    }
}

/// A text in one line, cut where it is long.
fn short(text: &str) -> String {
    let start: String = text.chars().take(LONGEST).collect();
    let rest = if start.len() < text.len() { "…" } else { "" };
    format!("{start:?}{rest}")
}
