//! What begins with a dot is for the prompt itself.

use std::path::PathBuf;

use super::complete::files;
use super::doc::Docs;
use super::run::{Prompt, say};
use super::script;
use crate::host::{Chunk, Entry, Outcome, Source};
use crate::lua::syntax::Checker;

/// A command and what follows it.
#[derive(Clone, Copy)]
pub struct Command<'t> {
    name: &'t str,
    rest: &'t str,
}

/// Each command, what follows it, and what it does.
const COMMANDS: &[(&str, &str, &str)] = &[
    ("help", "", "this list"),
    ("doc", "NAME", "what a function or a type is; NAME? does the same"),
    ("load", "FILE", "runs a file; its variables stay"),
    ("save", "FILE", "writes what worked here as a script"),
    ("time", "[LUA]", "says how long each entry takes, or how long this one took"),
    ("tasks", "", "the tasks that run"),
    ("threads", "", "the threads that are open"),
    ("events", "[on|off]", "shows every event of Codex as it comes"),
    ("handles", "", "the variables that hold a handle"),
    ("reset", "", "ends all that runs and forgets all variables"),
    ("exit", "", "leaves, as Ctrl-D"),
];

/// Whether this is for the prompt, and no Lua: a dot and a letter, or a name and a question mark.
pub fn is_one(text: &str) -> bool {
    Command::read(text).is_some()
}

impl<'t> Command<'t> {
    pub fn read(text: &'t str) -> Option<Self> {
        let text = text.trim();
        if let Some(name) = text.strip_suffix('?').filter(|name| is_path(name)) {
            return Some(Self { name: "doc", rest: name });
        }
        let command =
            text.strip_prefix('.').filter(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))?;
        let (name, rest) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
        Some(Self { name, rest: rest.trim() })
    }
}

fn is_path(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.:".contains(c))
}

/// What a command that is being typed could become; `None` where none is.
pub fn completions(text: &str) -> Option<(usize, Vec<String>)> {
    let command = text.strip_prefix('.')?;
    let Some((name, rest)) = command.split_once(' ') else {
        let names = COMMANDS.iter().map(|(name, ..)| *name).filter(|name| name.starts_with(command));
        return Some((1, names.map(str::to_owned).collect()));
    };
    let start = text.len() - rest.trim_start().len();
    match name {
        "load" | "save" => Some(files(text, start)),
        "doc" => Some((start, Docs::known().names(&text[start..]).map(str::to_owned).collect())),
        // What follows is Lua.
        "time" => None,
        _ => Some((text.len(), vec![])),
    }
}

/// Runs one; the answer is what ends the prompt.
pub(super) fn run(prompt: &mut Prompt, command: Command<'_>) -> Option<Outcome> {
    let Command { name, rest } = command;
    let Some((_, takes, _)) = COMMANDS.iter().find(|(known, ..)| *known == name) else {
        prompt.complain(&format!("there is no command .{name}; .help lists them"));
        return None;
    };
    if takes.is_empty() && !rest.is_empty() {
        prompt.complain(&format!(".{name} takes nothing"));
        return None;
    }
    if !takes.is_empty() && !takes.starts_with('[') && rest.is_empty() {
        prompt.complain(&format!(".{name} needs a {takes}"));
        return None;
    }
    match name {
        "exit" => return prompt.may_leave().then_some(Outcome::Done),
        "load" => return load(prompt, rest),
        "time" if !rest.is_empty() => return prompt.timed(rest),
        "time" => {
            prompt.times = !prompt.times;
            prompt.note(if prompt.times { "each entry is timed" } else { "entries are not timed" });
        }
        "help" => help(prompt),
        "doc" => doc(prompt, rest),
        "save" => save(prompt, rest),
        "tasks" => list(prompt, &prompt.session.borrow().tasks(), "no task runs"),
        "threads" => list(prompt, &prompt.session.borrow().threads(), "no thread is open"),
        "handles" => list(prompt, &prompt.session.borrow().handles(), "no variable holds a handle"),
        "events" => events(prompt, rest),
        _ => reset(prompt),
    }
    None
}

fn load(prompt: &mut Prompt, file: &str) -> Option<Outcome> {
    let chunk = Chunk { source: Source::File(PathBuf::from(file)), args: vec![] };
    let (worked, end) = prompt.enter(Entry::Script(chunk));
    if worked {
        prompt.worked.push(format!("dofile {}", script::quoted(file)));
    }
    end
}

fn help(prompt: &Prompt) {
    let width =
        COMMANDS.iter().map(|(name, takes, _)| name.len() + takes.len()).max().unwrap_or_default() + 2;
    for (name, takes, text) in COMMANDS {
        let command = format!("{name} {takes}");
        say(&format!(".{command:<width$} {}", prompt.painter.faint(text)));
    }
    say("");
    say("An expression shows its values, a semicolon at its end does not; _ is the last value.");
    say("Tab completes, Ctrl-R searches what was entered, Ctrl-C interrupts what runs, Ctrl-D leaves.");
}

fn doc(prompt: &Prompt, name: &str) {
    let docs = Docs::known();
    let path: Vec<String> = name.split(['.', ':']).map(str::to_owned).collect();
    let Some(doc) = docs.get(name).or_else(|| prompt.completions.doc(&path, super::PATIENCE)) else {
        prompt.complain(&format!("nothing is known of {name}"));
        return;
    };
    say(&prompt.painter.bold(&doc.signature));
    for line in &doc.text {
        say(line);
    }
    let fields = docs.fields(doc);
    let width = fields.iter().map(|field| field.name.len()).max().unwrap_or_default();
    for field in fields {
        say(&format!("  {:<width$}  {}", field.name, prompt.painter.faint(field.text)));
    }
}

fn save(prompt: &Prompt, file: &str) {
    let Ok(checker) = Checker::new() else { return };
    let text = script::of(&prompt.worked, &checker);
    match std::fs::write(file, text) {
        Ok(()) => prompt.note(&format!("{file}: {} entries", prompt.worked.len())),
        Err(error) => prompt.complain(&format!("{file} cannot be written: {error}")),
    }
}

fn list(prompt: &Prompt, lines: &[String], nothing: &str) {
    if lines.is_empty() {
        prompt.note(nothing);
    }
    for line in lines {
        say(&crate::sys::visible::line(line));
    }
}

fn events(prompt: &Prompt, rest: &str) {
    let session = prompt.session.borrow();
    let shows = match rest {
        "on" => true,
        "off" => false,
        "" => !session.shows_events(),
        _ => return prompt.complain(".events takes on or off"),
    };
    session.show_events(shows);
    prompt.note(if shows { "events are shown" } else { "events are not shown" });
}

fn reset(prompt: &mut Prompt) {
    let done = prompt.session.borrow().reset();
    match done {
        Ok(()) => {
            prompt.worked.clear();
            prompt.note("all variables are forgotten, and nothing runs");
        }
        Err(error) => prompt.complain(&error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_told_from_lua() {
        for text in [".help", "  .doc codex.run ", "codex.resume?", "t:run?"] {
            assert!(is_one(text), "{text}");
        }
        for text in [".5 + 1", "x = 1", "a ? b", "?", "...", ". x"] {
            assert!(!is_one(text), "{text}");
        }
        assert_eq!(completions(".ti"), Some((1, vec!["time".into()])));
        assert_eq!(completions("x"), None);
    }
}
