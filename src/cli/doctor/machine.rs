//! The rest of the machine: limits, proxies, what outlived its host, the terminal, the project.

use std::io::IsTerminal;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::check::{Check, Finding};
use super::look;
use crate::cli::types;
use crate::codex::redact;
use crate::sys::{inotify, processes, proxies};

/// A large project has as many folders.
const FEW_WATCHES: u64 = 65_536;
/// Each watcher of each program takes one.
const FEW_INSTANCES: u64 = 16;

pub async fn checks(deadline: Duration) -> Vec<Check> {
    let (proxy, limits, leftovers, project, terminal) = tokio::join!(
        look("proxy", deadline, proxy),
        look("inotify", deadline, || watching(Path::new("/proc"))),
        look("leftovers", deadline, leftovers),
        look("types", deadline, || definitions(Path::new("."))),
        look("terminal", deadline, terminal),
    );
    vec![proxy, limits, leftovers, project, terminal]
}

fn proxy() -> Finding {
    let found = proxies::on_the_way_to_loopback(|name| std::env::var(name).ok());
    let finding = if found.is_empty() {
        Finding::ok("none between Codex and this machine itself")
    } else {
        Finding::warn(
            format!("{} is set, and NO_PROXY does not except 127.0.0.1 and localhost", found.join(" and ")),
            "a model provider on loopback is asked through it and hangs (--offline is not): \
             export NO_PROXY=127.0.0.1,localhost",
        )
    };
    finding.with("variables", found)
}

/// How much room there is for watching files, by this `/proc`.
fn watching(proc: &Path) -> Finding {
    let Some(limits) = inotify::limits(proc) else { return Finding::ok("this system has no such limits") };
    let used = inotify::used(proc);
    let free = limits.instances.saturating_sub(used.instances);
    let what = format!(
        "{} files may be watched ({} are), by {} watchers ({} are there)",
        limits.watches, used.watches, limits.instances, used.instances
    );
    let sysctl = |name: &str, number: u64| {
        format!("large projects cannot be watched whole; as root: sysctl fs.inotify.{name}={number}")
    };
    let finding = if limits.watches.saturating_sub(used.watches) < FEW_WATCHES {
        Finding::warn(what, sysctl("max_user_watches", 524_288))
    } else if free < FEW_INSTANCES {
        Finding::warn(what, sysctl("max_user_instances", 1024))
    } else {
        Finding::ok(what)
    };
    finding
        .with("max_user_watches", limits.watches)
        .with("max_user_instances", limits.instances)
        .with("used_watches", used.watches)
        .with("used_instances", used.instances)
}

fn leftovers() -> Finding {
    let left = processes::leftovers();
    let all: Vec<Value> = left
        .iter()
        .map(|it| json!({ "pid": it.pid, "host": it.host, "command": redact::text(&it.command) }))
        .collect();
    let finding = if left.is_empty() {
        Finding::ok("no process has outlived its script")
    } else {
        let short = |command: &str| redact::text(command).chars().take(80).collect::<String>();
        let list: Vec<_> = left.iter().map(|it| format!("{} ({})", it.pid, short(&it.command))).collect();
        let pids: Vec<_> = left.iter().map(|it| it.pid.to_string()).collect();
        Finding::warn(
            format!("processes whose codex-lua was killed: {}", list.join(", ")),
            format!("look at them, and end them: kill {}", pids.join(" ")),
        )
    };
    finding.with("processes", all)
}

/// Type definitions of the project that we stand in.
fn definitions(project: &Path) -> Finding {
    match types::written(project) {
        None => Finding::ok("none here; codex-lua types writes them for an editor"),
        Some(true) => Finding::ok("type definitions are those of this version"),
        Some(false) => Finding::warn("type definitions here are another version's", "codex-lua types"),
    }
}

fn terminal() -> Finding {
    let (output, errors) = (std::io::stdout().is_terminal(), std::io::stderr().is_terminal());
    let color = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
    let word = |is: bool| if is { "a terminal" } else { "no terminal" };
    let colors = if color { "in colours" } else { "without colours" };
    Finding::ok(format!("standard output is {}, standard error {}, {colors}", word(output), word(errors)))
        .with("stdout", output)
        .with("stderr", errors)
        .with("color", color)
}

#[cfg(test)]
mod tests {
    use super::super::check::Status;
    use super::*;

    #[test]
    fn low_limits_are_told_with_what_to_do() {
        let proc = tempfile::tempdir().unwrap();
        let folder = proc.path().join("sys/fs/inotify");
        std::fs::create_dir_all(&folder).unwrap();
        let limit = |watches: &str, instances: &str| {
            std::fs::write(folder.join("max_user_watches"), watches).unwrap();
            std::fs::write(folder.join("max_user_instances"), instances).unwrap();
            watching(proc.path())
        };
        let low = limit("8192\n", "128\n");
        assert_eq!(low.status, Status::Warn);
        assert!(low.advice.unwrap().contains("sysctl fs.inotify.max_user_watches=524288"));
        let low = limit("524288\n", "8\n");
        assert!(low.advice.unwrap().contains("sysctl fs.inotify.max_user_instances=1024"));
        let fine = limit("524288\n", "128\n");
        assert_eq!(
            (fine.status, fine.advice, &fine.details["max_user_watches"]),
            (Status::Ok, None, &json!(524_288))
        );
        std::fs::remove_dir_all(folder).unwrap();
        assert_eq!(watching(proc.path()).status, Status::Ok);
    }
}
