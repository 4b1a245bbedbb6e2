//! `--record` and `--replay`: a run that is written down, and run again without Codex.

use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;

use serde_json::Value;

use crate::OBEDIENT;
use crate::support::{Done, Project};

/// Scripts of the contract and those for users, with what each may say: streams, approvals, forks, subagents, many
/// turns at once, what is interrupted, and what fails.
const SCRIPTS: &[(&str, bool)] = &[
    ("scripts/tour.lua", false),
    ("tests/lua/events/order.lua", true),
    ("tests/lua/events/break_interrupts.lua", true),
    ("tests/lua/subagents/events.lua", true),
    ("tests/lua/threads/fork.lua", false),
    ("tests/lua/threads/several_at_once.lua", true),
    ("tests/lua/turns/interrupt.lua", true),
    ("tests/lua/turns/options_hold_for_one_turn.lua", true),
    ("tests/lua/failures/error_tables.lua", true),
];

fn replay(project: &Project, options: &[&str]) -> Done {
    let lib = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lua/lib");
    let program =
        project.program_without_codex().args(["--no-install", "--replay", "recording", "--lua-path"]);
    program.args([lib]).args(options).run()
}

#[track_caller]
fn record(project: &Project, script: &str) -> Done {
    let program = project.program().args(["--record", "recording"]).offline(OBEDIENT);
    let done = program.args(["-e", script]).run();
    assert_eq!(done.code(), 0, "{}", done.stderr);
    done
}

fn options_of(script: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(script).expect("a script");
    let options = text.lines().filter_map(|line| line.strip_prefix("--@ options:"));
    options.flat_map(str::split_whitespace).map(str::to_owned).collect()
}

#[test]
fn scripts_say_the_same_again_without_a_codex() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (name, is_obedient) in SCRIPTS {
        let (project, script) = (Project::new(), root.join(name));
        let own = options_of(&script);
        let lib = root.join("tests/lua/lib");
        let program = project.program().args(["--record", "recording", "--lua-path"]).args([lib]).args(&own);
        let program = if *is_obedient { program.offline(OBEDIENT) } else { program.args(["--offline"]) };
        let recorded = program.args([&script]).run();
        assert_eq!(recorded.code(), 0, "{name}: {}", recorded.stderr);
        let other = Project::new();
        other.file("recording", project.read("recording").expect("a recording"));
        let script = script.to_str().expect("UTF-8");
        let options: Vec<_> = own.iter().map(String::as_str).chain([script]).collect();
        let replayed = replay(&other, &options);
        assert_eq!(replayed.code(), 0, "{name}: {}", replayed.stderr);
        let here = |text: &str, project: &Project| text.replace(&*project.root().to_string_lossy(), "/");
        assert_eq!(here(&replayed.stdout, &other), here(&recorded.stdout, &project), "{name}");
        assert!(
            other.files().iter().all(|file| !file.contains("codex")),
            "nothing of Codex: {:?}",
            other.files()
        );
    }
}

#[test]
fn what_differs_is_shown_with_both_sides() {
    let project = Project::new();
    record(&project, "codex.run('echo one', { sandbox = 'read-only' })");
    let done = replay(&project, &["-e", "codex.run('echo two', { sandbox = 'read-only' })"]);
    let line = done.stderr.lines().next().expect("a line");
    assert!(line.starts_with(
        "error: (command line):1: recording: turn/start is another one than was recorded in line "
    ));
    done.expect_error(
        1,
        "",
        &["  input[0].text", "recorded: \"echo one\"", "asked:    \"echo two\"", "[replay]"],
    );

    // One that catches it has failed all the same.
    let script = "local ok, err = pcall(codex.run, 'echo one', { model = 'other' })
        print(ok, err.kind, err.path, err.line, err.recorded.method, err.asked.params.model)
        print(select(2, pcall(codex.run, 'more')).kind)";
    let done = replay(&project, &["-e", script]);
    assert!(done.stdout.starts_with("false\treplay\trecording\t"), "{}", done.stdout);
    assert!(done.stdout.ends_with("\tthread/start\tother\nreplay\n"), "{}", done.stdout);
    assert!(done.code() == 1 && done.stderr.contains("asked:    \"other\""), "{}", done.stderr);
}

