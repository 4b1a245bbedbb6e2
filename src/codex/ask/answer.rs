//! Answers, and their shapes on the wire.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Kind;
use crate::codex::tools::Output;

/// What is answered.
#[derive(Debug, Clone)]
pub enum Answer {
    /// To an approval.
    Decided(Decision),
    /// To questions, by their ids; one that is left out is not answered.
    Answers(Map<String, Value>),
    /// To an MCP server: `accept`, `decline` or `cancel`, and what was filled in.
    Elicited(&'static str, Option<Value>),
    /// To a call of a tool.
    Ran(Output),
}

/// What is decided about an approval.
#[derive(Debug, Clone)]
pub enum Decision {
    /// Yes, once. A command then runs outside of the sandbox.
    Accept,
    /// Yes, and the like for the rest of the session.
    AcceptForSession,
    /// Yes, and a rule for commands that begin like this, which is written into the user's own rules; `None` is the
    /// rule that the server proposes.
    AcceptWithAmendment(Option<Vec<String>>),
    /// A rule for the host that is to be reached, which is written into the user's own rules.
    NetworkAmendment(Rule),
    /// These of the permissions, as the wire has them, for the turn or for the session.
    Grant {
        /// A subset of what is asked.
        permissions: Value,
        /// Else for the turn.
        for_session: bool,
    },
    /// No, and the turn goes on; with a reason, which the agent is told.
    Decline(Option<String>),
    /// No, and the turn is interrupted.
    Cancel,
}

/// What a rule says of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// It may be reached.
    Allow,
    /// It may not.
    Deny,
}

/// What of a question decides which answers it allows.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Asked {
    available_decisions: Option<Vec<Value>>,
    proposed_execpolicy_amendment: Option<Vec<String>>,
    proposed_network_policy_amendments: Vec<Amendment>,
    permissions: Value,
    #[serde(rename = "_meta")]
    meta: Value,
}

#[derive(Deserialize)]
struct Amendment {
    action: String,
    host: String,
}

impl Asked {
    /// Whether the server lists this decision; it may list none at all.
    fn offers(&self, decision: &str) -> bool {
        let is_it = |offered: &Value| offered == decision || offered.get(decision).is_some();
        self.available_decisions.as_ref().is_none_or(|offered| offered.iter().any(is_it))
    }

    fn offered(&self, decision: &str, what: &str) -> Result<(), String> {
        if self.offers(decision) { Ok(()) } else { Err(format!("{what} is not offered for this")) }
    }
}

impl Answer {
    /// The wire's form, or why this question does not allow it.
    pub(super) fn wire(&self, kind: Kind, params: &str) -> Result<Value, String> {
        match (self, kind) {
            (Self::Decided(Decision::Decline(reason)), _) => {
                Ok(kind.declined(reason.as_deref().unwrap_or("declined")))
            }
            (Self::Decided(decision), _) => {
                decision.wire(kind, &serde_json::from_str(params).unwrap_or_default())
            }
            (Self::Answers(answers), Kind::Question) => {
                let answers = answers.iter().map(|(id, answers)| (id.clone(), json!({ "answers": answers })));
                Ok(json!({ "answers": answers.collect::<Map<_, _>>() }))
            }
            (Self::Elicited(action, content), Kind::Elicitation) => {
                Ok(json!({ "action": action, "content": content }))
            }
            (Self::Ran(output), Kind::Tool) => Ok(output.wire()),
            _ => Err("it was answered as another kind of question".into()),
        }
    }

    /// Whether the turn that asks is to end. To an MCP server it only means that the user looks away.
    pub(super) fn interrupts(&self, kind: Kind) -> bool {
        matches!(self, Self::Decided(Decision::Cancel)) && kind != Kind::Elicitation
    }

    /// Its name, as scripts know it, and the reason where there is one.
    pub(super) fn words(&self) -> (&'static str, Option<&str>) {
        match self {
            Self::Decided(Decision::Decline(reason)) => ("decline", reason.as_deref()),
            Self::Decided(decision) => (decision.word(), None),
            Self::Answers(_) => ("answer", None),
            Self::Elicited(action, _) => (action, None),
            Self::Ran(output) => (if output.success { "ran" } else { "failed" }, None),
        }
    }
}

