//! What is run: a file, or a piece of text.

use std::io::Read;
use std::path::{Path, PathBuf};

use mlua::{Function, Lua, Value};

use crate::lua::entry::Entries;
use crate::lua::error::Failure;
use crate::lua::loader::{self, Roots};

/// A script and its arguments.
#[derive(Debug, Clone)]
pub struct Chunk {
    /// Where its text is.
    pub source: Source,
    /// What `...` and `arg` hold.
    pub args: Vec<String>,
}

/// Where the text of a script is.
#[derive(Debug, Clone)]
pub enum Source {
    /// A file; modules are looked for beside it.
    File(PathBuf),
    /// Standard input.
    Stdin,
    /// Text, and the name that messages give it; modules are looked for in the working folder.
    Text {
        /// Such as `(command line)`.
        name: String,
        /// Lua.
        text: String,
    },
}

/// A script that was read.
pub(super) struct Loaded {
    pub function: Function,
    /// What `arg[0]` says.
    pub name: String,
    lines: Lines,
}

struct Lines {
    /// As messages call it.
    name: String,
    /// As Lua calls it.
    chunk: String,
    text: Vec<u8>,
}

impl Source {
    /// The folder in which its modules lie.
    pub(super) fn folder(&self) -> PathBuf {
        match self {
            Self::File(path) => path.parent().filter(|folder| !folder.as_os_str().is_empty()),
            _ => None,
        }
        .unwrap_or(Path::new("."))
        .to_owned()
    }

    fn read(&self, roots: &Roots) -> Result<(Vec<u8>, String), Box<Failure>> {
        let failed = |raise: crate::lua::Raise| Box::new(raise.into_failure());
        match self {
            Self::File(path) => roots.read(path).map_err(failed),
            Self::Text { name, text } => {
                Ok((loader::text(text.as_bytes(), name).map_err(failed)?, format!("={name}")))
            }
            Self::Stdin => {
                let mut bytes = Vec::new();
                std::io::stdin().read_to_end(&mut bytes).map_err(|error| {
                    Box::new(Failure {
                        kind: Some("io".into()),
                        message: format!("cannot read standard input: {error}"),
                        ..Failure::default()
                    })
                })?;
                Ok((loader::text(&bytes, "standard input").map_err(failed)?, "=stdin".into()))
            }
        }
    }

    /// Reads and compiles it.
    pub(super) fn load(&self, lua: &Lua, roots: &Roots) -> Result<Loaded, Box<Failure>> {
        let (text, name) = self.read(roots)?;
        let shown = name[1..].to_owned();
        let lines = Lines { name: shown.clone(), chunk: name.clone(), text };
        // `load` of the engine gives Lua's own message, without anything of mlua's around it.
        let load: mlua::Result<(Value, Value)> = lua
            .create_string(&lines.text)
            .and_then(|text| lua.globals().get::<Function>("load")?.call((text, name)));
        match load {
            Ok((Value::Function(function), _)) => Ok(Loaded { function, name: shown, lines }),
            Ok((_, message)) => {
                let message = message.to_string().unwrap_or_default();
                let mut failure = Failure::of_message(Some("parse"), message);
                failure.source_line = lines.line_of(&failure);
                Err(Box::new(failure))
            }
            Err(error) => Err(Box::new(Failure::of_message(None, error.to_string()))),
        }
    }
}

impl Loaded {
    /// As a script whose variables stay.
    pub fn keeping(mut self, lua: &Lua, entries: &Entries) -> mlua::Result<Self> {
        if let Ok(text) = std::str::from_utf8(&self.lines.text)
            && let Some(function) = entries.script(lua, text, &self.lines.chunk)?
        {
            self.function = function;
        }
        Ok(self)
    }

    /// Adds the line that a failure is about, from the script's text or from the file that it names.
    pub fn show_line(&self, mut failure: Failure) -> Failure {
        failure.source_line = self.lines.line_of(&failure);
        failure
    }
}

impl Lines {
    fn line_of(&self, failure: &Failure) -> Option<String> {
        let (file, number) = failure.place.as_ref()?;
        let read;
        let text = if *file == self.name {
            &self.text
        } else {
            read = std::fs::read(file).ok()?;
            &read
        };
        let line = text.split(|byte| *byte == b'\n').nth(number.checked_sub(1)?)?;
        Some(String::from_utf8_lossy(line).trim_end().to_owned())
    }
}
