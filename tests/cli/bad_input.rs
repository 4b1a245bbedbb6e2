//! Input that is wrong, and what it is told.

use crate::support::Project;

#[test]
fn a_syntax_error_shows_file_line_and_the_line_itself() {
    let project = Project::new();
    let done = project.program().script("print 'never'\nlocal x = = 1\n").run();
    done.expect_error(1, "", &["script.lua:2: unexpected symbol near '='", "2 | local x = = 1"]);
    let done = project.program().args(["-e", "x ="]).run();
    done.expect_error(1, "", &["(command line):1: unexpected symbol near <eof>", "1 | x ="]);
    let done = project.program().stdin("print(1)\n\nfor").run();
    done.expect_error(1, "", &["stdin:3:", "3 | for"]);
}

#[test]
fn an_error_three_calls_deep_in_a_module_shows_all_frames() {
    let project = Project::new();
    let module = "local function one() error 'deep' end\nlocal function two() one() end\nreturn { three = function()\n  two()\nend }";
    project.file("lib/m.lua", module);
    let done = project.program().script("local m = require 'lib.m'\nm.three()\n").run();
    let frames = [
        "lib/m.lua:1: deep",
        "lib/m.lua:1: in",
        "lib/m.lua:2: in",
        "lib/m.lua:4: in",
        "script.lua:2: in main chunk",
    ];
    done.expect_error(1, "", &frames);
    done.expect_error(1, "", &["1 | local function one() error 'deep' end"]);
    let at = |text: &str| done.stderr.rfind(text).expect("a frame");
    assert!(frames[1..].windows(2).all(|pair| at(pair[0]) < at(pair[1])), "{}", done.stderr);
    assert!(!done.stderr.contains("mlua") && !done.stderr.contains("[C]"), "{}", done.stderr);
}

#[test]
fn an_error_of_the_host_shows_the_scripts_line() {
    let project = Project::new();
    let done =
        project.program().script("local function f()\n  codex.thread_start { sandbx = 1 }\nend\nf()").run();
    let expected =
        "script.lua:2: codex.thread_start has no option \"sandbx\"; the nearest is \"sandbox\" [usage]";
    done.expect_error(
        1,
        "",
        &[expected, "2 |   codex.thread_start { sandbx = 1 }", "script.lua:4: in main chunk"],
    );
}

#[test]
fn a_script_that_is_no_script() {
    let project = Project::new();
    project.program().args(["none.lua"]).run().expect_error(
        1,
        "",
        &["cannot read none.lua: there is no such file"],
    );
    project.program().args(["."]).run().expect_error(1, "", &["cannot read .: it is a folder"]);
    project.file("binary.lua", b"\x7fELF\0\x01");
    project.program().args(["binary.lua"]).run().expect_error(
        1,
        "",
        &["binary.lua is a binary file, not Lua source"],
    );
    project.file("code.luac", b"\x1bLuaT\0");
    project.program().args(["code.luac"]).run().expect_error(
        1,
        "",
        &["code.luac is compiled Lua; only source text"],
    );
    project.program().stdin(b"\x1bLua".to_vec()).run().expect_error(
        1,
        "",
        &["standard input is compiled Lua"],
    );
    project.file("empty.lua", "");
    project.program().args(["empty.lua"]).run().expect(0, "");
    // Any bytes are allowed in Lua's own strings and comments.
    project.file("latin1.lua", b"-- \xe9\nprint(#'\xe9\xff')");
    project.program().args(["latin1.lua"]).run().expect(0, "2\n");
}

#[test]
fn replies_that_are_wrong_are_told_before_the_script_runs() {
    let project = Project::new();
    let run = |replies: &str| project.program().offline(replies).args(["-e", "print 'never'"]).run();
    run("return 7").expect_error(
        1,
        "",
        &["replies.lua", "it must return a list of replies or a function, not integer"],
    );
    run("return { 'a', { txt = 'b' } }").expect_error(
        1,
        "",
        &["reply 2", "unknown key \"txt\"", "did you mean \"text\""],
    );
    run("x = = 1").expect_error(1, "", &["replies.lua:1: unexpected symbol"]);
    run("error 'mine'").expect_error(1, "", &["replies.lua:1: mine"]);
    let done = project.program().args(["--offline=none.lua", "-e", "print 'never'"]).run();
    done.expect_error(1, "", &["cannot read none.lua"]);
    // A function that fails, and a list that ends, fail the turn and say so.
    let ask = "codex.run 'hi'";
    let run = |replies: &str| project.program().offline(replies).args(["-e", ask]).run();
    run("return function() error 'mine' end").expect_error(3, "", &["replies.lua:1: mine", "[turn_failed]"]);
    run("return {}").expect_error(
        3,
        "",
        &["the scripted model has no reply 1 for this thread: the list ends after 0"],
    );
}

#[test]
fn a_folder_that_is_not_there() {
    let project = Project::new();
    let done = project.program().args(["--offline", "-e", "codex.thread_start { cwd = 'none' }"]).run();
    done.expect_error(1, "", &["cwd: there is no folder none [usage]"]);
}

#[test]
fn without_a_login_it_is_4_before_any_turn() {
    let project = Project::new();
    let home = project.root().join("codex-home");
    std::fs::create_dir(&home).expect("a folder");
    let provider = "model_provider = \"mine\"\n[model_providers.mine]\nname = \"mine\"\nbase_url = \"http://127.0.0.1:9/v1\"\n\
        wire_api = \"responses\"\nrequires_openai_auth = true\n";
    std::fs::write(home.join("config.toml"), provider).expect("a file");
    let run = |code: &str| project.program().env("CODEX_HOME", &home).args(["-e", code]).run();
    run("codex.run 'hi'").expect_error(
        4,
        "",
        &["Codex is not logged in; run `/", "/codex login`", "[not_logged_in]"],
    );
    run("print(select(2, pcall(codex.thread_start)).kind)").expect(0, "not_logged_in\n");
    // What needs no account works.
    run("print(codex.info().server)").expect(0, "0.169.0\n");
}

#[test]
fn a_thread_in_use_by_another_process_is_told() {
    let project = Project::new();
    let holder = "local t = codex.thread_start() t:run 'hi' print('id ' .. t.id .. '.') io.read()";
    let live = project.program().args(["--offline", "-e", holder]).keep_stdin().start();
    live.wait_for(".\n");
    let printed = live.printed();
    let id = printed.trim().trim_start_matches("id ").trim_end_matches('.');
    let script = format!(
        "local ok, err = pcall(codex.resume, '{id}') print(err.kind, err.thread_id == '{id}')
        print(select(2, pcall(codex.archive, '{id}')).kind)
        print(codex.read('{id}').id == '{id}', codex.fork('{id}'):run('x').status)"
    );
    let done = project.program().args(["--offline", "-e", &script]).start().beside_others().finish();
    done.expect(0, "thread_in_use\ttrue\nthread_in_use\ntrue\tcompleted\n");
    live.close_stdin().finish().expect(0, &printed);
    let done = project.program().args(["--offline", "-e", &format!("print(codex.resume('{id}').id)")]).run();
    done.expect(0, &format!("{id}\n"));
}
