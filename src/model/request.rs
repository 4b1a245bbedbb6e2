use serde_json::Value;

use super::ToolOutput;

/// One request that the server made of the model.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The thread that asks, from the `thread-id` header.
    pub thread_id: Option<String>,
    /// 1 for the thread's first request to this model; one turn can make many.
    pub number: u64,
    /// The body of `POST /v1/responses`, as it came.
    pub body: Value,
}

/// Blocks that the server itself puts into messages of the role `user`.
const CONTEXT_TAGS: [&str; 7] = [
    "environment_context",
    "recommended_plugins",
    "skill",
    "startup_context",
    "subagent_notification",
    "turn_aborted",
    "user_shell_command",
];

impl Request {
    /// What the user said on this thread, oldest first, one text a message; what the server adds under the
    /// user's role (environment, project instructions, skills) is left out.
    pub fn user_texts(&self) -> Vec<String> {
        self.input().iter().filter_map(user_text).collect()
    }

    /// What the user said last.
    pub fn last_user_text(&self) -> Option<String> {
        self.input().iter().rev().find_map(user_text)
    }

    /// What tools gave back since the user's last message, oldest first.
    pub fn tool_outputs(&self) -> Vec<ToolOutput> {
        let input = self.input();
        let since = input.iter().rposition(|item| user_text(item).is_some()).map_or(0, |at| at + 1);
        input[since..].iter().filter_map(|item| ToolOutput::read(item, input)).collect()
    }

    /// The model's name.
    pub fn model(&self) -> Option<&str> {
        self.body["model"].as_str()
    }

    /// The reasoning effort that is asked for.
    pub fn effort(&self) -> Option<&str> {
        self.body["reasoning"]["effort"].as_str()
    }

    /// The turn that asks.
    pub fn turn_id(&self) -> Option<&str> {
        self.body["client_metadata"]["turn_id"].as_str()
    }

    /// The JSON schema that the answer's text must keep to (the turn's output schema).
    pub fn schema(&self) -> Option<&Value> {
        self.body["text"]["format"].get("schema")
    }

    /// The names of the tools that the model may call.
    pub fn tools(&self) -> Vec<&str> {
        list(&self.body["tools"]).iter().filter_map(|tool| tool["name"].as_str()).collect()
    }

    fn input(&self) -> &[Value] {
        list(&self.body["input"])
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The text of a message that a person wrote; `None` for every other item.
fn user_text(item: &Value) -> Option<String> {
    if item["role"] != "user" {
        return None;
    }
    let content = list(&item["content"]);
    let mut said = content.iter().filter(|part| !part["text"].as_str().is_some_and(is_context)).peekable();
    said.peek()?;
    Some(said.filter_map(|part| part["text"].as_str()).collect::<Vec<_>>().join("\n"))
}

fn is_context(text: &str) -> bool {
    let text = text.trim();
    text.starts_with("# AGENTS.md instructions")
        || CONTEXT_TAGS.iter().any(|tag| {
            text.strip_prefix('<').and_then(|rest| rest.strip_prefix(tag)).is_some_and(|r| r.starts_with('>'))
                && text.strip_suffix('>').is_some_and(|rest| rest.ends_with(&format!("</{tag}")))
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn request(input: Value) -> Request {
        Request { thread_id: None, number: 1, body: json!({ "input": input, "model": "gpt-5.5" }) }
    }

    fn user(text: &str) -> Value {
        json!({ "type": "message", "role": "user", "content": [{ "type": "input_text", "text": text }] })
    }

    #[test]
    fn the_servers_own_blocks_are_not_the_users_words() {
        let request = request(json!([
            { "type": "message", "role": "developer", "content": [{ "type": "input_text", "text": "rules" }] },
            user("# AGENTS.md instructions for /p\n\n<INSTRUCTIONS>\nx\n</INSTRUCTIONS>"),
            { "type": "message", "role": "user", "content": [
                { "type": "input_text", "text": "<environment_context>\n  <cwd>/p</cwd>\n</environment_context>" },
                { "type": "input_text", "text": "one" },
                { "type": "input_text", "text": "more" } ] },
            { "type": "message", "role": "assistant", "content": [{ "type": "output_text", "text": "ok" }] },
            user("<turn_aborted>\nstopped\n</turn_aborted>"),
            user("<skill> is a tag that I mean"),
        ]));
        assert_eq!(request.user_texts(), ["one\nmore", "<skill> is a tag that I mean"]);
        assert_eq!(request.last_user_text().as_deref(), Some("<skill> is a tag that I mean"));
    }

    #[test]
    fn tool_outputs_are_those_since_the_last_user_message() {
        let call = |id: &str, name: &str| json!({ "type": "function_call", "call_id": id, "name": name });
        let output =
            |id: &str, out: Value| json!({ "type": "function_call_output", "call_id": id, "output": out });
        let request = request(json!([
            user("one"),
            call("a", "old"),
            output("a", json!("old")),
            user("two"),
            call("b", "exec_command"),
            output("b", json!("hi")),
            output(
                "c",
                json!([{ "type": "input_text", "text": "x" }, { "type": "input_text", "text": "y" }])
            ),
        ]));
        let expected = |id: &str, name: Option<&str>, text: &str| ToolOutput {
            call_id: id.into(),
            name: name.map(Into::into),
            text: text.into(),
        };
        assert_eq!(
            request.tool_outputs(),
            [expected("b", Some("exec_command"), "hi"), expected("c", None, "x\ny")]
        );
    }

    #[test]
    fn a_body_of_another_shape_has_nothing_to_say() {
        let request = Request { thread_id: None, number: 1, body: json!("what") };
        assert_eq!(request.last_user_text(), None);
        assert_eq!(request.tool_outputs(), []);
        assert_eq!(request.model(), None);
        assert_eq!(request.tools(), Vec::<&str>::new());
    }
}
