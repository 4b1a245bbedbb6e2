//! A server that plays by itself, a small Codex, and does wrong what a play says.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use codex_lua::codex::{Client, Launch};
use codex_lua::notice::{Notice, Notices};
use codex_lua::rpc::memory;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::fault::{Fault, Said, said};
use crate::stand_in::Heard;

/// When a fault is done: once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// At this message of the server, from 0.
    Message(usize),
    /// At the first answer to this request.
    Answer(&'static str),
    /// At the first notification of this name.
    Event(&'static str),
}

/// What is done wrong, and what was said and heard.
#[derive(Clone, Default)]
pub struct Play(Arc<Shared>);

#[derive(Default)]
struct Shared {
    faults: Mutex<Vec<(When, Fault)>>,
    said: Mutex<Vec<Value>>,
    heard: Mutex<Vec<Value>>,
    refused: Mutex<Vec<Value>>,
    turns: AtomicU64,
    starts: AtomicU64,
    over: CancellationToken,
    notices: Heard,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Play {
    pub fn new(faults: impl IntoIterator<Item = (When, Fault)>) -> Self {
        let play = Self::default();
        lock(&play.0.faults).extend(faults);
        play
    }

    /// A client whose servers play this.
    pub fn client(&self) -> Client {
        let play = self.clone();
        let launch = Launch::Streams(Box::new(move || {
            let (theirs_in, ours_out) = memory();
            let (ours_in, theirs_out) = memory();
            play.0.starts.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(Server::new(play.clone(), ours_out).run(ours_in));
            (Box::new(theirs_in), Box::new(theirs_out))
        }));
        let hearing = self.0.notices.clone();
        let notices = Notices::new(move |notice| {
            if let Notice::Warning(text) = notice {
                hearing.hear(text);
            }
        });
        Client::on(Handle::current(), launch, notices, None)
    }

    /// One more fault.
    pub fn add(&self, when: When, fault: Fault) {
        lock(&self.0.faults).push((when, fault));
    }

    /// From here on nothing is done wrong.
    pub fn behave(&self) {
        lock(&self.0.faults).clear();
    }

    /// The next turn has the id of the first.
    pub fn turns_again(&self) {
        self.0.turns.store(0, Ordering::Relaxed);
    }

    /// The faults that were not reached.
    pub fn left(&self) -> usize {
        lock(&self.0.faults).len()
    }

    /// All messages that were written whole, in order.
    pub fn said(&self) -> Vec<Value> {
        lock(&self.0.said).clone()
    }

    /// All messages of the client, in order.
    pub fn heard(&self) -> Vec<Value> {
        lock(&self.0.heard).clone()
    }

    /// Those among them that were not taken.
    pub fn refused(&self) -> Vec<Value> {
        lock(&self.0.refused).clone()
    }

    /// How often a server was started.
    pub fn starts(&self) -> u64 {
        self.0.starts.load(Ordering::Relaxed)
    }

    /// What people were told.
    pub fn notices(&self) -> Vec<String> {
        self.0.notices.all()
    }

    /// Ends servers that read nothing.
    pub fn end(&self) {
        self.0.over.cancel();
    }

    /// The fault that is due at this message.
    fn due(&self, message: &Value, answered: Option<&str>) -> Option<Fault> {
        let place = self.place(message, answered)?;
        Some(lock(&self.0.faults).remove(place).1)
    }

    /// Whether this is what becomes of the answer to a request.
    fn is_due(&self, fault: &Fault, asked: &Value, method: &str) -> bool {
        let place = self.place(&json!({ "id": asked["id"] }), Some(method));
        place.is_some_and(|place| lock(&self.0.faults)[place].1 == *fault)
    }

    fn place(&self, message: &Value, answered: Option<&str>) -> Option<usize> {
        let number = lock(&self.0.said).len();
        lock(&self.0.faults).iter().position(|(when, _)| match when {
            When::Message(at) => *at <= number,
            When::Answer(method) => answered == Some(method),
            When::Event(method) => message["method"] == **method,
        })
    }
}

/// One connection.
struct Server {
    play: Play,
    output: DuplexStream,
    late: mpsc::UnboundedSender<Vec<u8>>,
    lates: mpsc::UnboundedReceiver<Vec<u8>>,
    /// Turns that stay until they are interrupted, by thread.
    running: HashMap<String, String>,
}

/// The connection is over, or nothing more is read.
struct Over;

impl Server {
    fn new(play: Play, output: DuplexStream) -> Self {
        let (late, lates) = mpsc::unbounded_channel();
        Self { play, output, late, lates, running: HashMap::new() }
    }

    async fn run(mut self, input: DuplexStream) {
        let mut lines = BufReader::new(input).lines();
        loop {
            let done = tokio::select! {
                line = lines.next_line() => match line {
                    Ok(Some(line)) => self.hear(&serde_json::from_str(&line).expect("a message")).await,
                    _ => Err(Over),
                },
                Some(bytes) = self.lates.recv() => self.write(&bytes).await,
            };
            if done.is_err() {
                return;
            }
        }
    }

    async fn hear(&mut self, asked: &Value) -> Result<(), Over> {
        lock(&self.play.0.heard).push(asked.clone());
        let Some(method) = asked["method"].as_str().filter(|_| asked.get("id").is_some()) else {
            return Ok(());
        };
        if self.play.is_due(&Fault::Overloaded, asked, method) {
            lock(&self.play.0.refused).push(asked.clone());
            return self.answer(asked, method, Value::Null).await;
        }
        let params = &asked["params"];
        let thread = params["threadId"].as_str().unwrap_or_default().to_owned();
        let opened = |id: &str| {
            json!({
                "thread": { "id": id, "path": "/t", "status": { "type": "idle" } },
                "model": "own-model", "cwd": "/", "sandbox": { "type": "readOnly" },
                "approvalPolicy": "on-request", "approvalsReviewer": "user",
            })
        };
        let result = match method {
            "initialize" => json!({ "userAgent": "codex_lua/0.169.0 (x)", "codexHome": "/home/c" }),
            "account/read" => json!({ "account": null, "requiresOpenaiAuth": false }),
            "config/read" => json!({ "config": {} }),
            "thread/start" => {
                opened(&format!("t{}", params["developerInstructions"].as_str().unwrap_or("0")))
            }
            "thread/resume" => opened(&thread),
            "turn/start" => return self.turn(asked, &thread).await,
            "turn/interrupt" => {
                self.answer(asked, method, json!({})).await?;
                return match self.running.remove(&thread) {
                    Some(turn) => self.complete(&thread, &turn, "interrupted").await,
                    None => Ok(()),
                };
            }
            "x/echo" => params.clone(),
            _ => json!({}),
        };
        self.answer(asked, method, result).await
    }

    async fn turn(&mut self, asked: &Value, thread: &str) -> Result<(), Over> {
        let turn = format!("u{}", self.play.0.turns.fetch_add(1, Ordering::Relaxed));
        let text = asked["params"]["input"][0]["text"].as_str().unwrap_or_default();
        self.answer(asked, "turn/start", json!({ "turn": { "id": turn } })).await?;
        self.tell("turn/started", json!({ "threadId": thread, "turn": { "id": turn } })).await?;
        let item = |item: Value| json!({ "threadId": thread, "turnId": turn, "item": item });
        let client_id = &asked["params"]["clientUserMessageId"];
        let message = json!({ "type": "userMessage", "id": "m1", "clientId": client_id });
        self.tell("item/completed", item(message)).await?;
        for word in text.split(' ') {
            let delta = json!({ "threadId": thread, "turnId": turn, "itemId": "m2", "delta": word });
            self.tell("item/agentMessage/delta", delta).await?;
        }
        if text.starts_with("stay") {
            self.running.insert(thread.to_owned(), turn);
            return Ok(());
        }
        self.tell("item/completed", item(json!({ "type": "agentMessage", "id": "m2", "text": text })))
            .await?;
        self.complete(thread, &turn, "completed").await
    }

    async fn complete(&mut self, thread: &str, turn: &str, status: &str) -> Result<(), Over> {
        let turn = json!({ "id": turn, "status": status, "items": [] });
        self.tell("turn/completed", json!({ "threadId": thread, "turn": turn })).await
    }

    async fn answer(&mut self, asked: &Value, method: &str, result: Value) -> Result<(), Over> {
        self.say(json!({ "id": asked["id"], "result": result }), Some(method)).await
    }

    async fn tell(&mut self, method: &str, params: Value) -> Result<(), Over> {
        self.say(json!({ "method": method, "params": params }), None).await
    }

    async fn say(&mut self, message: Value, answered: Option<&str>) -> Result<(), Over> {
        let Some(fault) = self.play.due(&message, answered) else { return self.write(&line(&message)).await };
        for part in said(&fault, message) {
            match part {
                Said::Line(message) => self.write(&line(&message)).await?,
                Said::Bytes(bytes) => self.write(&bytes).await?,
                Said::Later(after, message) => {
                    let late = self.late.clone();
                    tokio::spawn(async move {
                        tokio::time::sleep(after).await;
                        let _ = late.send(line(&message));
                    });
                }
                Said::End => return Err(Over),
                Said::Deaf => {
                    self.play.0.over.cancelled().await;
                    return Err(Over);
                }
            }
        }
        Ok(())
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), Over> {
        if let Ok(message) = serde_json::from_slice(bytes) {
            lock(&self.play.0.said).push(message);
        }
        self.output.write_all(bytes).await.map_err(|_| Over)
    }
}

fn line(message: &Value) -> Vec<u8> {
    format!("{message}\n").into_bytes()
}

/// Longer than the deadline of any request.
pub const LATE: Duration = Duration::from_mins(2);
