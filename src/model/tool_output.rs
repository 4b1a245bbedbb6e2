use serde_json::Value;

/// What a tool gave back to the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolOutput {
    /// The call that it answers; `None` when it came as a turn's own input, which no call asked for.
    pub call_id: Option<String>,
    /// The tool's name; `None` when the request does not hold the call.
    pub name: Option<String>,
    /// The text that the model sees; parts of several texts are joined with newlines, images are left out.
    pub text: String,
}

impl ToolOutput {
    /// Reads one item of a request's `input`; `None` when it is no tool's output.
    pub(super) fn read(item: &Value, input: &[Value]) -> Option<Self> {
        if !item["type"].as_str()?.ends_with("_call_output") {
            return None;
        }
        let call_id = item["call_id"].as_str().map(str::to_owned);
        let is_call = |other: &&Value| other["call_id"] == item["call_id"] && other["name"].is_string();
        let call = if call_id.is_some() { input.iter().find(is_call) } else { Some(item) };
        let name = call.and_then(|call| call["name"].as_str()).map(str::to_owned);
        let text = match &item["output"] {
            Value::String(text) => text.clone(),
            Value::Array(parts) => {
                parts.iter().filter_map(|part| part["text"].as_str()).collect::<Vec<_>>().join("\n")
            }
            other => other.to_string(),
        };
        Some(Self { call_id, name, text })
    }
}
