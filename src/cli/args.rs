//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand};

use crate::lua::options::parse_duration;

/// Automate the Codex coding agent with small Lua scripts.
#[derive(Debug, Parser)]
#[command(
    name = "codex-lua",
    version,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true
)]
#[command(
    after_help = "Exit status: 0 done, 1 error, 2 wrong command line, 3 the agent's turn failed, 4 no Codex or no \
    login, 124 timeout, 129/130/143 stopped by a signal."
)]
pub struct Args {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub run: Run,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a script (the word "run" may be left out)
    Run(Box<Run>),
    /// Run the tests in *_test.lua, each case by itself, with a scripted model: no account, no network
    Test(Box<Test>),
    /// Install the pinned Codex into the user's data folder
    Install(Install),
    /// Tell what is wrong on this machine, and what to do about it
    Doctor(Doctor),
    /// Write the type definitions for editors into a project
    Types(Types),
}

/// What `run` takes.
#[derive(Debug, Clone, clap::Args)]
#[command(arg_required_else_help = false)]
pub struct Run {
    /// Run this code instead of a file
    #[arg(short = 'e', value_name = "CODE")]
    pub code: Option<String>,
    /// Stay at a prompt after the script or the code; without either the prompt comes at once
    #[arg(short = 'i')]
    pub interactive: bool,
    /// Use a scripted model on loopback: no account, no network; REPLIES.lua says what it answers
    #[arg(long, value_name = "REPLIES.lua", num_args = 0..=1, require_equals = true)]
    #[allow(clippy::option_option, reason = "absent, bare, and with a file")]
    pub offline: Option<Option<PathBuf>>,
    /// Run the script again when it, or anything that it requires, changes; Ctrl-C ends that
    #[arg(long)]
    pub watch: bool,
    /// Stop the script after this time, such as 90s, 10m or 2h; exit status 124
    #[arg(long, value_parser = duration, value_name = "TIME")]
    pub timeout: Option<Duration>,
    /// Work in this folder
    #[arg(long, value_name = "DIR")]
    pub cd: Option<PathBuf>,
    /// Write every event to this file as a line of JSON; one that is there goes on (may be a pipe)
    #[arg(long, value_name = "FILE")]
    pub events: Option<PathBuf>,
    /// Write all that is said to Codex and by it to this file, without secrets; a recording that is there gives way
    #[arg(long, value_name = "FILE", conflicts_with = "replay")]
    pub record: Option<PathBuf>,
    /// Run without Codex: answer from this recording, and fail where the script asks something else
    #[arg(long, value_name = "FILE")]
    pub replay: Option<PathBuf>,
    /// Show no progress
    #[arg(short, long)]
    pub quiet: bool,
    #[command(flatten)]
    pub with: With,
    #[command(flatten)]
    pub within: Within,
    /// The script ("-" is standard input), and its arguments; without one there is a prompt
    #[arg(value_name = "SCRIPT", trailing_var_arg = true, allow_hyphen_values = true)]
    pub script: Vec<String>,
}

/// What a script runs with, in tests too.
#[derive(Debug, Clone, clap::Args)]
pub struct With {
    /// Use this Codex binary
    #[arg(long, value_name = "PATH")]
    pub codex_bin: Option<PathBuf>,
    /// Give Codex this setting (may be repeated)
    #[arg(short = 'c', value_name = "KEY=VALUE", value_parser = setting)]
    pub config: Vec<String>,
    /// Look for modules in this folder too (may be repeated)
    #[arg(long, value_name = "DIR")]
    pub lua_path: Vec<PathBuf>,
    /// Memory that Lua may use, such as 256M or 2G
    #[arg(long, value_parser = bytes, value_name = "SIZE")]
    pub memory: Option<usize>,
    /// Never install Codex
    #[arg(long)]
    pub no_install: bool,
}

impl With {
    /// As the words of a command line.
    pub fn words(&self) -> Vec<OsString> {
        let mut words: Vec<OsString> = vec![];
        if let Some(path) = &self.codex_bin {
            words.extend(["--codex-bin".into(), path.into()]);
        }
        words.extend(self.config.iter().flat_map(|setting| ["-c".into(), setting.into()]));
        words.extend(self.lua_path.iter().flat_map(|folder| ["--lua-path".into(), folder.into()]));
        if let Some(bytes) = self.memory {
            words.extend(["--memory".into(), bytes.to_string().into()]);
        }
        words.extend(self.no_install.then(|| "--no-install".into()));
        words
    }
}

