//! A file of traffic, read.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::FORMAT;
use crate::rpc::replay::{Heard, What};

/// What was recorded.
pub struct Recording {
    /// Who recorded it: the version of codex-lua.
    pub host: String,
    /// What was heard of each server.
    pub servers: Vec<Vec<Heard>>,
    /// The lines at which scripts ended.
    pub ends: Vec<usize>,
}

/// Why a file cannot be replayed.
#[derive(Debug, thiserror::Error)]
pub enum BadRecording {
    /// The system says so.
    #[error("{}", crate::sys::words::io_error(.0))]
    Io(#[from] std::io::Error),
    /// It holds something else, or nothing.
    #[error("line 1: it is no recording of codex-lua")]
    Other,
    /// Another format.
    #[error(
        "line 1: it is a recording of format {0}, by codex-lua {1}; this codex-lua reads format {FORMAT}"
    )]
    Format(u64, String),
    /// A line was changed or cut off.
    #[error("line {line}: {what}")]
    Line {
        /// From 1.
        line: usize,
        /// What is wrong with it.
        what: String,
    },
}

#[derive(Deserialize)]
struct Header {
    recording: u64,
    #[serde(default)]
    codex_lua: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row<'a> {
    #[serde(rename = "ms")]
    _ms: u64,
    #[serde(default)]
    server: usize,
    #[serde(borrow)]
    to: Option<&'a RawValue>,
    #[serde(borrow)]
    from: Option<&'a RawValue>,
    #[serde(default)]
    end: bool,
    ran: Option<String>,
}

impl Recording {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, BadRecording> {
        Self::parse(&std::fs::read(path)?)
    }

    fn parse(bytes: &[u8]) -> Result<Self, BadRecording> {
        let mut lines = bytes.split_inclusive(|byte| *byte == b'\n').enumerate();
        let first = lines.next().map(|(_, line)| line).unwrap_or_default();
        let header: Header = serde_json::from_slice(first).map_err(|_| BadRecording::Other)?;
        if header.recording != FORMAT {
            return Err(BadRecording::Format(header.recording, header.codex_lua));
        }
        let mut servers: BTreeMap<usize, Vec<Heard>> = BTreeMap::new();
        let mut ends = vec![];
        for (place, bytes) in lines {
            let line = place + 1;
            let bad = |what: &dyn std::fmt::Display| BadRecording::Line { line, what: what.to_string() };
            if !bytes.ends_with(b"\n") {
                return Err(bad(&"it is cut off"));
            }
            let row: Row<'_> = serde_json::from_slice(bytes)
                .map_err(|error| bad(&format!("it is no line of a recording: {error}")))?;
            let what = match row {
                Row { to: Some(told), from: None, end: false, ran: None, .. } => {
                    What::Told(told.get().to_owned())
                }
                Row { from: Some(said), to: None, end: false, ran: None, .. } => What::Said(text(said)),
                Row { end: true, to: None, from: None, ran: None, .. } => What::Ended,
                Row { ran: Some(_), to: None, from: None, end: false, .. } => {
                    ends.push(line);
                    continue;
                }
                _ => return Err(bad(&"it needs one of to, from, end and ran")),
            };
            let next = servers.len() + 1;
            if row.server == 0 || row.server > next {
                return Err(bad(&format!("server {} was not there before", row.server)));
            }
            servers.entry(row.server).or_default().push(Heard { line, what });
        }
        Ok(Self { host: header.codex_lua, servers: servers.into_values().collect(), ends })
    }
}

/// A message, or what stood there instead of one.
fn text(said: &RawValue) -> String {
    serde_json::from_str(said.get()).unwrap_or_else(|_| said.get().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "{\"recording\":1,\"codex_lua\":\"0.1.0\"}\n";

    #[track_caller]
    fn refused(text: &str, why: &str) {
        let error = Recording::parse(text.as_bytes()).map(drop).expect_err("it is wrong");
        assert!(error.to_string().starts_with(why), "{error}");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        refused("", "line 1: it is no recording");
        refused("{\"type\":\"item.started\"}\n", "line 1: it is no recording");
        refused(
            "{\"recording\":2,\"codex_lua\":\"9.0\"}\n",
            "line 1: it is a recording of format 2, by codex-lua 9.0",
        );
        let to = "{\"ms\":1,\"server\":1,\"to\":{}}\n";
        refused(&format!("{HEAD}{to}{{\"ms\":1,\"server\":1,\"to\":{{}}"), "line 3: it is cut off");
        refused(&format!("{HEAD}{to}nonsense\n"), "line 3: it is no line of a recording: expected");
        refused(
            &format!("{HEAD}{{\"ms\":1,\"server\":1,\"other\":1}}\n"),
            "line 2: it is no line of a recording: unknown",
        );
        refused(&format!("{HEAD}{{\"ms\":1,\"server\":1}}\n"), "line 2: it needs one of");
        refused(&format!("{HEAD}{{\"ms\":1,\"server\":2,\"end\":true}}\n"), "line 2: server 2 was not there");
    }

    #[test]
    fn servers_are_apart_and_lines_that_are_no_message_are_text() {
        let text = "{\"ms\":1,\"server\":1,\"from\":\"no \\\"message\\\"\"}\n{\"ms\":2,\"server\":2,\"to\":{\"id\":1}}\n{\"ms\":3,\"ran\":\"done\"}\n";
        let read =
            Recording::parse(format!("{HEAD}{text}").as_bytes()).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((read.servers.len(), read.ends), (2, vec![4]));
        assert!(
            matches!(&read.servers[0][0], Heard { line: 2, what: What::Said(text) } if text == "no \"message\"")
        );
        assert!(
            matches!(&read.servers[1][0], Heard { line: 3, what: What::Told(text) } if text == "{\"id\":1}")
        );
    }
}
