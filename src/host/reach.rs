//! What can be reached from the variables of a session, without running anything of a script's.

use std::collections::BTreeSet;

use mlua::{Function, Lua, Table, Value};

use super::session::Name;
use crate::lua::inspect::{self, Limits};

/// Tables behind tables, by `__index`, that are looked into.
const LONGEST_CHAIN: usize = 16;

/// Looks into variables.
pub(super) struct Reach<'r> {
    lua: &'r Lua,
    variables: &'r Table,
}

impl<'r> Reach<'r> {
    pub fn new(lua: &'r Lua, variables: &'r Table) -> Self {
        Self { lua, variables }
    }

    /// What can follow this path.
    pub fn names(&self, path: &[String]) -> Vec<Name> {
        let mut names = BTreeSet::new();
        if let Some(value) = self.at(path) {
            for (key, value) in members(self.lua, &value) {
                names.insert(Name { name: key, is_function: matches!(value, Value::Function(_)) });
            }
        }
        // Of two with one name the one in front counts, which comes to the same for who completes it.
        let mut names: Vec<_> = names.into_iter().collect();
        names.dedup_by(|a, b| a.name == b.name);
        names
    }

    /// The class of the handle at this path.
    pub fn class(&self, path: &[String]) -> Option<String> {
        match self.at(path)? {
            Value::UserData(data) => Some(data.type_name().ok()?.to_string_lossy()),
            _ => None,
        }
    }

    /// `name = what it is` for each variable that is a handle.
    pub fn handles(&self) -> Vec<String> {
        let limits = Limits { depth: 0, ..Limits::default() };
        let mut handles = vec![];
        for (name, value) in members(self.lua, &Value::Table(self.variables.clone())) {
            let is_file = matches!(&value, Value::UserData(data) if data.type_name().is_err());
            if matches!(value, Value::UserData(_)) && !is_file && name != "_" {
                handles.push(format!(
                    "{name} = {}",
                    inspect::plain(self.lua, &value, &limits).unwrap_or_default()
                ));
            }
        }
        handles.sort();
        handles
    }

    fn at(&self, path: &[String]) -> Option<Value> {
        let mut value = Value::Table(self.variables.clone());
        for step in path {
            value = members(self.lua, &value).into_iter().find(|(key, _)| key == step)?.1;
        }
        Some(value)
    }
}

/// The fields of a table and of those behind it, or what a handle lists.
fn members(lua: &Lua, value: &Value) -> Vec<(String, Value)> {
    let mut members = vec![];
    let mut next = match value {
        Value::Table(table) => Some(table.clone()),
        Value::String(_) => lua.globals().raw_get::<Table>("string").ok(),
        Value::UserData(data) => {
            let pairs = data.metatable().and_then(|meta| meta.get::<Function>("__pairs"));
            let _ = pairs.and_then(|pairs| pairs.call::<Function>(data)).and_then(|next| {
                while let (Some(key), value) = next.call::<(Option<String>, Value)>(())? {
                    members.push((key, value));
                }
                Ok(())
            });
            None
        }
        _ => None,
    };
    for _ in 0..LONGEST_CHAIN {
        let Some(table) = next else { break };
        // Nothing but memory can lack.
        let _ = table.for_each(|key: Value, value: Value| {
            if let Some(key) = key.as_string().and_then(|key| key.to_str().ok().map(|key| key.to_owned())) {
                members.push((key, value));
            }
            Ok(())
        });
        next = table.metatable().and_then(|meta| meta.raw_get::<Table>("__index").ok());
    }
    members
}
