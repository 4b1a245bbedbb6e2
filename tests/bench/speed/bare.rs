//! What the crate is measured against: the same work with nothing around it.

use std::error::Error;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::time::Instant;

use mlua::{Lua, LuaSerdeExt as _};
use serde_json::{Value, json};

use super::stand_in;

/// A server that is spoken to line by line.
pub struct Server {
    child: Child,
    input: ChildStdin,
    output: Option<BufReader<ChildStdout>>,
    thread: String,
    line: String,
    id: u64,
}

impl Server {
    /// Starts it, and a thread on it.
    pub fn start(mut command: Command) -> Result<Self, Box<dyn Error>> {
        let mut child = command.arg("app-server").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let input = child.stdin.take().ok_or("no input")?;
        let output = child.stdout.take().map(BufReader::new);
        let mut server = Self { child, input, output, thread: String::new(), line: String::new(), id: 0 };
        let info = json!({ "name": "bench", "title": "bench", "version": "0" });
        server
            .ask("initialize", &json!({ "clientInfo": info, "capabilities": { "experimentalApi": true } }))?;
        server.read_until(|message| message.get("result").is_some())?;
        server.input.write_all(b"{\"method\":\"initialized\"}\n")?;
        server.start_thread()?;
        Ok(server)
    }

    /// Starts the thread whose turns come next.
    pub fn start_thread(&mut self) -> Result<(), Box<dyn Error>> {
        self.ask("thread/start", &json!({ "ephemeral": true }))?;
        let started = self.read_until(|message| message.pointer("/result/thread").is_some())?;
        started["result"]["thread"]["id"].as_str().ok_or("no thread")?.clone_into(&mut self.thread);
        Ok(())
    }

    fn ask(&mut self, method: &str, params: &Value) -> Result<(), Box<dyn Error>> {
        self.id += 1;
        let mut line = serde_json::to_vec(&json!({ "id": self.id, "method": method, "params": params }))?;
        line.push(b'\n');
        Ok(self.input.write_all(&line)?)
    }

    fn ask_turn(&mut self, text: &str) -> Result<(), Box<dyn Error>> {
        let input = json!([{ "type": "text", "text": text, "text_elements": [] }]);
        self.ask("turn/start", &json!({ "threadId": self.thread, "input": input }))
    }

    fn read_until(&mut self, wanted: impl Fn(&Value) -> bool) -> Result<Value, Box<dyn Error>> {
        let output = self.output.as_mut().ok_or("the output was handed on")?;
        loop {
            self.line.clear();
            if output.read_line(&mut self.line)? == 0 {
                return Err("the server ended".into());
            }
            let message: Value = serde_json::from_str(&self.line)?;
            if let Some(error) = message.get("error") {
                return Err(error.to_string().into());
            }
            if wanted(&message) {
                return Ok(message);
            }
        }
    }

    /// One turn, from the request to its end.
    pub fn turn(&mut self, text: &str) -> Result<Value, Box<dyn Error>> {
        self.ask_turn(text)?;
        self.read_until(|message| message["method"] == "turn/completed")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Times `turns` turns as a contender; `run` gets their number.
fn contend(
    turns: u32,
    deltas: u32,
    mut run: impl FnMut(u32) -> Result<(), Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout();
    run(1)?;
    writeln!(out, "ready")?;
    let start = Instant::now();
    run(turns)?;
    writeln!(out, "done {}", f64::from(turns * deltas) / start.elapsed().as_secs_f64())?;
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// Empty turns: lines and `serde_json::Value`.
pub fn turns(turns: u32) -> Result<(), Box<dyn Error>> {
    let mut server = Server::start(Command::new(stand_in()?))?;
    contend(turns, 1, |turns| (0..turns).try_for_each(|_| server.turn("").map(drop)))
}

/// Empty turns with the lines read by a thread of their own.
pub fn turns_of_two_threads(turns: u32) -> Result<(), Box<dyn Error>> {
    let mut server = Server::start(Command::new(stand_in()?))?;
    let told = lines(&mut server)?;
    contend(turns, 1, |turns| {
        for _ in 0..turns {
            server.ask_turn("")?;
            while serde_json::from_slice::<Value>(&told.recv()?)?["method"] != "turn/completed" {}
        }
        Ok(())
    })
}

/// A reader thread and a channel.
fn lines(server: &mut Server) -> Result<mpsc::Receiver<Vec<u8>>, Box<dyn Error>> {
    let mut output = server.output.take().ok_or("no output")?;
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        let mut line = Vec::new();
        while matches!(output.read_until(b'\n', &mut line), Ok(1..)) {
            if tell.send(std::mem::take(&mut line)).is_err() {
                return;
            }
        }
    });
    Ok(told)
}

/// Deltas into a Lua `for`: a reader thread, a channel, `serde_json::Value`, and mlua's `to_value`.
pub fn events(turns: u32, deltas: u32) -> Result<(), Box<dyn Error>> {
    const COUNT: &str = "
        local start, next_message, turns = ...
        local events, bytes = 0, 0
        for _ = 1, turns do
            start()
            for message in next_message do
                if message.method == 'item/agentMessage/delta' then
                    events = events + 1
                    bytes = bytes + #message.params.delta
                elseif message.method == 'turn/completed' then
                    break
                end
            end
        end
        assert(bytes == 5 * events)
        return events";
    let mut server = Server::start(Command::new(stand_in()?))?;
    let told = lines(&mut server)?;
    let lua = Lua::new();
    let count = lua.load(COUNT).into_function()?;
    // Parsed here and not by the reader: a tree is freed faster where it was made.
    let next_message = lua.create_function(move |lua, ()| {
        let Ok(line) = told.recv() else { return Ok(mlua::Value::Nil) };
        let message: Value = serde_json::from_slice(&line).map_err(mlua::Error::external)?;
        lua.to_value(&message)
    })?;
    let server = std::cell::RefCell::new(server);
    let start = lua.create_function(move |_, ()| {
        server
            .borrow_mut()
            .ask_turn(&format!("deltas {deltas}"))
            .map_err(|error| mlua::Error::runtime(error.to_string()))
    })?;
    contend(turns, deltas, |turns| {
        let events: u32 = count.call((&start, &next_message, turns))?;
        if events == turns * deltas { Ok(()) } else { Err("events were lost".into()) }
    })
}

/// The stand-in's own speed: its bytes, unread.
pub fn bytes(turns: u32, deltas: u32) -> Result<(), Box<dyn Error>> {
    const END: &[u8] = b"\"turn/completed\"";
    let mut server = Server::start(Command::new(stand_in()?))?;
    let mut output = server.output.take().ok_or("no output")?;
    contend(turns, deltas, |turns| {
        for _ in 0..turns {
            server.ask_turn(&format!("deltas {deltas}"))?;
            let mut ended = false;
            while !ended {
                let chunk = output.fill_buf()?;
                let last = &chunk[chunk.len().saturating_sub(400)..];
                ended = chunk.ends_with(b"\n") && last.windows(END.len()).any(|found| found == END);
                let read = chunk.len();
                output.consume(read);
            }
        }
        Ok(())
    })
}
