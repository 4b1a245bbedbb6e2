//! The scripts that users copy: each is run, and its output checked. One that no test names fails. Those that run to an
//! end are tested by `codex-lua test`, in files beside them.
mod support;

#[path = "scripts/approve.rs"]
mod approve;
#[path = "scripts/flow.rs"]
mod flow;
#[path = "scripts/nightly.rs"]
mod nightly;
#[path = "scripts/tools.rs"]
mod tools;
#[path = "scripts/triage.rs"]
mod triage;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use support::{Done, Live, Project};

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts")
}

/// Runs a script of `scripts/` with options of `run` and arguments of its own.
#[track_caller]
fn run(project: &Project, options: &[&str], name: &str, args: &[&str]) -> Done {
    let script = scripts().join(name);
    project.program().args(["run"]).args(options).args([script]).args(args).run()
}

/// The files of a folder by their names, without those of tests.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let files = entries.filter(|entry| entry.path().is_file());
    let names = files.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| !name.ends_with("_test.lua")).collect()
}

#[test]
fn every_script_has_a_test() {
    let files =
        std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scripts")).expect("a folder");
    let mut these = include_str!("scripts.rs").to_owned();
    for file in files {
        these += &std::fs::read_to_string(file.expect("an entry").path()).expect("a file of tests");
    }
    let is_tested = |name: &String| {
        let beside = scripts().join(name.replace(".lua", "_test.lua"));
        these.contains(&format!("{name}\"")) || beside.is_file()
    };
    let all = [scripts(), scripts().join("replies")].into_iter().flat_map(|folder| names(&folder));
    let untested: BTreeSet<_> = all.filter(|name| !is_tested(name)).collect();
    assert!(untested.is_empty(), "no test here names {untested:?}, and none is beside them");
}

#[test]
fn the_tests_beside_the_scripts_pass() {
    let project = Project::new();
    let done = project.program().args(["test"]).args([scripts()]).run();
    assert_eq!((done.code(), &*done.stderr), (0, ""), "{}", done.stdout);
    assert!(done.stdout.contains("chain_test.lua: each step gets"), "{}", done.stdout);
}

#[test]
fn every_script_says_what_it_does_and_how_to_run_it() {
    for name in names(&scripts()) {
        let text = std::fs::read_to_string(scripts().join(&name)).expect("a text");
        let head: String = text.lines().take_while(|line| line.starts_with("--")).collect();
        assert!(head.contains(&format!("codex-lua run scripts/{name}")), "{name} does not say how");
        let lines = text.lines().count();
        assert!((15..=70).contains(&lines), "{name} has {lines} lines: no example any more");
    }
}

#[test]
fn tour_starts_streams_resumes_and_archives() {
    let done = run(&Project::new(), &["--offline"], "tour.lua", &[]);
    assert_eq!((done.code(), &*done.stderr), (0, ""));
    let told = [
        "\nthread ",
        " with model gpt-5.5\n",
        "You said: \"Say hello in one short sentence.\" (turn 1 of this thread;",
        "\n(in 18 pieces)\n",
        "You said: \"What did I ask you first?\" (turn 2 of this thread;",
        "\ncompleted after ",
        "\nstill listed: false\n",
    ];
    let mut rest = &*done.stdout;
    for text in told {
        let at = rest.find(text).unwrap_or_else(|| panic!("{text:?} is missing in\n{}", done.stdout));
        rest = &rest[at + text.len()..];
    }
}