#[test]
fn a_script_that_asks_more_or_less_has_failed() {
    let project = Project::new();
    record(&project, "local thread = codex.thread_start() thread:run 'echo one' thread:run 'echo two'");
    let more = "local thread = codex.thread_start()
        thread:run 'echo one' thread:run 'echo two' thread:run 'echo three'";
    let done = replay(&project, &["-e", more]);
    done.expect_error(
        1,
        "",
        &["turn/start was not recorded here, and nothing more on this thread", "echo three"],
    );
    let done = replay(&project, &["-e", "codex.thread_start():run 'echo one'"]);
    done.expect_error(1, "", &["the script ended without a request that it was recorded with", "echo two"]);
    let done = replay(&project, &["-e", "codex.thread_start():run 'echo two'"]);
    done.expect_error(1, "", &["recorded: \"echo one\"", "asked:    \"echo two\""]);
}

#[test]
fn another_answer_to_what_codex_asks_is_no_replay() {
    let project = Project::new();
    let script = |decision: &str| {
        format!(
            "local thread = codex.thread_start {{ approval = 'on-request', on_approval = function() return '{decision}' end }}
            print(thread:run('$! echo seen').text)"
        )
    };
    let recorded = record(&project, &script("accept"));
    replay(&project, &["-e", &script("accept")]).expect(0, &recorded.stdout);
    let done = replay(&project, &["-e", &script("decline")]);
    let both = [
        "the answer to item/commandExecution/requestApproval",
        "recorded: \"accept\"",
        "asked:    \"decline\"",
    ];
    done.expect_error(1, "", &both);
}

#[test]
fn the_file_is_private_and_holds_the_last_run() {
    let project = Project::new();
    record(&project, "codex.run 'echo one'");
    record(&project, "codex.run 'echo two'");
    let text = project.read("recording").expect("a file");
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!(lines[0]["recording"] == 1 && lines[0]["codex"] == "0.169.0");
    assert!(lines.windows(2).skip(1).all(|pair| pair[0]["ms"].as_u64() <= pair[1]["ms"].as_u64()));
    assert!(lines.iter().any(|line| line["ran"] == "done"));
    assert!(text.contains("echo two") && !text.contains("echo one"));
    assert!(!text.contains(&*project.work().to_string_lossy()) && text.contains("‹cwd›"), "{text}");
    let file = std::fs::metadata(project.work().join("recording")).expect("a file");
    assert_eq!(file.mode() & 0o777, 0o600);

    symlink("recording", project.work().join("link")).expect("a link");
    project.file("other", "text\n");
    for (name, why) in
        [("link", "it is a symbolic link"), ("other", "it is there already and its lines begin otherwise")]
    {
        let done = project.program_without_codex().args(["--record", name, "-e", "print 'ran'"]).run();
        done.expect_error(2, "", &[&format!("error: cannot record to {name}: {why}")]);
    }
}

#[test]
fn what_cannot_be_replayed_is_told_with_its_line() {
    let project = Project::new();
    record(&project, "codex.run 'echo one'");
    let text = project.read("recording").expect("a file");
    let count = text.lines().count();
    for (text, why) in [
        (text[..text.len() - 5].to_owned(), format!("line {count}: it is cut off")),
        (text.replacen("\"to\"", "\"two\"", 1), "line 2: it is no line of a recording".into()),
        (
            text.replacen("\"recording\":1", "\"recording\":9", 1),
            "line 1: it is a recording of format 9".into(),
        ),
        (String::new(), "line 1: it is no recording".into()),
    ] {
        project.file("recording", text);
        let done = replay(&project, &["-e", "print 'ran'"]);
        done.expect_error(2, "", &[&format!("error: cannot replay recording: {why}")]);
    }
    std::fs::remove_file(project.work().join("recording")).expect("a file");
    replay(&project, &["-e", ""]).expect_error(2, "", &["cannot replay recording: there is no such file"]);
    let both = project.program_without_codex().args(["--record", "a", "--replay", "b", "-e", ""]).run();
    assert_eq!((both.code(), both.stderr.contains("cannot be used with")), (2, true), "{}", both.stderr);
}
