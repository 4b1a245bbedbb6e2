//! What the README shows is what happens: each of its snippets is run.
//!
//! A `lua` block runs with `--offline`, with the `lua replies` block before it if there is one, and prints exactly
//! the `text` block after it. A `lua test` block is a file of `codex-lua test`. Of an `sh` block each line that is codex-lua is run; the others must be known. The
//! `rust` block is the example, which is run too.
mod support;

use std::path::Path;
use std::process::Command;

use support::{Project, pinned_codex};

const README: &str = include_str!("../README.md");
const EXAMPLE: &str = include_str!("examples/embed.rs");

struct Block {
    language: &'static str,
    text: String,
    line: usize,
}

/// The fenced blocks, in order.
fn blocks() -> Vec<Block> {
    let mut blocks: Vec<Block> = vec![];
    let mut inside = false;
    for (number, line) in (1..).zip(README.lines()) {
        match line.strip_prefix("```") {
            Some(language) if !inside => {
                blocks.push(Block { language, text: String::new(), line: number });
                inside = true;
            }
            Some(_) => inside = false,
            None if inside => {
                let block = blocks.last_mut().expect("a block");
                block.text += line;
                block.text.push('\n');
            }
            None => {}
        }
    }
    assert!(!inside && blocks.len() > 8, "the README's blocks could not be read");
    blocks
}

/// A project as a reader of the README has it: with `scripts`, in a git repository.
fn project() -> Project {
    let project = Project::new();
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts");
    std::os::unix::fs::symlink(scripts, project.work().join("scripts")).expect("a link");
    project.file("hello.txt", "hello\n");
    for args in [
        &["init", "-q"][..],
        &["add", "hello.txt"],
        &["-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "Say hello"],
    ] {
        let mut git = Command::new("git");
        let done = git.current_dir(project.work()).env("GIT_CONFIG_GLOBAL", "/dev/null").args(args).status();
        assert!(done.expect("git").success());
    }
    project
}

#[test]
fn lua_snippets_run_and_print_what_is_shown() {
    let blocks = blocks();
    let (mut replies, mut compared) = (None, 0);
    for (block, next) in blocks.iter().zip(blocks.iter().skip(1)) {
        match block.language {
            "lua replies" => replies = Some(&block.text),
            "lua" => {
                let project = project();
                let mut options = vec!["run".to_owned()];
                options.push(match replies.take() {
                    None => "--offline".into(),
                    Some(text) => format!("--offline={}", project.file("replies.lua", text).display()),
                });
                let done = project.program().args(options).script(&block.text).run();
                assert_eq!((done.code(), &*done.stderr), (0, ""), "README.md:{}", block.line);
                if next.language == "text" {
                    assert_eq!(done.stdout, next.text, "README.md:{}", next.line);
                    compared += 1;
                }
            }
            _ => {}
        }
    }
    assert!(compared >= 2, "the README shows what scripts print");
}

#[test]
fn tests_run_and_print_what_is_shown() {
    let blocks = blocks();
    let mut run = 0;
    for (block, next) in blocks.iter().zip(blocks.iter().skip(1)) {
        if block.language == "lua test" {
            let project = project();
            project.file("readme_test.lua", &block.text);
            let done = project.program().args(["test"]).run();
            assert_eq!((next.language, &*done.stderr), ("text", ""));
            let without_times = |text: &str| -> Vec<String> {
                let line = |line: &str| {
                    line.strip_suffix(" s)").and_then(|line| Some(line.rsplit_once(" (")?.0.into()))
                };
                text.lines().map(|text| line(text).unwrap_or_else(|| text.to_owned())).collect()
            };
            assert_eq!(without_times(&done.stdout), without_times(&next.text), "README.md:{}", next.line);
            run += 1;
        }
    }
    assert!(run > 0, "the README shows a test");
}

#[test]
fn commands_run() {
    let project = project();
    let mut run = 0;
    for block in blocks().iter().filter(|block| block.language == "sh") {
        for line in block.text.lines() {
            let words = words(line);
            let args = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
                ["cargo", "run", "--release", "--", ..] => &words[4..],
                ["codex-lua", ..] => &words[1..],
                ["cargo", "test"] | ["cargo", "install", "--path", "."] => continue,
                _ => panic!("README.md:{}: how is this tested? {line}", block.line),
            };
            let done = project.program().args(args).run();
            assert_eq!(done.code(), 0, "{line}: {}", done.stderr);
            assert!(!done.stdout.is_empty(), "{line}");
            run += 1;
        }
    }
    assert!(run >= 4);
}

/// Words of a shell line that has no more than single and double quotes.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (vec![], None::<String>, None);
    for c in line.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '"' || c == '\'' => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            None if c == ' ' => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[test]
fn the_rust_snippet_is_the_example() {
    let blocks = blocks();
    let shown = blocks.iter().find(|block| block.language == "rust").expect("a block");
    let example = &EXAMPLE[EXAMPLE.find("use std").expect("uses")..];
    assert_eq!(shown.text, example, "README.md:{}", shown.line);
}

#[test]
fn the_example_runs() {
    let project = project();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a target folder");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--example", "embed", "--target-dir"]).arg(target);
    assert!(cargo.current_dir(env!("CARGO_MANIFEST_DIR")).status().expect("cargo").success());
    let mut example = Command::new(target.join("debug/examples/embed"));
    example.env_clear().env("CODEX_LUA_CODEX_BIN", pinned_codex()).current_dir(project.work());
    for (name, folder) in [("HOME", "home"), ("XDG_STATE_HOME", "state"), ("TMPDIR", "tmp")] {
        example.env(name, project.root().join(folder));
    }
    let done = example.env("PATH", std::env::var_os("PATH").unwrap_or_default()).output().expect("it starts");
    let (stdout, stderr) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{stderr}");
    for text in
        ["\"What is this?\"", "\"Hello, Codex!\"", "Some(\"usage\"): codex.run has no option", "\nstopped\n"]
    {
        assert!(stdout.contains(text), "{text} is missing in {stdout}{stderr}");
    }
}

#[test]
fn options_and_files_that_are_named_exist() {
    let project = Project::new();
    let help = |command| project.program_without_codex().args([command, "--help"]).run().stdout;
    let help = help("run") + &help("doctor") + &help("test");
    // Of cargo and of git.
    let of_others = ["--release", "--example", "--path", "--format"];
    for option in README.split(|c: char| !c.is_ascii_alphanumeric() && c != '-') {
        let is_option = option.starts_with("--") && option.len() > 2 && option.as_bytes()[2] != b'-';
        let known = help.contains(option) || of_others.contains(&option);
        assert!(!is_option || known, "{option} is no option");
    }
    for link in README.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(link).exists(), "{link} is not there");
    }
}

/// Files of the tests, whole.
fn tests_text(folder: &Path) -> String {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.fold(String::new(), |all, path| {
        if path.is_dir() {
            all + &tests_text(&path)
        } else if path.extension().is_some_and(|end| end == "rs" || end == "lua") {
            all + &std::fs::read_to_string(&path).expect("UTF-8")
        } else {
            all
        }
    })
}

#[test]
fn every_outcome_that_is_promised_is_asked_for_by_a_test() {
    let tests = tests_text(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests"));
    let rows = support::outcomes::rows();
    assert!(!rows.is_empty());
    for row in rows {
        let asks = [format!("outcome(\"{}\")", row[0]), format!("--@ outcome: {}\n", row[0])];
        assert!(asks.iter().any(|asks| tests.contains(asks)), "no test asks for {:?}", row[0]);
    }
}
