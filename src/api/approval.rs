//! Approvals: what a handler is told besides, and what it may decide.

use mlua::{Lua, Table, Value};

use super::event;
use crate::codex::names::{self, TypeId};
use crate::codex::{Answer, Ask, Decision, Kind, Rule};
use crate::lua::Raise;
use crate::lua::args::describe;
use crate::lua::options::{FromOption, Options};

const RULES: &[(&str, Rule)] = &[("allow", Rule::Allow), ("deny", Rule::Deny)];
/// Whether a grant is for the session.
const SCOPES: &[(&str, bool)] = &[("turn", false), ("session", true)];

/// Adds what of an approval is not in its own parameters.
pub fn complete(lua: &Lua, ask: &Ask, request: &Table) -> mlua::Result<()> {
    let wire: Option<String> = request.raw_get("kind")?;
    let is_network = request.contains_key("network_approval_context")?;
    let kind = match (ask.kind(), wire.as_deref()) {
        (Kind::Command, _) if is_network => "network".into(),
        (Kind::Command, Some(wire)) => names::tag(wire),
        (Kind::FileChange | Kind::LegacyFileChange, _) => "file_change".into(),
        (Kind::Permissions, _) => "permissions".into(),
        (Kind::McpTool, _) => "mcp_tool_call".into(),
        _ => "command".into(),
    };
    request.raw_set("kind", &*kind)?;
    if let (Kind::McpTool, Value::Table(meta)) = (ask.kind(), request.raw_get("_meta")?) {
        request.raw_set("tool", meta.raw_get::<Value>("tool_name")?)?;
        request.raw_set("arguments", meta.raw_get::<Value>("tool_params")?)?;
    }
    if let Some(item) = ask.changes() {
        let of = names::root("ThreadItem").unwrap_or(TypeId::FREE);
        if let Value::Table(item) = event::answer(lua, item, of)? {
            request.raw_set("changes", item.raw_get::<Value>("changes")?)?;
        }
    }
    Ok(())
}

/// Reads what a handler decided.
pub fn read(lua: &Lua, ask: &Ask, value: &Value) -> Result<Answer, Raise> {
    let decision = match value {
        Value::String(word) => match &*word.to_string_lossy() {
            "accept" => Some(Decision::Accept),
            "accept_for_session" => Some(Decision::AcceptForSession),
            "decline" => Some(Decision::Decline(None)),
            "cancel" => Some(Decision::Cancel),
            _ => None,
        },
        Value::Table(table) => detailed(lua, ask, table)?,
        _ => None,
    };
    decision.map(Answer::Decided).ok_or_else(|| {
        Raise::usage(format!(
            "on_approval returned {}; it returns \"accept\", \"accept_for_session\", \"decline\", \"cancel\" or one \
             of them in detail, as a table",
            describe(value)
        ))
    })
}

fn detailed(lua: &Lua, ask: &Ask, table: &Table) -> Result<Option<Decision>, Raise> {
    let given = Options::new(lua, "on_approval", Some(table.clone()));
    let amendment = given.get::<Amendment>("accept_with_amendment")?.map(|Amendment(words)| words);
    let rule = given.word("network_amendment", RULES)?;
    let grant: Option<serde_json::Map<_, _>> = given.get("grant")?;
    let for_session = given.word("scope", SCOPES)?.unwrap_or(false);
    let reason: Option<String> = given.get("decline")?;
    given.finish()?;
    Ok(match (amendment, rule, grant, reason) {
        (Some(words), None, None, None) => Some(Decision::AcceptWithAmendment(words)),
        (None, Some(rule), None, None) => Some(Decision::NetworkAmendment(rule)),
        (None, None, Some(permissions), None) => {
            let permissions = serde_json::Value::from(permissions);
            Some(Decision::Grant { permissions: granted(ask.kind(), permissions), for_session })
        }
        (None, None, None, Some(reason)) => Some(Decision::Decline(Some(reason))),
        _ => None,
    })
}

/// Permissions with the names of the wire.
fn granted(kind: Kind, permissions: serde_json::Value) -> serde_json::Value {
    let answer = names::request(kind.method()).map_or(TypeId::FREE, |request| request.answer);
    names::to_wire(permissions, names::wire_field(answer, "permissions").child)
}

/// The words of a rule; true is the proposed one.
struct Amendment(Option<Vec<String>>);

impl FromOption for Amendment {
    const EXPECTED: &'static str = "true or a list of words";
    fn from_option(value: &Value, lua: &Lua) -> Result<Self, Option<String>> {
        match value {
            Value::Boolean(true) => Ok(Self(None)),
            words => Vec::from_option(words, lua).map(|words| Self(Some(words))),
        }
    }
}