impl Decision {
    fn word(&self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::AcceptForSession => "accept_for_session",
            Self::AcceptWithAmendment(_) => "accept_with_amendment",
            Self::NetworkAmendment(_) => "network_amendment",
            Self::Grant { .. } => "grant",
            Self::Decline(_) => "decline",
            Self::Cancel => "cancel",
        }
    }

    fn wire(&self, kind: Kind, asked: &Asked) -> Result<Value, String> {
        let decision = match kind {
            Kind::Command => self.of_command(asked)?,
            Kind::FileChange => match self {
                Self::Accept => json!("accept"),
                Self::AcceptForSession => json!("acceptForSession"),
                Self::Cancel => json!("cancel"),
                other => return other.no_answer("a change of files"),
            },
            Kind::LegacyCommand | Kind::LegacyFileChange => match self {
                Self::Accept => json!("approved"),
                Self::AcceptForSession => json!("approved_for_session"),
                Self::Cancel => json!("abort"),
                other => return other.no_answer("a question of an older protocol"),
            },
            Kind::Permissions => {
                let (permissions, for_session) = match self {
                    Self::Accept => (&asked.permissions, false),
                    Self::AcceptForSession => (&asked.permissions, true),
                    Self::Grant { permissions, for_session } => (permissions, *for_session),
                    Self::Cancel => return Ok(kind.declined("")),
                    other => return other.no_answer("more permissions"),
                };
                let scope = if for_session { "session" } else { "turn" };
                return Ok(json!({ "permissions": permissions, "scope": scope }));
            }
            Kind::McpTool => return self.of_mcp_tool(asked),
            Kind::Question if matches!(self, Self::Cancel) => return Ok(kind.declined("")),
            Kind::Question | Kind::Elicitation | Kind::Tool => {
                return Err("it was answered as an approval".into());
            }
        };
        Ok(json!({ "decision": decision }))
    }

    fn of_command(&self, asked: &Asked) -> Result<Value, String> {
        const AMEND: &str = "acceptWithExecpolicyAmendment";
        const NETWORK: &str = "applyNetworkPolicyAmendment";
        Ok(match self {
            Self::Accept => {
                asked.offered("accept", "\"accept\"")?;
                json!("accept")
            }
            // Codex 0.169 does not list it, and takes it.
            Self::AcceptForSession => json!("acceptForSession"),
            Self::Cancel => json!("cancel"),
            Self::AcceptWithAmendment(words) => {
                asked.offered(AMEND, "accept_with_amendment")?;
                let words = words.as_ref().or(asked.proposed_execpolicy_amendment.as_ref());
                let words = words.ok_or("accept_with_amendment: the server proposes no amendment")?;
                json!({ AMEND: { "execpolicy_amendment": words } })
            }
            Self::NetworkAmendment(rule) => {
                asked.offered(NETWORK, "network_amendment")?;
                let action = if *rule == Rule::Allow { "allow" } else { "deny" };
                let proposed = &asked.proposed_network_policy_amendments;
                let proposed = proposed.iter().find(|amendment| amendment.action == action);
                let host = &proposed.ok_or("network_amendment: the server proposes no such amendment")?.host;
                json!({ NETWORK: { "network_policy_amendment": { "action": action, "host": host } } })
            }
            other => return other.no_answer("a command"),
        })
    }

    /// How long it holds is told beside the answer, in words that the server lists.
    fn of_mcp_tool(&self, asked: &Asked) -> Result<Value, String> {
        let persist = match self {
            Self::Accept => return Ok(json!({ "action": "accept", "content": {} })),
            Self::Cancel => return Ok(json!({ "action": "cancel" })),
            Self::AcceptForSession => "session",
            Self::AcceptWithAmendment(None) => "always",
            other => return other.no_answer("a tool of an MCP server"),
        };
        let offered = asked.meta["persist"].as_array();
        if !offered.is_some_and(|offered| offered.iter().any(|word| word == persist)) {
            return Err(format!("{} is not offered for this", self.word()));
        }
        Ok(json!({ "action": "accept", "content": {}, "_meta": { "persist": persist } }))
    }

    fn no_answer(&self, to: &str) -> Result<Value, String> {
        Err(format!("{} is no answer to what was asked: {to}", self.word()))
    }
}
