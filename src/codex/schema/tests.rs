use std::time::{Duration, Instant};

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn schema(json: Value) -> Schema {
    Schema::new(json).expect("a schema")
}

#[track_caller]
fn refused(json: Value) -> NoSchema {
    Schema::new(json).expect_err("no schema")
}

/// An object that may hold its like in two ways.
fn recursive() -> Schema {
    let like = |field: &str| json!({ "type": "object", "properties": { "next": { "$ref": "#/$defs/node" } }, "required": [field] });
    schema(
        json!({ "$defs": { "node": { "anyOf": [like("x"), like("y"), { "type": "null" }] } }, "$ref": "#/$defs/node" }),
    )
}

fn nested(depth: usize, end: &str) -> String {
    format!("{}{end}{}", r#"{"x":1,"next":"#.repeat(depth), "}".repeat(depth))
}

#[test]
fn what_is_no_schema_is_refused_with_its_place() {
    for (json, told) in [
        (json!([]), r#"[] is not of types "boolean", "object""#),
        (json!({ "type": "strng" }), r#"/type: "strng" is no type; those are array, boolean, "#),
        (json!({ "properties": { "a": 1 } }), r#"/properties/a: 1 is not of types "boolean", "object""#),
        (
            json!({ "properties": { "a": { "minimum": "1" } } }),
            r#"/properties/a/minimum: "1" is not of type "#,
        ),
        (json!({ "$ref": "#/$defs/x" }), "a reference leads nowhere: Pointer '/$defs/x' does not exist"),
        (json!({ "$schema": "http://127.0.0.1/x" }), r#"/$schema: "http://127.0.0.1/x" is no draft that"#),
        (json!({ "pattern": "(" }), r#"/pattern: "(" is no pattern that can be used"#),
    ] {
        let error = refused(json).to_string();
        assert!(error.starts_with(told), "{error}");
    }
    assert!(refused(json!({ "required": {} })).is_empty_list);
    assert!(!refused(json!({ "required": { "a": 1 } })).is_empty_list);
    let long = refused(json!({ "type": "x".repeat(1 << 20) })).problem;
    assert_eq!(long.chars().count(), LONGEST + 1);
}

#[test]
fn nothing_is_fetched() {
    for uri in ["http://127.0.0.1:9/a.json", "https://example.com/a.json", "file:///etc/passwd", "b.json"] {
        let error = refused(json!({ "properties": { "a": { "$ref": uri } } })).to_string();
        assert!(error.contains(uri) && error.contains("nothing is fetched"), "{error}");
    }
}

#[test]
fn patterns_take_linear_time() {
    for pattern in ["(?=a)b", "(?<!a)b", r"(a)\1", "(a{1000}){1000}"] {
        refused(json!({ "pattern": pattern }));
    }
    let evil = schema(json!({ "type": "string", "pattern": "^(a+)+$" }));
    let begun = Instant::now();
    assert!(evil.check(&json!("a".repeat(1 << 20) + "!")).is_err());
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[test]
fn problems_name_the_place_and_do_not_repeat_the_value() {
    let schema = schema(json!({
        "type": "object", "additionalProperties": false, "required": ["n", "s"],
        "properties": {
            "n": { "type": "integer", "minimum": 1 },
            "s": { "enum": ["a", "b"] },
            "d": { "format": "date" },
            "x": { "format": "of-my-own" },
            "a/b": { "items": { "type": "string" } },
        },
    }));
    assert_eq!(schema.check(&json!({ "n": 1, "s": "a", "d": "2020-02-29", "x": "anything" })), Ok(()));
    assert_eq!(schema.check(&json!({ "n": 1.0, "s": "a" })), Ok(()), "1.0 is whole");
    let problems = |value: Value| schema.check(&value).expect_err("problems").join("; ");
    assert_eq!(problems(json!("secret")), r#"it is not of type "object""#);
    assert_eq!(problems(json!({ "n": 1 })), r#""s" is a required property"#);
    assert_eq!(
        problems(json!({ "n": 0, "s": "secret", "d": "2021-02-29", "a/b": ["", 7] })),
        r#"/a~1b/1: it is not of type "string"; /d: it is not a "date"; "#.to_owned()
            + r#"/n: it is less than the minimum of 1; /s: it is not one of "a" or "b""#
    );
    let none = self::schema(json!({ "additionalProperties": false, "properties": { "a": false } }));
    assert_eq!(none.check(&json!({ "a": 1 })), Err(vec!["/a: nothing may be here".into()]));
    let none = self::schema(json!({ "additionalProperties": false })).check(&json!({ "a": 1 }));
    assert_eq!(none, Err(vec!["it may have no properties but those that the schema names".into()]));
    let extra = problems(json!({ "n": 1, "s": "a", "q": 1 }));
    assert_eq!(extra, "Additional properties are not allowed ('q' was unexpected)");
}

#[test]
fn a_text_is_json_and_nothing_beside_it() {
    let any = schema(json!(true));
    assert_eq!(any.read(" {\"a\": [1, null]}\n"), Ok(json!({ "a": [1, null] })));
    for text in ["", "Sure! {}", "```json\n{}\n```", "{} {}", "{'a': 1}", "NaN", "1e999", r#""\ud800""#] {
        let problems = any.read(text).expect_err(text);
        assert!(problems[0].starts_with("it is not JSON: "), "{problems:?}");
    }
}

#[test]
fn a_schema_is_of_the_draft_that_it_names() {
    let exclusive = |draft: &str| json!({ "$schema": draft, "minimum": 1, "exclusiveMinimum": true });
    assert!(schema(exclusive("http://json-schema.org/draft-04/schema#")).check(&json!(1)).is_err());
    assert_eq!(refused(exclusive("http://json-schema.org/draft-07/schema#")).place, "/exclusiveMinimum");
    assert_eq!(refused(json!({ "exclusiveMinimum": true })).place, "/exclusiveMinimum");
}

#[test]
fn what_is_huge_or_deep_takes_no_longer_than_it_must() {
    let begun = Instant::now();
    let strings = schema(json!({ "anyOf": [{ "items": { "type": "string" } }, { "type": "string" }] }));
    let huge = format!("[{}1]", "1,".repeat(1_000_000));
    assert_eq!(strings.read(&huge), Err(vec!["it does not fit, and is too large to tell where".into()]));
    let recursive = recursive();
    for depth in [1, DEEPEST, 40, 120] {
        assert!(recursive.read(&nested(depth, "null")).is_ok(), "{depth}");
        let problems = recursive.read(&nested(depth, "7")).expect_err("a wrong end");
        assert_eq!(problems[0].contains("too large"), depth > DEEPEST, "{problems:?}");
    }
    assert!(recursive.read(&nested(200, "null")).is_err(), "deeper than JSON is read");
    for endless in [json!({ "$ref": "#" }), json!({ "allOf": [{ "$ref": "#" }] })] {
        assert_eq!(schema(endless).check(&json!(1)), Ok(()));
    }
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,400}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 40, 12, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..12).prop_map(Value::from),
            prop::collection::hash_map("a|b|\\PC{0,400}", inner, 0..12)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn a_value_fits_itself_and_problems_are_few_and_short(value in any_json(), other in any_json()) {
        let itself = schema(json!({ "const": value }));
        prop_assert_eq!(itself.read(&value.to_string()), Ok(value.clone()));
        prop_assert_eq!(itself.check(&other).is_ok(), value == other);
        let strict = schema(json!({
            "type": "object", "additionalProperties": false, "required": ["a", "b"],
            "properties": { "a": { "items": { "type": "string", "maxLength": 2 } }, "b": { "type": "integer" } },
        }));
        if let Err(problems) = strict.check(&value) {
            prop_assert!((1..=MOST + 1).contains(&problems.len()));
            prop_assert!(problems.iter().all(|problem| problem.chars().count() <= LONGEST + 1));
        }
    }
}
