//! What the names of the wire are called in scripts, type by type.
//!
//! Property names alone do not tell: `arguments` holds whatever a model wrote, and a key below it must stay as
//! it is. So the table is a graph of types that is walked alongside the JSON: [`event`], [`request`], [`result`]
//! and [`root`] say where to begin, [`field`] makes each step. It lists only what changes something; a key that
//! it does not know keeps its name, and nothing below such a key is renamed. An unknown method has no type.
//!
//! `tests/names.rs` makes the table from the schema of the pinned Codex.
mod snake;
#[rustfmt::skip]
mod table;

use std::sync::LazyLock;

use serde_json::Value;

pub use snake::{event_name, snake, snake as tag};
pub use table::VERSION;

/// A type of the protocol: an index into the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TypeId(pub u16);

impl TypeId {
    /// Nothing at or below this value is renamed: free-form content, scalars, unknown fields.
    pub const FREE: TypeId = TypeId(0);
    /// The string below a `type` key: [`tag`] gives what scripts see.
    pub const TAG: TypeId = TypeId(1);
}

/// A notification of the server.
#[derive(Debug, Clone)]
pub struct Event {
    method: &'static str,
    /// Its `type` in scripts.
    pub name: &'static str,
    /// The type of its params.
    pub params: TypeId,
}

impl Event {
    /// Its name on the wire.
    pub fn method(&self) -> &'static str {
        self.method
    }

    /// The type whose `delta` is the text of an answer, and is called `text` too.
    pub fn answer(&self) -> Option<TypeId> {
        (self.name == "item.agent_message.delta").then_some(self.params)
    }
}

/// A request that the server sends.
#[derive(Debug)]
pub struct Request {
    method: &'static str,
    /// Its `type` in scripts.
    pub name: &'static str,
    /// The type of its params.
    pub params: TypeId,
    /// The type of the answer that it wants.
    pub answer: TypeId,
}

impl Request {
    /// Its name on the wire.
    pub fn method(&self) -> &'static str {
        self.method
    }
}

/// One step down from a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// What scripts call it.
    pub name: &'a str,
    /// The type of its value; of each element, when that is an array.
    pub child: TypeId,
}

impl Field<'_> {
    /// Whether a string here goes through [`tag`].
    pub fn is_tag(&self) -> bool {
        self.child == TypeId::TAG
    }
}

/// Fields as (wire, script, type), sorted by length and then by bytes; `rest` is the type below all other keys.
struct Type {
    fields: &'static [(&'static str, &'static str, u16)],
    rest: u16,
}

/// What the host itself tells beside the server; the fields have the names that scripts see.
const OWN: &[Event] = &[
    Event { method: "approval/decided", name: "approval.decided", params: TypeId::FREE },
    Event { method: "elicitation/decided", name: "elicitation.decided", params: TypeId::FREE },
    Event { method: "question/decided", name: "question.decided", params: TypeId::FREE },
];

/// The notification with this method, if the table knows it.
pub fn event(method: &str) -> Option<&'static Event> {
    events().get(event_number(method)?)
}

/// The place in [`events`] of the notification with this method.
pub fn event_number(method: &str) -> Option<usize> {
    // Few methods share a length, so this compares one to five strings (table::EVENT_STARTS).
    let known = || {
        let from = *table::EVENT_STARTS.get(method.len())?;
        let to = *table::EVENT_STARTS.get(method.len() + 1)?;
        let mut numbers = usize::from(from)..usize::from(to);
        numbers.find(|number| table::EVENTS[*number].method == method)
    };
    let own = || OWN.iter().position(|event| event.method == method);
    known().or_else(|| Some(table::EVENTS.len() + own()?))
}

/// All notifications that are known, the host's own too, for completion and for checking globs.
pub fn events() -> &'static [Event] {
    static ALL: LazyLock<Vec<Event>> = LazyLock::new(|| [table::EVENTS, OWN].concat());
    &ALL
}

/// The request of the server with this method.
pub fn request(method: &str) -> Option<&'static Request> {
    table::REQUESTS.iter().find(|request| request.method == method)
}

/// The type of what the server answers to this method; free when the method is unknown.
pub fn result(method: &str) -> TypeId {
    find(table::RESULTS, method).unwrap_or(TypeId::FREE)
}

/// A type by the name that the schema gives it, if it is one of those that the table lists.
pub fn root(name: &str) -> Option<TypeId> {
    find(table::ROOTS, name)
}

fn find(sorted: &[(&str, u16)], name: &str) -> Option<TypeId> {
    sorted.binary_search_by_key(&name, |entry| entry.0).ok().map(|i| TypeId(sorted[i].1))
}

/// What the key `wire` of an object of type `of` is called in scripts, and of what type its value is.
pub fn field(of: TypeId, wire: &str) -> Field<'_> {
    let Some(known) = table::TYPES.get(usize::from(of.0)) else {
        return Field { name: wire, child: TypeId::FREE };
    };
    let from = known.fields.partition_point(|field| field.0.len() < wire.len());
    let alike = known.fields[from..].iter().take_while(|field| field.0.len() == wire.len());
    for &(key, name, child) in alike {
        if key == wire {
            return Field { name, child: TypeId(child) };
        }
    }
    Field { name: wire, child: TypeId(known.rest) }
}

/// The way back, for a whole value of the type `of`.
pub fn to_wire(value: Value, of: TypeId) -> Value {
    match value {
        Value::Object(fields) => {
            let renamed = fields.into_iter().map(|(name, value)| {
                let field = wire_field(of, &name);
                (field.name.to_owned(), to_wire(value, field.child))
            });
            Value::Object(renamed.collect())
        }
        Value::Array(items) => items.into_iter().map(|item| to_wire(item, of)).collect(),
        other => other,
    }
}

/// The way back: the wire's name for the key `name` of a script's table that stands for the type `of`.
pub fn wire_field(of: TypeId, name: &str) -> Field<'_> {
    let Some(known) = table::TYPES.get(usize::from(of.0)) else {
        return Field { name, child: TypeId::FREE };
    };
    match known.fields.iter().find(|field| field.1 == name) {
        Some(&(wire, _, child)) => Field { name: wire, child: TypeId(child) },
        None => Field { name, child: TypeId(known.rest) },
    }
}
