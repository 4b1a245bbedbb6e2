//! What the server is answered when it asks and nobody is there to decide: no, in the shape of each question.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::rpc::RpcError;

/// Characters of a command or a reason that the line for people shows.
const LONGEST: usize = 300;

/// An answer, and the line for people.
pub(super) struct Declined {
    pub answer: Result<Value, RpcError>,
    pub notice: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Asked {
    thread_id: String,
    command: Value,
    reason: Option<String>,
    grant_root: Option<String>,
    server_name: Option<String>,
    tool: Option<String>,
}

/// Says no to `method`; `root` is the thread that a subagent who asks works for.
pub(super) fn decline(method: &str, params: &str, root: Option<&str>) -> Declined {
    let asked: Asked = serde_json::from_str(params).unwrap_or_default();
    let why = asked.reason.as_ref().map(|reason| format!(" (it says: {})", cut(reason))).unwrap_or_default();
    let command = cut(&command_line(&asked.command));
    let (answer, what) = match method {
        "item/commandExecution/requestApproval" => {
            (json!({ "decision": "decline" }), format!("to run `{command}`{why}"))
        }
        "item/fileChange/requestApproval" => {
            let root =
                asked.grant_root.as_ref().map(|root| format!(" under {}", cut(root))).unwrap_or_default();
            (json!({ "decision": "decline" }), format!("to change files{root}{why}"))
        }
        "item/permissions/requestApproval" => {
            (json!({ "permissions": {} }), format!("for more permissions{why}"))
        }
        "item/tool/requestUserInput" => {
            (json!({ "answers": {} }), "a question, which nobody is here to answer".into())
        }
        "mcpServer/elicitation/request" => (
            json!({ "action": "decline" }),
            format!("for input to the MCP server {}", cut(&asked.server_name.unwrap_or_default())),
        ),
        "item/tool/call" => {
            let text = format!("no tool {} is here", cut(&asked.tool.unwrap_or_default()));
            let answer = json!({ "success": false, "contentItems": [{ "type": "inputText", "text": text }] });
            (answer, format!("for a tool, but {text}"))
        }
        "applyPatchApproval" | "execCommandApproval" => {
            (json!({ "decision": "denied" }), format!("for approval of `{command}`"))
        }
        "currentTime/read" => {
            return Declined { answer: Ok(json!({ "currentTimeAt": unix_seconds() })), notice: None };
        }
        _ => {
            let error = RpcError {
                code: -32601,
                message: format!("{method} is not supported by codex-lua"),
                data: None,
            };
            return Declined {
                answer: Err(error),
                notice: Some(format!("Codex asked {method}, which codex-lua cannot answer: refused")),
            };
        }
    };
    let whose = match root {
        Some(root) => format!("thread {root}, its subagent {}", asked.thread_id),
        None => format!("thread {}", asked.thread_id),
    };
    let notice = format!("declined: the agent asked {what}; {whose}");
    Declined { answer: Ok(answer), notice: Some(notice) }
}

fn command_line(command: &Value) -> String {
    match command {
        Value::String(line) => line.clone(),
        Value::Array(words) => words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
        _ => "a command".into(),
    }
}

/// The start of what the agent wrote: one line for people, however much it wrote.
fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}… ({} characters)", &text[..end], text.chars().count()),
        None => text.to_owned(),
    }
}

fn unix_seconds() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_question_is_answered_in_its_own_shape() {
        let shape = |method: &str| decline(method, "{}", None).answer.unwrap();
        assert_eq!(shape("item/commandExecution/requestApproval")["decision"], "decline");
        assert_eq!(shape("mcpServer/elicitation/request")["action"], "decline");
        assert_eq!(shape("item/tool/requestUserInput"), json!({ "answers": {} }));
        assert_eq!(shape("item/tool/call")["success"], false);
        assert_eq!(shape("applyPatchApproval")["decision"], "denied");
        assert!(decline("new/question", "{}", None).answer.is_err());
    }

    #[test]
    fn the_line_says_what_was_asked() {
        let params = json!({ "threadId": "t1", "command": "rm -rf x", "reason": "tidy" }).to_string();
        let line = |root| decline("item/commandExecution/requestApproval", &params, root).notice.unwrap();
        assert_eq!(line(None), "declined: the agent asked to run `rm -rf x` (it says: tidy); thread t1");
        assert!(line(Some("t0")).ends_with("; thread t0, its subagent t1"));
    }

    #[test]
    fn a_long_command_is_cut() {
        let params = json!({ "threadId": "t1", "command": "é".repeat(5000), "reason": "r" }).to_string();
        let line = decline("item/commandExecution/requestApproval", &params, None).notice.unwrap();
        let start = "é".repeat(LONGEST);
        assert_eq!(
            line,
            format!("declined: the agent asked to run `{start}… (5000 characters)` (it says: r); thread t1")
        );
    }
}
