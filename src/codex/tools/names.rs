//! What tools and namespaces may be called: what the server refuses, and what it takes and then never calls.

use crate::codex::error::Error;

/// Codex's own tools, of which the server calls its own in the place of another of that name, or for which it has no
/// use: each was seen with Codex 0.169, some only with a model that calls tools from code, an MCP server, or a setting.
const OWN: &[&str] = &[
    "apply_patch",
    "create_goal",
    "exec",
    "exec_command",
    "get_context_remaining",
    "get_goal",
    "list_mcp_resource_templates",
    "list_mcp_resources",
    "new_context",
    "read_mcp_resource",
    "request_permissions",
    "request_user_input",
    "send_message_to_user_async",
    "shell_command",
    "tool_search",
    "update_goal",
    "view_image",
    "wait",
    "wait_for_environment",
    "web_search",
    "write_stdin",
];

/// Namespaces of Codex's own tools, which the server likewise prefers.
const OWN_NAMESPACES: &[&str] = &["clock", "collaboration", "multi_agent_v1"];

/// Namespaces that the server refuses, since the model's API has them.
const RESERVED: &[&str] = &[
    "api_tool",
    "browser",
    "computer",
    "container",
    "file_search",
    "functions",
    "image_gen",
    "multi_tool_use",
    "python",
    "python_user_visible",
    "submodel_delegator",
    "terminal",
    "tool_search",
    "web",
];

/// Characters of the longest name, and of the longest namespace.
const LONGEST: usize = 128;
const LONGEST_NAMESPACE: usize = 64;

pub(super) fn check_tool(name: &str) -> Result<(), Error> {
    check(name, LONGEST)?;
    if OWN.contains(&&*in_code(name)) {
        return refuse(name, "is that of a tool of Codex's own, which would be called in its place");
    }
    Ok(())
}

pub(super) fn check_namespace(name: &str) -> Result<(), Error> {
    check(name, LONGEST_NAMESPACE)?;
    if OWN_NAMESPACES.contains(&&*in_code(name)) {
        return refuse(name, "is that of tools of Codex's own, which would be called in the place of these");
    }
    if RESERVED.contains(&name) {
        return refuse(name, "is a name that the model's API has for its own tools");
    }
    Ok(())
}

fn check(name: &str, longest: usize) -> Result<(), Error> {
    let is_sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if name.is_empty() || !name.chars().all(is_sign) {
        return refuse(name, "must be of letters from a to z, digits, _ and -");
    }
    if name.len() > longest {
        return refuse(name, &format!("has {} characters, and may have {longest}", name.len()));
    }
    if name == "mcp" || name.starts_with("mcp__") {
        return refuse(name, "is kept for tools of MCP servers");
    }
    Ok(())
}

fn refuse(name: &str, why: &str) -> Result<(), Error> {
    Err(Error::Usage(format!("name: {name:?} {why}")))
}

/// How a tool of a namespace is written.
pub(in crate::codex) fn full(namespace: Option<&str>, name: &str) -> String {
    namespace.map_or_else(|| name.to_owned(), |namespace| format!("{namespace}.{name}"))
}

/// What a tool is called by models that call tools from code: of two with one such name, they see one.
pub(super) fn in_code(full: &str) -> String {
    full.replace('.', "__").replace('-', "_")
}

pub(super) fn doubled(one: &str, other: &str) -> String {
    if one == other {
        return format!("tools: two are called {one}");
    }
    format!("tools: {one} and {other} are both {} to models that call tools from code", in_code(one))
}
