//! The settings that a thread has of its own, and how to put them back after a turn had others.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::client::Client;
use super::deadlines::LEAVE;
use crate::rpc::CallError;

/// A thread's settings, as the answers to start, resume and fork tell them.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// The model.
    pub model: String,
    /// Absolute.
    pub cwd: String,
    #[serde(default, rename = "reasoningEffort")]
    pub(super) effort: Option<String>,
    #[serde(default)]
    pub(super) sandbox: Value,
    #[serde(default)]
    pub(super) approval_policy: Value,
    #[serde(default)]
    pub(super) approvals_reviewer: Value,
    /// The wire tells this one only in updates, so it is what the thread was given.
    #[serde(skip)]
    pub(super) personality: Option<String>,
}

impl Settings {
    /// Takes over what was just sent as an update.
    pub(super) fn apply(&mut self, update: &Map<String, Value>) {
        for (name, value) in update {
            match name.as_str() {
                "effort" => self.effort = value.as_str().map(str::to_owned),
                "personality" => self.personality = value.as_str().map(str::to_owned),
                "sandboxPolicy" => self.sandbox = value.clone(),
                _ => {}
            }
        }
    }

    /// The update that undoes `overrides`.
    ///
    /// Null means "as it is" on the wire: a cleared effort goes in the collaboration mode, and a summary and a
    /// personality that the thread never had become the wire's names for "no choice made".
    pub(super) fn undo(&self, overrides: &Map<String, Value>) -> Map<String, Value> {
        let mut undo = Map::new();
        for name in overrides.keys() {
            let (name, value) = match name.as_str() {
                "model" => ("model", json!(self.model)),
                "cwd" => ("cwd", json!(self.cwd)),
                "sandboxPolicy" => ("sandboxPolicy", self.sandbox.clone()),
                "approvalPolicy" => ("approvalPolicy", self.approval_policy.clone()),
                "approvalsReviewer" => ("approvalsReviewer", self.approvals_reviewer.clone()),
                "summary" => ("summary", json!("auto")),
                "personality" => ("personality", json!(self.personality.as_deref().unwrap_or("none"))),
                "effort" => match &self.effort {
                    Some(effort) => ("effort", json!(effort)),
                    None => ("collaborationMode", self.mode_without_effort()),
                },
                _ => continue,
            };
            undo.insert(name.into(), value);
        }
        undo
    }

    fn mode_without_effort(&self) -> Value {
        json!({
            "mode": "default",
            "settings": { "model": self.model, "reasoning_effort": null, "developer_instructions": null },
        })
    }

    /// The update that turns `other` into these; empty when they are the same.
    pub(super) fn differing_from(&self, other: &Self) -> Map<String, Value> {
        let mut overrides = Map::new();
        let mut mark = |name: &str, differs: bool| {
            if differs {
                overrides.insert(name.into(), Value::Null);
            }
        };
        mark("model", self.model != other.model);
        mark("cwd", self.cwd != other.cwd);
        mark("effort", self.effort != other.effort);
        mark("sandboxPolicy", self.sandbox != other.sandbox);
        mark("approvalPolicy", self.approval_policy != other.approval_policy);
        mark("approvalsReviewer", self.approvals_reviewer != other.approvals_reviewer);
        self.undo(&overrides)
    }
}

impl Client {
    /// Puts a thread's own settings back.
    pub(super) async fn put_back(&self, thread_id: &str, undo: Map<String, Value>) {
        let done = self.update(thread_id, undo).await;
        self.check_put_back(thread_id, done);
    }

    pub(super) async fn update(
        &self,
        thread_id: &str,
        mut settings: Map<String, Value>,
    ) -> Result<Bytes, CallError> {
        settings.insert("threadId".into(), thread_id.into());
        self.urgent("thread/settings/update", settings.into(), LEAVE).await
    }

    /// A thread that keeps a turn's settings is worth a warning.
    pub(super) fn check_put_back(&self, thread_id: &str, done: Result<Bytes, CallError>) {
        if let Err(error) = done
            && !matches!(error, CallError::Closed(_))
        {
            self.notices().warn(format!(
                "thread {thread_id} may keep the settings of one turn: putting its own back failed ({error})"
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        serde_json::from_value(json!({
            "model": "m", "cwd": "/w", "reasoningEffort": null, "sandbox": { "type": "readOnly" },
            "approvalPolicy": "never", "approvalsReviewer": "user",
        }))
        .unwrap()
    }

    #[test]
    fn only_what_was_overridden_is_put_back() {
        let overrides = json!({ "sandboxPolicy": { "type": "dangerFullAccess" }, "effort": "high" });
        let undo = settings().undo(overrides.as_object().unwrap());
        assert_eq!(undo["sandboxPolicy"], json!({ "type": "readOnly" }));
        assert_eq!(undo["collaborationMode"]["settings"]["reasoning_effort"], Value::Null);
        assert_eq!(undo.len(), 2);
    }

    #[test]
    fn the_difference_names_what_the_thread_must_get_back() {
        let mut saved = settings();
        assert!(settings().differing_from(&saved).is_empty());
        saved.sandbox = json!({ "type": "dangerFullAccess" });
        assert_eq!(
            settings().differing_from(&saved),
            *json!({ "sandboxPolicy": { "type": "readOnly" } }).as_object().unwrap()
        );
    }
}
