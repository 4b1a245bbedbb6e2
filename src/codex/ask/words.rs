//! What people are told of a question: one line, however much the agent wrote.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::Kind;
use crate::codex::tools::names::full;

/// Characters of a command or a reason that the line for people shows.
const LONGEST: usize = 300;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Asked {
    #[serde(alias = "conversationId")]
    thread_id: String,
    command: Value,
    reason: Option<String>,
    grant_root: Option<String>,
    network_approval_context: Option<Network>,
    server_name: Option<String>,
    namespace: Option<String>,
    tool: String,
    #[serde(rename = "_meta")]
    meta: Value,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Network {
    host: String,
}

/// Why it is declined at once when nobody is there who answers; what the agent is told of a tool.
pub(super) fn nobody(kind: Kind, params: &str) -> String {
    let asked = read(params);
    match kind {
        Kind::Tool => format!("no tool {} is here", tool(&asked)),
        _ => "nobody is here to answer".into(),
    }
}

/// Why it is declined when there was no answer in time.
pub(super) fn late(kind: Kind, patience: Duration) -> String {
    match kind {
        Kind::Tool => format!("it took longer than {patience:?}"),
        _ => format!("it was not answered within {patience:?}"),
    }
}

/// The line for people: what was declined and why, if there is more to say than that nobody answers. `root` is the
/// thread that a subagent who asks works for.
pub(super) fn declined(kind: Kind, params: &str, root: Option<&str>, why: Option<&str>) -> String {
    let whose = match root {
        Some(root) => format!("thread {root}, its subagent {}", read(params).thread_id),
        None => format!("thread {}", read(params).thread_id),
    };
    let what = match (kind, why) {
        (Kind::Question, None) => "a question, which nobody is here to answer".into(),
        (Kind::Tool, None) => format!("for a tool, but {}", nobody(kind, params)),
        _ => what(kind, params),
    };
    let why = why.map(|why| format!(": {}", cut(why))).unwrap_or_default();
    format!("declined: the agent asked {what}; {whose}{why}")
}

/// What the agent asks, after "the agent asked".
pub(super) fn what(kind: Kind, params: &str) -> String {
    let asked = read(params);
    let why = asked.reason.as_ref().map(|reason| format!(" (it says: {})", cut(reason))).unwrap_or_default();
    let command = || cut(&command_line(&asked.command));
    match kind {
        Kind::Command => match &asked.network_approval_context {
            Some(network) => format!("to reach {}{why}", cut(&network.host)),
            None => format!("to run `{}`{why}", command()),
        },
        Kind::FileChange => {
            let root =
                asked.grant_root.as_ref().map(|root| format!(" under {}", cut(root))).unwrap_or_default();
            format!("to change files{root}{why}")
        }
        Kind::Permissions => format!("for more permissions{why}"),
        Kind::Question => "a question".into(),
        Kind::Elicitation => {
            format!("for input to the MCP server {}", cut(&asked.server_name.unwrap_or_default()))
        }
        Kind::McpTool => {
            let tool = asked.meta["tool_name"].as_str().unwrap_or("a tool");
            format!("to call {} of the MCP server {}", cut(tool), cut(&asked.server_name.unwrap_or_default()))
        }
        Kind::Tool => format!("for the tool {}", tool(&asked)),
        Kind::LegacyCommand => format!("for approval of `{}`{why}", command()),
        Kind::LegacyFileChange => format!("for approval to change files{why}"),
    }
}

/// What the agent is told of a tool that failed.
pub(super) fn tool_failed(params: &str, why: &str) -> String {
    format!("{} failed: {why}", tool(&read(params)))
}

/// The line for people about a tool that failed at this place.
pub(super) fn tool_failed_at(params: &str, place: &str, why: &str) -> String {
    let asked = read(params);
    format!("the tool {} failed: {place}{}; thread {}", tool(&asked), cut(why), asked.thread_id)
}

fn tool(asked: &Asked) -> String {
    cut(&full(asked.namespace.as_deref(), &asked.tool))
}

fn read(params: &str) -> Asked {
    serde_json::from_str(params).unwrap_or_default()
}

fn command_line(command: &Value) -> String {
    match command {
        Value::String(line) => line.clone(),
        Value::Array(words) => words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
        _ => "a command".into(),
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}… ({} characters)", &text[..end], text.chars().count()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_line_says_what_was_asked_and_why_it_was_declined() {
        let params = json!({ "threadId": "t1", "command": "rm -rf x", "reason": "tidy" }).to_string();
        let line = |root, why| declined(Kind::Command, &params, root, why);
        assert_eq!(
            line(None, None),
            "declined: the agent asked to run `rm -rf x` (it says: tidy); thread t1"
        );
        assert!(line(Some("t0"), None).ends_with("; thread t0, its subagent t1"));
        assert!(line(None, Some("it raised")).ends_with("; thread t1: it raised"));
    }

    #[test]
    fn a_long_command_is_cut() {
        let params = json!({ "threadId": "t1", "command": "é".repeat(5000), "reason": "r" }).to_string();
        let start = "é".repeat(LONGEST);
        assert_eq!(
            declined(Kind::Command, &params, None, None),
            format!("declined: the agent asked to run `{start}… (5000 characters)` (it says: r); thread t1")
        );
    }
}
