//! What kinds of questions a server asks, and what each is told for a no.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::codex::tools::Output;

/// What a server asks that somebody may answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// To run a command, to write to one that runs, or to reach a host.
    Command,
    /// To change files.
    FileChange,
    /// To be allowed more, for a turn or a session.
    Permissions,
    /// Something that the agent wants to know.
    Question,
    /// Something that an MCP server wants to know.
    Elicitation,
    /// To call a tool of an MCP server: Codex asks that in the form of an elicitation.
    McpTool,
    /// To have a tool of the client called.
    Tool,
    /// As [`Kind::Command`], in the words of an older protocol.
    LegacyCommand,
    /// As [`Kind::FileChange`], in the words of an older protocol.
    LegacyFileChange,
}

const METHODS: &[(&str, Kind)] = &[
    ("item/commandExecution/requestApproval", Kind::Command),
    ("item/fileChange/requestApproval", Kind::FileChange),
    ("item/permissions/requestApproval", Kind::Permissions),
    ("item/tool/requestUserInput", Kind::Question),
    ("mcpServer/elicitation/request", Kind::Elicitation),
    ("mcpServer/elicitation/request", Kind::McpTool),
    ("item/tool/call", Kind::Tool),
    ("execCommandApproval", Kind::LegacyCommand),
    ("applyPatchApproval", Kind::LegacyFileChange),
];

impl Kind {
    pub(in crate::codex) fn of(method: &str, params: &str) -> Option<Self> {
        match METHODS.iter().find(|(name, _)| *name == method)?.1 {
            Self::Elicitation if is_approval_of_a_tool(params) => Some(Self::McpTool),
            kind => Some(kind),
        }
    }

    /// Its name on the wire.
    pub fn method(self) -> &'static str {
        METHODS.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    /// Whether somebody is asked to allow something.
    pub fn is_approval(self) -> bool {
        !matches!(self, Self::Question | Self::Elicitation | Self::Tool)
    }

    /// No, in the shape of this kind; the reason goes with it where the wire takes one.
    pub(super) fn declined(self, why: &str) -> Value {
        match self {
            Self::Command | Self::FileChange => json!({ "decision": "decline" }),
            Self::Permissions => json!({ "permissions": {} }),
            Self::Question => json!({ "answers": {} }),
            Self::Elicitation | Self::McpTool => json!({ "action": "decline" }),
            Self::Tool => Output::failed(why).wire(),
            Self::LegacyCommand | Self::LegacyFileChange => {
                json!({ "decision": { "denied": { "rejection": why } } })
            }
        }
    }
}

/// Whether it is Codex itself that asks in the name of an MCP server.
fn is_approval_of_a_tool(params: &str) -> bool {
    #[derive(Deserialize)]
    struct Params {
        #[serde(rename = "_meta", default)]
        meta: Value,
    }
    let params = serde_json::from_str::<Params>(params);
    params.is_ok_and(|params| params.meta["codex_approval_kind"] == "mcp_tool_call")
}
