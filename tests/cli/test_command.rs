//! `codex-lua test`: what it finds, what it runs, what it tells.

use rustix::process::Signal;
use serde_json::Value;

use crate::support::{Done, Live, Project};

const TEST: &str = "local test = require 'std.test'\n";

fn file(project: &Project, name: &str, code: &str) {
    project.file(name, format!("{TEST}{code}"));
}

fn test(project: &Project, args: &[&str]) -> Done {
    project.program().args(["test"]).args(args).run()
}

/// Without the times.
fn lines(done: &Done) -> Vec<String> {
    let without = |line: &str| line.split(" (").next().unwrap_or_default().trim_end().to_owned();
    done.stdout.lines().map(without).collect()
}

#[test]
fn files_are_found_by_their_names_and_shown_in_order() {
    let project = Project::new();
    for name in
        ["b_test.lua", "a/z_test.lua", "made/x_test.lua", "a/other.lua", "named.lua", ".hidden/h_test.lua"]
    {
        file(&project, name, "test.case('passes', function() end)");
    }
    project.file(".gitignore", "made\n");
    std::fs::create_dir(project.work().join(".git")).expect("a folder");
    let done = test(&project, &[]);
    assert_eq!(done.code(), 0, "{done:?}");
    assert_eq!(
        lines(&done),
        ["ok    a/z_test.lua: passes", "ok    b_test.lua: passes", "2 passed in 2 files"]
    );
    let named = test(&project, &["named.lua", "made", "a", "named.lua"]);
    let expected = [
        "ok    named.lua: passes",
        "ok    made/x_test.lua: passes",
        "ok    a/z_test.lua: passes",
        "3 passed in 3 files",
    ];
    assert_eq!((named.code(), lines(&named)), (0, expected.map(str::to_owned).to_vec()));
    assert_eq!(done.stderr, "");
    assert!(
        project.files().iter().all(|file| !file.starts_with("state/codex-lua/tests")),
        "{:?}",
        project.files()
    );
}

#[test]
fn a_wrong_command_line_says_what_is_wrong() {
    let project = Project::new();
    project.file("empty/x.lua", "");
    file(&project, "a_test.lua", "test.case('one', function() end)");
    for (args, message) in [
        (&["empty"][..], "error: no tests: there is no *_test.lua below empty that no .gitignore names\n"),
        (&["gone", "a_test.lua"], "error: there is no file or folder gone\n"),
        (&["--filter", "two"], "error: no case has \"two\" in its name or its file's, of 1 file\n"),
        (&["--filter", "a["], "error: --filter: unclosed character class; missing ']'\n"),
        (
            &["--watch", "--json"],
            "error: --watch and --json do not go together: nobody would read the second run\n",
        ),
        (&["--cd", "gone"], "error: --cd: cannot enter gone: No such file or directory (os error 2)\n"),
    ] {
        let done = test(&project, args);
        assert_eq!((done.code(), &*done.stderr, &*done.stdout), (2, message, ""), "{args:?}");
    }
    for args in [&["--jobs", "0"][..], &["--timeout", "soon"], &["--nothing"]] {
        assert_eq!(test(&project, args).code(), 2, "{args:?}");
    }
    let nowhere = test(&project, &["--junit", "gone/x.xml"]);
    assert_eq!((nowhere.code(), nowhere.stderr.contains("--junit: cannot write ")), (1, true), "{nowhere:?}");
}

#[test]
fn a_file_that_gives_no_cases_fails_by_its_name() {
    let project = Project::new();
    project.file("a_test.lua", "local x =");
    file(&project, "b_test.lua", "test.case('x', function() end)\ntest.case('x', function() end)");
    file(&project, "c_test.lua", "");
    file(&project, "d_test.lua", "test.case('', print)");
    file(&project, "e_test.lua", "test.case('x')");
    file(&project, "f_test.lua", "os.exit(0)");
    file(&project, "g_test.lua", "test.case('passes', function() end)");
    let done = test(&project, &[]);
    let shown = done.stdout.replace("      ", "");
    for expected in [
        "FAIL  a_test.lua (",
        "a_test.lua:1: unexpected symbol near <eof> [parse]\n",
        "FAIL  b_test.lua (",
        "b_test.lua:3: test.case: there are two cases of the name \"x\" [usage]\n",
        "it has no cases: test.case(name, function) makes one\n",
        "d_test.lua:2: test.case: a case needs a name [usage]\n",
        "e_test.lua:2: test.case: the case must be a function, got nil [usage]\n",
        "it called os.exit, with 0: a case returns or raises\n",
        "ok    g_test.lua: passes (",
        "1 passed, 6 failed in 7 files (",
    ] {
        assert!(shown.contains(expected), "{expected:?} in {}", done.stdout);
    }
    assert_eq!((done.code(), &*done.stderr), (1, ""));
}

#[test]
fn only_cases_that_the_filter_lets_pass_are_run() {
    let project = Project::new();
    file(
        &project,
        "a_test.lua",
        "for _, n in ipairs { 'one', 'two', 'one more' } do test.case(n, function() end) end",
    );
    file(&project, "b_test.lua", "test.case('three', error)");
    assert_eq!(
        lines(&test(&project, &["--filter", "one"]))[..2],
        ["ok    a_test.lua: one", "ok    a_test.lua: one more"]
    );
    assert_eq!(lines(&test(&project, &["--filter", "one*e", "--filter", "two"]))[0], "ok    a_test.lua: two");
    assert_eq!(lines(&test(&project, &["--filter", "a_test", "--quiet"])), ["3 passed in 2 files"]);
}

