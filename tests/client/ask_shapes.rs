//! Answers to what the server asks: each kind has its own shape, and not every answer is one.

use std::time::Duration;

use codex_lua::codex::{Answer, Decision, Limits, Rule};
use serde_json::{Map, Value, json};

use crate::asks::{COMMAND, about, asked};
use crate::stand_in::within;

/// What is answered to a question with this answer.
async fn answer(method: &str, params: Value, answer: Answer) -> (Value, Vec<String>) {
    let (mut server, _client, _turn, mut asked) = asked(Limits::default(), Duration::MAX).await;
    server.ask(&json!(7), method, about(params)).await;
    let ask = within(asked.recv()).await.expect("a question");
    ask.answer(&answer);
    let said = server.next().await;
    assert_eq!(said["id"], 7);
    (said["result"].clone(), server.notices().all())
}

#[tokio::test(start_paused = true)]
async fn each_kind_is_answered_in_its_own_shape() {
    let decided = Answer::Decided;
    let network = json!({ "proposedNetworkPolicyAmendments": [{ "action": "deny", "host": "h" }] });
    let wanted = json!({ "permissions": { "network": { "enabled": true } } });
    let amendment = |words| json!({ "proposedExecpolicyAmendment": words });
    let granted = json!({ "fileSystem": { "read": ["/a"] } });
    for (method, params, given, expected) in [
        (COMMAND, json!({}), decided(Decision::Accept), json!({ "decision": "accept" })),
        (
            COMMAND,
            json!({ "availableDecisions": ["accept", "cancel"] }),
            decided(Decision::AcceptForSession),
            json!({ "decision": "acceptForSession" }),
        ),
        (
            COMMAND,
            amendment(json!(["a", "b"])),
            decided(Decision::AcceptWithAmendment(None)),
            json!({ "decision": { "acceptWithExecpolicyAmendment": { "execpolicy_amendment": ["a", "b"] } } }),
        ),
        (
            COMMAND,
            amendment(json!(["a", "b"])),
            decided(Decision::AcceptWithAmendment(Some(vec!["c".into()]))),
            json!({ "decision": { "acceptWithExecpolicyAmendment": { "execpolicy_amendment": ["c"] } } }),
        ),
        (
            COMMAND,
            network,
            decided(Decision::NetworkAmendment(Rule::Deny)),
            json!({ "decision": { "applyNetworkPolicyAmendment":
                { "network_policy_amendment": { "action": "deny", "host": "h" } } } }),
        ),
        (
            "item/fileChange/requestApproval",
            json!({}),
            decided(Decision::Accept),
            json!({ "decision": "accept" }),
        ),
        (
            "item/permissions/requestApproval",
            wanted.clone(),
            decided(Decision::AcceptForSession),
            json!({ "permissions": wanted["permissions"], "scope": "session" }),
        ),
        (
            "item/permissions/requestApproval",
            wanted,
            decided(Decision::Grant { permissions: granted.clone(), for_session: false }),
            json!({ "permissions": granted, "scope": "turn" }),
        ),
        (
            "item/tool/requestUserInput",
            json!({}),
            Answer::Answers(Map::from_iter([("q".into(), json!(["a"]))])),
            json!({ "answers": { "q": { "answers": ["a"] } } }),
        ),
        (
            "mcpServer/elicitation/request",
            json!({}),
            Answer::Elicited("accept", Some(json!({ "n": 1 }))),
            json!({ "action": "accept", "content": { "n": 1 } }),
        ),
        ("execCommandApproval", json!({}), decided(Decision::Accept), json!({ "decision": "approved" })),
        (
            "applyPatchApproval",
            json!({}),
            decided(Decision::Decline(Some("why".into()))),
            json!({ "decision": { "denied": { "rejection": "why" } } }),
        ),
    ] {
        let (said, notices) = answer(method, params, given).await;
        assert_eq!((said, notices), (expected, vec![]), "{method}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_question_does_not_allow_declines_and_is_said() {
    let only = json!({ "availableDecisions": ["accept", "cancel"] });
    let accepted = Answer::Decided(Decision::Accept);
    for (method, params, given, why) in [
        (COMMAND, only, Answer::Decided(Decision::AcceptWithAmendment(None)), "not offered"),
        (COMMAND, json!({}), Answer::Decided(Decision::AcceptWithAmendment(None)), "proposes no amendment"),
        (
            COMMAND,
            json!({ "availableDecisions": ["cancel"] }),
            accepted.clone(),
            "\"accept\" is not offered for this",
        ),
        (COMMAND, json!({}), Answer::Answers(Map::new()), "another kind"),
        (
            "item/fileChange/requestApproval",
            json!({}),
            Answer::Decided(Decision::NetworkAmendment(Rule::Allow)),
            "network_amendment is no answer to what was asked: a change of files",
        ),
    ] {
        let (said, notices) = answer(method, params, given).await;
        assert_eq!(said, json!({ "decision": "decline" }));
        assert!(notices.len() == 1 && notices[0].contains(why), "{notices:?}");
    }
    let (said, notices) = answer("item/tool/requestUserInput", json!({}), accepted).await;
    assert_eq!(said, json!({ "answers": {} }));
    assert_eq!(notices, ["declined: the agent asked a question; thread t1: it was answered as an approval"]);
}

#[tokio::test(start_paused = true)]
async fn a_tool_of_an_mcp_server_is_an_approval() {
    let asks = |persist: Value| {
        json!({ "serverName": "m", "_meta": {
            "codex_approval_kind": "mcp_tool_call", "tool_name": "t", "persist": persist
        } })
    };
    let persist = |word: &str| json!({ "action": "accept", "content": {}, "_meta": { "persist": word } });
    for (decision, expected) in [
        (Decision::Accept, json!({ "action": "accept", "content": {} })),
        (Decision::AcceptForSession, persist("session")),
        (Decision::AcceptWithAmendment(None), persist("always")),
    ] {
        let params = asks(json!(["session", "always"]));
        let (said, notices) =
            answer("mcpServer/elicitation/request", params, Answer::Decided(decision)).await;
        assert_eq!((said, notices), (expected, vec![]));
    }
    let wrong = Answer::Decided(Decision::AcceptForSession);
    let (said, notices) = answer("mcpServer/elicitation/request", asks(json!(null)), wrong).await;
    assert_eq!(said, json!({ "action": "decline" }));
    let line = "declined: the agent asked to call t of the MCP server m; thread t1: accept_for_session is not offered";
    assert!(notices[0].starts_with(line), "{notices:?}");
}

#[tokio::test(start_paused = true)]
async fn a_change_of_files_comes_with_what_it_changes() {
    let (mut server, _client, _turn, mut asked) = asked(Limits::default(), Duration::MAX).await;
    let item = json!({ "type": "fileChange", "id": "i1", "changes": [{ "path": "a", "diff": "+x" }] });
    server.tell("item/started", about(json!({ "item": item }))).await;
    server.ask(&json!(1), "item/fileChange/requestApproval", about(json!({}))).await;
    let ask = within(asked.recv()).await.expect("a question");
    let changes: Value = serde_json::from_slice(ask.changes().expect("an item")).expect("JSON");
    assert_eq!(changes, item);
    ask.answer(&Answer::Decided(Decision::Accept));
    server.tell("item/completed", about(json!({ "item": item }))).await;
    server.ask(&json!(2), "item/fileChange/requestApproval", about(json!({}))).await;
    assert!(within(asked.recv()).await.expect("a question").changes().is_none(), "it is over");
}
