//! A server that answers at memory speed: enough of the protocol for whole turns, with lines that were made before
//! they are asked for. The text `deltas 5000` gets an answer of so many deltas; any other, a turn without one.

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
    let tell = |out: &mut Vec<u8>, method: &str, params: Value| {
        put(out, &json!({ "method": method, "params": params, "emittedAtMs": AT }))
    };
    let status = |kind: &str| json!({ "threadId": thread, "status": { "type": kind, "activeFlags": [] } });
    let whole = |status: &str| {
        json!({
            "threadId": thread,
            "turn": { "id": turn, "items": [], "status": status, "error": null, "durationMs": 1 },
        })
    };
    let item = |item: &Value| json!({ "item": item, "threadId": thread, "turnId": turn, "startedAtMs": AT, "completedAtMs": AT });
    let asked = json!({
        "type": "userMessage", "id": "item-1", "clientId": start.client_user_message_id,
        "content": [{ "type": "text", "text": text, "text_elements": [] }],
    });

    put(
        out,
        &json!({ "id": id, "result": { "turn": { "id": turn, "items": [], "status": "inProgress" } } }),
    )?;
    tell(out, "thread/status/changed", status("active"))?;
    tell(out, "turn/started", whole("inProgress"))?;
    tell(out, "item/started", item(&asked))?;
    tell(out, "item/completed", item(&asked))?;
    if let Some(deltas) = text.strip_prefix("deltas ").and_then(|deltas| deltas.parse::<usize>().ok()) {
        let message =
            |text: &str| json!({ "type": "agentMessage", "id": ITEM, "text": text, "phase": "final_answer" });
        tell(out, "item/started", item(&message("")))?;
        let one = json!({ "threadId": thread, "turnId": turn, "itemId": ITEM, "delta": " word" });
        let from = out.len();
        tell(out, "item/agentMessage/delta", one)?;
        let line = out.split_off(from);
        out.extend(line.repeat(deltas));
        tell(out, "item/completed", item(&message(&" word".repeat(deltas))))?;
    }
    tell(out, "thread/status/changed", status("idle"))?;
    tell(out, "turn/completed", whole("completed"))
}
