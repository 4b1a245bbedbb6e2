//! Ending a turn, and the commands that it started.

use std::future::Future;
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use tokio::time::Instant;

use super::client::Client;
use super::commands::Commands;
use super::deadlines::INTERRUPT;
use crate::rpc::CallError;

/// How long to wait before an interrupt that was refused is sent again.
const AGAIN: Duration = Duration::from_millis(10);

/// A turn that can be made to end: one of ours, or of a subagent.
pub(super) trait Interruptible {
    fn client(&self) -> &Client;
    fn thread_id(&self) -> &str;
    fn id(&self) -> String;
    /// Those that it started and that have not ended.
    fn commands(&self) -> Commands;
    /// Waits for the end of the turn itself.
    fn ended(&self) -> impl Future<Output = ()> + Send;
    /// It was asked to end and nothing came of it.
    fn given_up(&self);
}

/// Interrupts `turn` and ends its commands; after it the turn has ended, if need be by being given up.
pub(super) async fn interrupt(turn: &(impl Interruptible + Sync)) {
    let client = turn.client();
    let params = json!({ "threadId": turn.thread_id(), "turnId": turn.id() });
    let begun = Instant::now();
    let answer = loop {
        let answer = client.urgent("turn/interrupt", params.clone(), INTERRUPT).await;
        // A refusal says that the turn has just ended by itself, or that it has yet to begin: its id is told before.
        if !matches!(answer, Err(CallError::Refused(_)))
            || tokio::time::timeout(AGAIN, turn.ended()).await.is_ok()
            || begun.elapsed() >= INTERRUPT
        {
            break answer;
        }
    };
    end_commands(turn).await;
    let is_hung = matches!(answer, Err(CallError::Deadline(_) | CallError::Crowded(_)));
    let patience = if is_hung { Duration::ZERO } else { INTERRUPT };
    if tokio::time::timeout(patience, turn.ended()).await.is_err() {
        client
            .notices()
            .warn(format!("turn {} did not end after it was interrupted; it is given up", turn.id()));
        turn.given_up();
    }
}

#[derive(Deserialize)]
struct Terminals {
    data: Vec<Terminal>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Terminal {
    item_id: String,
    process_id: String,
}

/// An interrupt leaves commands running: they are ended by the ids of the items that started them.
async fn end_commands(turn: &impl Interruptible) {
    let commands = turn.commands();
    if commands.is_empty() {
        return;
    }
    let (client, thread_id) = (turn.client(), turn.thread_id());
    client.end_sandboxes("CODEX_TOOL_CALL_ID", commands.ids()).await;
    let listed =
        client.urgent("thread/backgroundTerminals/list", json!({ "threadId": thread_id }), INTERRUPT).await;
    let Some(terminals) = listed.ok().and_then(|bytes| serde_json::from_slice::<Terminals>(&bytes).ok())
    else {
        return;
    };
    for terminal in terminals.data.iter().filter(|terminal| commands.contains(&terminal.item_id)) {
        let params = json!({ "threadId": thread_id, "processId": terminal.process_id });
        let _ = client.urgent("thread/backgroundTerminals/terminate", params, INTERRUPT).await;
    }
}
