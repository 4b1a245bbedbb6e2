use super::*;
use bytes::Bytes;
use mlua::{Lua, Table, Value};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

fn read(lua: &Lua, json: &str) -> Value {
    to_lua(lua, json.as_bytes(), &AsIs, 0).unwrap()
}

fn eval(lua: &Lua, code: &str) -> Value {
    lua.globals().set("null", Value::NULL).unwrap();
    lua.globals().set("array", array_metatable(lua).unwrap()).unwrap();
    lua.load(code).eval().unwrap()
}

fn refused(code: &str) -> String {
    let lua = Lua::new();
    let value = eval(&lua, code);
    from_lua(&lua, &value).unwrap_err().to_string()
}

/// Renames all keys of type 1, hands type 2 to `free`, and sets `delta` twice.
struct Upper;

impl Rename for Upper {
    fn field<'k>(&'k self, of: u16, key: &'k str) -> Renamed<'k> {
        let also = (key == "delta").then_some("text");
        let child = if key == "free" { 2 } else { of };
        match (of, key) {
            (1, "aB") => Renamed { name: "a_b", child, tag: false, drop_null: false, also },
            _ => Renamed { name: key, child, tag: of == 1 && key == "type", drop_null: false, also },
        }
    }

    fn tag<'v>(&self, value: &'v str) -> Cow<'v, str> {
        Cow::Owned(value.to_uppercase())
    }
}

