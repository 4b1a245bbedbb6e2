//! Which files hold tests.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::cli::args::Wrong;
use crate::sys::files::{Walk, Walking};

/// What names the files of tests in a folder.
const PATTERN: &str = "*_test.lua";

/// A file of tests.
#[derive(Debug, Clone)]
pub struct File {
    /// As people see it: from where they stand, if it lies below.
    pub shown: String,
    /// Absolute.
    pub path: PathBuf,
}

/// The files of these paths, each once, in order: a file is one whatever its name is, and below a folder those are whose
/// names say so and that no ignore file names.
///
/// # Errors
/// When there are none, or a path is not there.
pub fn files(paths: &[PathBuf]) -> Result<Vec<File>> {
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here } else { paths };
    let mut files: Vec<File> = vec![];
    for path in paths {
        let found = if path.is_dir() {
            below(path)?
        } else if path.is_file() {
            vec![path.clone()]
        } else {
            return Err(Wrong(format!("there is no file or folder {}", path.display())).into());
        };
        for path in found {
            let file = File::new(&path)?;
            if !files.iter().any(|other| other.path == file.path) {
                files.push(file);
            }
        }
    }
    if files.is_empty() {
        let looked: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
        let looked = looked.join(", ");
        let message = format!("no tests: there is no {PATTERN} below {looked} that no .gitignore names");
        return Err(Wrong(message).into());
    }
    Ok(files)
}

fn below(folder: &Path) -> Result<Vec<PathBuf>> {
    let how = Walking { ignore: Some(vec![]), keep: vec![PATTERN.into()], ..Walking::default() };
    let mut walk = Walk::new(folder, how)?;
    let mut found = vec![];
    loop {
        let some = walk.some()?;
        if some.is_empty() {
            return Ok(found);
        }
        found.extend(some.into_iter().map(|entry| entry.path));
    }
}

impl File {
    fn new(path: &Path) -> Result<Self> {
        let path: PathBuf = std::path::absolute(path)?.components().collect();
        Ok(Self { shown: shown(&path).display().to_string(), path })
    }
}

/// A path as the user would write it: from the working folder, when it lies below.
pub fn shown(path: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(path).to_owned()
}
