//! The graph of types as Rust: one line a type, those alike merged, in the order in which they are reached.
use crate::schema::{FREE, Graph, TAG};
use codex_lua::codex::names::{event_name, snake};
use serde_json::Value;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Types that scripts see by themselves, beside the answers.
const ROOTS: [&str; 14] = [
    "CodexErrorInfo",
    "GetAccountRateLimitsResponse",
    "Model",
    "RateLimitSnapshot",
    "SandboxPolicy",
    "Thread",
    "ThreadGoal",
    "ThreadItem",
    "ThreadStatus",
    "ThreadTokenUsage",
    "Turn",
    "TurnError",
    "TurnPlanStep",
    "UserInput",
];

/// Answers that no convention links with their method.
const ANSWERS: [(&str, &str); 9] = [
    ("account/gatewayOAuth/cancel", "GatewayOAuthCancelResponse"),
    ("account/logout", "LogoutAccountResponse"),
    ("account/securitySetup/read", "GetAccountSecuritySetupResponse"),
    ("account/workspaceMessages/read", "GetWorkspaceMessagesResponse"),
    ("accountSession/list", "AccountSessionsResponse"),
    ("config/batchWrite", "ConfigWriteResponse"),
    ("config/mcpServer/reload", "McpServerRefreshResponse"),
    ("config/value/write", "ConfigWriteResponse"),
    ("externalAgentConfig/import/readHistories", "ExternalAgentConfigImportHistoriesReadResponse"),
];

type Rows<'a> = Vec<(&'a str, Vec<usize>)>;

/// The table's source for this schema bundle.
pub fn make(bundle: &Value, version: &str) -> String {
    let mut graph = Graph::new(bundle);
    let mut unclaimed = graph.responses();
    let mut events: Rows = Vec::new();
    for (method, params) in graph.methods("ServerNotification") {
        events.push((method, vec![graph.resolve(&[params], method)]));
    }
    let mut requests: Rows = Vec::new();
    for (method, params) in graph.methods("ServerRequest") {
        let answer = answer(&graph, method, params, &mut unclaimed);
        requests.push((method, vec![graph.resolve(&[params], method), graph.resolve(&[answer], method)]));
    }
    let mut results: Rows = Vec::new();
    for (method, params) in graph.methods("ClientRequest") {
        let answer = answer(&graph, method, params, &mut unclaimed);
        results.push((method, vec![graph.resolve(&[answer], method)]));
    }
    unclaimed.remove("JSONRPCResponse");
    assert!(unclaimed.is_empty(), "no method gives these answers: {unclaimed:?}");
    let root = |name: &&'static str| (*name, vec![graph.resolve(&[graph.definition(name)], name)]);
    let mut roots: Rows = ROOTS.iter().map(root).collect();
    graph.settle();
    events.sort_by_key(|(method, _)| (method.len(), *method));
    for rows in [&mut requests, &mut results, &mut roots] {
        rows.sort();
    }
    write(&graph, version, [&events, &requests, &results, &roots])
}

/// The answer's schema: `XParams` gives `XResponse`, a method without params its own name.
fn answer<'a>(graph: &Graph<'a>, method: &str, params: &Value, unclaimed: &mut BTreeSet<&str>) -> &'a Value {
    let exception = ANSWERS.iter().find(|entry| entry.0 == method).map(|entry| entry.1.to_string());
    let by_params = || {
        let nullable = params["anyOf"].as_array().into_iter().flatten().find_map(|one| one["$ref"].as_str());
        let name = params["$ref"].as_str().or(nullable)?.rsplit('/').next()?;
        Some(format!("{}Response", name.strip_suffix("Params")?))
    };
    let capital = |word: &str| format!("{}{}", &word[..1].to_uppercase(), &word[1..]);
    let by_method = || format!("{}Response", method.split(['/', '_']).map(capital).collect::<String>());
    let names = exception.into_iter().chain(by_params()).chain([by_method()]);
    let known = names.into_iter().find(|name| graph.find(name).is_some());
    let name = known.unwrap_or_else(|| panic!("what does {method} answer? Add it to ANSWERS"));
    unclaimed.remove(name.as_str());
    graph.definition(&name)
}

/// The class of each type: types alike in all that they change are one.
fn classes(graph: &Graph) -> Vec<usize> {
    let changes = |i: usize| listed(graph, i).next().is_some() || graph.types[i].rest != FREE;
    let first = |i: usize| if i == TAG { TAG } else { 2 * usize::from(changes(i)) };
    let mut class: Vec<usize> = (0..graph.types.len()).map(first).collect();
    loop {
        let mut seen = BTreeMap::new();
        let mut next = Vec::with_capacity(class.len());
        for (i, of) in graph.types.iter().enumerate() {
            let fields: Vec<_> = listed(graph, i).map(|(wire, child)| (wire, class[child])).collect();
            let count = seen.len();
            next.push(*seen.entry((class[i].min(2), fields, class[of.rest])).or_insert(count));
        }
        // Classes only ever split, so an equal count is an equal partition.
        let count = |of: &[usize]| of.iter().collect::<BTreeSet<_>>().len();
        if count(&next) == count(&class) {
            return next;
        }
        class = next;
    }
}

