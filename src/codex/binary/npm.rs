//! Having npm fetch one package by its sha512.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::process::Command;
use tokio::time::{MissedTickBehavior, interval_at};

use super::folder::io_error;
use super::platform::Package;
use super::probe::{self, Answer};
use super::{BinaryError, PINNED, absolute_path_entries};
use crate::codex::redact::{self, is_secret_variable};
use crate::sys::processes::{Mark, Tree};

/// npm's name for Codex.
const NAME: &str = "@openai/codex";

/// How often there is a step of progress.
const STEP: Duration = Duration::from_secs(1);

/// What npm writes goes to this file in its folder: a pipe would have to be emptied meanwhile.
const OUTPUT: &str = "npm-output.txt";

/// How much of what npm wrote an error shows.
const LAST_LINES: usize = 15;
const LAST_BYTES: u64 = 8 * 1024;

/// What the user's own npm configuration may say for their projects but must not say here. Nothing about
/// where npm downloads from: registry, proxy and certificates are the user's.
const OPTIONS: &[&str] = &[
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--no-update-notifier",
    "--no-progress",
    "--color=false",
    "--loglevel=notice",
    "--no-global",
    "--no-dry-run",
    "--package-lock",
    "--no-package-lock-only",
    "--install-strategy=hoisted",
];

/// Runs `npm ci` in `folder`, which is empty and ours, and tells about every second how far it is.
///
/// The lock file names no address, only the sha512, so the package comes from the registry that the user has
/// configured and npm refuses it (EINTEGRITY) if its bytes are others.
pub(super) async fn ci(
    npm: &Path,
    path: Option<&OsStr>,
    package: Package,
    folder: &Path,
    mut step: impl FnMut(String),
) -> Result<(), BinaryError> {
    write_package(package, folder)?;
    let output_path = folder.join(OUTPUT);
    let mut output = File::options()
        .read(true)
        .append(true)
        .create_new(true)
        .open(&output_path)
        .map_err(io_error("create", &output_path))?;
    let twin = || output.try_clone().map_err(io_error("open", &output_path));

    let mut command = Command::new(npm);
    command.arg("ci").args(OPTIONS).arg("--prefix").arg(folder).current_dir(folder);
    command.stdin(Stdio::null()).stdout(twin()?).stderr(twin()?);
    give_environment(&mut command);
    command.env("PATH", std::env::join_paths(absolute_path_entries(path)).unwrap_or_default());

    let begun = Instant::now();
    let mut tree = Tree::start_apart(&mut command, Mark::new()).map_err(io_error("run", npm))?;
    let mut ticks = interval_at(tokio::time::Instant::now() + STEP, STEP);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let status = loop {
        tokio::select! {
            status = tree.wait() => break status.map_err(io_error("wait for", npm))?,
            _ = ticks.tick() => {
                step(format!("{} s, {} MB unpacked", begun.elapsed().as_secs(), size(folder) / 1_000_000));
            }
        }
    };
    drop(tree);

    let text = last_lines(&mut output).map_err(io_error("read", &output_path))?;
    fs::remove_file(&output_path).map_err(io_error("remove", &output_path))?;
    if status.success() {
        Ok(())
    } else if text.contains("EINTEGRITY") {
        Err(BinaryError::Integrity { output: text })
    } else {
        Err(BinaryError::NpmFailed { code: status.code(), output: text })
    }
}

/// Asks npm for its version.
pub(super) async fn version(npm: &Path, path: Option<&OsStr>, deadline: Duration) -> Answer {
    let mut command = Command::new(npm);
    give_environment(&mut command);
    let number = |text: &str| {
        let version = text.lines().next()?.trim();
        version.starts_with(|c: char| c.is_ascii_digit()).then(|| version.to_owned())
    };
    probe::ask(command, path, deadline, number).await
}

fn give_environment(npm: &mut Command) {
    npm.env_clear().envs(std::env::vars_os().filter(|(name, _)| passes(name)));
}

/// Writes the two files that tell npm what to install.
fn write_package(package: Package, folder: &Path) -> Result<(), BinaryError> {
    let version = format!("{PINNED}-{}", package.suffix);
    let root = json!({
        "name": "codex-lua-codex", "version": "0.0.0", "private": true, "dependencies": {NAME: version},
    });
    let codex = json!({"version": version, "integrity": package.integrity});
    let lock = json!({
        "name": "codex-lua-codex", "version": "0.0.0", "lockfileVersion": 3, "requires": true,
        "packages": {"": root, format!("node_modules/{NAME}"): codex},
    });
    for (name, content) in [("package.json", &root), ("package-lock.json", &lock)] {
        let path = folder.join(name);
        fs::write(&path, content.to_string()).map_err(io_error("write", &path))?;
    }
    Ok(())
}

/// Whether npm gets to see the environment variable `name`.
///
/// Names of secrets are withheld, but for npm's own (`NPM_…`, `npm_…`, `NODE_AUTH_TOKEN`): an `.npmrc`
/// commonly refers to them for the user's registry.
fn passes(name: &OsStr) -> bool {
    let name = name.to_string_lossy().to_ascii_uppercase();
    !is_secret_variable(&name) || name.starts_with("NPM_") || name == "NODE_AUTH_TOKEN"
}

/// Bytes of the files below `folder`. Files may come and go meanwhile.
fn size(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let sizes = entries.flatten().map(|entry| match entry.metadata() {
        Ok(found) if found.is_dir() => size(&entry.path()),
        Ok(found) => found.len(),
        Err(_) => 0,
    });
    sizes.sum()
}

/// The last lines that say something (no empty ones, no JavaScript stack), without control characters and
/// secrets.
fn last_lines(output: &mut File) -> std::io::Result<String> {
    let length = output.seek(SeekFrom::End(0))?;
    output.seek(SeekFrom::Start(length.saturating_sub(LAST_BYTES)))?;
    let mut bytes = Vec::new();
    output.take(LAST_BYTES).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let plain =
        |line: &str| line.chars().filter(|c| !c.is_control()).collect::<String>().trim_end().to_owned();
    let lines: Vec<String> =
        text.lines().map(plain).filter(|line| !line.is_empty() && !line.contains("    at ")).collect();
    let last = lines[lines.len().saturating_sub(LAST_LINES)..].join("\n");
    Ok(redact::text(&last).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn npm_sees_no_secret_but_its_own() {
        for name in
            ["HOME", "HTTPS_PROXY", "NPM_TOKEN", "npm_config__authToken", "NODE_AUTH_TOKEN", "SSL_CERT_FILE"]
        {
            assert!(passes(OsStr::new(name)), "{name}");
        }
        for name in ["OPENAI_API_KEY", "GITHUB_TOKEN", "aws_secret_access", "DB_PASSWORD", "X_NPM_TOKEN"] {
            assert!(!passes(OsStr::new(name)), "{name}");
        }
    }

    #[test]
    fn the_lock_file_pins_by_hash_and_names_no_address() {
        let folder = tempfile::tempdir().unwrap();
        write_package(Package { suffix: "os-cpu", integrity: "sha512-xyz", megabytes: 1 }, folder.path())
            .unwrap();
        let text = fs::read_to_string(folder.path().join("package-lock.json")).unwrap();
        let lock: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(lock["lockfileVersion"], 3);
        let codex = &lock["packages"]["node_modules/@openai/codex"];
        assert_eq!(*codex, json!({"version": format!("{PINNED}-os-cpu"), "integrity": "sha512-xyz"}));
        assert_eq!(lock["packages"][""]["dependencies"][NAME], codex["version"]);
    }
}
