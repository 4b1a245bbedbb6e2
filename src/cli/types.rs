//! `codex-lua types`: what editors need to know.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};

use super::args;
use crate::stdlib;

/// Where the definitions go, from the project's root.
const FOLDER: &str = ".codex-lua/types";
const SETTINGS: &str = ".luarc.json";

pub fn run(options: &args::Types) -> Result<u8> {
    let folder = options.dir.join(FOLDER);
    for (name, text) in stdlib::META {
        let path = folder.join(name);
        let parent = path.parent().unwrap_or(&folder);
        fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let mut out = std::io::stdout();
    writeln!(out, "{}: {} files", folder.display(), stdlib::META.len())?;
    let settings = options.dir.join(SETTINGS);
    writeln!(out, "{}: {}", settings.display(), add_settings(&settings)?)?;
    Ok(0)
}

/// Whether a project has the definitions of this version; `None` when it has none.
pub fn written(project: &Path) -> Option<bool> {
    let folder = project.join(FOLDER);
    let is_same =
        |(name, text): &(&str, &str)| fs::read(folder.join(name)).is_ok_and(|found| found == text.as_bytes());
    folder.exists().then(|| stdlib::META.iter().all(is_same))
}

/// Adds the folder to the settings of the language server; what is there stays.
fn add_settings(path: &Path) -> Result<&'static str> {
    let mut settings = match fs::read_to_string(path) {
        Ok(text) => match serde_json::from_str(&text) {
            Ok(serde_json::Value::Object(settings)) => settings,
            _ => {
                return Ok(
                    "left as it is, since it is no plain JSON object; add \".codex-lua/types\" to workspace.library",
                );
            }
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => serde_json::Map::new(),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    settings.entry("runtime.version").or_insert_with(|| "Lua 5.4".into());
    let library = settings.entry("workspace.library").or_insert_with(|| serde_json::json!([]));
    let Some(library) = library.as_array_mut() else {
        return Ok("left as it is; add \".codex-lua/types\" to workspace.library");
    };
    if library.iter().any(|folder| folder == FOLDER) {
        return Ok("knows them already");
    }
    library.push(FOLDER.into());
    let text = serde_json::to_string_pretty(&settings)? + "\n";
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    Ok("points to them")
}
