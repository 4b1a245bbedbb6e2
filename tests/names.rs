//! The table of names is the one of the pinned Codex, and does to real lines what the contract says.
//!
//! `CODEX_LUA_UPDATE=1 cargo test --test names` makes the table anew for another Codex.
#[path = "names/heard.rs"]
mod heard;
#[path = "names/sample.rs"]
mod sample;
#[path = "names/schema.rs"]
mod schema;
mod support;
#[path = "names/table.rs"]
mod table;

use codex_lua::codex::names::{self, TypeId};
use codex_lua::lua::json::{Rename, Renamed, from_lua, to_lua};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

fn codex(home: &Path, args: &[&str]) -> String {
    let output = Command::new(support::pinned_codex()).args(args).env("CODEX_HOME", home).output();
    let output = output.expect("codex runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("codex writes UTF-8")
}

/// The schema of the pinned Codex, and its version.
fn schema() -> &'static (Value, String) {
    static SCHEMA: OnceLock<(Value, String)> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let version = codex(folder.path(), &["--version"]);
        let version = version.split_whitespace().last().expect("a version");
        let out = folder.path().to_str().expect("a UTF-8 path");
        codex(folder.path(), &["app-server", "generate-json-schema", "--experimental", "--out", out]);
        let bundle =
            std::fs::read(folder.path().join("codex_app_server_protocol.schemas.json")).expect("a schema");
        (serde_json::from_slice(&bundle).expect("JSON"), version.to_owned())
    })
}

#[test]
fn every_notification_of_the_schema_arrives_as_it_is_defined() {
    heard::every_notification_arrives(&schema().0);
}

#[test]
fn the_table_is_that_of_the_pinned_codex() {
    let (bundle, version) = schema();
    let made = table::make(bundle, version);

    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/codex/names/table.rs");
    if std::env::var_os("CODEX_LUA_UPDATE").is_some() {
        std::fs::write(&path, made).expect("the table can be written");
        return;
    }
    let committed = std::fs::read_to_string(&path).expect("a table");
    let differs = committed.lines().zip(made.lines()).position(|(old, new)| old != new);
    let hint = "CODEX_LUA_UPDATE=1 cargo test --test names makes it anew";
    assert!(committed == made, "the table is not that of Codex {version}, from line {differs:?} on: {hint}");
}

/// The table as a caller of `to_lua` hands it on.
struct Names;

impl Rename for Names {
    fn field<'k>(&'k self, of: u16, key: &'k str) -> Renamed<'k> {
        let field = names::field(TypeId(of), key);
        Renamed { name: field.name, child: field.child.0, tag: field.is_tag(), drop_null: false, also: None }
    }

    fn tag<'v>(&self, value: &'v str) -> Cow<'v, str> {
        names::tag(value)
    }
}

/// What a script would see of a value of this type.
fn seen(of: TypeId, json: &Value) -> Value {
    let lua = mlua::Lua::new();
    let table = to_lua(&lua, json.to_string().as_bytes(), &Names, of.0).expect("a table");
    from_lua(&lua, &table).expect("JSON")
}

fn seen_event(method: &str, params: &Value) -> Value {
    seen(names::event(method).expect("a known method").params, params)
}

