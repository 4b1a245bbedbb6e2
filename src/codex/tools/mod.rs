//! Functions of the client that the agent can call beside Codex's own tools.
//!
//! The server takes them when a thread is started and saves them with it. What a thread is given when it is resumed or
//! copied only says what answers, by the same names.

mod call;
pub(super) mod names;
mod output;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::ask::{Answerer, Kind};
use super::error::Error;
use super::schema::Schema;

pub use call::Call;
pub use output::{Output, Part};

/// Characters of the longest description of a namespace that the server takes.
const LONGEST: usize = 1024;

/// A function that the agent can call; a cheap clone.
#[derive(Clone)]
pub struct Tool(Arc<Function>);

struct Function {
    name: String,
    description: String,
    input: Schema,
    runner: Arc<dyn Answerer>,
}

impl Tool {
    /// A tool that `runner` runs, with this schema of what it is called with; without one, that is nothing.
    pub fn new(
        name: String,
        description: String,
        input: Option<Schema>,
        runner: Arc<dyn Answerer>,
    ) -> Result<Self, Error> {
        names::check_tool(&name)?;
        let input = match input {
            Some(input) => input,
            None => nothing()?,
        };
        if input.json()["type"] != "object" {
            return Err(Error::Usage(
                "input: a tool is called with named arguments, so its schema must have type = \"object\""
                    .into(),
            ));
        }
        Ok(Self(Arc::new(Function { name, description, input, runner })))
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Who runs it, and how long that may take.
    pub(super) fn runner(&self) -> Option<(Arc<dyn Answerer>, Duration)> {
        let runner = &self.0.runner;
        Some((runner.clone(), runner.patience(Kind::Tool)?))
    }

    fn wire(&self) -> Value {
        let Function { name, description, input, .. } = &*self.0;
        json!({ "type": "function", "name": name, "description": description, "inputSchema": input.json() })
    }
}

impl fmt::Debug for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Tool").field(&self.0.name).finish()
    }
}

/// The schema of no arguments.
fn nothing() -> Result<Schema, Error> {
    let json = json!({ "type": "object", "properties": {}, "additionalProperties": false });
    Schema::new(json).map_err(|error| Error::Usage(error.to_string()))
}

/// Tools under one name; a cheap clone.
#[derive(Debug, Clone)]
pub struct Namespace(Arc<Family>);

#[derive(Debug)]
struct Family {
    name: String,
    description: String,
    tools: Vec<Tool>,
}

impl Namespace {
    /// A namespace of these tools.
    pub fn new(name: String, description: String, entries: Vec<Entry>) -> Result<Self, Error> {
        names::check_namespace(&name)?;
        let long = description.chars().count();
        if long > LONGEST {
            return Err(Error::Usage(format!(
                "description: {long} characters, and Codex takes {LONGEST} for several tools"
            )));
        }
        if entries.is_empty() {
            return Err(Error::Usage(format!("tools: {name} has none")));
        }
        let tool = |entry| match entry {
            Entry::Tool(tool) => Ok(tool),
            Entry::Namespace(_) => Err(Error::Usage("tools: several under one name hold no others".into())),
        };
        let tools = entries.into_iter().map(tool).collect::<Result<_, _>>()?;
        Ok(Self(Arc::new(Family { name, description, tools })))
    }

    fn wire(&self) -> Value {
        let Family { name, description, tools } = &*self.0;
        let tools: Vec<_> = tools.iter().map(Tool::wire).collect();
        json!({ "type": "namespace", "name": name, "description": description, "tools": tools })
    }
}

/// What a list of tools has in it.
#[derive(Debug, Clone)]
pub enum Entry {
    /// A tool.
    Tool(Tool),
    /// Several under one name.
    Namespace(Namespace),
}

impl Entry {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Tool(tool) => tool.name(),
            Self::Namespace(namespace) => &namespace.0.name,
        }
    }

    /// What the agent is told of it.
    pub fn description(&self) -> &str {
        match self {
            Self::Tool(tool) => &tool.0.description,
            Self::Namespace(namespace) => &namespace.0.description,
        }
    }

    fn wire(&self) -> Value {
        match self {
            Self::Tool(tool) => tool.wire(),
            Self::Namespace(namespace) => namespace.wire(),
        }
    }
}

/// All that a thread's agent can call, beside Codex's own; a cheap clone.
#[derive(Debug, Clone, Default)]
pub struct Tools(Arc<[Entry]>);

impl Tools {
    /// These, unless two have one name.
    pub fn new(entries: Vec<Entry>) -> Result<Self, Error> {
        let tools = Self(entries.into());
        let mut seen = HashMap::new();
        for (namespace, tool) in tools.each() {
            let full = names::full(namespace, tool.name());
            if let Some(other) = seen.insert(names::in_code(&full), full.clone()) {
                return Err(Error::Usage(names::doubled(&other, &full)));
            }
        }
        Ok(tools)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// These, or `others` if there are none.
    #[must_use]
    pub(super) fn or(self, others: Self) -> Self {
        if self.is_empty() { others } else { self }
    }

    /// The one that is called so.
    pub(super) fn find(&self, namespace: Option<&str>, name: &str) -> Option<&Tool> {
        self.each().find(|(of, tool)| *of == namespace && tool.name() == name).map(|(_, tool)| tool)
    }

    fn each(&self) -> impl Iterator<Item = (Option<&str>, &Tool)> {
        self.0.iter().flat_map(|entry| {
            let (namespace, tools) = match entry {
                Entry::Tool(tool) => (None, std::slice::from_ref(tool)),
                Entry::Namespace(namespace) => (Some(&*namespace.0.name), &*namespace.0.tools),
            };
            tools.iter().map(move |tool| (namespace, tool))
        })
    }

    pub(super) fn wire(&self) -> Value {
        self.0.iter().map(Entry::wire).collect()
    }
}
