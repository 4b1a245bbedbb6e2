//! Keys, tokens and what one logs in with reach no file, no error and no output.

use std::fs;
use std::path::{Path, PathBuf};

use crate::OBEDIENT;
use crate::support::{Program, Project};

/// Files below a folder that hold this text.
pub fn files_with(folder: &Path, text: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            found.extend(files_with(&path, text));
        } else if fs::read(&path).is_ok_and(|bytes| memchr::memmem::find(&bytes, text.as_bytes()).is_some()) {
            found.push(path);
        }
    }
    found
}

/// A Codex that does this with each line that it is sent.
fn stand_in(project: &Project, does: &str) -> Program {
    let codex =
        project.executable("bad/codex", &format!("#!/bin/sh\nwhile read -r line; do\n{does}\ndone\n"));
    project.program_without_codex().args(["--codex-bin".as_ref(), codex.as_os_str()])
}

const SETTING: &str = "model_providers.x={ name = \"x\", base_url = \"http://127.0.0.1:9/v1\", wire_api = \"responses\", \
    http_headers = { Authorization = \"Basic planted-header\" } }";

const MCP: &str = "mcp_servers.m={ command = \"/bin/true\", env = { A_TOKEN = \"planted-bearer\" } }";

#[test]
fn a_planted_token_is_in_no_file_and_no_output() {
    let project = Project::new();
    let program = || {
        let program =
            project.program().env("GITHUB_TOKEN", "planted-token").env("OPENAI_API_KEY", "sk-planted-key");
        program.args(["-c", SETTING, "-c", MCP]).offline(OBEDIENT)
    };
    let script = "
        local thread = codex.thread_start { sandbox = 'full-access' }
        print(thread:run('$ env').items[2].aggregated_output:match 'planted')
        local function refused(params)
          local ok, err = pcall(codex.request, 'account/login/start', params)
          print(ok, err.kind, (tostring(err) .. err.traceback .. require 'std.json'.encode(err)):match 'planted')
        end
        local key = os.getenv 'OPENAI_API_KEY'
        refused { type = 'apiKey', apiKey = { key } }
        refused { type = key, apiKey = key }
        refused { type = 'planted-token', apiKey = key }
        refused { type = 'chatgptAuthTokens', accessToken = 'planted-access-token', chatgptAccountId = 'x' }";
    let done = program().args(["-e", script]).run();
    let expected = "nil\nfalse\trpc\tnil\nfalse\trpc\tnil\nfalse\trpc\tnil\nfalse\trpc\tnil\n";
    assert_eq!((done.code(), &*done.stdout, &*done.stderr), (0, expected, ""));

    // Uncaught, from a place that does not show the key.
    let script = "local key = os.getenv 'OPENAI_API_KEY'
        codex.request('account/login/start', { type = key .. key, apiKey = key })";
    let done = program().args(["-e", script]).run();
    assert_eq!(done.code(), 1);
    assert!(done.stderr.contains("[redacted]") && !done.stderr.contains("planted"), "{}", done.stderr);

    // Not even where the script itself has it, in its message and in its line.
    let done = program().args(["-e", "error 'it was sk-planted-literal'"]).run();
    done.expect_error(1, "", &["it was [redacted]", "1 | error 'it was [redacted]'"]);

    let found = files_with(project.root(), "planted");
    assert_eq!(found, Vec::<PathBuf>::new());
}

/// Codex saves a login, and nobody else: in its own home, for this user alone.
#[test]
fn a_login_is_in_the_file_of_codex_alone() {
    use std::os::unix::fs::PermissionsExt;
    let project = Project::new();
    let script = "local key = io.read()
        codex.request('account/login/start', { type = 'apiKey', apiKey = key })
        print 'logged in'
        codex.request('account/login/start', { type = key, apiKey = key })";
    let program = project.program().offline(OBEDIENT).args(["-e", script]).stdin("sk-planted-login\n");
    let done = program.run();
    assert_eq!((done.code(), &*done.stdout), (1, "logged in\n"), "{}", done.stderr);
    assert!(done.stderr.contains("[redacted]") && !done.stderr.contains("planted"), "{}", done.stderr);
    let auth = project.offline_home().join("auth.json");
    assert_eq!(files_with(project.root(), "planted-login"), std::slice::from_ref(&auth));
    assert_eq!(fs::metadata(auth).expect("a file").permissions().mode() & 0o777, 0o600);
}

/// The agent may say a key, and its session has it; the script gets it; the file does not.
#[test]
fn the_event_file_has_no_keys() {
    let project = Project::new();
    let script = "local token = os.getenv 'GITHUB_TOKEN'
        local result = codex.run('echo ' .. token .. ' and sk-planted-in-text')
        assert(result.text == token .. ' and sk-planted-in-text')
        codex.request('account/login/start', { type = 'apiKey', apiKey = 'planted-login-key' })";
    let program = project.program().env("GITHUB_TOKEN", "planted-\"token\"").offline(OBEDIENT);
    program.args(["--events", "events.jsonl", "-e", script]).run().expect(0, "");
    let events = project.read("events.jsonl").expect("a file");
    for line in events.lines() {
        assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "{line}");
    }
    assert!(events.contains("item.completed") && events.contains("[redacted]"), "{events}");
    assert!(!events.contains("planted"), "{events}");
}

