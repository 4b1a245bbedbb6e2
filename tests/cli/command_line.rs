//! What the program is told on its command line.

use crate::support::{Project, pinned_codex};

#[test]
fn a_script_may_be_a_file_standard_input_or_code() {
    let project = Project::new();
    let file = project.file("a.lua", "print('file', arg[0], ...)");
    project.program().args(["a.lua", "x", "--quiet"]).run().expect(0, "file\ta.lua\tx\t--quiet\n");
    project.program().args(["run", "a.lua", "-e"]).run().expect(0, "file\ta.lua\t-e\n");
    project
        .program()
        .args([file])
        .run()
        .expect(0, &format!("file\t{}\n", project.work().join("a.lua").display()));
    let program = || project.program().stdin("print('stdin', ...)");
    program().args(["-", "y"]).run().expect(0, "stdin\ty\n");
    program().run().expect(0, "stdin\n");
    program().args(["run"]).run().expect(0, "stdin\n");
    program().args(["-e", "print('code', ...)", "z"]).run().expect(0, "code\tz\n");
}

#[test]
fn a_script_is_a_program_by_its_first_line() {
    let project = Project::new();
    let program = env!("CARGO_BIN_EXE_codex-lua");
    let script = project.executable("hello", &format!("#!{program}\nprint('hello', ...)\nerror 'line 3'"));
    let output = std::process::Command::new(script).arg("there").env_clear().output().expect("it runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "hello\tthere\n");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("hello:3: line 3") && stderr.contains("3 | error 'line 3'"), "{stderr}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn cd_moves_the_script_and_not_its_path() {
    let project = Project::new();
    project
        .file("a.lua", "print(io.open('here'):read()) print((require 'm')) print(codex.thread_start().cwd)");
    project.file("m.lua", "return 'module'");
    project.file("sub/here", "in sub");
    let cwd = project.work().join("sub").canonicalize().expect("a folder");
    let done = project.program().args(["--offline", "--cd", "sub", "a.lua"]).run();
    done.expect(0, &format!("in sub\nmodule\n{}\n", cwd.display()));
    let done = project.program().args(["--cd", "none", "a.lua"]).run();
    done.expect_error(2, "", &["--cd: cannot enter none"]);
}

#[test]
fn settings_go_to_codex() {
    let project = Project::new();
    let script = "print(codex.thread_start().model)";
    let done = project.program().args(["--offline", "-c", "model=\"gpt-5.4\"", "-e", script]).run();
    done.expect(0, "gpt-5.4\n");
}

#[test]
fn a_wrong_command_line_is_2() {
    let project = Project::new();
    for (args, says) in [
        (&["--no-such", "a.lua"][..], "--no-such"),
        (&["--timeout", "soon", "a.lua"], "give seconds, or a number with ms, s, m or h"),
        (&["-c", "novalue", "a.lua"], "give key=value"),
        (&["--memory", "12", "a.lua"], "give at least 1M"),
        (&["types", "a", "b"], "unexpected argument"),
        (&["-e"], "a value is required"),
    ] {
        project.program().args(args).run().expect_error(2, "", &[says]);
    }
    let help = project.program().args(["--help"]).run();
    assert_eq!((help.code(), help.stderr.as_str()), (0, ""));
    assert!(help.stdout.contains("Exit status: 0 done"), "{}", help.stdout);
    let version = project.program().args(["--version"]).run();
    version.expect(0, &format!("codex-lua {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_script_has_its_time() {
    let project = Project::new();
    let script = "local c <close> = setmetatable({}, {__close = function() print 'closed' end})
        require('std.task').sleep '1h'";
    let done = project.program().args(["--timeout", "200ms", "-e", script]).run();
    done.expect_error(124, "closed\n", &["the script ran longer than --timeout allows"]);
    project.program().args(["--timeout", "1m", "-e", "print(1)"]).run().expect(0, "1\n");
}

#[test]
fn without_a_codex_and_without_leave_to_install_it_is_4() {
    let project = Project::new();
    let done =
        project.program_without_codex().args(["--no-install", "--offline", "-e", "codex.run 'hi'"]).run();
    done.expect_error(4, "", &["not installed", "codex-lua install", "[not_installed]"]);
    let script = "print(select(2, pcall(codex.run, 'hi')).kind)";
    let done = project.program_without_codex().args(["--no-install", "--offline", "-e", script]).run();
    done.expect(0, "not_installed\n");
    let done = project.program_without_codex().args(["--codex-bin", "none", "-e", "codex.run 'hi'"]).run();
    done.expect_error(4, "", &["--codex-bin", "none"]);
    let done = project.program_without_codex().args(["--no-install", "-e", "print 'no codex needed'"]).run();
    done.expect(0, "no codex needed\n");
}

#[test]
fn the_binary_may_be_named() {
    let project = Project::new();
    let codex = pinned_codex();
    let script = "print(codex.info().server)";
    let program = || project.program_without_codex().args(["--no-install", "--offline", "-e", script]);
    program().env("CODEX_LUA_CODEX_BIN", &codex).run().expect(0, "0.169.0\n");
    let flag = project.program_without_codex().args(["--codex-bin".as_ref(), codex.as_os_str()]);
    flag.args(["--offline", "-e", script]).run().expect(0, "0.169.0\n");
}

#[test]
fn an_installed_codex_is_not_installed_again() {
    let project = Project::new();
    let done = project.program().args(["install"]).run();
    done.expect(0, &format!("{}\n", pinned_codex().display()));
    project.program().args(["install", "--quiet"]).run().expect(0, &done.stdout);
}

#[test]
fn types_are_written_and_written_again() {
    let project = Project::new();
    let first = project.program().args(["types"]).run();
    assert_eq!((first.code(), first.stderr.as_str()), (0, ""));
    for (name, text) in codex_lua::stdlib::META {
        assert_eq!(project.read(&format!(".codex-lua/types/{name}")).as_deref(), Some(*text));
    }
    let settings = |project: &Project| -> serde_json::Value {
        serde_json::from_str(&project.read(".luarc.json").expect("settings")).expect("JSON")
    };
    let library = serde_json::json!([".codex-lua/types"]);
    assert_eq!(settings(&project)["workspace.library"], library);
    let written = project.read(".luarc.json");
    assert_eq!(project.program().args(["types", "."]).run().code(), 0);
    assert_eq!(project.read(".luarc.json"), written);

    let other = Project::new();
    other.file("p/.luarc.json", r#"{"workspace.library": ["mine"], "diagnostics.globals": ["x"]}"#);
    assert_eq!(other.program().args(["types", "p"]).run().code(), 0);
    let merged: serde_json::Value =
        serde_json::from_str(&other.read("p/.luarc.json").expect("settings")).expect("JSON");
    assert_eq!(merged["workspace.library"], serde_json::json!(["mine", ".codex-lua/types"]));
    assert_eq!(merged["diagnostics.globals"], serde_json::json!(["x"]));

    let broken = Project::new();
    broken.file(".luarc.json", "{ // a comment\n}");
    let done = broken.program().args(["types"]).run();
    assert!(done.stdout.contains("left as it is") && done.code() == 0, "{done:?}");
    assert_eq!(broken.read(".luarc.json").as_deref(), Some("{ // a comment\n}"));
}

#[test]
fn only_results_go_to_standard_output() {
    let project = Project::new();
    let script =
        "local t = codex.thread_start{approval = 'untrusted', sandbox = 'read-only'} t:run('$ touch x')
        print 'result'";
    let done = project.program().offline(crate::OBEDIENT).args(["-e", script]).run();
    done.expect_error(0, "result\n", &["codex-lua: declined: "]);
    assert_eq!(done.stderr.lines().count(), 1, "{}", done.stderr);
}

#[test]
fn quiet_keeps_errors_and_what_was_decided() {
    let project = Project::new();
    let script =
        "codex.thread_start{approval = 'untrusted', sandbox = 'read-only'}:run('$ touch x') error 'boom'";
    let done = project.program().offline(crate::OBEDIENT).args(["--quiet", "-e", script]).run();
    done.expect_error(1, "", &["codex-lua: declined: ", "boom"]);
}

#[test]
fn a_closed_reader_is_no_reason_to_hang() {
    let command =
        format!("{} -e 'for i = 1, 1e6 do print(i) end' | head -n 1", env!("CARGO_BIN_EXE_codex-lua"));
    let output = std::process::Command::new("/bin/sh").args(["-c", &command]).output().expect("it runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "1\n");
}
