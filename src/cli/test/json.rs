//! Results for programs.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::report::Done;
use crate::codex::redact;

/// Writes one line: `file`, `name` (absent for a file that gave no cases), `status` (`passed`, `failed`, `stopped`),
/// `seconds`; of one that failed `message`, and where they are known `kind`, `place` (`file:line`) and `traceback`;
/// `transcript`, a list of lines, and what it printed, as `stdout` and `stderr`, where there is any.
pub fn line(file: &str, done: &Done) -> io::Result<()> {
    let mut line = json!({ "file": file, "status": done.verdict, "seconds": done.time.as_secs_f64() });
    let failure = done.failure.as_ref();
    let place = failure.and_then(|failure| failure.place.as_ref());
    let fields = [
        ("name", done.case.clone().map(Value::from)),
        ("message", failure.map(|failure| failure.message.clone().into())),
        ("kind", failure.and_then(|failure| failure.kind.clone()).map(Value::from)),
        ("place", place.map(|(file, line)| format!("{file}:{line}").into())),
        ("traceback", failure.map(|failure| failure.traceback.clone().into())),
        ("transcript", (!done.transcript.is_empty()).then(|| done.transcript.clone().into())),
        ("stdout", (!done.stdout.is_empty()).then(|| done.stdout.clone().into())),
        ("stderr", (!done.stderr.is_empty()).then(|| done.stderr.clone().into())),
    ];
    let fields = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    line.as_object_mut().unwrap_or(&mut Map::new()).extend(fields);
    let mut out = io::stdout().lock();
    writeln!(out, "{}", redact::json(&line.to_string()))?;
    out.flush()
}
