//! A checkout that means harm.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;

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
fn hooks_of_a_hostile_repository_are_not_run() {
    let project = Project::new();
    let trap = project.executable(
        "trap",
        &format!(
            "#!/bin/sh\ntr '\\0' ' ' < /proc/$PPID/cmdline >> {0}/trapped; echo \"$0 $*\" >> {0}/trapped\n",
            project.root().display()
        ),
    );
    let trap = trap.display().to_string();
    let git = |args: &[&str]| {
        let mut git = Command::new("git");
        git.current_dir(project.work()).env("GIT_CONFIG_GLOBAL", "/dev/null").args(args);
        assert!(git.status().expect("git").success(), "{args:?}");
    };
    git(&["init", "-q"]);
    project.file("a", "a");
    git(&["add", "a"]);
    git(&["-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "a"]);
    for hook in
        ["post-checkout", "post-index-change", "pre-auto-gc", "reference-transaction", "fsmonitor-watchman"]
    {
        std::os::unix::fs::symlink(&trap, project.work().join(".git/hooks").join(hook)).expect("a link");
    }
    for key in ["core.fsmonitor", "core.pager", "diff.external", "core.sshCommand", "core.editor"] {
        git(&["config", key, &trap]);
    }
    // Not `filter.x.clean`: Codex's own `git status` runs that, outside of its sandbox, as the README says.
    project.file(".gitattributes", "* diff=x merge=x\n");
    for key in ["diff.x.textconv", "diff.x.command", "merge.x.driver"] {
        git(&["config", key, &trap]);
    }
    project.file("a", "b");
    let script = "local t = codex.thread_start { sandbox = 'workspace-write' }
        print(t:run('patch: *** Begin Patch\\n*** Add File: b\\n+b\\n*** End Patch').status)";
    let done = project.program().offline(crate::OBEDIENT).args(["-e", script]).run();
    done.expect(0, "completed\n");
    assert_eq!(project.read("b").as_deref(), Some("b\n"));
    assert_eq!(std::fs::read_to_string(project.root().join("trapped")).unwrap_or_default(), "");
}

#[test]
fn the_environment_and_the_folder_name_no_code_and_no_home() {
    let project = Project::new();
    let trap = "#!/bin/sh\necho trapped >> trapped\n";
    for name in
        ["node_modules/.bin/codex", "node_modules/.bin/git", "node_modules/.bin/bwrap", "git", "bwrap"]
    {
        project.executable(name, trap);
    }
    let code = "io.open('trapped', 'w'):close() return {}";
    for name in ["json.lua", "evil.lua", "lua/evil.lua", "share/evil.lua"] {
        project.file(name, code);
    }
    project.file(".luarc.json", r#"{"runtime.plugin": "evil.lua", "runtime.path": ["evil.lua"]}"#);
    project.file("home/config.toml", "model = \"trapped\"\nnotify = [\"./git\"]\n");
    let script = project.root().join("script.lua");
    let text = "for _, name in ipairs { 'json', 'evil' } do assert(not pcall(require, name), name) end
        local thread = codex.thread_start { sandbox = 'workspace-write' }
        print(thread.model, codex.info().codex_home, thread:run('$ git --version >&2; echo ran').status)";
    std::fs::write(&script, text).expect("a file");
    let path = format!("node_modules/.bin:.::{}", std::env::var("PATH").expect("a PATH"));
    let program = project.program().env("PATH", path).env("CODEX_HOME", "home").env("XDG_CONFIG_HOME", ".");
    let program = program
        .env("LUA_PATH", "./?.lua;lua/?.lua")
        .env("LUA_PATH_5_4", "./?.lua")
        .env("LUA_CPATH", "./?.so")
        .env("LUA_INIT", "@evil.lua")
        .env("LUA_INIT_5_4", "@evil.lua");
    let done = program.offline(crate::OBEDIENT).args([&script]).run();
    done.expect(0, &format!("gpt-5.5\t{}\tcompleted\n", project.offline_home().display()));
    assert_eq!(project.read("trapped"), None);
}

/// The real npm, with a registry of the user's own that has nothing, in a folder that names another one.
#[test]
fn the_folder_does_not_say_where_codex_comes_from() {
    let project = Project::new();
    let registry = |answers: bool| {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (tell, asked) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                use std::io::{Read, Write};
                let mut stream = stream;
                let mut request = [0; 4096];
                let read = stream.read(&mut request).unwrap_or(0);
                let _ = tell.send(String::from_utf8_lossy(&request[..read]).into_owned());
                if answers {
                    let _ = stream.write_all(
                        b"HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
                    );
                }
            }
        });
        (format!("http://127.0.0.1:{port}/"), asked)
    };
    let ((mine, asked), (hostile, trapped)) = (registry(true), registry(false));
    std::fs::write(project.root().join("home/.npmrc"), format!("registry={mine}\n")).expect("a file");
    project.file(
        ".npmrc",
        format!("registry={hostile}\n@openai:registry={hostile}\nignore-scripts=false\nnode-options=--require=./trap.js\nscript-shell=./trap\n"),
    );
    project.executable("trap", "#!/bin/sh\necho trapped >> trapped\n");
    project.file("trap.js", "require('fs').writeFileSync('trapped', '')");
    project
        .file("package.json", r#"{"name": "x", "scripts": {"preinstall": "./trap", "prepare": "./trap"}}"#);
    let data = project.root().join("data");
    let done = project.program_without_codex().env("XDG_DATA_HOME", &data).args(["install", "--quiet"]).run();
    done.expect_error(4, "", &["npm could not install Codex 0.169.0", "404"]);
    assert!(asked.recv().expect("a request").contains("openai"));
    assert!(trapped.try_recv().is_err());
    assert_eq!(project.read("trapped"), None);
    let left: Vec<PathBuf> = std::fs::read_dir(data.join("codex-lua/codex"))
        .expect("a folder")
        .map(|e| e.expect("an entry").path())
        .collect();
    assert_eq!(left, [data.join("codex-lua/codex/.lock")]);
}