#[test]
fn what_cannot_be_read_is_there_as_text() {
    let lua = Lua::new();
    let deep = "[".repeat(MAX_DEPTH + 1) + &"]".repeat(MAX_DEPTH + 1);
    for text in [&*deep, "1e999", "\"\\ud800\"", "{\"a\":{\"b\\n\":[1,2,\"\\udc00\"]}}"] {
        let value = to_lua_or_text(&lua, text.as_bytes(), &AsIs, 0).unwrap();
        assert_eq!(value.to_string().unwrap(), text);
        // Among others, which are not disturbed.
        let texts: Vec<_> =
            [r#"{"a":[1]}"#, text, r#"["\u0041"]"#].map(|text| Bytes::from(text.to_owned())).into();
        let table = table(&lua, |table| table.list("list", &texts, &AsIs, 0)).unwrap();
        let list: mlua::Table = table.as_table().unwrap().get("list").unwrap();
        assert_eq!(list.get::<String>(2).unwrap(), text);
        assert_eq!(list.get::<mlua::Table>(1).unwrap().get::<Vec<i64>>("a").unwrap(), [1]);
        assert_eq!(list.get::<Vec<String>>(3).unwrap(), ["A"]);
    }
}

#[test]
fn json_becomes_what_lua_writes() {
    let lua = Lua::new();
    let value = read(
        &lua,
        r#"{"n":null,"t":true,"i":-9223372036854775808,"u":18446744073709551615,"f":1.5,"w":1.0,"z":-0,
            "s":"\u0000\ud83d\ude00\n\"","":1,"a":[1,[2,null],{}],"e":[],"k\n":"v","d":1,"d":2}"#,
    );
    lua.globals().set("v", value).unwrap();
    eval(
        &lua,
        r#"assert(v.n == null and v.t == true and v.i == math.mininteger and math.type(v.i) == "integer")
        assert(v.u == 2^64 and math.type(v.u) == "float" and v.f == 1.5 and math.type(v.w) == "float")
        assert(1 / v.z == -math.huge, "a negative zero is a float")
        assert(v.s == "\0😀\n\"" and v[""] == 1 and v["k\n"] == "v" and v.d == 2, "the last of two keys wins")
        assert(v.a[1] == 1 and v.a[2][1] == 2 and v.a[2][2] == null and #v.a == 3 and next(v.a[3]) == nil)
        assert(getmetatable(v.a) == array and getmetatable(v.e) == array and getmetatable(v.a[3]) == nil)
        assert(tostring(v.e):match("^json%.array: "))"#,
    );
    for (json, shown) in [("1", "1"), ("\"x\"", "x"), ("true", "true"), ("2.5", "2.5")] {
        assert_eq!(read(&lua, json).to_string().unwrap(), shown);
    }
}

#[test]
fn keys_are_renamed_by_type_and_values_set_twice() {
    let lua = Lua::new();
    let json = br#"{"aB":1,"list":[{"aB":2,"type":"x\u0079"}],"free":{"aB":3,"type":"z"},"delta":{"q":1},"\u0061B":4}"#;
    let table = to_lua_with(&lua, json, &Upper, 1, &[("type", "event")]).unwrap();
    lua.globals().set("v", table).unwrap();
    eval(
        &lua,
        r#"assert(v.type == "event" and v.a_b == 4 and v.aB == nil)
        assert(v.list[1].a_b == 2 and v.list[1].type == "XY")
        assert(v.free.aB == 3 and v.free.type == "z")
        assert(v.delta == v.text and v.text.q == 1)"#,
    );
}

#[test]
fn extra_fields_win_and_want_an_object() {
    let lua = Lua::new();
    let with = |json: &[u8]| to_lua_with(&lua, json, &AsIs, 0, &[("type", "event")]);
    assert_eq!(with(br#"{"type":"other"}"#).unwrap().get::<String>("type").unwrap(), "event");
    assert_eq!(with(b"{}").unwrap().get::<String>("type").unwrap(), "event");
    for json in ["[]", "1", "null"] {
        assert!(matches!(with(json.as_bytes()), Err(JsonError::NotAnObject)), "{json}");
    }
}

#[test]
fn what_is_no_json_is_refused() {
    let lua = Lua::new();
    for json in ["", "{", "[1,]", "{\"a\":1} x", "1e999", "\"\\ud800\"", "{\"a\" 1}", "[\"\n\"]"] {
        assert!(matches!(to_lua(&lua, json.as_bytes(), &AsIs, 0), Err(JsonError::Parse(_))), "{json:?}");
    }
    let problem = to_lua(&lua, b"{\"a\":\"\xff\"}", &AsIs, 0).unwrap_err();
    assert_eq!(problem.to_string(), "JSON with invalid utf-8 sequence of 1 bytes from index 6");
    assert!(matches!(read(&lua, "[1]"), Value::Table(_)), "the next call is as good as the first");
}

#[test]
fn nesting_has_a_limit_both_ways() {
    let lua = Lua::new();
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let deepest = read(&lua, &nested(MAX_DEPTH));
    assert_eq!(from_lua(&lua, &deepest).unwrap().to_string(), nested(MAX_DEPTH));
    let objects = format!("{}1{}", "{\"a\":".repeat(MAX_DEPTH), "}".repeat(MAX_DEPTH));
    assert_eq!(from_lua(&lua, &read(&lua, &objects)).unwrap().to_string(), objects);
    for depth in [MAX_DEPTH + 1, 1_000_000] {
        assert!(matches!(to_lua(&lua, nested(depth).as_bytes(), &AsIs, 0), Err(JsonError::Parse(_))));
    }
    let problem = refused("local t = {} for _ = 1, 127 do t = {t} end return {deep = t}");
    assert!(problem.ends_with("tables nest deeper than 127 levels"), "{problem}");
}

#[test]
fn large_things_are_no_different() {
    let lua = Lua::new();
    let long = "x\\n".repeat(2_000_000);
    let Value::Table(table) = read(&lua, &format!("[\"{long}\"]")) else { panic!("a table") };
    assert_eq!(table.get::<mlua::LuaString>(1).unwrap().as_bytes().len(), 4_000_000);
    let Value::Table(table) = read(&lua, &format!("[{}1]", "0,".repeat(1_000_000))) else {
        panic!("a table")
    };
    assert_eq!(table.raw_len(), 1_000_001);
    let fields: Vec<String> = (0..100_000).map(|i| format!("\"k{i}\":{i}")).collect();
    let Value::Table(table) = read(&lua, &format!("{{{}}}", fields.join(","))) else { panic!("a table") };
    assert_eq!(table.get::<i64>("k99999").unwrap(), 99_999);
}

#[test]
fn tables_become_lists_or_objects() {
    let lua = Lua::new();
    for (code, json) in [
        ("return nil", json!(null)),
        ("return {}", json!({})),
        ("return setmetatable({}, array)", json!([])),
        ("return {1, 2.5, 'x', null, {true}}", json!([1, 2.5, "x", null, [true]])),
        ("local t = {[3] = 'c'} t[2] = 'b' t[1] = 'a' return t", json!(["a", "b", "c"])),
        (
            "return {a = 10 / 2, b = 2^53, c = 2^60}",
            json!({"a": 5, "b": 9_007_199_254_740_992_i64, "c": 2f64.powi(60)}),
        ),
        ("local s = {1} return {s, s}", json!([[1], [1]])),
        ("return setmetatable({a = 1}, {__index = {b = 2}, __pairs = error})", json!({"a": 1})),
    ] {
        let value = eval(&lua, code);
        assert_eq!(from_lua(&lua, &value).unwrap(), json, "{code}");
    }
    let value = eval(&lua, "return -0.0");
    assert_eq!(from_lua(&lua, &value).unwrap().to_string(), "-0.0");
}

#[test]
fn what_json_cannot_say_is_named_with_its_place() {
    for (code, message) in [
        (
            r"return {input = {1, {text = '\xff'}}}",
            "at input[2].text: invalid UTF-8; strings in JSON are UTF-8",
        ),
        (
            "return {a = {['b c'] = print}}",
            r#"at a["b c"]: a function is no JSON value, which are tables, strings, numbers, booleans and json.null"#,
        ),
        (
            "return {[1] = 1, [2] = 2, [4] = 4}",
            "at the value itself: the list has a value at 4 but none at 3; json.null can fill the gap",
        ),
        (
            "return {x = {1, n = 2}}",
            r#"at x: a list has the key "n"; a table is either a list or has string keys"#,
        ),
        (
            "return {x = setmetatable({n = 2}, array)}",
            r#"at x: a list has the key "n"; a table is either a list or has string keys"#,
        ),
        (
            "return {[0] = 1}",
            "at the value itself: the key 0 is neither a string nor a place in a list from 1 on",
        ),
        (
            "return {[1.5] = 1}",
            "at the value itself: the key 1.5 is neither a string nor a place in a list from 1 on",
        ),
        (
            "return {[{}] = 1}",
            "at the value itself: the key table is neither a string nor a place in a list from 1 on",
        ),
        ("return {['\\xff'] = 1}", "at [\"\u{fffd}\"]: the key is invalid UTF-8; keys in JSON are UTF-8"),
        ("return {x = 0/0}", "at x: NaN is no JSON number, which are finite"),
        ("return {1, -1/0}", "at [2]: -inf is no JSON number, which are finite"),
        ("local t = {} t.a = {b = t} return t", "at a.b: the table holds itself, which JSON cannot say"),
        (
            "return coroutine.create(print)",
            "at the value itself: a thread is no JSON value, which are tables, strings, numbers, booleans and json.null",
        ),
    ] {
        assert_eq!(refused(code).replace("-NaN", "NaN"), message, "{code}");
    }
}

#[test]
fn running_out_of_memory_anywhere_is_an_error() {
    let lua = Lua::new();
    let items: Vec<String> =
        (0..50).map(|i| format!(r#"{{"key{i}":"value \n {i}","list":[{i},[],{{"delta":"{i} long enough to be no short string"}}]}}"#)).collect();
    let json = format!("[{}]", items.join(","));
    let attempt = || to_lua(&lua, json.as_bytes(), &Upper, 1);
    drop(attempt().unwrap());
    lua.gc_collect().unwrap();
    let before = lua.used_memory();
    let (mut failed, mut room) = (0, 0);
    loop {
        lua.set_memory_limit(lua.used_memory() + room).unwrap();
        let built = attempt();
        lua.set_memory_limit(0).unwrap();
        match built {
            Ok(value) => {
                let depth = from_lua(&lua, &value).unwrap();
                assert_eq!(depth[49]["list"][2]["text"], "49 long enough to be no short string");
                break;
            }
            Err(JsonError::Lua(mlua::Error::MemoryError(_))) => failed += 1,
            Err(other) => panic!("{other}"),
        }
        lua.gc_collect().unwrap();
        room += 37;
    }
    assert!(failed > 100, "{failed}");
    lua.gc_collect().unwrap();
    let after = lua.used_memory();
    assert!(after < before + 20_000, "from {before} to {after} bytes after {failed} failures");
    assert_eq!(lua.load("return 1 + 1").eval::<i64>().unwrap(), 2);
}

#[test]
fn a_finalizer_may_read_json_while_tables_are_built() {
    let lua = Lua::new();
    let inner = lua.create_function(|lua, ()| Ok(matches!(read(lua, "[[1],[2]]"), Value::Table(_))));
    lua.globals().set("inner", inner.unwrap()).unwrap();
    lua.load(
        "count = 0
        local function again() setmetatable({}, {__gc = function() assert(inner()) count = count + 1 again() end}) end
        again()",
    )
    .exec()
    .unwrap();
    let json = format!("[{}{{}}]", "{\"a\":[1,2,3]},".repeat(200));
    for _ in 0..200 {
        let Value::Table(table) = read(&lua, &json) else { panic!("a table") };
        assert_eq!(table.get::<Table>(200).unwrap().get::<Table>("a").unwrap().get::<i64>(3).unwrap(), 3);
    }
    assert!(lua.globals().get::<i64>("count").unwrap() > 10);
}

#[test]
fn it_works_inside_a_coroutine_and_on_a_full_stack() {
    let lua = Lua::new();
    let build = lua.create_function(|lua, ()| Ok(read(lua, "{\"a\":[[[1]]]}")));
    lua.globals().set("build", build.unwrap()).unwrap();
    let code = "local function deep(n) if n == 0 then return build().a[1][1][1] end return (deep(n - 1)) end
        return coroutine.wrap(function() return deep(150) end)()";
    assert_eq!(lua.load(code).eval::<i64>().unwrap(), 1);
}

fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        any::<f64>().prop_filter("finite", |f| f.is_finite()).prop_map(Json::from),
        any::<String>().prop_map(Json::from),
    ];
    leaf.prop_recursive(6, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Json::from),
            prop::collection::btree_map(any::<String>(), inner, 0..8)
                .prop_map(|fields| Json::Object(fields.into_iter().collect())),
        ]
    })
}

