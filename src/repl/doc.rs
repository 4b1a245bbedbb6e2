//! What names mean, from the type definitions that editors get too.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::stdlib;

/// What is known of a name.
#[derive(Debug, Default)]
pub struct Doc {
    /// `codex.resume`, `Thread:run`, `codex.ThreadOptions`.
    pub name: String,
    /// As it is called, with types; a class has its name alone.
    pub signature: String,
    /// As it is called, without types, from the bracket on.
    pub arguments: String,
    /// What is said about it.
    pub text: Vec<&'static str>,
    /// Of a class.
    fields: Vec<Field>,
    /// Types that this one has the fields of, or that a function takes last.
    types: Vec<&'static str>,
}

/// A field of a class: an option.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Its type, and what is said about it.
    pub text: &'static str,
}

/// All that is known.
pub struct Docs {
    docs: Vec<Doc>,
    by_name: HashMap<String, usize>,
}

static DOCS: LazyLock<Docs> = LazyLock::new(|| Docs::read(stdlib::META));

impl Docs {
    /// Those of the definitions that are built in.
    pub fn known() -> &'static Self {
        &DOCS
    }

    fn read(files: &[(&'static str, &'static str)]) -> Self {
        let mut docs = vec![];
        for (_, text) in files {
            let mut block: Vec<&'static str> = vec![];
            for line in text.lines().chain([""]) {
                if let Some(rest) = line.strip_prefix("---").filter(|rest| !rest.starts_with('-')) {
                    block.push(rest);
                    continue;
                }
                docs.extend(doc(&std::mem::take(&mut block), line));
            }
        }
        let by_name = docs.iter().enumerate().map(|(n, doc)| (doc.name.clone(), n)).collect();
        Self { docs, by_name }
    }

    /// What is known of this very name.
    pub fn get(&self, name: &str) -> Option<&Doc> {
        self.by_name.get(name).map(|n| &self.docs[*n])
    }

    /// The fields of a class and of those that it extends, or of the options that a function takes.
    pub fn fields(&self, doc: &Doc) -> Vec<Field> {
        let inherited =
            doc.types.iter().filter_map(|name| self.get(name)).filter(|class| class.name != doc.name);
        let mut fields = doc.fields.clone();
        for field in inherited.flat_map(|class| self.fields(class)) {
            if !fields.iter().any(|known| known.name == field.name) {
                fields.push(field);
            }
        }
        fields
    }

    /// Names that begin like this.
    pub fn names<'d>(&'d self, start: &'d str) -> impl Iterator<Item = &'d str> {
        self.docs.iter().map(|doc| doc.name.as_str()).filter(move |name| name.starts_with(start))
    }
}

/// What a block of comment lines says about the line behind it.
fn doc(block: &[&'static str], line: &str) -> Option<Doc> {
    let mut doc = Doc::default();
    let (mut params, mut returns) = (HashMap::new(), vec![]);
    for line in block {
        let Some((tag, rest)) = line.strip_prefix('@').map(|tag| tag.split_once(' ').unwrap_or((tag, "")))
        else {
            doc.text.push(line);
            continue;
        };
        match tag {
            "class" => {
                let (name, parents) = rest.split_once(':').unwrap_or((rest, ""));
                name.trim().clone_into(&mut doc.name);
                doc.types.extend(split_types(parents).into_iter().filter(|name| !name.contains('<')));
            }
            "field" => {
                let (name, text) = rest.split_once(' ')?;
                doc.fields.push(Field { name: name.trim_end_matches('?'), text });
            }
            "param" => {
                let (name, rest) = rest.split_once(' ').unwrap_or((rest, ""));
                params.insert(name.trim_end_matches('?'), (name.ends_with('?'), type_of(rest)));
            }
            "return" => returns.push(type_of(rest)),
            _ => {}
        }
    }
    if let Some(function) = line.strip_prefix("function ") {
        let (name, arguments) = function.strip_suffix(" end")?.strip_suffix(')')?.split_once('(')?;
        let arguments: Vec<&str> = arguments.split(", ").filter(|argument| !argument.is_empty()).collect();
        let typed = arguments.iter().map(|argument| match params.get(argument) {
            Some((optional, kind)) => format!("{argument}{}: {kind}", if *optional { "?" } else { "" }),
            None => (*argument).to_owned(),
        });
        let typed: Vec<_> = typed.collect();
        let bare = arguments.iter().map(|argument| {
            let optional = params.get(argument).is_some_and(|(optional, _)| *optional);
            format!("{argument}{}", if optional { "?" } else { "" })
        });
        doc.arguments = format!("{})", bare.collect::<Vec<_>>().join(", "));
        doc.types.extend(arguments.last().and_then(|last| params.get(last)).map(|(_, kind)| *kind));
        name.clone_into(&mut doc.name);
        doc.signature = format!("{name}({})", typed.join(", "));
        if !returns.is_empty() {
            doc.signature = format!("{} -> {}", doc.signature, returns.join(", "));
        }
    } else {
        doc.signature.clone_from(&doc.name);
    }
    (!doc.name.is_empty()).then_some(doc)
}

/// `a` and `table<b, c>` of `a, table<b, c>`.
fn split_types(list: &'static str) -> Vec<&'static str> {
    let (mut depth, mut start, mut types) = (0, 0, vec![]);
    for (at, c) in list.char_indices() {
        match c {
            '<' => depth += 1,
            '>' => depth -= 1,
            ',' if depth == 0 => {
                types.push(list[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    types.push(list[start..].trim());
    types.retain(|name| !name.is_empty());
    types
}

/// The type at the start of a line, whose rest is words: it ends at a blank that neither a bracket nor a `|` is
/// around.
fn type_of(text: &'static str) -> &'static str {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '<' | '(' | '{' | '[' => depth += 1,
            '>' | ')' | '}' | ']' => depth -= 1,
            ' ' if depth == 0 => {
                let (before, after) = (&text[..at], text[at..].trim_start());
                if !before.ends_with(['|', ':', ',']) && !after.starts_with('|') {
                    return before;
                }
            }
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_have_signatures_and_options() {
        let docs = Docs::known();
        let resume = docs.get("codex.resume").unwrap();
        assert_eq!(
            resume.signature,
            "codex.resume(id: string, options?: codex.ResumeOptions) -> codex.Thread"
        );
        assert_eq!(resume.arguments, "id, options?)");
        assert!(!resume.text.is_empty());
        let keys: Vec<_> = docs.fields(resume).iter().map(|field| field.name).collect();
        assert!(keys.contains(&"turns") && keys.contains(&"sandbox"), "{keys:?}");
        assert!(docs.get("Thread:run").is_some() && docs.get("task.spawn").is_some());
        assert!(
            docs.fields(docs.get("codex.ThreadOptions").unwrap()).iter().any(|field| field.name == "cwd")
        );
    }

    #[test]
    fn a_type_ends_where_words_begin() {
        assert_eq!(type_of("\"a\" | \"b\" which one"), "\"a\" | \"b\"");
        assert_eq!(type_of("table<string, any> settings"), "table<string, any>");
        assert_eq!(type_of("fun(...: any): ... what runs"), "fun(...: any): ...");
        assert_eq!(type_of("string"), "string");
    }
}