/// All keys, with the path to each; what is known to be free is left out.
fn keys(json: &Value, path: &str, found: &mut Vec<String>) {
    match json {
        Value::Object(fields) => {
            for (key, value) in fields {
                found.push(format!("{path}.{key}"));
                if key != "arguments" {
                    keys(value, &format!("{path}.{key}"), found);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| keys(item, path, found)),
        _ => {}
    }
}

#[test]
fn lines_of_the_real_server_become_snake_case_throughout() {
    for line in include_str!("names/wire.jsonl").lines() {
        let line: Value = serde_json::from_str(line).expect("JSON");
        let method = line["method"].as_str().expect("a method");
        let (of, content) = match (line.get("params"), line.get("id")) {
            (Some(params), None) => (names::event(method).expect("an event").params, params),
            (Some(params), Some(_)) => (names::request(method).expect("a request").params, params),
            (None, _) => (names::result(method), &line["result"]),
        };
        let mut found = Vec::new();
        keys(&seen(of, content), method, &mut found);
        let last = |path: &'_ String| path.rsplit('.').next().unwrap_or_default().to_string();
        let camel: Vec<_> = found.iter().filter(|path| names::snake(&last(path)) != last(path)).collect();
        assert!(!found.is_empty() && camel.is_empty(), "{camel:?}");
    }
}

#[test]
fn free_content_stays_as_it_is() {
    let free = json!({"fooBar": 1, "type": "camelValue", "threadId": {"turnId": ["itemId"]}});
    let item =
        |item: Value| seen_event("item/completed", &json!({"threadId": "t", "item": item}))["item"].clone();

    let call = item(
        json!({"type": "dynamicToolCall", "arguments": free, "contentItems": [{"type": "inputText", "text": "aB"}]}),
    );
    assert_eq!(
        call,
        json!({"type": "dynamic_tool_call", "arguments": free, "content_items": [{"type": "input_text", "text": "aB"}]})
    );

    let call = item(json!({"type": "mcpToolCall", "durationMs": 1, "arguments": free,
        "result": {"content": [free], "structuredContent": free, "_meta": free}}));
    assert_eq!(
        call,
        json!({"type": "mcp_tool_call", "duration_ms": 1, "arguments": free,
        "result": {"content": [free], "structured_content": free, "_meta": free}})
    );

    let call = item(json!({"type": "collabAgentToolCall", "status": "inProgress",
        "agentsStates": {"threadId": {"status": "pendingInit", "message": null}}}));
    assert_eq!(call["agents_states"], json!({"threadId": {"status": "pendingInit", "message": null}}));
    assert_eq!(call["status"], "inProgress", "other values than those of `type` stay");

    let config = json!({"config": {"mcp_servers": {"myServer": {"type": "camelValue", "fooBar": 1}}},
        "origins": {"fooBar.bazQux": {"name": {"type": "sessionFlags"}, "version": "1"}}});
    let shown = seen(names::result("config/read"), &config);
    assert_eq!(shown["config"], config["config"]);
    assert_eq!(
        shown["origins"],
        json!({"fooBar.bazQux": {"name": {"type": "session_flags"}, "version": "1"}})
    );

    let asked = json!({"serverName": "s", "threadId": "t", "mode": "form", "message": "m", "requestedSchema":
        {"type": "object", "properties": {"fooBar": {"type": "string", "maxLength": 3}}}});
    let shown = seen(names::request("mcpServer/elicitation/request").expect("a request").params, &asked);
    assert_eq!((&shown["requested_schema"], &shown["server_name"]), (&asked["requestedSchema"], &json!("s")));

    let tools =
        json!({"data": [{"name": "s", "tools": {"fooBar": {"name": "fooBar", "inputSchema": free}}}]});
    let shown = seen(names::result("mcpServerStatus/list"), &tools);
    assert_eq!(shown["data"][0]["tools"]["fooBar"]["input_schema"], free);

    let changes = json!({"threadId": "t", "changes": [{"path": "/a/fooBar.rs", "kind": {"type": "update", "move_path": null}, "diff": ""}]});
    let shown = seen_event("item/fileChange/patchUpdated", &changes);
    assert_eq!(shown["changes"], changes["changes"]);
    let legacy = json!({"callId": "c", "fileChanges": {"/a/fooBar.rs": {"type": "add", "content": "x"}}});
    let shown = seen(names::request("applyPatchApproval").expect("a request").params, &legacy);
    assert_eq!(
        shown,
        json!({"call_id": "c", "file_changes": {"/a/fooBar.rs": {"type": "add", "content": "x"}}})
    );
}

#[test]
fn known_fields_are_renamed_and_unknown_ones_are_not() {
    let error = json!({"threadId": "t", "willRetry": true, "newField": {"fooBar": 1},
        "error": {"message": "m", "codexErrorInfo": {"httpConnectionFailed": {"httpStatusCode": 401}}}});
    let shown = seen_event("error", &error);
    assert_eq!(
        shown,
        json!({"thread_id": "t", "will_retry": true, "newField": {"fooBar": 1},
        "error": {"message": "m", "codex_error_info": {"http_connection_failed": {"http_status_code": 401}}}})
    );
    let shown = seen_event("thread/status/changed", &json!({"status": {"type": "systemError"}}));
    assert_eq!(shown["status"]["type"], "system_error");
    let nested = json!({"thread": {"turns": [{"itemsView": "full", "items": [{"type": "userMessage", "clientId": "c"}]}]}});
    let shown = seen(names::result("thread/read"), &nested);
    assert_eq!(shown["thread"]["turns"][0]["items"][0], json!({"type": "user_message", "client_id": "c"}));
    assert_eq!(seen(names::result("no/such"), &nested), nested);
}

#[test]
fn lookups_find_each_method_and_each_way_back() {
    for event in names::events() {
        let method = event.method();
        assert_eq!(event.name, names::event_name(method));
        assert!(std::ptr::eq(names::event(method).expect("itself"), event));
    }
    for unknown in ["", "item", "item/agentMessage/Delta", &"x".repeat(300)] {
        assert!(names::event(unknown).is_none());
    }
    let request = names::request("item/commandExecution/requestApproval").expect("a request");
    assert_eq!(request.name, "item.command_execution.request_approval");
    for name in ["Thread", "Turn", "ThreadItem", "CodexErrorInfo", "ThreadTokenUsage"] {
        assert_ne!(names::root(name).expect(name), TypeId::FREE);
    }
    assert_eq!(names::root("NoSuchType"), None);
    let item = names::root("ThreadItem").expect("a type");
    let (there, back) = (names::field(item, "durationMs"), names::wire_field(item, "duration_ms"));
    assert_eq!((there.name, back.name, there.child), ("duration_ms", "durationMs", back.child));
    assert_eq!(names::wire_field(item, "fooBar").name, "fooBar");
    assert_eq!(names::field(TypeId(u16::MAX), "fooBar").name, "fooBar");
}