#[test]
fn subagents_shows_what_each_of_them_does() {
    let project = Project::new();
    let replies = project.file(
        "replies.lua",
        r#"local spawn = { call = "spawn_agent", namespace = "multi_agent_v1", input = { message = "Look." } }
        return function(request)
          local outputs = request.tool_outputs
          if request.text == "Look." then
            return outputs[1] and "I saw it." or { call = "exec_command", input = { cmd = "echo seen" } }
          elseif #outputs == 0 then
            return { spawn, spawn }
          elseif #outputs < 4 then
            local id = outputs[#outputs == 3 and 2 or 1].text:match('"agent_id":"([^"]+)"')
            return { call = "wait_agent", namespace = "multi_agent_v1", input = { targets = { id }, timeout_ms = 60000 } }
          end
          return "Two\nlooked."
        end"#,
    );
    let offline = format!("--offline={}", replies.display());
    let done = run(&project, &[&offline], "subagents.lua", &["Share it out."]);
    assert_eq!((done.code(), &*done.stderr), (0, ""), "{}", done.stdout);
    let count = |text: &str| done.stdout.lines().filter(|line| line.contains(text)).count();
    for (text, times) in
        [("| begins", 2), ("| $ ", 2), ("echo seen", 2), ("| I saw it.", 2), ("| completed", 2)]
    {
        assert_eq!(count(text), times, "{text}: {}", done.stdout);
    }
    assert!(done.stdout.contains("root       | Two\n           | looked.\n"), "{}", done.stdout);
    let tokens: Vec<_> = done.stdout.lines().filter(|line| line.ends_with(" tokens")).collect();
    assert!(tokens.len() == 3 && tokens.iter().all(|line| !line.ends_with(" 0 tokens")), "{tokens:?}");
}

/// A repository with two commits, the second of which leaves something to do.
fn repository() -> Project {
    let project = Project::new();
    let git = |args: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(project.work()).env("GIT_CONFIG_GLOBAL", "/dev/null").args(args);
        let done = command.output().expect("git");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    git(&["init", "-q"]);
    for (name, text) in [("one", "first\n"), ("two", "first\nsecond\n# TODO: \u{fc}ber\n")] {
        project.file("file.txt", text);
        git(&["add", "file.txt"]);
        git(&["-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", name]);
    }
    project
}

fn review(project: &Project, replies: Option<&Path>, args: &[&str]) -> Done {
    let offline = replies.map_or("--offline".into(), |path| format!("--offline={}", path.display()));
    run(project, &[&offline], "review_commit.lua", args)
}

#[test]
fn review_commit_says_by_its_exit_code_what_the_agent_found() {
    let project = repository();
    let reviewer = scripts().join("replies").join("todo_reviewer.lua");
    let found = review(&project, Some(&reviewer), &[]);
    assert_eq!(found.code(), 1, "{}", found.stderr);
    let lines: Vec<_> = found.stdout.lines().collect();
    assert_eq!(lines[0], "- risk file.txt:3 left to do: TODO: über");
    assert!(lines[1].ends_with(": findings 1, blocking 1"), "{}", found.stdout);
    let clean = review(&project, Some(&reviewer), &["HEAD~1"]);
    assert_eq!(clean.code(), 0, "{}", clean.stderr);
    assert!(clean.stdout.ends_with(": findings 0, blocking 0\n"), "{}", clean.stdout);
    for wrong in ["nothing", "$(touch x)", "a'; touch x; '", "--help"] {
        let refused = review(&project, Some(&reviewer), &[wrong]);
        assert_eq!(refused.stderr, format!("review_commit: no commit {wrong} here\n"));
        assert_eq!(refused.code(), 2);
    }
    assert_eq!(project.read("x"), None);
}

#[test]
fn review_commit_asks_again_and_never_takes_a_chat_for_a_review() {
    let project = repository();
    let chat = review(&project, None, &[]);
    assert_eq!((chat.code(), &*chat.stdout), (3, ""));
    assert_eq!(chat.stderr, "review_commit: the agent's answer is no review that can be read\n");
    let replies = project.file(
        "replies.lua",
        r#"return {
          "Looks fine to me!",
          '```json\n{"findings": [{"severity": "nit", "file": "a\\u001b[2Jb", "line": 2, "message": "x\\n::y"}, 7]}\n```',
        }"#,
    );
    let second = review(&project, Some(&replies), &[]);
    assert_eq!(second.code(), 1, "what is no finding counts as one: {}", second.stdout);
    assert!(second.stdout.starts_with("- nit a [2Jb:2 x ::y\n- nil nil:nil 7\n"), "{}", second.stdout);
    let failed = project.file("replies.lua", "return { { error = 500 } }");
    assert_eq!(review(&project, Some(&failed), &[]).code(), 3);
}

/// `on_save.lua` with a check that fails where the file says BROKEN.
fn on_save(project: &Project, replies: &str, options: &[&str]) -> Live {
    project.file("check.sh", "! grep -Hn BROKEN src/*");
    project.file("src/a.txt", "fine\n");
    let offline = format!("--offline={}", project.file("replies.lua", replies).display());
    let script = scripts().join("on_save.lua");
    let program = project.program().args(["run", &offline]).args([script]).args(options);
    let live = program.args(["sh check.sh", "src"]).start();
    live.wait_for("watching\n");
    live
}

#[test]
fn on_save_explains_what_broke_once_a_batch() {
    let project = Project::new();
    let replies = r#"return function(request)
      assert(request.text:find("These files were saved: src/a.txt", 1, true))
      assert(request.text:find("Change nothing", 1, true))
      return "Line " .. request.text:match "src/a.txt:(%d+):BROKEN" .. " is broken."
    end"#;
    let live = on_save(&project, replies, &[]);
    project.file("src/a.txt", "fine\nBROKEN\n");
    live.wait_for("saved: src/a.txt\nfails\nLine 2 is broken.\n");
    project.file("src/b.txt", "fine, and new\n");
    live.wait_for("saved: src/b.txt\nfails as before\n");
    project.file("src/a.txt", "fine again\n");
    live.wait_for("saved: src/a.txt\npasses\n");
    live.signal(Signal::INT);
    let done = live.finish();
    assert_eq!((done.code(), &*done.stderr), (130, ""));
    assert_eq!(run(&project, &["--offline"], "on_save.lua", &[]).code(), 2);
}

