//! A call of the agent.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::names::full;
use super::{Output, Tool};

/// A call of a tool, as the server asks for it; all of it comes from the agent.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// Of the thread whose agent calls.
    pub thread_id: String,
    /// Of its turn.
    pub turn_id: String,
    /// Of the call; the model makes it up, and two may have the same.
    pub call_id: String,
    /// The namespace of the tool.
    pub namespace: Option<String>,
    /// The tool's name.
    pub tool: String,
    /// What it is called with: any JSON.
    pub arguments: Box<RawValue>,
}

impl Call {
    /// How its tool is written.
    pub fn name(&self) -> String {
        full(self.namespace.as_deref(), &self.tool)
    }

    /// What the agent is told when the arguments are not what the tool takes.
    pub fn check(&self, tool: &Tool) -> Result<(), Output> {
        let problems = match tool.0.input.read(self.arguments.get()) {
            Ok(_) => return Ok(()),
            Err(problems) => problems.join("\n"),
        };
        Err(Output::failed(format!(
            "{} was not run, since its arguments do not fit its input:\n{problems}",
            self.name()
        )))
    }
}
