//! A server that a test plays: it says what the test says, and tells what it was asked.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use codex_lua::codex::{Client, Launch, Tap};
use codex_lua::notice::{Notice, Notices};
use codex_lua::rpc::memory;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, ReadHalf, WriteHalf};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

/// How long the client may be silent before it counts as saying nothing more. The clock of these tests is wound on
/// whenever nothing else is left to do: no time passes, and none is too short.
const SILENCE: Duration = Duration::from_millis(1);
/// Longer than any deadline.
const TOO_LONG: Duration = Duration::from_hours(48);

type Ends = (DuplexStream, DuplexStream);

pub struct StandIn {
    /// Ends of connections that the client has opened and that were not taken up yet.
    opened: mpsc::UnboundedReceiver<Ends>,
    reader: Option<BufReader<ReadHalf<DuplexStream>>>,
    writer: Option<WriteHalf<DuplexStream>>,
    notices: Heard,
}

/// What people were told.
#[derive(Clone, Default)]
pub struct Heard(Arc<Mutex<Vec<String>>>);

impl Heard {
    pub fn hear(&self, text: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(text);
    }

    pub fn all(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Waits for what must come.
pub async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(TOO_LONG, future).await.expect("it comes in time")
}

impl StandIn {
    pub fn new() -> (Self, Client) {
        Self::tapped(None)
    }

    /// With somebody who hears all that it says.
    pub fn tapped(tap: Option<Arc<dyn Tap>>) -> (Self, Client) {
        let (tell, opened) = mpsc::unbounded_channel();
        let launch = Launch::Streams(Box::new(move || {
            let (theirs_in, ours_out) = memory();
            let (ours_in, theirs_out) = memory();
            let _ = tell.send((ours_in, ours_out));
            (Box::new(theirs_in), Box::new(theirs_out))
        }));
        let notices = Heard::default();
        let hearing = notices.clone();
        let receiver = Notices::new(move |notice| {
            let Notice::Warning(text) = notice else { return };
            hearing.hear(text);
        });
        (
            Self { opened, reader: None, writer: None, notices },
            Client::on(Handle::current(), launch, receiver, tap),
        )
    }

    pub fn notices(&self) -> Heard {
        self.notices.clone()
    }

    /// The next message of the client, from a new connection when there is none.
    pub async fn next(&mut self) -> Value {
        if self.reader.is_none() {
            let (input, output) = within(self.opened.recv()).await.expect("a client");
            self.reader = Some(BufReader::new(tokio::io::split(input).0));
            self.writer = Some(tokio::io::split(output).1);
        }
        let mut line = String::new();
        let reader = self.reader.as_mut().expect("a connection");
        within(reader.read_line(&mut line)).await.expect("a line");
        serde_json::from_str(&line).expect("a message")
    }

    /// The next message, if the client is about to send one.
    pub async fn next_if_any(&mut self) -> Option<Value> {
        let reader = self.reader.as_mut().expect("a connection");
        // Filling the buffer loses nothing when it is given up; a line is written whole.
        let filled = tokio::time::timeout(SILENCE, reader.fill_buf()).await.ok()?;
        if filled.expect("a pipe").is_empty() {
            return None;
        }
        Some(self.next().await)
    }

    /// All that the client says until it is silent.
    pub async fn unread(&mut self) -> Vec<Value> {
        let mut all = Vec::new();
        while let Some(message) = self.next_if_any().await {
            all.push(message);
        }
        all
    }

    /// The next message, which asks this.
    pub async fn expect(&mut self, method: &str) -> Value {
        let asked = self.next().await;
        assert_eq!(asked["method"], method, "{asked}");
        asked
    }

    /// Whether the client opens a further connection.
    pub async fn is_asked_for(&mut self) -> bool {
        tokio::time::timeout(SILENCE, self.opened.recv()).await.is_ok()
    }

    /// Waits until the client has read all that it was told.
    pub async fn settle(&mut self, client: &Client) {
        let client = client.clone();
        let asking = tokio::spawn(async move { client.request("settle", json!({})).await });
        let asked = self.expect("settle").await;
        self.answer(&asked, json!({})).await;
        within(asking).await.expect("no panic").expect("an answer");
    }

    pub async fn raw(&mut self, bytes: &[u8]) {
        let writer = self.writer.as_mut().expect("a connection");
        within(writer.write_all(bytes)).await.expect("a pipe");
    }

    async fn say(&mut self, message: &Value) {
        self.raw(format!("{message}\n").as_bytes()).await;
    }

    pub async fn answer(&mut self, asked: &Value, result: Value) {
        self.say(&json!({ "id": asked["id"], "result": result })).await;
    }

    pub async fn refuse(&mut self, asked: &Value, code: i64, message: &str) {
        self.say(&json!({ "id": asked["id"], "error": { "code": code, "message": message } })).await;
    }

    pub async fn tell(&mut self, method: &str, params: Value) {
        self.say(&json!({ "method": method, "params": params })).await;
    }

    pub async fn ask(&mut self, id: &Value, method: &str, params: Value) {
        self.say(&json!({ "id": id, "method": method, "params": params })).await;
    }

    /// Closes the connection.
    pub fn die(&mut self) {
        (self.reader, self.writer) = (None, None);
    }

    pub async fn greet(&mut self) {
        self.greet_as("0.169.0").await;
    }

    pub async fn greet_as(&mut self, version: &str) {
        let asked = self.expect("initialize").await;
        let answer = json!({ "userAgent": format!("codex_lua/{version} (x)"), "codexHome": "/home/c" });
        self.answer(&asked, answer).await;
        assert_eq!(self.next().await, json!({ "method": "initialized" }));
    }

    /// Answers what a client asks before and when it opens a thread; gives the request that opened it.
    pub async fn open_thread(&mut self, method: &str, id: &str) -> Value {
        loop {
            let asked = self.next().await;
            match asked["method"].as_str() {
                Some("account/read") => {
                    self.answer(&asked, json!({ "account": null, "requiresOpenaiAuth": false })).await;
                }
                Some("config/read") => self.answer(&asked, json!({ "config": {} })).await,
                Some(asks) if asks == method => {
                    let thread = json!({ "id": id, "name": null, "path": "/t", "ephemeral": false,
                        "modelProvider": "p", "forkedFromId": null, "status": { "type": "idle" } });
                    let answer = json!({ "thread": thread, "model": "own-model", "cwd": "/", "reasoningEffort": null,
                        "sandbox": { "type": "readOnly", "networkAccess": false }, "approvalPolicy": "on-request",
                        "approvalsReviewer": "user" });
                    self.answer(&asked, answer).await;
                    return asked;
                }
                _ => panic!("{asked}"),
            }
        }
    }
}
