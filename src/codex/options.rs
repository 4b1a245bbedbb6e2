//! What a thread and a turn can be told, and how the wire wants to hear it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::ask::Answerer;
use serde_json::{Map, Value, json};

use super::budget::Budgets;
use super::schema::Schema;
use super::tools::Tools;

/// What the agent's commands may touch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sandbox {
    /// How far it goes.
    pub mode: SandboxMode,
    /// Whether commands reach the network; `None` is Codex's default (no), and full access always does.
    pub network: Option<bool>,
    /// Absolute folders beside the working one that may be written to.
    pub writable_roots: Vec<PathBuf>,
}

/// How far a sandbox goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SandboxMode {
    /// Commands read.
    ReadOnly,
    /// Commands write in the working folder.
    WorkspaceWrite,
    /// No sandbox.
    FullAccess,
}

impl Sandbox {
    /// The wire's name of the mode, where only a mode is taken.
    pub(super) fn wire_mode(&self) -> &'static str {
        match self.mode {
            SandboxMode::ReadOnly => "read-only",
            SandboxMode::WorkspaceWrite => "workspace-write",
            SandboxMode::FullAccess => "danger-full-access",
        }
    }

    /// Whether the mode alone says all of it.
    pub(super) fn is_plain(&self) -> bool {
        self.network.is_none() && self.writable_roots.is_empty()
    }

    pub(super) fn wire_policy(&self) -> Value {
        let network = self.network.unwrap_or(false);
        match self.mode {
            SandboxMode::ReadOnly => json!({ "type": "readOnly", "networkAccess": network }),
            SandboxMode::WorkspaceWrite => json!({
                "type": "workspaceWrite", "networkAccess": network, "writableRoots": self.writable_roots,
            }),
            SandboxMode::FullAccess => json!({ "type": "dangerFullAccess" }),
        }
    }
}

/// When Codex asks before it acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approval {
    /// Never; what would need asking is refused to the model.
    Never,
    /// When the model wants out of the sandbox.
    OnRequest,
    /// For every command that is not known to be harmless.
    Untrusted,
    /// As on request, and Codex's own reviewer answers.
    AutoReview,
}

impl Approval {
    pub(super) fn wire(self) -> (&'static str, &'static str) {
        match self {
            Self::Never => ("never", "user"),
            Self::OnRequest => ("on-request", "user"),
            Self::Untrusted => ("untrusted", "user"),
            Self::AutoReview => ("on-request", "auto_review"),
        }
    }
}

/// Deadlines of a turn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// From its start.
    pub timeout: Option<Duration>,
    /// From the last item, delta or token usage.
    pub idle_timeout: Option<Duration>,
}

impl Limits {
    /// These, and where they are silent `other`.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            timeout: self.timeout.or(other.timeout),
            idle_timeout: self.idle_timeout.or(other.idle_timeout),
        }
    }
}

/// What a turn does on a thread where one runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum WhenBusy {
    /// It does not begin.
    #[default]
    Raise,
    /// It begins when the thread is free, in the order in which turns were asked for.
    Wait,
    /// Its input goes into the turn that runs, if that is ours.
    Steer,
}

/// What a thread is started with; what is left out follows the user's own Codex configuration.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, reason = "the fields are described once, in stdlib/meta")]
pub struct ThreadOptions {
    pub cwd: Option<PathBuf>,
    pub model: Option<String>,
    pub model_provider: Option<String>,
    pub effort: Option<String>,
    pub sandbox: Option<Sandbox>,
    pub approval: Option<Approval>,
    pub base_instructions: Option<String>,
    pub developer_instructions: Option<String>,
    pub personality: Option<String>,
    pub ephemeral: Option<bool>,
    pub name: Option<String>,
    pub config: Map<String, Value>,
    pub service_tier: Option<String>,
    pub env_pass: Vec<String>,
    pub tools: Tools,
    pub limits: Limits,
    /// Who answers what the thread asks, and its subagents.
    pub answerer: Option<Arc<dyn Answerer>>,
    /// How long whoever answers may take; that one's own patience when it is left out.
    pub approval_timeout: Option<Duration>,
    pub budgets: Budgets,
    pub when_busy: WhenBusy,
}

