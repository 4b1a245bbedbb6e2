//! The report, for people and for programs.

use std::io::Write;

use anstyle::{AnsiColor, Style};
use serde_json::json;

use super::Report;
use super::check::Status;
use crate::cli::visible;
use crate::codex::binary::PINNED;

/// Writes one JSON object.
pub fn json(report: &Report) -> std::io::Result<()> {
    let object = json!({
        "codex_lua": env!("CARGO_PKG_VERSION"),
        "pinned_codex": PINNED,
        "status": report.status(),
        "exit_code": report.exit_code(),
        "checks": report.checks,
    });
    writeln!(std::io::stdout(), "{object:#}")
}

/// Writes a table, in colours where the terminal has them and `NO_COLOR` does not say otherwise.
pub fn text(report: &Report) -> std::io::Result<()> {
    let mut out = anstream::AutoStream::auto(std::io::stdout());
    let width = report.checks.iter().map(|check| check.name.len()).max().unwrap_or(0);
    for check in &report.checks {
        let (style, word) = shown(check.finding.status);
        let found = visible::line(&check.finding.found);
        writeln!(out, "{style}{word:<4}{style:#}  {:<width$}  {found}", check.name)?;
        for line in check.finding.advice.iter().flat_map(|advice| advice.lines()) {
            writeln!(out, "{:<4}  {:<width$}  → {}", "", "", visible::line(line))?;
        }
    }
    let count = |status| report.checks.iter().filter(|check| check.finding.status == status).count();
    let (failed, warned) = (count(Status::Fail), count(Status::Warn));
    let (style, verdict) = match (failed, warned) {
        (0, 0) => (shown(Status::Ok).0, "all is well".to_owned()),
        (0, _) => (shown(Status::Warn).0, format!("scripts run; warnings: {warned}")),
        _ => (shown(Status::Fail).0, format!("failures: {failed}, warnings: {warned}")),
    };
    writeln!(out, "{style}{verdict}{style:#}")
}

fn shown(status: Status) -> (Style, &'static str) {
    match status {
        Status::Ok => (AnsiColor::Green.on_default(), "ok"),
        Status::Warn => (AnsiColor::Yellow.on_default(), "warn"),
        Status::Fail => (AnsiColor::Red.on_default().bold(), "FAIL"),
        Status::Skipped => (Style::new().dimmed(), "-"),
    }
}
