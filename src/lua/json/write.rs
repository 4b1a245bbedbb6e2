//! Lua values as JSON.
use super::{JsonError, MAX_DEPTH, array_metatable};
use mlua::{Error, Lua, Table, Value};
use serde_json::{Map, Number, Value as Json};
use std::ffi::c_void;
use std::fmt::Write as _;

/// The JSON of a Lua value: nil, booleans, numbers, UTF-8 strings, [`Value::NULL`], and tables of these whose
/// keys are all strings or the numbers 1 to n. Metamethods are not asked; nil, which only the value itself can
/// be, is null.
///
/// # Errors
/// [`JsonError::Value`] names the place of anything else.
pub fn from_lua(lua: &Lua, value: &Value) -> Result<Json, JsonError> {
    let array = array_metatable(lua)?.to_pointer();
    Writer { array, inside: Vec::new() }.value(value).map_err(Fault::report)
}

/// Something that has no form in JSON; the way to it is collected while it is handed up.
struct Fault {
    way: Vec<Part>,
    problem: String,
}

enum Part {
    Key(String),
    Index(usize),
}

struct Writer {
    array: *const c_void,
    /// The tables around the value at hand.
    inside: Vec<*const c_void>,
}

impl Writer {
    fn value(&mut self, value: &Value) -> Result<Json, Fault> {
        match value {
            Value::Nil => Ok(Json::Null),
            Value::LightUserData(null) if null.0.is_null() => Ok(Json::Null),
            Value::Boolean(yes) => Ok(Json::Bool(*yes)),
            Value::Integer(int) => Ok(Json::from(*int)),
            Value::Number(number) => float(*number)
                .ok_or_else(|| Fault::new(format!("{number} is no JSON number, which are finite"))),
            Value::String(text) => match text.to_str() {
                Ok(text) => Ok(Json::from(&*text)),
                Err(_) => Err(Fault::new("invalid UTF-8; strings in JSON are UTF-8".into())),
            },
            Value::Table(table) => self.table(table),
            other => Err(Fault::new(format!(
                "a {} is no JSON value, which are tables, strings, numbers, booleans and json.null",
                other.type_name()
            ))),
        }
    }

    fn table(&mut self, table: &Table) -> Result<Json, Fault> {
        let this = table.to_pointer();
        if self.inside.contains(&this) {
            return Err(Fault::new("the table holds itself, which JSON cannot say".into()));
        }
        if self.inside.len() == MAX_DEPTH {
            return Err(Fault::new(format!("tables nest deeper than {MAX_DEPTH} levels")));
        }
        self.inside.push(this);
        let mut parts = Parts::default();
        let mut fault = None;
        let walked = table.for_each(|key: Value, value: Value| {
            self.entry(&mut parts, &key, &value).map_err(|found| {
                fault = Some(found);
                Error::runtime("")
            })
        });
        self.inside.pop();
        match (fault, walked) {
            (Some(fault), _) => Err(fault),
            (None, Err(failed)) => Err(Fault::new(failed.to_string())),
            (None, Ok(())) => {
                parts.join(table.metatable().is_some_and(|meta| meta.to_pointer() == self.array))
            }
        }
    }

    fn entry(&mut self, parts: &mut Parts, key: &Value, value: &Value) -> Result<(), Fault> {
        match key {
            Value::String(name) => {
                let Ok(name) = name.to_str() else {
                    let name = name.to_string_lossy();
                    return Err(Fault::new("the key is invalid UTF-8; keys in JSON are UTF-8".into())
                        .at(Part::Key(name)));
                };
                let value = self.value(value).map_err(|fault| fault.at(Part::Key(name.to_string())))?;
                parts.fields.insert(name.to_string(), value);
            }
            Value::Integer(index) if *index >= 1 => {
                let index = usize::try_from(*index).unwrap_or(usize::MAX);
                let value = self.value(value).map_err(|fault| fault.at(Part::Index(index)))?;
                parts.items.push((index, value));
            }
            other => {
                let shown = other.to_string().unwrap_or_default();
                let shown =
                    if other.is_integer() || other.is_number() { shown } else { other.type_name().into() };
                let problem = format!("the key {shown} is neither a string nor a place in a list from 1 on");
                return Err(Fault::new(problem));
            }
        }
        Ok(())
    }
}

/// What a table holds.
#[derive(Default)]
struct Parts {
    fields: Map<String, Json>,
    items: Vec<(usize, Json)>,
}

impl Parts {
    fn join(mut self, array: bool) -> Result<Json, Fault> {
        if let Some(name) = self.fields.keys().next() {
            if array || !self.items.is_empty() {
                let problem =
                    format!("a list has the key {name:?}; a table is either a list or has string keys");
                return Err(Fault::new(problem));
            }
            return Ok(Json::Object(self.fields));
        }
        if self.items.is_empty() && !array {
            return Ok(Json::Object(self.fields));
        }
        // Lua hands out the places in order, as a rule.
        if !self.items.is_sorted_by_key(|item| item.0) {
            self.items.sort_unstable_by_key(|item| item.0);
        }
        if let Some(hole) = self.items.iter().zip(1..).position(|(item, place)| item.0 != place) {
            let (hole, next) = (hole + 1, self.items[hole].0);
            let problem =
                format!("the list has a value at {next} but none at {hole}; json.null can fill the gap");
            return Err(Fault::new(problem));
        }
        Ok(Json::Array(self.items.into_iter().map(|item| item.1).collect()))
    }
}

/// Whole numbers are written without a fraction as long as a float is exact; a negative zero keeps its sign.
fn float(number: f64) -> Option<Json> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() <= EXACT && !(number == 0.0 && number.is_sign_negative()) {
        #[allow(clippy::cast_possible_truncation)]
        return Some(Json::from(number as i64));
    }
    Number::from_f64(number).map(Json::Number)
}

impl Fault {
    fn new(problem: String) -> Fault {
        Fault { way: Vec::new(), problem }
    }

    fn at(mut self, part: Part) -> Fault {
        self.way.push(part);
        self
    }

    fn report(self) -> JsonError {
        let mut path = String::new();
        for part in self.way.iter().rev() {
            match part {
                Part::Index(index) => drop(write!(path, "[{index}]")),
                Part::Key(key) if is_name(key) => {
                    path.push_str(if path.is_empty() { "" } else { "." });
                    path.push_str(key);
                }
                Part::Key(key) => drop(write!(path, "[{key:?}]")),
            }
        }
        if path.is_empty() {
            path.push_str("the value itself");
        }
        JsonError::Value { path, problem: self.problem }
    }
}

fn is_name(key: &str) -> bool {
    let word = |c: u8| c.is_ascii_alphanumeric() || c == b'_';
    key.bytes().all(word) && key.bytes().next().is_some_and(|first| !first.is_ascii_digit())
}
