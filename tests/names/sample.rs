//! Values that a JSON schema allows, with every field filled in.

use serde_json::{Map, Value, json};

/// A schema is not followed further down than this: some are their own parts.
const DEEPEST: usize = 12;
/// How many values there are of one schema, so that each variant of its largest union comes up.
pub const VARIANTS: usize = 24;

/// A bundle of schemas.
#[derive(Clone, Copy)]
pub struct Samples<'a>(pub &'a Value);

impl<'a> Samples<'a> {
    /// Notifications of the server as `(method, params)`, in all their variants.
    pub fn notifications(self) -> Vec<(&'a str, Value)> {
        let mut all = Vec::new();
        for variant in self.0["definitions"]["ServerNotification"]["oneOf"].as_array().expect("a union") {
            let method = variant["properties"]["method"]["enum"][0].as_str().expect("a method");
            let params = &variant["properties"]["params"];
            for number in 0..VARIANTS {
                let sample = (method, self.value(params, number, 0));
                if !all.contains(&sample) {
                    all.push(sample);
                }
            }
        }
        all
    }

    /// A value of this schema; of each union the variant with this number, counted round.
    fn value(self, schema: &'a Value, number: usize, depth: usize) -> Value {
        if depth > DEEPEST {
            return Value::Null;
        }
        if let Some(path) = schema["$ref"].as_str() {
            return self.value(
                self.0.pointer(path.trim_start_matches('#')).expect("it is there"),
                number,
                depth + 1,
            );
        }
        let is_null = |schema: &&Value| schema["type"] == "null";
        for union in ["oneOf", "anyOf", "allOf"] {
            if let Some(variants) = schema[union].as_array() {
                let variants: Vec<_> = variants.iter().filter(|variant| !is_null(variant)).collect();
                let mut value = self.value(variants[number % variants.len()], number, depth + 1);
                if let (Some(object), false) = (value.as_object_mut(), schema["properties"].is_null()) {
                    // What the variants have in common stands beside them.
                    object.extend(self.fields(schema, number, depth));
                }
                return value;
            }
        }
        if let Some(values) = schema["enum"].as_array() {
            return values[number % values.len()].clone();
        }
        if !schema["const"].is_null() {
            return schema["const"].clone();
        }
        let kinds = match &schema["type"] {
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            kind => vec![kind.as_str().unwrap_or("free")],
        };
        match kinds.iter().find(|kind| **kind != "null") {
            Some(&"object") => self.object(schema, number, depth),
            Some(&"array") => json!([self.value(&schema["items"], number, depth + 1)]),
            Some(&"string") => json!(format!("a text {number}")),
            Some(&"integer") => json!(7),
            Some(&"number") => json!(0.5),
            Some(&"boolean") => json!(number.is_multiple_of(2)),
            _ => json!({ "freeContent": [1] }),
        }
    }

    fn object(self, schema: &'a Value, number: usize, depth: usize) -> Value {
        let mut object = self.fields(schema, number, depth);
        if object.is_empty() && schema["additionalProperties"].is_object() {
            let value = self.value(&schema["additionalProperties"], number, depth + 1);
            object.insert("someKey".into(), value);
        }
        object.into()
    }

    fn fields(self, schema: &'a Value, number: usize, depth: usize) -> Map<String, Value> {
        let fields = schema["properties"].as_object().into_iter().flatten();
        fields.map(|(key, schema)| (key.clone(), self.value(schema, number, depth + 1))).collect()
    }
}
