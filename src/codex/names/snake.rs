//! The rule by which names of the wire become names of scripts.
use std::borrow::Cow;

/// `agentMessage` → `agent_message`, `gatewayOAuth` → `gateway_o_auth`.
///
/// What is not camelCase stays as it is: `text_elements`, `danger-full-access`, and names that begin with a
/// capital, which name things (`PreToolUse`) rather than fields.
pub fn snake(wire: &str) -> Cow<'_, str> {
    if !is_camel(wire) {
        return Cow::Borrowed(wire);
    }
    let mut out = String::with_capacity(wire.len() + 4);
    push_snake(wire, &mut out);
    Cow::Owned(out)
}

/// The `type` of an event: `item/agentMessage/delta` → `item.agent_message.delta`.
///
/// Works for any method, also one that the table does not know.
pub fn event_name(method: &str) -> Cow<'_, str> {
    if !method.contains('/') {
        return snake(method);
    }
    let mut out = String::with_capacity(method.len() + 4);
    for (i, part) in method.split('/').enumerate() {
        if i > 0 {
            out.push('.');
        }
        if is_camel(part) { push_snake(part, &mut out) } else { out.push_str(part) }
    }
    Cow::Owned(out)
}

fn is_camel(wire: &str) -> bool {
    let bytes = wire.as_bytes();
    bytes.first().is_some_and(u8::is_ascii_lowercase)
        && bytes.iter().all(u8::is_ascii_alphanumeric)
        && bytes.iter().any(u8::is_ascii_uppercase)
}

/// A word begins at each capital, but for those inside a run of them: `mcpURL` is `mcp_url`.
fn push_snake(camel: &str, out: &mut String) {
    let bytes = camel.as_bytes();
    for (i, &byte) in bytes.iter().enumerate() {
        let inside_run = i > 0 && bytes[i - 1].is_ascii_uppercase();
        let next_is_lower = bytes.get(i + 1).is_some_and(u8::is_ascii_lowercase);
        if byte.is_ascii_uppercase() && i > 0 && (!inside_run || next_is_lower) {
            out.push('_');
        }
        out.push(char::from(byte.to_ascii_lowercase()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn camel_case_becomes_snake_case_and_nothing_else_changes() {
        for (wire, script) in [
            ("threadId", "thread_id"),
            ("commandExecution", "command_execution"),
            ("dangerFullAccess", "danger_full_access"),
            ("gatewayOAuth", "gateway_o_auth"),
            ("mcpURL", "mcp_url"),
            ("sha256", "sha256"),
            ("v2ConsolidatedThreads", "v2_consolidated_threads"),
            ("deltaBase64", "delta_base64"),
            ("text_elements", "text_elements"),
            ("_meta", "_meta"),
            ("PreToolUse", "PreToolUse"),
            ("danger-full-access", "danger-full-access"),
            ("a/bC", "a/bC"),
            ("naïveName", "naïveName"),
            ("", ""),
        ] {
            assert_eq!(snake(wire), script);
            assert_eq!(matches!(snake(wire), Cow::Borrowed(_)), wire == script, "{wire}");
        }
    }

    #[test]
    fn methods_become_dotted() {
        for (method, name) in [
            ("item/agentMessage/delta", "item.agent_message.delta"),
            ("thread/tokenUsage/updated", "thread.token_usage.updated"),
            ("configWarning", "config_warning"),
            ("error", "error"),
            ("thread/inject_items", "thread.inject_items"),
            ("a//bC", "a..b_c"),
        ] {
            assert_eq!(event_name(method), name);
        }
    }
}
