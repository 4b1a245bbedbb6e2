//! `codex-lua doctor`: each thing that can be wrong is made wrong.
//!
//! What the real Codex does not do on demand a stand-in does, a few lines of shell.

#[path = "doctor/codex.rs"]
mod codex;
#[path = "doctor/folders.rs"]
mod folders;
#[path = "doctor/machine.rs"]
mod machine;
#[path = "doctor/report.rs"]
mod report;

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::{Program, Project};

/// What it said of one thing.
struct Said {
    status: String,
    found: String,
    advice: String,
    details: Value,
}

/// What `doctor --json` says, with its exit status.
struct Report {
    code: i32,
    json: Value,
}

impl Report {
    #[track_caller]
    fn of(program: Program) -> Self {
        let done = program.args(["doctor", "--json"]).run();
        assert_eq!(done.stderr, "");
        let json: Value =
            serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {done:?}"));
        assert_eq!(json["exit_code"], done.code());
        Self { code: done.code(), json }
    }

    #[track_caller]
    fn get(&self, name: &str) -> Said {
        let checks = self.json["checks"].as_array().expect("checks");
        let check = checks.iter().find(|check| check["name"] == name).unwrap_or_else(|| panic!("no {name}"));
        let text = |field: &str| check[field].as_str().unwrap_or_default().to_owned();
        Said {
            status: text("status"),
            found: text("found"),
            advice: text("advice"),
            details: check["details"].clone(),
        }
    }

    /// This check has this status, and each of these words in what was found or what is to do.
    #[track_caller]
    fn says(&self, name: &str, status: &str, words: &[&str]) -> &Self {
        let said = self.get(name);
        assert_eq!(said.status, status, "{name}: {} → {}", said.found, said.advice);
        assert_eq!(status == "warn" || status == "fail", !said.advice.is_empty(), "{name}");
        for word in words {
            assert!(
                format!("{}\n{}", said.found, said.advice).contains(word),
                "{word}: {} → {}",
                said.found,
                said.advice
            );
        }
        self
    }

    #[track_caller]
    fn ends(&self, code: i32) {
        assert_eq!(self.code, code, "{:#}", self.json);
    }
}

/// Codex's own home, ours alone, with this configuration.
fn home(project: &Project, config: &str) -> PathBuf {
    use std::os::unix::fs::DirBuilderExt;
    let home = project.root().join("home/.codex");
    fs::DirBuilder::new().mode(0o700).create(&home).expect("a folder");
    fs::write(home.join("config.toml"), config).expect("a file");
    home
}

/// A provider that needs no login.
const OWN_PROVIDER: &str = "model_provider = \"own\"\n[model_providers.own]\nname = \"own\"\nwire_api = \"responses\"\n\
    base_url = \"http://127.0.0.1:9/v1\"\nrequires_openai_auth = false\n";

/// A Codex of a few lines: its version, whether a login is required, and what it does with a command.
fn stand_in(project: &Project, version: &str, exec: &str) -> PathBuf {
    let text = format!(
        r#"#!/bin/sh
if [ "$1" = --version ]; then echo codex-cli {version}; exit; fi
answer() {{ id=${{line#*\"id\":}}; printf '{{"id":%s,"result":%s}}\n' "${{id%%[,\}}]*}}" "$1"; }}
while read -r line; do
  case "$line" in
    *'"initialize"'*) answer '{{"userAgent":"x/{version} (x)","codexHome":"/h"}}';;
    *getAuthStatus*) answer '{{"authMethod":null,"requiresOpenaiAuth":false}}';;
    *config/read*) answer '{{"config":{{}}}}';;
    *command/exec*) {exec}; answer '{{"exitCode":0,"stdout":"ran\n","stderr":""}}';;
  esac
done
"#
    );
    project.executable("stand-in/codex", &text)
}

/// It holds: in read-only nothing is written, else what is inside.
const HOLDS: &str = "case \"$line\" in *workspaceWrite*) echo x > inside;; esac";
