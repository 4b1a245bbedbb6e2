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

/// How the server begins texts of its own that have no tags: project instructions, and what stands for the
/// messages before a compaction.
const CONTEXT_STARTS: [&str; 2] = [
    "# AGENTS.md instructions",
    "Another language model started to solve this problem and produced a summary",
];

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

    /// How many things the thread was told so far: messages of the user, and tool outputs that were a turn's
    /// own input. What a compaction has cut off no longer counts.
    pub fn told(&self) -> usize {
        let unasked =
            |item: &&Value| ToolOutput::read(item, &[]).is_some_and(|output| output.call_id.is_none());
        self.user_texts().len() + self.input().iter().filter(unasked).count()
    }

    /// What the request is for: `turn`, or `compaction`, which wants a summary of the thread.
    pub fn kind(&self) -> Option<String> {
        let metadata = self.body["client_metadata"]["x-codex-turn-metadata"].as_str()?;
        let metadata: Value = serde_json::from_str(metadata).ok()?;
        metadata["request_kind"].as_str().map(str::to_owned)
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

    /// The items of the thread, without the server's own prompt that ends a compaction's request.
    fn input(&self) -> &[Value] {
        match list(&self.body["input"]) {
            [items @ .., _] if self.kind().as_deref() == Some("compaction") => items,
            items => items,
        }
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
    CONTEXT_STARTS.iter().any(|start| text.starts_with(start))
        || CONTEXT_TAGS.iter().any(|tag| {
            text.strip_prefix('<').and_then(|rest| rest.strip_prefix(tag)).is_some_and(|r| r.starts_with('>'))
                && text.strip_suffix('>').is_some_and(|rest| rest.ends_with(&format!("</{tag}")))
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn request(input: &Value) -> Request {
        Request { thread_id: None, number: 1, body: json!({ "input": input, "model": "gpt-5.5" }) }
    }

    fn user(text: &str) -> Value {
        json!({ "type": "message", "role": "user", "content": [{ "type": "input_text", "text": text }] })
    }

    #[test]
    fn the_servers_own_blocks_are_not_the_users_words() {
        let request = request(&json!([
            { "type": "message", "role": "developer", "content": [{ "type": "input_text", "text": "do" }] },
            user("# AGENTS.md instructions for /p\n\n<INSTRUCTIONS>\nx\n</INSTRUCTIONS>"),
            { "type": "message", "role": "user", "content": [
                { "type": "input_text", "text": "<environment_context>\n<cwd>/\n</environment_context>" },
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
        let request = request(&json!([
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
            call_id: Some(id.into()),
            name: name.map(Into::into),
            text: text.into(),
        };
        assert_eq!(
            request.tool_outputs(),
            [expected("b", Some("exec_command"), "hi"), expected("c", None, "x\ny")]
        );
    }

    #[test]
    fn a_tool_output_that_is_a_turns_own_input_counts_as_told() {
        let output = json!({ "type": "function_call_output", "name": "web", "output": "outside" });
        let request = request(&json!([user("one"), output]));
        let expected = ToolOutput { call_id: None, name: Some("web".into()), text: "outside".into() };
        assert_eq!(request.tool_outputs(), [expected]);
        assert_eq!(request.told(), 2);
    }

    #[test]
    fn the_prompt_and_the_result_of_a_compaction_are_not_the_users_words() {
        let mut request = request(&json!([
            user("Another language model started to solve this problem and produced a summary of …"),
            user("one"),
            user("Write a summary."),
        ]));
        assert_eq!(request.kind(), None);
        assert_eq!(request.last_user_text().as_deref(), Some("Write a summary."));
        let metadata = json!({ "request_kind": "compaction" }).to_string();
        request.body["client_metadata"] = json!({ "x-codex-turn-metadata": metadata, "turn_id": "t" });
        assert_eq!(request.kind().as_deref(), Some("compaction"));
        assert_eq!(request.turn_id(), Some("t"));
        assert_eq!(request.user_texts(), ["one"]);
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