#[test]
fn each_line_of_json_is_a_case() {
    let project = Project::new();
    let code = "test.case('good', function() print 'seen' end)
        test.case('bad', function(t) t.model:reply 'hi' codex.run 'hello' t:equal(1, 2, 'sum') end)";
    file(&project, "a_test.lua", code);
    project.file("b_test.lua", "error { kind = 'mine', message = 'my own' }");
    let done = test(&project, &["--json"]);
    assert_eq!((done.code(), &*done.stderr), (1, ""));
    let lines: Vec<Value> =
        done.stdout.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    let texts = |line: &Value, names: &[&str]| -> Vec<String> {
        names.iter().map(|name| line[name].as_str().unwrap_or("(none)").to_owned()).collect()
    };
    assert_eq!(lines.len(), 3);
    let fields = ["file", "name", "status", "kind", "message", "place"];
    assert_eq!(texts(&lines[0], &fields), ["a_test.lua", "good", "passed", "(none)", "(none)", "(none)"]);
    assert_eq!(lines[0]["stdout"], "seen\n");
    assert_eq!(
        texts(&lines[1], &fields),
        ["a_test.lua", "bad", "failed", "assertion", "sum: got 1, want 2", "a_test.lua:3"]
    );
    assert!(lines[1]["seconds"].as_f64().is_some_and(|seconds| seconds > 0.0));
    let said = [
        "thread 1: the model is asked \"hello\"",
        "thread 1: the model says \"hi\"",
        "thread 1: the turn ends: completed",
    ];
    assert_eq!(lines[1]["transcript"], Value::from(said.map(Value::from).to_vec()));
    assert_eq!(texts(&lines[2], &fields)[1..5], ["(none)", "failed", "mine", "my own"]);
}

#[test]
fn junit_gets_the_same_as_xml() {
    let project = Project::new();
    let code = "test.case('good & <well>', function() print '\\27[2J' end)
        test.case('bad', function() error '\"no\"' end)";
    file(&project, "a_test.lua", code);
    let done = test(&project, &["--junit", "out.xml"]);
    assert_eq!(done.code(), 1);
    let xml = project.read("out.xml").expect("the file");
    for expected in [
        "<testsuites name=\"codex-lua\" tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\" time=\"",
        "<testsuite name=\"a_test.lua\" tests=\"2\" failures=\"1\"",
        "<testcase name=\"good &amp; &lt;well&gt;\" classname=\"a_test.lua\" time=\"",
        "<system-out>\\u{1b}[2J&#10;</system-out>",
        "<failure type=\"error\" message=\"a_test.lua:3: &quot;no&quot;\">",
    ] {
        assert!(xml.contains(expected), "{expected:?} in {xml}");
    }
}

#[test]
fn colours_are_for_terminals_and_the_agents_text_steers_none() {
    let project = Project::new();
    let code = "test.case('\\27[31mred', function(t) t.model:reply '\\27]0;x\\7' error(codex.run('\\27[2J').text) end)";
    file(&project, "a_test.lua", code);
    let done = test(&project, &[]);
    assert_eq!(done.code(), 1);
    assert!(!done.stdout.contains('\u{1b}') && !done.stdout.contains('\u{7}'), "{}", done.stdout);
    assert!(done.stdout.contains("a_test.lua: \\u{1b}[31mred"), "{}", done.stdout);
}

/// A case that waits, and one that has ended before.
fn waiting(project: &Project, args: &[&str]) -> Live {
    let code = "test.case('ends', function() end)
        test.case('waits', function(t)
          t.model:reply { silent = true }
          local closer <close> = setmetatable({}, { __close = function() io.open(t.dir .. '/closed', 'w'):close() end })
          codex.run 'hello'
        end)
        test.case('comes after', function() end)";
    file(project, "a_test.lua", code);
    let live = project.program().args(["test", "--jobs", "1"]).args(args).start();
    live.wait_for("a_test.lua: ends");
    live
}

#[test]
fn ctrl_c_tells_what_was_run_and_ends_all() {
    let project = Project::new();
    let live = waiting(&project, &["--junit", "out.xml"]);
    live.signal(Signal::INT);
    let done = live.finish();
    assert_eq!(done.code(), 130, "{done:?}");
    let shown = lines(&done);
    assert_eq!(shown[0], "ok    a_test.lua: ends");
    assert_eq!(shown.last().map(String::as_str), Some("1 passed, stopped: 2 not run to the end in 1 file"));
    assert!(project.read("out.xml").is_some_and(|xml| xml.contains("skipped=\"")));
    assert!(project.processes().is_empty());
}

#[test]
fn a_case_may_take_its_time_and_no_longer() {
    let project = Project::new();
    file(
        &project,
        "a_test.lua",
        "test.case('computes', function() while true do pcall(error) end end)
        test.case('waits', function(t) t.model:reply { silent = true } codex.run 'hello' end)",
    );
    let done = test(&project, &["--timeout", "1"]);
    assert_eq!(done.code(), 1);
    assert_eq!(
        done.stdout.matches("it ran longer than 1s (--timeout) [timeout]").count(),
        2,
        "{}",
        done.stdout
    );
}

#[test]
fn a_change_of_a_test_or_of_what_it_runs_runs_all_again() {
    let project = Project::new();
    project.file("m.lua", "return 1");
    project.file("s.lua", "print((require 'm'))");
    file(&project, "a_test.lua", "test.case('runs', function(t) t:equal(t:run('s.lua').stdout, '2\\n') end)");
    let live = project.program().args(["test", "--watch"]).start();
    live.wait_for_error("waiting for a change\n");
    live.wait_for("1 failed");
    project.file("m.lua", "return 2");
    live.wait_for_error("codex-lua: m.lua changed, running again\n");
    live.wait_for("1 passed");
    live.signal(Signal::INT);
    assert_eq!(live.finish().code(), 130);
}