#[test]
fn on_save_mends_what_broke_and_checks_that() {
    let project = Project::new();
    let replies = r#"return function(request)
      if #request.tool_outputs > 0 then return "Mended." end
      return { patch = "*** Begin Patch\n*** Update File: src/a.txt\n@@\n-BROKEN\n+mended\n*** End Patch" }
    end"#;
    let live = on_save(&project, replies, &["--fix"]);
    project.file("src/a.txt", "BROKEN\n");
    live.wait_for("fails\nMended.\n");
    live.wait_for("Mended.\nsaved: src/a.txt\npasses\n");
    assert_eq!(project.read("src/a.txt").as_deref(), Some("mended\n"));
    live.signal(Signal::INT);
    assert_eq!(live.finish().code(), 130);
}

/// `docs_sync.lua` of one document and the folder that it lies in, where `src/a.lua` is saved.
fn docs_sync(project: &Project, replies: &str) -> Live {
    project.file("src/a.lua", "return 1\n");
    project.file("src/api.md", "It returns 1.\n");
    let offline = format!("--offline={}", project.file("replies.lua", replies).display());
    let script = scripts().join("docs_sync.lua");
    let program = project.program().args(["run", &offline]).args([script]).args(["src/api.md", "./src"]);
    let live = program.start();
    live.wait_for("watching ./src for src/api.md\n");
    project.file("src/a.lua", "return 1 + 1\n");
    live
}

#[test]
fn docs_sync_brings_a_document_up_to_date_in_one_thread() {
    let project = Project::new();
    let replies = r#"local patch = "*** Update File: src/api.md\n@@\n-It returns 1.\n+It returns 2.\n"
    local answers = {
      { patch = "*** Begin Patch\n" .. patch .. "*** End Patch" },
      "It returns 2 now.",
      { error = 400 },
      "It was still true.",
      "So it was.",
    }
    return function(request)
      local told = request.text:match "have changed:\n(.-)\nRead"
      local expected = ({ [3] = "- src/b.lua (created)", [5] = "- src/c.lua (created)" })[request.number]
      if request.number == 4 then
        expected = "- src/a.lua (modified)\n- src/b.lua (created)"
      end
      assert(told == (expected or "- src/a.lua (modified)"), told)
      return answers[request.number]
    end"#;
    let live = docs_sync(&project, replies);
    live.wait_for("changed:\n- src/a.lua (modified)\nIt returns 2 now.\nsrc/api.md was changed\n");
    assert_eq!(project.read("src/api.md").as_deref(), Some("It returns 2.\n"));
    project.file("src/b.lua", "return 1\n");
    live.wait_for(
        "changed:\n- src/b.lua (created)\nthe agent failed, and is told again with the next save: ",
    );
    live.wait_for("\nsrc/api.md is as it was\n");
    project.file("src/a.lua", "return 2\n");
    live.wait_for("\nIt was still true.\nsrc/api.md is as it was\n");
    // A change of the document by hand is nothing that it describes.
    project.file("src/api.md", "It returns 2, always.\n");
    project.file("src/c.lua", "return 2\n");
    live.wait_for("changed:\n- src/c.lua (created)\nSo it was.\n");
    live.signal(Signal::INT);
    let done = live.finish();
    assert_eq!((done.code(), &*done.stderr, done.stdout.matches("changed:\n").count()), (130, "", 4));
}

#[test]
fn docs_sync_waits_for_others_when_only_its_agents_commands_change_sources() {
    let project = Project::new();
    let replies = r#"return function(request)
      local outputs = request.tool_outputs
      return outputs[1] and "Done." or { call = "exec_command", input = { cmd = "echo 1 >>src/made.lua" } }
    end"#;
    let live = docs_sync(&project, replies);
    live.wait_for("Done.\nsrc/api.md is as it was\nchanged:\n- src/made.lua (modified)\nleft: ");
    let asked = |text: &str| text.matches("\nDone.\n").count();
    assert_eq!(asked(&live.printed()), 3, "{}", live.printed());
    // So long that not all of it can be the command's.
    let until = Instant::now() + Duration::from_secs(20);
    while !live.printed().contains("- src/b.lua (created)") && Instant::now() < until {
        project.file("src/b.lua", format!("return {:?}\n", Instant::now()));
    }
    live.wait_for("changed:\n- src/b.lua (created)\n- src/made.lua (modified)\nDone.\n");
    live.signal(Signal::INT);
    assert_eq!(live.finish().code(), 130);
}

#[test]
fn docs_sync_says_what_it_needs() {
    let project = Project::new();
    project.file("src/a.lua", "");
    let usage = "usage: codex-lua run scripts/docs_sync.lua DOCUMENT [SOURCE…]\n";
    for (args, problem) in [
        (&[][..], ""),
        (&["no.md"], "docs_sync: no.md is no file: it must be there, empty if need be\n"),
        (&["src"], "docs_sync: src is no file: it must be there, empty if need be\n"),
        (&["src/a.lua", "src", "no%s"], "docs_sync: there is no no%s\n"),
    ] {
        let wrong = run(&project, &["--offline"], "docs_sync.lua", args);
        assert_eq!((wrong.code(), wrong.stderr), (2, format!("{problem}{usage}")));
    }
}