/// Nor has a recording; and it is replayed where the keys are others, or are not there.
#[test]
fn a_recording_has_no_keys_and_is_replayed_without_them() {
    let project = Project::new();
    let script = "local token = os.getenv 'GITHUB_TOKEN'
        local thread = codex.thread_start { sandbox = 'full-access', config = { ['x.api_key'] = 'planted-config' } }
        print(#thread:run('echo ' .. token .. ' and sk-planted-in-text').items)
        codex.request('command/exec', { command = { '/bin/true' }, env = { A_TOKEN = 'planted-env' } })
        codex.request('account/login/start', { type = 'apiKey', apiKey = 'planted-login-key' })
        codex.request('account/logout', {})";
    let program = project.program().env("GITHUB_TOKEN", "planted-\"token\"").offline(OBEDIENT);
    let program = program.args(["-c", SETTING, "--record", "recording", "-e", script]);
    let recorded = program.run();
    assert_eq!((recorded.code(), &*recorded.stderr), (0, ""));
    let text = project.read("recording").expect("a file");
    assert!(text.contains("[redacted]") && !text.contains("planted"), "{text}");
    for other in ["planted-\"token\"", "another token", "x"] {
        let program = project.program_without_codex().env("GITHUB_TOKEN", other);
        let done = program.args(["--no-install", "--replay", "recording", "-e", script]).run();
        done.expect(0, &recorded.stdout);
    }
}

#[test]
fn a_server_that_says_what_it_knows_is_quoted_without_it() {
    let project = Project::new();
    let script = "local ok, err = pcall(codex.run, 'hi')
        print(err.kind, #err.stderr > 2, (err.message .. table.concat(err.stderr, ' ')):match 'planted')
        print(table.concat(err.stderr, ' '):match 'PLAIN=seen')
        codex.run 'hi'";
    let says = "env >&2; printf '%s\\n' \"$0 $*\" >&2; tr '\\0' ' ' < /proc/$$/cmdline >&2
        echo 'Authorization: Bearer 0123456789planted' >&2; echo 'key sk-planted' >&2; exit 3";
    let program = stand_in(&project, says).env("DB_PASSWORD", "planted password").env("PLAIN", "seen");
    let done = program.args(["-c", SETTING, "-c", "x.api_key=planted-bare", "-e", script]).run();
    assert_eq!((done.code(), &*done.stdout), (1, "server_gone\ttrue\tnil\nPLAIN=seen\n"));
    assert!(done.stderr.contains("its last words") && !done.stderr.contains("planted"), "{}", done.stderr);
}

#[test]
fn a_refusal_that_repeats_what_it_was_sent_is_quoted_without_it() {
    let project = Project::new();
    let answers = r#"id=${line#*\"id\":}; id=${id%%[,\}]*}
        case "$line" in
          *'"initialize"'*) echo "{\"id\":$id,\"result\":{\"userAgent\":\"x/0.169.0 (x)\"}}";;
          *account*)
            echo 'no message: planted-login-parameter'
            said=$(printf %s "$line" | sed 's/["\\]/ /g')
            echo "{\"id\":$id,\"error\":{\"code\":-32600,\"message\":\"bad: $said\",\"data\":{\"said\":\"$said\"}}}";;
        esac"#;
    let script = "local ok, err = pcall(codex.request, 'account/login/start', { type = 'x', apiKey = 'planted-login-parameter' })
        print(err.message:match 'bad: ', err.message:match 'planted', err.data.said:match 'type', err.data.said:match 'planted')";
    let done = stand_in(&project, answers).args(["-e", script]).run();
    assert_eq!((done.code(), &*done.stdout), (0, "bad: \tnil\ttype\tnil\n"), "{}", done.stderr);
    assert!(done.stderr.contains("no message") && !done.stderr.contains("planted"), "{}", done.stderr);
}

#[test]
fn failures_of_the_model_and_declined_commands_are_quoted_without_keys() {
    let project = Project::new();
    let replies = "return { { error = 401, message = 'Incorrect API key provided: sk-planted-0123' } }";
    let script = "local ok, err = pcall(codex.run, 'hi') print(err.kind, err.message:match 'planted')
        codex.run 'hi'";
    let done = project.program().offline(replies).args(["-e", script]).run();
    assert_eq!((done.code(), &*done.stdout), (3, "turn_failed\tnil\n"));
    assert!(!done.stderr.contains("planted"), "{}", done.stderr);

    let script =
        "codex.run('$! curl -H \"Authorization: Bearer planted-0123\" http://me:planted@example.org', 
        { sandbox = 'read-only', approval = 'on-request' })";
    let done = project.program().offline(OBEDIENT).args(["-e", script]).run();
    assert_eq!(done.code(), 0);
    assert!(done.stderr.contains("declined: ") && !done.stderr.contains("planted"), "{}", done.stderr);
}

#[test]
fn an_npm_that_says_what_it_knows_is_quoted_without_it() {
    let project = Project::new();
    project.executable(
        "bin/npm",
        "#!/bin/sh\necho \"token $NPM_TOKEN at http://me:planted@registry\"; exit 1\n",
    );
    let program = project.program_without_codex().env("PATH", project.work().join("bin"));
    let done = program.env("NPM_TOKEN", "planted-npm").args(["install"]).run();
    done.expect_error(4, "", &["token [redacted] at http://[redacted]@registry"]);
}
