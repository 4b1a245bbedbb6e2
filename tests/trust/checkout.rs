//! A checkout that means harm, and a network that leads elsewhere.

use crate::support::Project;

#[test]
fn nothing_of_a_hostile_checkout_is_run() {
    let project = Project::new();
    let trap = "#!/bin/sh\necho trapped >> trapped\n";
    for name in ["codex", "npm", "sh", "bash", "node", "bin/codex", "bin/npm"] {
        project.executable(name, trap);
    }
    for name in
        ["json.lua", "std.lua", "std/json.lua", "codex.lua", "std/task.lua", "init.lua", ".env", ".codexrc"]
    {
        project.file(name, "io.open('trapped', 'w'):close() return {}");
    }
    project.file(".env", "TRAPPED=1\nCODEX_HOME=/tmp/trapped\n");
    project.file(".codex/config.toml", "model = \"trapped\"\n");
    let script = project.root().join("script.lua");
    let text = "local json = require 'std.json' require 'std.task' require 'codex'
        assert(json.encode(json.array{}) == '[]') assert(os.getenv 'TRAPPED' == nil)
        local thread = codex.thread_start() assert(thread.model ~= 'trapped')
        print(thread:run('hi').status)";
    std::fs::write(&script, text).expect("a file");
    let path = std::env::join_paths(
        ["", ".", "bin"]
            .iter()
            .map(std::path::PathBuf::from)
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    )
    .expect("a PATH");
    let program = || project.program().env("PATH", &path);
    program().args(["--offline".as_ref(), script.as_os_str()]).run().expect(0, "completed\n");
    assert_eq!(project.read("trapped"), None);

    // Nor is it taken where there is no Codex.
    let program = || project.program_without_codex().env("PATH", ":.:bin");
    let done = program().args(["--no-install", "--offline", "-e", "codex.run 'hi'"]).run();
    done.expect_error(4, "", &["[not_installed]"]);
    let done = program().args(["--offline", "-e", "codex.run 'hi'"]).run();
    done.expect_error(4, "", &["npm"]);
    assert_eq!(project.read("trapped"), None);
}

#[test]
fn a_proxy_does_not_reach_the_scripted_model() {
    let project = Project::new();
    let dead = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        format!("http://{}", listener.local_addr().expect("an address"))
    };
    let mut program = project.program();
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"] {
        program = program.env(name, &dead);
    }
    program.args(["--offline", "-e", "print(codex.run('hi').status)"]).run().expect(0, "completed\n");
}

#[test]
fn the_offline_home_is_private_and_the_users_own_is_not_touched() {
    use std::os::unix::fs::PermissionsExt;
    let project = Project::new();
    let mine = project.root().join("mine");
    std::fs::create_dir(&mine).expect("a folder");
    let program = project.program().env("CODEX_HOME", &mine).env("OPENAI_API_KEY", "sk-secret");
    let script = "print(codex.run('hi').status, codex.info().codex_home)";
    let done = program.args(["--offline", "-e", script]).run();
    let home = project.offline_home();
    done.expect(0, &format!("completed\t{}\n", home.display()));
    assert_eq!(std::fs::metadata(&home).expect("a home").permissions().mode() & 0o777, 0o700);
    assert_eq!(std::fs::read_dir(&mine).expect("a folder").count(), 0);
    assert_eq!(std::fs::read_dir(project.root().join("home")).expect("a folder").count(), 0);
}
