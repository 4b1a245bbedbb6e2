use super::*;
use crate::codex::ask::Ask;

/// Runs nothing.
#[derive(Debug)]
struct Nobody;

impl Answerer for Nobody {
    fn patience(&self, _: Kind) -> Option<Duration> {
        None
    }

    fn ask(&self, _: Ask) {}
}

fn tool(name: &str, input: Option<Value>) -> Result<Tool, Error> {
    let input = input.map(|input| Schema::new(input).unwrap());
    Tool::new(name.into(), "what it does".into(), input, Arc::new(Nobody))
}

fn entry(name: &str) -> Entry {
    Entry::Tool(tool(name, None).unwrap())
}

fn namespace(name: &str, tools: &[&str]) -> Result<Namespace, Error> {
    Namespace::new(name.into(), "what they do".into(), tools.iter().map(|name| entry(name)).collect())
}

fn call(params: Value) -> Call {
    serde_json::from_value(params).unwrap()
}

#[test]
fn the_wire_has_functions_and_namespaces() {
    let input = json!({ "type": "object", "properties": { "fooBar": { "type": "integer" } } });
    let one = Entry::Tool(tool("one", Some(input.clone())).unwrap());
    let tools = Tools::new(vec![one, Entry::Namespace(namespace("n", &["one"]).unwrap())]).unwrap();
    let nothing = json!({ "type": "object", "properties": {}, "additionalProperties": false });
    let function = |input| json!({ "type": "function", "name": "one", "description": "what it does", "inputSchema": input });
    let several = json!({ "type": "namespace", "name": "n", "description": "what they do", "tools": [function(nothing)] });
    assert_eq!(tools.wire(), json!([function(input), several]));
}

#[test]
fn a_tool_is_found_by_both_names() {
    let tools = vec![entry("one"), Entry::Namespace(namespace("n", &["one", "two"]).unwrap())];
    let tools = Tools::new(tools).unwrap();
    let found = |namespace, name| tools.find(namespace, name).is_some();
    assert!(found(None, "one") && found(Some("n"), "one") && found(Some("n"), "two"));
    assert!(!found(None, "two") && !found(Some("m"), "one") && !found(None, "n") && !found(Some(""), "one"));
}

#[test]
fn names_that_code_cannot_tell_apart_are_refused() {
    let refused = |entries| Tools::new(entries).unwrap_err().to_string();
    assert_eq!(refused(vec![entry("one"), entry("one")]), "tools: two are called one");
    assert_eq!(
        refused(vec![Entry::Namespace(namespace("a-b", &["c"]).unwrap()), entry("a_b__c")]),
        "tools: a-b.c and a_b__c are both a_b__c to models that call tools from code"
    );
    for own in ["exec_command", "exec-command", "tool_search"] {
        assert!(tool(own, None).unwrap_err().to_string().contains("Codex's own"), "{own}");
    }
    assert!(namespace("multi-agent_v1", &["x"]).is_err());
}

#[test]
fn what_does_not_fit_is_told_with_its_place() {
    let input =
        json!({ "type": "object", "properties": { "id": { "type": "integer" } }, "required": ["id"] });
    let tool = tool("look_up", Some(input)).unwrap();
    let check = |arguments: Value| {
        let ids = json!({ "threadId": "t", "turnId": "u", "callId": "c", "tool": "look_up", "arguments": arguments });
        call(ids).check(&tool)
    };
    assert_eq!(check(json!({ "id": 7 })), Ok(()));
    let misfit = check(json!({ "id": "sk-aaaaaaaaaaaaaaaaaaaaaaaaaaaa" })).unwrap_err();
    let start = "look_up was not run, since its arguments do not fit its input:\n";
    let text = format!("{start}/id: it is not of type \"integer\"");
    assert_eq!(misfit, Output { success: false, parts: vec![Part::Text(text)] });
}

#[test]
fn outputs_have_the_form_of_the_wire() {
    let output = Output::of(vec![Part::Text("t".into()), Part::Image("data:,".into())]);
    let parts = json!([{ "type": "inputText", "text": "t" }, { "type": "inputImage", "imageUrl": "data:," }]);
    assert_eq!(output.wire(), json!({ "success": true, "contentItems": parts }));
    let failed = Output::failed("it had sk-proj-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa in it").wire();
    assert_eq!(failed["success"], false);
    assert_eq!(failed["contentItems"][0]["text"], "it had [redacted] in it");
}
