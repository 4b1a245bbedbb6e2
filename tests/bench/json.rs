//! What it costs to make Lua tables of the server's lines: `cargo bench --bench json`.
//!
//! The other way, `serde_json::Value` and then tables, is written by hand: mlua's own `to_value` needs a feature
//! that would then be on in the crate as well.
use codex_lua::codex::names::{self, TypeId};
use codex_lua::lua::json::{AsIs, Rename, Renamed, from_lua, to_lua, to_lua_with};
use mlua::{Lua, Table, Value};
use std::borrow::Cow;
use std::hint::black_box;
use std::io::Write as _;
use std::time::{Duration, Instant};

const DELTA: &str = concat!(
    r#"{"threadId":"01a20630-d8ca-77b2-b189-fe762827a96d","turnId":"01a20630-d8d6-7ef3-917e-d0ee11f6f4c0","#,
    r#""itemId":"msg_0a1b2c3d4e5f60718293a4b5c6d7e8f901234567","delta":" word"}"#
);

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

/// Nanoseconds a call: the best of nine rounds, since other work on the machine only ever adds.
fn time(mut work: impl FnMut()) -> f64 {
    let start = Instant::now();
    let mut calls = 0_u32;
    while start.elapsed() < Duration::from_millis(100) {
        work();
        calls += 1;
    }
    let round = |_| {
        let start = Instant::now();
        (0..calls).for_each(|_| work());
        start.elapsed().as_secs_f64() * 1e9 / f64::from(calls)
    };
    (0..9).map(round).fold(f64::INFINITY, f64::min)
}

fn by_value(lua: &Lua, json: &serde_json::Value) -> mlua::Result<Value> {
    Ok(match json {
        serde_json::Value::Null => Value::NULL,
        serde_json::Value::Bool(yes) => Value::Boolean(*yes),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(int) => Value::Integer(int),
            None => Value::Number(number.as_f64().unwrap_or_default()),
        },
        serde_json::Value::String(text) => Value::String(lua.create_string(text)?),
        serde_json::Value::Array(items) => {
            let table = lua.create_table_with_capacity(items.len(), 0)?;
            for (place, item) in items.iter().enumerate() {
                table.raw_set(place + 1, by_value(lua, item)?)?;
            }
            Value::Table(table)
        }
        serde_json::Value::Object(fields) => {
            let table = lua.create_table_with_capacity(0, fields.len())?;
            for (key, item) in fields {
                table.raw_set(key.as_str(), by_value(lua, item)?)?;
            }
            Value::Table(table)
        }
    })
}

/// A finished command of 18 kB, as the server sends it.
fn item() -> String {
    let output = "a line of output with \"quotes\" and an end\\n".repeat(100);
    let action = r#"{"type":"listFiles","command":"ls","path":"/home/me/work"}"#;
    let actions = vec![action; 200].join(",");
    format!(
        r#"{{"item":{{"type":"commandExecution","id":"c1","command":"ls","cwd":"/home/me","processId":"1",
        "status":"completed","commandActions":[{actions}],"aggregatedOutput":{},"exitCode":0,
        "durationMs":12}},"threadId":"01a20630-d8ca-77b2-b189-fe762827a96d","turnId":"t"}}"#,
        serde_json::Value::from(output)
    )
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let lua = Lua::new();
    lua.gc_set_mode(mlua::state::GcMode::Generational(mlua::state::GcGenParams::default()));
    let mut out = std::io::stdout().lock();
    let delta = names::event("item/agentMessage/delta").ok_or("an event")?;
    let done = names::event("item/completed").ok_or("an event")?;
    let item = item();

    for (what, json, root) in [("delta", DELTA, delta.params.0), ("item", item.as_str(), done.params.0)] {
        writeln!(out, "{what}, {} bytes, ns:", json.len())?;
        let bytes = json.as_bytes();
        let parse = time(|| drop(black_box(serde_json::from_slice::<serde_json::Value>(black_box(bytes)))));
        writeln!(out, "  {parse:>9.0} serde_json::Value alone")?;
        let safe = time(|| {
            let parsed = serde_json::from_slice(black_box(bytes)).expect("JSON");
            drop(black_box(by_value(&lua, &parsed)));
        });
        writeln!(out, "  {safe:>9.0} serde_json::Value, then tables by the safe API")?;
        let plain = time(|| drop(black_box(to_lua(&lua, black_box(bytes), &AsIs, 0))));
        writeln!(out, "  {plain:>9.0} to_lua, names as they are")?;
        let named = time(|| drop(black_box(to_lua(&lua, black_box(bytes), &Names, root))));
        writeln!(out, "  {named:>9.0} to_lua, names of scripts")?;
        let extra = [("type", delta.name)];
        let event = time(|| drop(black_box(to_lua_with(&lua, black_box(bytes), &Names, root, &extra))));
        writeln!(out, "  {event:>9.0} to_lua_with a type")?;
        let table: Table = to_lua_with(&lua, bytes, &Names, root, &extra)?;
        let table = Value::Table(table);
        let back = time(|| drop(black_box(from_lua(&lua, black_box(&table)))));
        writeln!(out, "  {back:>9.0} from_lua")?;
    }

    writeln!(out, "names, ns:")?;
    let methods = ["item/agentMessage/delta", "turn/completed", "thread/tokenUsage/updated", "not/known"];
    for method in methods {
        let event = time(|| _ = black_box(names::event(black_box(method))));
        writeln!(out, "  {event:>9.1} event({method:?})")?;
    }
    let thread_item = names::root("ThreadItem").ok_or("a type")?;
    for (of, key) in [(delta.params, "threadId"), (delta.params, "delta"), (thread_item, "aggregatedOutput")]
    {
        let field = time(|| {
            black_box(names::field(black_box(of), black_box(key)));
        });
        writeln!(out, "  {field:>9.1} field({key:?})")?;
    }
    for value in ["commandExecution", "reasoning"] {
        let tag = time(|| drop(black_box(names::tag(black_box(value)))));
        writeln!(out, "  {tag:>9.1} tag({value:?})")?;
    }
    Ok(())
}
