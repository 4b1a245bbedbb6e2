use serde_json::{Map, Value};

/// How deep a schema is followed; a recursive one would never end.
const DEEPEST: usize = 16;

/// The smallest value that has the shape of a JSON schema, with `text` as its texts.
///
/// It knows what strict output schemas use: types, properties, items, enum, const, anyOf, allOf, `$ref`
/// within the schema, and lower bounds. What it does not know is not kept.
pub(super) fn sample(schema: &Value, text: &str) -> Value {
    Sampler { root: schema, text }.value(schema, 0)
}

struct Sampler<'a> {
    root: &'a Value,
    text: &'a str,
}

impl Sampler<'_> {
    fn value(&self, schema: &Value, depth: usize) -> Value {
        if depth > DEEPEST {
            return Value::Null;
        }
        if let Some(target) = schema["$ref"].as_str().and_then(|path| path.strip_prefix('#')) {
            return self.root.pointer(target).map_or(Value::Null, |target| self.value(target, depth + 1));
        }
        let first_of = |key: &str| schema[key].as_array().and_then(|list| list.first());
        if let Some(given) =
            schema.get("const").or_else(|| schema.get("default")).or_else(|| first_of("enum"))
        {
            return given.clone();
        }
        if let Some(inner) = first_of("anyOf").or_else(|| first_of("oneOf")).or_else(|| first_of("allOf")) {
            return self.value(inner, depth + 1);
        }
        match schema["type"].as_str().or_else(|| first_of("type").and_then(Value::as_str)) {
            Some("object") => self.object(schema, depth),
            Some("array") => {
                let least = schema["minItems"].as_u64().unwrap_or(0).min(100);
                (0..least).map(|_| self.value(&schema["items"], depth + 1)).collect()
            }
            Some("string") => self.text.into(),
            Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or_else(|| 0.into()),
            Some("boolean") => false.into(),
            None if schema["properties"].is_object() => self.object(schema, depth),
            _ => Value::Null,
        }
    }

    fn object(&self, schema: &Value, depth: usize) -> Value {
        let Some(properties) = schema["properties"].as_object() else { return Value::Object(Map::new()) };
        properties.iter().map(|(name, inner)| (name.clone(), self.value(inner, depth + 1))).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_kind_of_schema_gets_a_value_of_its_shape() {
        let schema = json!({
            "type": "object",
            "$defs": { "level": { "enum": ["low", "high"] } },
            "properties": {
                "title": { "type": "string" },
                "count": { "type": "integer", "minimum": 3 },
                "ratio": { "type": "number" },
                "open": { "type": ["boolean", "null"] },
                "level": { "$ref": "#/$defs/level" },
                "tags": { "type": "array", "items": { "type": "string" }, "minItems": 2 },
                "more": { "anyOf": [{ "type": "array", "items": {} }, { "type": "null" }] },
            },
        });
        let expected = json!({
            "title": "t", "count": 3, "ratio": 0, "open": false, "level": "low", "tags": ["t", "t"],
            "more": [],
        });
        assert_eq!(sample(&schema, "t"), expected);
    }

    #[test]
    fn a_schema_that_holds_itself_ends() {
        let schema = json!({ "type": "object", "properties": { "next": { "$ref": "#" } } });
        assert!(sample(&schema, "t")["next"]["next"].is_object());
    }
}
