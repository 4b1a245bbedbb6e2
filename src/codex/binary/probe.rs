//! Asking a Codex for its version.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::process::Command;
use tokio::time::timeout;

use super::absolute_path_entries;
use crate::sys::processes::{Mark, Tree};

/// More than this much output is no version.
const LIMIT: u64 = 4096;

/// What a Codex said.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// Its version, such as `0.169.0`.
    Version(String),
    /// It ended, or could not be started, without naming a version.
    Nothing,
    /// It said nothing within the deadline, and was ended.
    Late,
}

/// Runs `codex --version` for at most `deadline`.
pub(super) async fn version(codex: &Path, path: Option<&OsStr>, deadline: Duration) -> Answer {
    let mut command = Command::new(codex);
    // It would make a folder in its home, which is not ours to touch; this is no folder.
    command.env("CODEX_HOME", "/dev/null");
    ask(command, path, deadline, parse).await
}

/// Runs `program --version`, in no one's folder and with a PATH of absolute entries.
pub(super) async fn ask(
    mut program: Command,
    path: Option<&OsStr>,
    deadline: Duration,
    parse: impl Fn(&str) -> Option<String>,
) -> Answer {
    program.arg("--version").current_dir("/");
    program.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    if let Ok(path) = std::env::join_paths(absolute_path_entries(path)) {
        program.env("PATH", path);
    }
    match timeout(deadline, first_words(&mut program)).await {
        Err(_) => Answer::Late,
        Ok(Err(_)) => Answer::Nothing,
        Ok(Ok(text)) => parse(&text).map_or(Answer::Nothing, Answer::Version),
    }
}

async fn first_words(command: &mut Command) -> std::io::Result<String> {
    let mut tree = Tree::start_apart(command, Mark::new())?;
    let mut text = Vec::new();
    if let (_, Some(output), _) = tree.streams() {
        output.take(LIMIT).read_to_end(&mut text).await?;
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// The version in `codex-cli 0.169.0`.
fn parse(text: &str) -> Option<String> {
    let version = text.lines().next()?.strip_prefix("codex-cli ")?.trim();
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-+".contains(c);
    (version.starts_with(|c: char| c.is_ascii_digit()) && version.chars().all(plain))
        .then(|| version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn only_a_version_is_a_version() {
        assert_eq!(parse("codex-cli 0.169.0\n").as_deref(), Some("0.169.0"));
        assert_eq!(parse("codex-cli 0.170.0-alpha.1\nmore").as_deref(), Some("0.170.0-alpha.1"));
        for text in ["", "codex-cli", "codex-cli \n", "other 0.169.0", "codex-cli 0.1\x1b[2J", "0.169.0"] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
