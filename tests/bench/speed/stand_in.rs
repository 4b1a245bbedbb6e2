//! A server that answers at memory speed: enough of the protocol for whole turns, with lines that were made before
//! they are asked for. The text `deltas 5000` gets an answer of so many deltas; `count 5000 100` one whose deltas say
//! their numbers, each in so many bytes. With `open` after it the turn does not end before it is interrupted, with
//! `apart` 100 KB about another turn come between any two. Any other text gets a turn without an answer.

use std::io::{self, BufRead as _, Write as _};

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

const ITEM: &str = "msg_0a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
const AT: u64 = 1_795_402_672_143;

#[derive(Deserialize)]
struct Call<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    method: &'a str,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Start<'a> {
    thread_id: &'a str,
    client_user_message_id: Option<&'a str>,
    #[serde(borrow)]
    input: Vec<Input<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Running<'a> {
    thread_id: &'a str,
    turn_id: &'a str,
}

#[derive(Deserialize)]
struct Input<'a> {
    text: Option<&'a str>,
}

/// Answers until its input ends.
pub fn serve() -> io::Result<()> {
    let (mut input, mut output) = (io::stdin().lock(), io::stdout());
    let (mut line, mut out) = (Vec::new(), Vec::new());
    let mut count = 0;
    while input.read_until(b'\n', &mut line)? > 0 {
        let call: Call = serde_json::from_slice(&line)?;
        if let Some(id) = call.id {
            count += 1;
            out.clear();
            match (call.method, call.params) {
                ("turn/start", Some(params)) => {
                    let start: Start = serde_json::from_str(params.get())?;
                    turn(&mut out, id, &start, &format!("01a20630-d8d6-7ef3-917e-{count:012x}"))?;
                }
                ("turn/interrupt", Some(params)) => {
                    put(&mut out, &json!({ "id": id, "result": {} }))?;
                    let turn: Running = serde_json::from_str(params.get())?;
                    tell(&mut out, "turn/completed", &whole(turn.thread_id, turn.turn_id, "interrupted"))?;
                }
                (method, _) => {
                    put(&mut out, &json!({ "id": id, "result": result(method, count) }))?;
                }
            }
            // Past the standard output's own buffer, which ends lines.
            output.write_all(&out)?;
            output.flush()?;
        }
        line.clear();
    }
    Ok(())
}

fn put(out: &mut Vec<u8>, message: &Value) -> serde_json::Result<()> {
    serde_json::to_writer(&mut *out, message)?;
    out.push(b'\n');
    Ok(())
}

fn tell(out: &mut Vec<u8>, method: &str, params: &Value) -> serde_json::Result<()> {
    put(out, &json!({ "method": method, "params": params, "emittedAtMs": AT }))
}

/// What is told at the start and at the end of a turn.
fn whole(thread: &str, turn: &str, status: &str) -> Value {
    json!({
        "threadId": thread,
        "turn": { "id": turn, "items": [], "status": status, "error": null, "durationMs": 1 },
    })
}

fn result(method: &str, count: u64) -> Value {
    match method {
        "initialize" => json!({
            "userAgent": format!("bench/{} (stand-in)", codex_lua::codex::names::VERSION),
            "codexHome": "/nowhere", "platformFamily": "unix", "platformOs": "linux",
        }),
        "account/read" => json!({ "account": null, "requiresOpenaiAuth": false }),
        "config/read" => json!({ "config": {} }),
        "thread/start" => {
            let id = format!("01a20630-d8ca-77b2-b189-{count:012x}");
            json!({
                "thread": {
                    "id": id, "sessionId": id, "preview": "", "ephemeral": false, "modelProvider": "stand-in",
                    "createdAt": 0, "updatedAt": 0, "status": { "type": "idle" }, "path": null, "cwd": "/",
                    "cliVersion": "0", "source": "vscode", "name": null, "turns": [],
                },
                "model": "stand-in", "modelProvider": "stand-in", "cwd": "/", "approvalPolicy": "on-request",
                "approvalsReviewer": "user", "sandbox": { "type": "readOnly", "networkAccess": false },
                "reasoningEffort": null,
            })
        }
        _ => json!({}),
    }
}

/// All lines of a turn, in the order of the real server.
fn turn(out: &mut Vec<u8>, id: &RawValue, start: &Start, turn: &str) -> serde_json::Result<()> {
    let thread = start.thread_id;
    let text = start.input.first().and_then(|input| input.text).unwrap_or("");
    let status = |kind: &str| json!({ "threadId": thread, "status": { "type": kind, "activeFlags": [] } });
    let message =
        |text: &str| json!({ "type": "agentMessage", "id": ITEM, "text": text, "phase": "final_answer" });
    let delta = |text: &str| json!({ "threadId": thread, "turnId": turn, "itemId": ITEM, "delta": text });
    let item = |item: &Value| json!({ "item": item, "threadId": thread, "turnId": turn, "startedAtMs": AT, "completedAtMs": AT });
    let asked = json!({
        "type": "userMessage", "id": "item-1", "clientId": start.client_user_message_id,
        "content": [{ "type": "text", "text": text, "text_elements": [] }],
    });

    put(
        out,
        &json!({ "id": id, "result": { "turn": { "id": turn, "items": [], "status": "inProgress" } } }),
    )?;
    tell(out, "thread/status/changed", &status("active"))?;
    tell(out, "turn/started", &whole(thread, turn, "inProgress"))?;
    tell(out, "item/started", &item(&asked))?;
    tell(out, "item/completed", &item(&asked))?;
    let words: Vec<_> = text.split(' ').collect();
    let number = |place: usize| words.get(place).and_then(|word| word.parse::<usize>().ok()).unwrap_or(0);
    match words[0] {
        "deltas" => {
            tell(out, "item/started", &item(&message("")))?;
            let from = out.len();
            tell(out, "item/agentMessage/delta", &delta(" word"))?;
            let line = out.split_off(from);
            out.extend(line.repeat(number(1)));
            tell(out, "item/completed", &item(&message(&" word".repeat(number(1)))))?;
        }
        "count" => {
            tell(out, "item/started", &item(&message("")))?;
            let blanks = " ".repeat(number(2));
            let from = out.len();
            tell(out, "item/agentMessage/delta", &delta(&blanks))?;
            let line = out.split_off(from);
            let end = memchr::memmem::rfind(&line, blanks.as_bytes()).map_or(0, |at| at + blanks.len());
            let between = if words.contains(&"apart") { 5 } else { 0 };
            let other = json!({ "threadId": thread, "turnId": "another", "delta": "x".repeat(20_000) });
            for count in 1..=number(1) {
                let digits = count.to_string();
                let from = out.len() + end - digits.len();
                out.extend(&line);
                out[from..from + digits.len()].copy_from_slice(digits.as_bytes());
                for _ in 0..between {
                    tell(out, "item/agentMessage/delta", &other)?;
                }
            }
            tell(out, "item/completed", &item(&message(&format!("counted to {}", number(1)))))?;
        }
        _ => {}
    }
    if words.contains(&"open") {
        return Ok(());
    }
    tell(out, "thread/status/changed", &status("idle"))?;
    tell(out, "turn/completed", &whole(thread, turn, "completed"))
}
