//! Results for people.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::Counts;
use super::report::{Done, Verdict};
use crate::cli::report::SourceLine;
use crate::codex::redact;
use crate::lua::error::Failure;
use crate::sys::visible::{self, visible};

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const FAINT: Style = Style::new().dimmed();

/// Writes what came of a case; of one that failed why, and what led there.
pub fn case(file: &str, done: &Done) -> io::Result<()> {
    let mut out = anstream::AutoStream::auto(io::stdout().lock());
    let (style, word) = match done.verdict {
        Verdict::Passed => (GOOD, "ok"),
        Verdict::Failed => (BAD, "FAIL"),
        Verdict::Stopped => (FAINT, "-"),
    };
    let name = visible::line(&full_name(file, done));
    let seconds = done.time.as_secs_f64();
    writeln!(out, "{style}{word:<4}{style:#}  {name} {FAINT}({seconds:.2} s){FAINT:#}")?;
    if done.verdict == Verdict::Failed {
        why(&mut out, done)?;
    }
    out.flush()
}

/// `file: name`.
pub fn full_name(file: &str, done: &Done) -> String {
    done.case.as_ref().map_or_else(|| file.to_owned(), |case| format!("{file}: {case}"))
}

fn why(out: &mut impl Write, done: &Done) -> io::Result<()> {
    if let Some(failure) = &done.failure {
        block(out, Style::new(), &headline(failure))?;
        if let Some(line) = SourceLine::of(failure) {
            block(out, FAINT, &line.to_string())?;
        }
        if failure.traceback.len() > 1 {
            for frame in &failure.traceback {
                block(out, FAINT, &format!("    at {frame}"))?;
            }
        }
    }
    for (what, text) in [
        ("what was said:", done.transcript.join("\n")),
        ("it printed:", done.stdout.clone()),
        ("on standard error:", done.stderr.clone()),
    ] {
        if !text.trim().is_empty() {
            block(out, Style::new(), what)?;
            block(out, FAINT, &format!("  {}", text.trim_end().replace('\n', "\n  ")))?;
        }
    }
    Ok(())
}

/// As [`Failure::headline`]; that it is an assertion goes without saying.
fn headline(failure: &Failure) -> String {
    let kind = failure.kind.clone().filter(|kind| kind != "assertion");
    Failure { kind, ..failure.clone() }.headline()
}

fn block(out: &mut impl Write, style: Style, text: &str) -> io::Result<()> {
    for line in visible(&redact::text(text)).lines() {
        writeln!(out, "      {style}{line}{style:#}")?;
    }
    Ok(())
}

/// Writes how many there were of each.
pub fn counts(counts: &Counts) -> io::Result<()> {
    let mut out = anstream::AutoStream::auto(io::stdout().lock());
    let style = if counts.failed > 0 || counts.signal.is_some() { BAD } else { GOOD };
    let mut parts = vec![format!("{} passed", counts.passed)];
    if counts.failed > 0 {
        parts.push(format!("{} failed", counts.failed));
    }
    if counts.signal.is_some() {
        parts.push(format!("stopped: {} not run to the end", counts.not_run));
    }
    let files = files(counts.files);
    let seconds = counts.time.as_secs_f64();
    writeln!(out, "{style}{}{style:#} in {files} {FAINT}({seconds:.2} s){FAINT:#}", parts.join(", "))?;
    out.flush()
}

/// So many files.
pub fn files(count: usize) -> String {
    if count == 1 { "1 file".to_owned() } else { format!("{count} files") }
}
