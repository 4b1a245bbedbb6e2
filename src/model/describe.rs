use serde_json::{Value, json};

use super::Request;

impl Request {
    /// What Lua is told of it: `codex.ModelRequest` of `stdlib/meta/replies.lua`.
    pub fn describe(&self) -> Value {
        let outputs: Vec<_> = self
            .tool_outputs()
            .into_iter()
            .map(|output| json!({ "call_id": output.call_id, "name": output.name, "text": output.text }))
            .collect();
        let mut told = json!({
            "thread_id": self.thread_id,
            "number": self.number,
            "text": self.last_user_text(),
            "tool_outputs": outputs,
            "model": self.model(),
            "effort": self.effort(),
            "kind": self.kind(),
            "body": self.body,
        });
        // What is not there is nil for a script; only the body keeps its nulls.
        if let Some(told) = told.as_object_mut() {
            told.retain(|_, value| !value.is_null());
        }
        told
    }
}