/// The fields that change something, which are all that the table lists.
fn listed<'g>(graph: &'g Graph, id: usize) -> impl Iterator<Item = (&'g str, usize)> {
    let of = &graph.types[id];
    let mut fields: Vec<_> = of.fields.iter().map(|(wire, child)| (wire.as_str(), *child)).collect();
    fields.retain(|(wire, child)| *child != of.rest || snake(wire) != *wire);
    fields.sort_by_key(|(wire, _)| (wire.len(), *wire));
    fields.into_iter()
}

fn write(graph: &Graph, version: &str, [events, requests, results, roots]: [&Rows; 4]) -> String {
    let class = classes(graph);
    let mut order = vec![FREE, TAG];
    let mut place = BTreeMap::from([(class[FREE], 0), (class[TAG], 1)]);
    let begin = [events, requests, results, roots].into_iter().flatten().flat_map(|(_, ids)| ids.clone());
    let mut waiting: Vec<usize> = begin.collect();
    waiting.reverse();
    while let Some(id) = waiting.pop() {
        if let Entry::Vacant(free) = place.entry(class[id]) {
            free.insert(order.len());
            order.push(id);
            let mut below: Vec<usize> = listed(graph, id).map(|(_, child)| child).collect();
            below.push(graph.types[id].rest);
            waiting.extend(below.into_iter().rev());
        }
    }
    let place = |id: usize| place[&class[id]];

    let mut out = String::new();
    let line = |out: &mut String, text: std::fmt::Arguments| writeln!(out, "{text}").expect("a string");
    line(
        &mut out,
        format_args!("//! Made by `CODEX_LUA_UPDATE=1 cargo test --test names`; not to be edited."),
    );
    line(&mut out, format_args!("use super::{{Event, Request, Type, TypeId}};\n"));
    line(
        &mut out,
        format_args!(
            "/// The Codex whose schema this table was made from.\npub const VERSION: &str = {version:?};\n"
        ),
    );
    line(&mut out, format_args!("/// Where in `EVENTS` the methods of each length begin."));
    let longest = events.last().map_or(0, |(method, _)| method.len());
    let starts = (0..=longest + 1)
        .map(|len| events.iter().filter(|(method, _)| method.len() < len).count().to_string());
    let starts: Vec<String> = starts.collect();
    line(&mut out, format_args!("pub(super) const EVENT_STARTS: &[u8] = &[{}];\n", starts.join(", ")));
    line(&mut out, format_args!("pub(super) const EVENTS: &[Event] = &["));
    for (method, ids) in events {
        let (name, params) = (event_name(method), place(ids[0]));
        line(
            &mut out,
            format_args!("    Event {{ method: {method:?}, name: {name:?}, params: TypeId({params}) }},"),
        );
    }
    line(&mut out, format_args!("];\n\npub(super) const REQUESTS: &[Request] = &["));
    for (method, ids) in requests {
        let (name, params, answer) = (event_name(method), place(ids[0]), place(ids[1]));
        line(
            &mut out,
            format_args!(
                "    Request {{ method: {method:?}, name: {name:?}, params: TypeId({params}), answer: TypeId({answer}) }},"
            ),
        );
    }
    for (list, rows) in [("RESULTS", results), ("ROOTS", roots)] {
        line(&mut out, format_args!("];\n\npub(super) const {list}: &[(&str, u16)] = &["));
        for (name, ids) in rows.iter().filter(|(_, ids)| place(ids[0]) != FREE) {
            line(&mut out, format_args!("    ({name:?}, {}),", place(ids[0])));
        }
    }
    line(&mut out, format_args!("];\n\npub(super) const TYPES: &[Type] = &["));
    for (i, id) in order.into_iter().enumerate() {
        let field = |(wire, child): (&str, usize)| format!("({wire:?}, {:?}, {})", snake(wire), place(child));
        let fields: Vec<String> = listed(graph, id).map(field).collect();
        let (name, rest) = (&graph.types[id].name, place(graph.types[id].rest));
        line(
            &mut out,
            format_args!("    Type {{ fields: &[{}], rest: {rest} }}, // {i} {name}", fields.join(", ")),
        );
    }
    line(&mut out, format_args!("];"));
    out
}
