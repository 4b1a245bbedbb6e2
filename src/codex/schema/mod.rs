//! JSON schemas: of answers, and of what tools are given.

use std::sync::Arc;

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{JsonType, PatternOptions, ReferencingError, ValidationError, Validator};
use serde_json::Value;

/// How many problems are told.
const MOST: usize = 8;
/// Characters of the longest one.
const LONGEST: usize = 300;
const TYPES: &str = "array, boolean, integer, null, number, object, string";
/// Bytes of the longest JSON that is searched for its problems: each of its values may be one.
const LARGEST: usize = 256 << 10;
/// How deep JSON may nest that is searched by a schema with references: where one leads back in several ways, each
/// level takes several times as long as the one below it (with two ways, 16 levels took 2.7 s, and 8 took 5 ms).
const DEEPEST: usize = 8;

/// A JSON schema that was found to be one; a cheap clone.
///
/// It is of the draft that its `$schema` names, else of 2020-12. Formats that the draft knows are checked, others say
/// nothing. Nothing is fetched: a `$ref` leads to a place in the schema itself. Patterns take time that is linear in
/// the text, so those that look around or back are refused.
#[derive(Clone)]
pub struct Schema(Arc<Compiled>);

struct Compiled {
    json: Value,
    validator: Validator,
    /// Levels of a value that is searched.
    deepest: usize,
}

/// Why a value is no schema.
#[derive(Debug, thiserror::Error)]
#[error("{}", told(.place, .problem))]
pub struct NoSchema {
    /// The bad place in it, as a JSON pointer.
    pub place: String,
    /// What is wrong there.
    pub problem: String,
    /// Whether an object without fields stands where a list should: Lua's `{}` may mean both.
    pub is_empty_list: bool,
}

impl Schema {
    /// Compiles a schema.
    pub fn new(json: Value) -> Result<Self, NoSchema> {
        let options = jsonschema::options()
            .should_validate_formats(true)
            .with_pattern_options(PatternOptions::regex())
            .offline();
        match options.build(&json) {
            Ok(validator) => {
                let deepest = if has_references(&json) { DEEPEST } else { usize::MAX };
                Ok(Self(Arc::new(Compiled { json, validator, deepest })))
            }
            Err(error) => Err(NoSchema::of(&error)),
        }
    }

    /// The schema as it was given.
    pub fn json(&self) -> &Value {
        &self.0.json
    }

    /// What does not fit in `value`: a few problems, each `place: what is wrong`, where the place is a JSON pointer and
    /// is left out for the value as a whole.
    pub fn check(&self, value: &Value) -> Result<(), Vec<String>> {
        if self.0.validator.is_valid(value) {
            return Ok(());
        }
        if within(value, LARGEST, self.0.deepest).is_none() {
            return Err(vec!["it does not fit, and is too large to tell where".into()]);
        }
        let errors: Vec<_> = self.0.validator.iter_errors(value).collect();
        let mut problems: Vec<_> = errors.iter().take(MOST).map(problem).collect();
        if errors.len() > MOST {
            problems.push(format!("and {} more", errors.len() - MOST));
        }
        Err(problems)
    }

    /// What the text says, if it is JSON that fits; else its problems, as [`Schema::check`] tells them.
    pub fn read(&self, text: &str) -> Result<Value, Vec<String>> {
        let value = serde_json::from_str(text).map_err(|error| vec![format!("it is not JSON: {error}")])?;
        self.check(&value).map(|()| value)
    }
}

impl std::fmt::Debug for Schema {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Schema").field(&self.0.json).finish()
    }
}

impl NoSchema {
    fn of(error: &ValidationError<'_>) -> Self {
        let mut place = error.instance_path().to_string();
        let problem = match error.kind() {
            Kind::Referencing(ReferencingError::Unretrievable { uri, .. }) => {
                format!("it refers to {uri}, and nothing is fetched; put that schema into $defs")
            }
            Kind::Referencing(ReferencingError::UnknownSpecification { specification }) => {
                place = "/$schema".into();
                format!("{specification:?} is no draft that is known")
            }
            Kind::Referencing(other) => format!("a reference leads nowhere: {other}"),
            Kind::AnyOf { .. } if place.ends_with("/type") => {
                format!("{} is no type; those are {TYPES}, or a list of them", error.instance())
            }
            Kind::Format { format } if format == "regex" => {
                format!(
                    "{} is no pattern that can be used: none looks around or back, or is huge",
                    error.instance()
                )
            }
            _ => error.to_string(),
        };
        let wants_list = matches!(error.kind(), Kind::Type { kind: TypeKind::Single(JsonType::Array) });
        let is_empty = error.instance().as_object().is_some_and(serde_json::Map::is_empty);
        Self { place, problem: shortened(problem), is_empty_list: wants_list && is_empty }
    }
}

/// Without the value itself: whoever made it has it, and it may be long.
fn problem(error: &ValidationError<'_>) -> String {
    let problem = match error.kind() {
        Kind::FalseSchema if error.schema_path().as_str().ends_with("/additionalProperties") => {
            "it may have no properties but those that the schema names".into()
        }
        Kind::FalseSchema => "nothing may be here".into(),
        _ => error.masked_with("it").to_string(),
    };
    shortened(told(error.instance_path().as_str(), &problem))
}

fn told(place: &str, problem: &str) -> String {
    if place.is_empty() { problem.to_owned() } else { format!("{place}: {problem}") }
}

fn shortened(text: String) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// Whether a schema leads from one place of it to another; a field that is called so counts too.
fn has_references(schema: &Value) -> bool {
    match schema {
        Value::Array(items) => items.iter().any(has_references),
        Value::Object(fields) => fields.iter().any(|(name, value)| {
            matches!(name.as_str(), "$ref" | "$dynamicRef" | "$recursiveRef") || has_references(value)
        }),
        _ => false,
    }
}

/// What is left of so many bytes after the value, if it has no more of them and no more levels.
fn within(value: &Value, bytes: usize, levels: usize) -> Option<usize> {
    let left = bytes.checked_sub(1)?;
    match value {
        Value::String(text) => left.checked_sub(text.len()),
        Value::Array(items) => {
            let levels = levels.checked_sub(1)?;
            items.iter().try_fold(left, |left, item| within(item, left, levels))
        }
        Value::Object(fields) => {
            let levels = levels.checked_sub(1)?;
            fields
                .iter()
                .try_fold(left, |left, (name, value)| within(value, left.checked_sub(name.len())?, levels))
        }
        _ => Some(left),
    }
}

#[cfg(test)]
mod tests;