/// Numbers as Lua holds them.
fn typed(json: &Json) -> Json {
    match json {
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(int), _) => Json::from(int),
            (None, Some(float))
                if float.fract() == 0.0
                    && float.abs() <= 2f64.powi(53)
                    && float.to_bits() != (-0.0_f64).to_bits() =>
            {
                #[allow(clippy::cast_possible_truncation)]
                Json::from(float as i64)
            }
            (None, float) => Json::from(float),
        },
        Json::Array(items) => items.iter().map(typed).collect(),
        Json::Object(fields) => {
            Json::Object(fields.iter().map(|(key, value)| (key.clone(), typed(value))).collect())
        }
        other => other.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn json_comes_back_from_lua_as_it_was(json in any_json()) {
        let lua = Lua::new();
        let text = json.to_string();
        let back = from_lua(&lua, &read(&lua, &text)).unwrap();
        // serde_json itself may read a long fraction one unit off.
        prop_assert_eq!(back, typed(&serde_json::from_str(&text).unwrap()));
    }

    #[test]
    fn no_bytes_do_harm(json in prop::collection::vec(prop::sample::select(b"[]{}:,\"\\u00e91-.nulltrue \xff".to_vec()), 0..40)) {
        let lua = Lua::new();
        let ours = to_lua(&lua, &json, &AsIs, 0).is_ok();
        prop_assert_eq!(ours, serde_json::from_slice::<Json>(&json).is_ok());
    }
}
