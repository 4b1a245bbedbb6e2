//! The contract, as scripts: every `tests/lua/**/*.lua` is a test of its own, found by its folder.
//!
//! A script runs under `codex-lua --offline` in an empty project and asserts in Lua. Beside `x.lua` may lie
//! `x.replies.lua`, what the scripted model says, and `x.out`, the exact standard output. Folders named `lib`
//! hold modules (`require "check"` finds `tests/lua/lib/check.lua`). Lines like these at the top of a script say
//! what else is expected; without them it ends with 0 and says nothing on standard error:
//!
//!     --@ exit: 3
//!     --@ stderr: a text that standard error contains (may be repeated)
//!     --@ stdout: a text that standard output contains (may be repeated)
//!     --@ replies: obedient (the model says what lib/obedient.replies.lua says)
//!     --@ server: stand-in (not the real one, but one that answers at memory speed: bench/speed/stand_in.rs)
//!     --@ options: --timeout 1 --memory 64M
//!     --@ args: the script's own
//!     --@ stdin: a line that it can read (may be repeated)
//!     --@ env: NAME=value (may be repeated)
//!     --@ outcome: a row of the README's outcomes, whose word the script finds as OUTCOME in its environment
mod support;

#[path = "bench/speed/stand_in.rs"]
mod stand_in;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use support::{Project, outcome};

/// Scripts at once: most of the time one waits for another process.
const AT_ONCE: usize = 4;

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some("app-server") {
        return stand_in::serve().map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS);
    }
    let mut args = Arguments::from_args();
    args.test_threads = args.test_threads.or(Some(AT_ONCE));
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lua");
    let mut scripts = Vec::new();
    find(&root, &mut scripts);
    assert!(!scripts.is_empty(), "no scripts in {}", root.display());
    let trial = |path: PathBuf| {
        let name = path.strip_prefix(&root).expect("below it").with_extension("");
        Trial::test(name.to_string_lossy(), move || test(&path))
    };
    libtest_mimic::run(&args, scripts.into_iter().map(trial).collect()).exit_code()
}

fn find(folder: &Path, scripts: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if path.is_dir() && name != "lib" {
            find(&path, scripts);
        } else if path.extension().is_some_and(|end| end == "lua")
            && !name.ends_with(".replies.lua")
            && path.is_file()
        {
            scripts.push(path);
        }
    }
}

/// What the head of a script says.
#[derive(Debug, Default)]
struct Expected {
    exit: i32,
    stdout: Vec<String>,
    stderr: Vec<String>,
    options: Vec<String>,
    args: Vec<String>,
    stdin: String,
    replies: Option<String>,
    stand_in: bool,
    env: Vec<(String, String)>,
}

impl Expected {
    fn read(script: &str) -> Result<Self, String> {
        let mut expected = Self::default();
        let head = script.lines().take_while(|line| line.starts_with("--"));
        for line in head.filter_map(|line| line.strip_prefix("--@")) {
            let (key, value) = line.split_once(':').ok_or_else(|| format!("no colon in --@{line}"))?;
            let value = value.trim().to_owned();
            let words = || value.split_whitespace().map(str::to_owned);
            match key.trim() {
                "exit" => expected.exit = value.parse().map_err(|_| format!("exit: {value}"))?,
                "stdout" => expected.stdout.push(value),
                "stderr" => expected.stderr.push(value),
                "options" => expected.options.extend(words()),
                "args" => expected.args.extend(words()),
                "stdin" => expected.stdin += &(value + "\n"),
                "server" if value == "stand-in" => expected.stand_in = true,
                "replies" => expected.replies = Some(value),
                "env" => {
                    let (name, value) = value.split_once('=').ok_or_else(|| format!("env: {value}"))?;
                    expected.env.push((name.into(), value.into()));
                }
                "outcome" => expected.env.push(("OUTCOME".into(), outcome(&value).word(1).into())),
                other => return Err(format!("--@ {other}: no such expectation")),
            }
        }
        Ok(expected)
    }
}

fn test(path: &Path) -> Result<(), Failed> {
    let script = std::fs::read_to_string(path)?;
    let expected = Expected::read(&script)?;
    let project = Project::new();
    let lib = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lua/lib");
    let beside = path.with_extension("replies.lua");
    let replies = match expected.replies {
        Some(name) => Some(lib.join(name).with_extension("replies.lua")),
        None => beside.exists().then_some(beside),
    };
    let offline = replies.map_or("--offline".into(), |path| format!("--offline={}", path.display()));
    let mut program = if expected.stand_in {
        let this = std::env::current_exe()?;
        project.program_without_codex().args(["run".as_ref(), "--codex-bin".as_ref(), this.as_os_str()])
    } else {
        project.program().args(["run".into(), offline])
    };
    program = program.args(["--lua-path".as_ref(), lib.as_os_str()]).args(&expected.options);
    for (name, value) in &expected.env {
        program = program.env(name, value);
    }
    let done = program.args([path]).args(&expected.args).stdin(&*expected.stdin).run();
    let said = || format!("--- stdout\n{}--- stderr\n{}", done.stdout, done.stderr);
    if done.code() != expected.exit {
        return Err(format!("it ended with {}, expected {}\n{}", done.code(), expected.exit, said()).into());
    }
    if let Ok(exact) = std::fs::read_to_string(path.with_extension("out"))
        && exact != done.stdout
    {
        return Err(format!("standard output is not that of its .out file\n{}", said()).into());
    }
    if expected.stderr.is_empty() && !done.stderr.is_empty() {
        return Err(format!("nothing was expected on standard error\n{}", said()).into());
    }
    for (name, texts, found) in
        [("output", &expected.stdout, &done.stdout), ("error", &expected.stderr, &done.stderr)]
    {
        if let Some(missing) = texts.iter().find(|text| !found.contains(text.as_str())) {
            return Err(format!("standard {name} lacks {missing:?}\n{}", said()).into());
        }
    }
    Ok(())
}
