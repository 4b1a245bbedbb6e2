//! What a process that ran a file or a case of it tells of that.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::lua::error::Failure;

/// Files of code, and hashes of what was read there.
pub type Code = BTreeMap<PathBuf, Option<u64>>;

const FILE: &str = "report.json";
/// Of scripts that a case runs; each has a number.
const CODE: &str = "code";

/// Written by the process that ran it, into the folder of the case.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Report {
    /// The cases of the file.
    pub cases: Vec<String>,
    /// Why it failed, if it did.
    pub failure: Option<Failure>,
    /// It was told to stop before its end.
    pub stopped: bool,
    /// What was said with Codex and the model.
    pub transcript: Vec<String>,
    /// What was read as code.
    pub code: Code,
}

/// What came of a case, or of a file that gave no cases.
#[derive(Debug)]
pub struct Done {
    /// `None` for a whole file.
    pub case: Option<String>,
    pub verdict: Verdict,
    pub time: Duration,
    pub failure: Option<Failure>,
    pub transcript: Vec<String>,
    pub stdout: String,
    pub stderr: String,
    pub code: Code,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Passed,
    Failed,
    /// Before its end, by a signal.
    Stopped,
}

impl Report {
    pub fn write(&self, folder: &Path) -> std::io::Result<()> {
        std::fs::write(folder.join(FILE), serde_json::to_vec(self)?)
    }

    /// That of a process that has ended, with the code of the scripts that it ran; `None` when it left none.
    pub fn read(folder: &Path) -> Option<Self> {
        let mut report: Self = serde_json::from_slice(&std::fs::read(folder.join(FILE)).ok()?).ok()?;
        for entry in std::fs::read_dir(folder.join(CODE)).into_iter().flatten().flatten() {
            let code =
                std::fs::read(entry.path()).ok().and_then(|text| serde_json::from_slice::<Code>(&text).ok());
            for (path, content) in code.unwrap_or_default() {
                report.code.entry(path).or_insert(content);
            }
        }
        report.code.retain(|path, _| path.is_absolute() && !path.starts_with(folder));
        Some(report)
    }
}

/// Tells what a script was made of that a case ran.
pub fn write_code(folder: &Path, code: &Code) -> std::io::Result<()> {
    let folder = folder.join(CODE);
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join(std::process::id().to_string()), serde_json::to_vec(code)?)
}