impl ThreadOptions {
    /// Parameters that start, resume and fork share.
    pub(super) fn wire(&self) -> Map<String, Value> {
        let mut wire = Map::new();
        put(&mut wire, "cwd", self.cwd.as_ref());
        put(&mut wire, "model", self.model.as_ref());
        put(&mut wire, "modelProvider", self.model_provider.as_ref());
        put(&mut wire, "sandbox", self.sandbox.as_ref().map(Sandbox::wire_mode));
        put_approval(&mut wire, self.approval);
        put(&mut wire, "baseInstructions", self.base_instructions.as_ref());
        put(&mut wire, "developerInstructions", self.developer_instructions.as_ref());
        put(&mut wire, "serviceTier", self.service_tier.as_ref());
        if !self.config.is_empty() {
            wire.insert("config".into(), self.config.clone().into());
        }
        wire
    }

    /// What the wire takes only as an update of the thread's settings.
    pub(super) fn wire_settings(&self) -> Map<String, Value> {
        let mut wire = Map::new();
        put(&mut wire, "effort", self.effort.as_ref());
        put(&mut wire, "personality", self.personality.as_ref());
        put(
            &mut wire,
            "sandboxPolicy",
            self.sandbox.as_ref().filter(|s| !s.is_plain()).map(Sandbox::wire_policy),
        );
        wire
    }
}

/// What holds for one turn only.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, reason = "the fields are described once, in stdlib/meta")]
pub struct TurnOptions {
    pub model: Option<String>,
    pub effort: Option<String>,
    pub summary: Option<String>,
    pub cwd: Option<PathBuf>,
    pub sandbox: Option<Sandbox>,
    pub approval: Option<Approval>,
    pub personality: Option<String>,
    pub service_tier: Option<String>,
    pub source: Option<String>,
    pub subagents: bool,
    pub schema: Option<Schema>,
    pub schema_retries: u32,
    pub limits: Limits,
    /// Beside those of the thread.
    pub budgets: Budgets,
}

impl TurnOptions {
    /// Overrides, which stick on the wire: whoever sends them puts the thread's own settings back.
    pub(super) fn wire_overrides(&self) -> Map<String, Value> {
        let mut wire = Map::new();
        put(&mut wire, "model", self.model.as_ref());
        put(&mut wire, "effort", self.effort.as_ref());
        put(&mut wire, "summary", self.summary.as_ref());
        put(&mut wire, "cwd", self.cwd.as_ref());
        put(&mut wire, "sandboxPolicy", self.sandbox.as_ref().map(Sandbox::wire_policy));
        put_approval(&mut wire, self.approval);
        put(&mut wire, "personality", self.personality.as_ref());
        wire
    }

    /// The name of one that is given.
    pub(super) fn first(&self) -> Option<&'static str> {
        let given = [
            ("model", self.model.is_some()),
            ("effort", self.effort.is_some()),
            ("summary", self.summary.is_some()),
            ("cwd", self.cwd.is_some()),
            ("sandbox", self.sandbox.is_some()),
            ("approval", self.approval.is_some()),
            ("personality", self.personality.is_some()),
            ("service_tier", self.service_tier.is_some()),
            ("source", self.source.is_some()),
            ("subagents", self.subagents),
            ("schema", self.schema.is_some()),
            ("timeout", self.limits.timeout.is_some()),
            ("idle_timeout", self.limits.idle_timeout.is_some()),
        ];
        given.into_iter().find_map(|(name, is_given)| is_given.then_some(name))
    }

    /// What the wire itself keeps to one turn.
    pub(super) fn wire_once(&self) -> Map<String, Value> {
        let mut wire = Map::new();
        put(&mut wire, "serviceTierForTurn", self.service_tier.as_ref());
        put(&mut wire, "turnTrigger", self.source.as_ref());
        put(&mut wire, "outputSchema", self.schema.as_ref().map(Schema::json));
        wire
    }
}

fn put(wire: &mut Map<String, Value>, name: &str, value: Option<impl serde::Serialize>) {
    if let Some(value) = value.and_then(|value| serde_json::to_value(value).ok()) {
        wire.insert(name.into(), value);
    }
}

fn put_approval(wire: &mut Map<String, Value>, approval: Option<Approval>) {
    let wire_names = approval.map(Approval::wire);
    put(wire, "approvalPolicy", wire_names.map(|(policy, _)| policy));
    put(wire, "approvalsReviewer", wire_names.map(|(_, reviewer)| reviewer));
}
