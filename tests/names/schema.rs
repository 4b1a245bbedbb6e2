//! The graph of types in the server's JSON schema, reduced to what a renaming needs.
//!
//! A type is the set of object schemas that a value may be: the variants of a union are one type with the fields
//! of all, an array is its element, a map is a type whose unknown keys have a type.
use codex_lua::codex::names::snake;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Types whose content is not the protocol's own although the schema spells it out.
const FREE_TYPES: [(&str, &str); 2] = [
    ("Config", "config.toml as the user wrote it"),
    ("McpElicitationSchema", "a JSON schema; the other variants of the request have it as free content"),
];

/// Where a union has a free variant beside structured ones, and the structure wins.
const STRUCTURE_WINS: [(&str, &str); 1] =
    [("CodexErrorInfo", "the free variant only stands for kinds of errors that a later server adds")];

pub const FREE: usize = 0;
pub const TAG: usize = 1;

pub struct Type {
    pub name: String,
    /// Wire name → type, for all fields.
    pub fields: BTreeMap<String, usize>,
    /// The type below keys that are no fields.
    pub rest: usize,
    is_map: bool,
    /// Fields that are free in one variant: they must turn out to need no renaming.
    doubtful: Vec<String>,
}

pub struct Graph<'a> {
    bundle: &'a Value,
    pub types: Vec<Type>,
    known: HashMap<Vec<*const Value>, usize>,
    problems: Vec<String>,
    used: BTreeSet<&'static str>,
}

/// What a schema comes down to.
#[derive(Default)]
struct Leaves<'a> {
    objects: Vec<&'a Value>,
    names: Vec<&'a str>,
    free: bool,
    enumerated: bool,
    text: bool,
}

impl<'a> Graph<'a> {
    pub fn new(bundle: &'a Value) -> Graph<'a> {
        let reserved = |name: &str| Type {
            name: name.into(),
            fields: BTreeMap::new(),
            rest: FREE,
            is_map: false,
            doubtful: Vec::new(),
        };
        let types = vec![reserved("free"), reserved("the value of `type`")];
        Graph { bundle, types, known: HashMap::new(), problems: Vec::new(), used: BTreeSet::new() }
    }

    /// The variants of one of the schema's lists of methods, as method → params.
    pub fn methods(&self, list: &str) -> Vec<(&'a str, &'a Value)> {
        let variants = self.definition(list)["oneOf"].as_array().expect("a union");
        let method = |variant: &'a Value| {
            let properties = &variant["properties"];
            (properties["method"]["enum"][0].as_str().expect("a method"), &properties["params"])
        };
        variants.iter().map(method).collect()
    }

