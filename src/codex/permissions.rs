//! Taking back from subagents what a turn was allowed and its thread is not.
//!
//! A subagent may do what the turn might that spawned it, and keeps that in later turns (Codex 0.169). One of the first
//! kind takes an update of its settings. One of the second takes none, but is loaded anew when its root next gives it
//! something to do, and then may do what the root may; archiving and bringing back is what unloads it.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::client::Client;
use super::deadlines::LEAVE;
use super::turn::Root;
use crate::rpc::CallError;

/// Threads of subagents that may do more than their root, by id, each with the turn that they have it from.
#[derive(Default)]
pub(super) struct Lent(HashMap<String, Root>);

impl Lent {
    pub fn add(&mut self, thread_id: &str, root: &Root) {
        if !root.permissions.is_empty() {
            self.0.insert(thread_id.to_owned(), root.clone());
        }
    }

    /// Those that have it from this turn and are not `busy`; they have it no longer.
    #[must_use]
    pub fn take(&mut self, root_id: &str, busy: impl Fn(&str) -> bool) -> Vec<(String, Root)> {
        self.0.extract_if(|thread_id, root| root.id == root_id && !busy(thread_id)).collect()
    }
}

/// What of a thread's own settings says what it may do without asking.
pub(super) fn of(settings: &Map<String, Value>) -> Map<String, Value> {
    const NAMES: [&str; 3] = ["sandboxPolicy", "approvalPolicy", "approvalsReviewer"];
    let mut permissions = settings.clone();
    permissions.retain(|name, _| NAMES.contains(&name.as_str()));
    permissions
}

impl Client {
    /// Lets a subagent do no more than this.
    pub(super) async fn restrict(&self, thread_id: &str, permissions: Map<String, Value>) {
        let mut done = self.update(thread_id, permissions).await;
        if matches!(done, Err(CallError::Refused(_))) {
            for method in ["thread/archive", "thread/unarchive"] {
                done = self.urgent(method, json!({ "threadId": thread_id }), LEAVE).await;
                if done.is_err() {
                    break;
                }
            }
        }
        self.check_put_back(thread_id, done);
    }
}