/// What the program tells itself: how `test` runs files and cases, and how cases run scripts.
#[derive(Debug, Clone, clap::Args)]
pub struct Within {
    /// The folder of the case, with its home and its project
    #[arg(long, hide = true)]
    pub trial: Option<PathBuf>,
    /// The case of the file; without it the file is asked for its cases
    #[arg(long, hide = true, requires = "trial")]
    pub case: Option<String>,
    /// The model of the case that runs this script
    #[arg(long, hide = true, requires = "trial", conflicts_with = "case")]
    pub model_url: Option<String>,
}

#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Exit status: 0 all passed, 1 some failed, 2 wrong command line or nothing to run, 129/130/143 stopped \
    by a signal."
)]
pub struct Test {
    /// Files, and folders with *_test.lua in them, but for what .gitignore names; . if left out
    pub paths: Vec<PathBuf>,
    /// Only cases whose name or file has this text in it, or matches it as a glob (may be repeated)
    #[arg(long, value_name = "TEXT")]
    pub filter: Vec<String>,
    /// How many cases run at once; as many as there are cores if left out
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
    /// Stop a case after this time
    #[arg(long, value_parser = duration, value_name = "TIME", default_value = "60s")]
    pub timeout: Duration,
    /// Run them again when a test, or anything that it requires or runs, changes; Ctrl-C ends that
    #[arg(long)]
    pub watch: bool,
    /// Print a line of JSON for each case
    #[arg(long)]
    pub json: bool,
    /// Write the results to this file, as XML of `JUnit`'s kind
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Work in this folder
    #[arg(long, value_name = "DIR")]
    pub cd: Option<PathBuf>,
    /// Tell of what failed alone
    #[arg(short, long)]
    pub quiet: bool,
    #[command(flatten)]
    pub with: With,
}

#[derive(Debug, clap::Args)]
pub struct Install {
    /// Show no progress
    #[arg(short, long)]
    pub quiet: bool,
}

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit status: 0 scripts work (there may be warnings), 4 no Codex or no login, 1 something else \
    that stops scripts. Nothing is changed or installed, and nothing is asked of the network."
)]
pub struct Doctor {
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    /// How long each check may take
    #[arg(long, value_parser = duration, value_name = "TIME", default_value = "20s")]
    pub timeout: Duration,
    /// Look at this Codex binary
    #[arg(long, value_name = "PATH")]
    pub codex_bin: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub struct Types {
    /// The project
    #[arg(default_value = ".")]
    pub dir: PathBuf,
}

/// The command line is wrong in a way that only a command can tell.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Wrong(pub String);

fn duration(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds
        .or_else(|| parse_duration(text))
        .ok_or_else(|| "give seconds, or a number with ms, s, m or h".into())
}

fn setting(text: &str) -> Result<String, String> {
    match text.split_once('=') {
        Some((key, _)) if !key.trim().is_empty() => Ok(text.to_owned()),
        _ => Err("give key=value".into()),
    }
}

fn bytes(text: &str) -> Result<usize, String> {
    let (number, factor) = match text.chars().last() {
        Some('k' | 'K') => (&text[..text.len() - 1], 1 << 10),
        Some('m' | 'M') => (&text[..text.len() - 1], 1 << 20),
        Some('g' | 'G') => (&text[..text.len() - 1], 1 << 30),
        _ => (text, 1),
    };
    let bytes = number.parse::<usize>().ok().and_then(|number| number.checked_mul(factor));
    bytes
        .filter(|bytes| *bytes >= 1 << 20)
        .ok_or_else(|| "give at least 1M, as bytes or with K, M or G".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn a_script_may_stand_without_the_word_run_and_keeps_its_own_options() {
        let args = Args::try_parse_from(["codex-lua", "--offline", "a.lua", "--quiet", "-x", "run"]).unwrap();
        assert!(args.command.is_none());
        assert_eq!(args.run.script, ["a.lua", "--quiet", "-x", "run"]);
        assert_eq!(args.run.offline, Some(None));
        assert!(!args.run.quiet);
    }

    #[test]
    fn sizes_and_times_have_units() {
        assert_eq!(bytes("2G"), Ok(2 << 30));
        assert!(bytes("12").is_err() && bytes("x").is_err() && bytes("").is_err());
        assert_eq!(duration("1.5m"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("10"), Ok(Duration::from_secs(10)));
        assert!(duration("soon").is_err());
    }
}