    /// The schema with this name, in the newer definitions or the older ones.
    pub fn definition(&self, name: &str) -> &'a Value {
        self.find(name).unwrap_or_else(|| panic!("the schema has no {name}"))
    }

    pub fn find(&self, name: &str) -> Option<&'a Value> {
        let all = &self.bundle["definitions"];
        all["v2"].get(name).or_else(|| all.get(name))
    }

    /// All names that end in `Response`.
    pub fn responses(&self) -> BTreeSet<&'a str> {
        let all = &self.bundle["definitions"];
        let names = |of: &'a Value| of.as_object().expect("definitions").keys();
        names(all).chain(names(&all["v2"])).map(String::as_str).filter(|n| n.ends_with("Response")).collect()
    }

    /// The type of a value that one of these schemas describes; `hint` names it if the schema does not.
    pub fn resolve(&mut self, schemas: &[&'a Value], hint: &str) -> usize {
        let mut leaves = Leaves::default();
        for schema in schemas {
            self.collect(schema, &mut leaves);
        }
        let name = leaves.names.first().copied().unwrap_or(hint).to_string();
        if leaves.free && leaves.objects.is_empty() {
            return FREE;
        }
        let mut key: Vec<*const Value> = leaves.objects.iter().map(|o| std::ptr::from_ref(*o)).collect();
        key.sort_unstable();
        key.dedup();
        if key.is_empty() {
            return FREE;
        }
        if let Some(&known) = self.known.get(&key) {
            return known;
        }
        let id = self.types.len();
        self.known.insert(key, id);
        self.types.push(Type {
            name,
            fields: BTreeMap::new(),
            rest: FREE,
            is_map: false,
            doubtful: Vec::new(),
        });
        self.fill(id, &leaves.objects);
        id
    }

    fn fill(&mut self, id: usize, objects: &[&'a Value]) {
        let name = self.types[id].name.clone();
        let mut properties: BTreeMap<&str, Vec<&'a Value>> = BTreeMap::new();
        let mut maps = Vec::new();
        for object in objects {
            let mut named: BTreeMap<_, &str> = BTreeMap::new();
            for (key, _) in object["properties"].as_object().into_iter().flatten() {
                if let Some(other) = named.insert(snake(key), key) {
                    self.problems.push(format!("{name}: {key} and {other} would have the same name"));
                }
            }
            for (key, schema) in object["properties"].as_object().into_iter().flatten() {
                properties.entry(key).or_default().push(schema);
            }
            maps.extend(object.get("additionalProperties").filter(|schema| schema.is_object()));
        }
        for (key, schemas) in properties {
            let mut leaves = Leaves::default();
            for schema in &schemas {
                self.collect(schema, &mut leaves);
            }
            let path = format!("{name}.{key}");
            let child = if key == "type" && leaves.enumerated {
                if leaves.text || leaves.free || !leaves.objects.is_empty() {
                    self.problems
                        .push(format!("{path} is a tag in one variant and something else in another"));
                }
                TAG
            } else {
                self.resolve(&schemas, &path)
            };
            if leaves.free && child != FREE {
                self.types[id].doubtful.push(key.into());
            }
            self.types[id].fields.insert(key.into(), child);
        }
        self.types[id].is_map = !maps.is_empty();
        self.types[id].rest = if maps.is_empty() { FREE } else { self.resolve(&maps, &format!("{name}[]")) };
    }

    fn collect(&mut self, schema: &'a Value, leaves: &mut Leaves<'a>) {
        let Some(object) = schema.as_object() else {
            leaves.free |= *schema == Value::Bool(true);
            return;
        };
        if let Some(name) = object.get("$ref").and_then(Value::as_str) {
            let name = name.rsplit('/').next().expect("a name");
            if let Some((free, _)) = FREE_TYPES.iter().find(|entry| entry.0 == name) {
                self.used.insert(free);
                leaves.free = true;
                return;
            }
            leaves.names.push(name);
            self.collect_named(name, leaves);
            return;
        }
        let mut composed = false;
        for union in ["oneOf", "anyOf", "allOf"] {
            for part in object.get(union).and_then(Value::as_array).into_iter().flatten() {
                composed = true;
                self.collect(part, leaves);
            }
        }
        Self::collect_plain(schema, object, composed, leaves);
        match object.get("items") {
            Some(Value::Array(tuple)) => tuple.iter().for_each(|item| self.collect(item, leaves)),
            Some(item) => self.collect(item, leaves),
            None => {}
        }
    }

    fn collect_named(&mut self, name: &'a str, leaves: &mut Leaves<'a>) {
        let definition = self.definition(name);
        let was_free = leaves.free;
        // A type that holds itself ends here: its objects are in already.
        if definition.get("properties").is_some()
            && leaves.objects.iter().any(|o| std::ptr::eq(*o, definition))
        {
            return;
        }
        self.collect(definition, leaves);
        if let Some((structured, _)) = STRUCTURE_WINS.iter().find(|entry| entry.0 == name) {
            self.used.insert(structured);
            leaves.free = was_free;
        }
    }

    fn collect_plain(
        schema: &'a Value,
        object: &'a Map<String, Value>,
        composed: bool,
        leaves: &mut Leaves<'a>,
    ) {
        const SAYS_NOTHING: [&str; 5] = ["description", "default", "title", "examples", "deprecated"];
        let is = |wanted: &str| match object.get("type") {
            Some(Value::String(one)) => one == wanted,
            Some(Value::Array(many)) => many.iter().any(|one| one == wanted),
            _ => false,
        };
        let properties = object.get("properties").is_some();
        let additional = object.get("additionalProperties");
        if properties || additional.is_some_and(|schema| schema.is_object() || *schema == Value::Bool(false))
        {
            leaves.objects.push(schema);
        } else if !composed && (is("object") || object.keys().all(|key| SAYS_NOTHING.contains(&key.as_str())))
        {
            leaves.free = true;
        }
        leaves.free |= is("array") && object.get("items").is_none();
        let enumerated = object.contains_key("enum") || object.contains_key("const");
        leaves.enumerated |= is("string") && enumerated;
        leaves.text |= is("string") && !enumerated;
    }

    /// Which types change anything at or below them.
    fn interesting(&self) -> Vec<bool> {
        let mut yes: Vec<bool> = self
            .types
            .iter()
            .map(|of| of.fields.iter().any(|(wire, child)| *child == TAG || snake(wire) != *wire))
            .collect();
        yes[TAG] = true;
        loop {
            let reaches = |of: &Type| yes[of.rest] || of.fields.values().any(|child| yes[*child]);
            let more: Vec<usize> = (0..yes.len()).filter(|&i| !yes[i] && reaches(&self.types[i])).collect();
            if more.is_empty() {
                return yes;
            }
            for i in more {
                yes[i] = true;
            }
        }
    }

    /// Makes types that change nothing free, and panics with all that cannot be decided by rule.
    pub fn settle(&mut self) {
        let interesting = self.interesting();
        for of in &mut self.types {
            of.fields.values_mut().filter(|child| !interesting[**child]).for_each(|child| *child = FREE);
            if !interesting[of.rest] {
                of.rest = FREE;
            }
        }
        for of in &self.types {
            for (wire, child) in &of.fields {
                if of.doubtful.contains(wire) && *child != FREE {
                    self.problems
                        .push(format!("{}.{wire} is free in one variant, structured in another", of.name));
                }
                if of.is_map && (snake(wire) != *wire || *child != of.rest) {
                    self.problems.push(format!("{}.{wire} is a field here and a free key there", of.name));
                }
            }
        }
        let listed = FREE_TYPES.iter().chain(&STRUCTURE_WINS).map(|entry| entry.0);
        self.problems.extend(
            listed.filter(|n| !self.used.contains(n)).map(|n| format!("exception {n} is not needed")),
        );
        assert!(self.problems.is_empty(), "the schema needs a decision:\n{}", self.problems.join("\n"));
    }
}
