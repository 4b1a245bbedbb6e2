//! What goes to the network, and through which door.

use crate::support::Project;

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

/// The server has git ask github.com for plugins, unless it is told not to; git writes down what it is asked.
#[test]
fn offline_and_doctor_ask_nothing_of_the_network() {
    let project = Project::new();
    let trace = project.root().join("git.trace");
    let script = "for i = 1, 3 do print(codex.run('hi').status) end";
    let program = || project.program().env("GIT_TRACE", &trace);
    program().args(["--offline", "-e", script]).run().expect(0, "completed\ncompleted\ncompleted\n");
    let seen = std::fs::read_to_string(&trace).expect("the server runs git");
    assert!(seen.contains("rev-parse"), "{seen}");
    assert_eq!(program().args(["doctor"]).run().code(), 4);
    let seen = std::fs::read_to_string(&trace).expect("it is there still");
    assert!(!seen.contains("ls-remote") && !seen.contains("://"), "{seen}");
}

/// A login with `ChatGPT` is looked after on the network, when the server starts and when it is asked: `doctor` has a
/// proxy in between that leads nowhere, so even the user's own proxy hears nothing.
#[test]
fn doctor_asks_nothing_of_the_network_for_an_account_either() {
    use std::os::unix::fs::DirBuilderExt;
    let project = Project::new();
    let home = project.root().join("home/.codex");
    std::fs::DirBuilder::new().mode(0o700).create(&home).expect("a folder");
    // An unsigned token: {"alg":"none"}, and {"email":"x@example.org","exp":4000000000,…}.
    let claims = "eyJlbWFpbCI6InhAZXhhbXBsZS5vcmciLCJleHAiOjQwMDAwMDAwMDAsImh0dHBzOi8vYXBpLm9wZW5haS5jb20vYXV0aCI6\
        eyJjaGF0Z3B0X3BsYW5fdHlwZSI6InBsdXMiLCJjaGF0Z3B0X2FjY291bnRfaWQiOiJhY2MtMSIsImNoYXRncHRfdXNlcl9pZCI6InUifX0";
    let token = format!("eyJhbGciOiJub25lIn0.{claims}.c2ln");
    let auth = serde_json::json!({
        "tokens": { "id_token": token, "access_token": token, "refresh_token": "planted-refresh", "account_id": "acc-1" },
        "last_refresh": "2026-01-01T00:00:00Z",
    });
    std::fs::write(home.join("auth.json"), auth.to_string()).expect("a file");
    let proxy = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    proxy.set_nonblocking(true).expect("a socket");
    let address = format!("http://{}", proxy.local_addr().expect("an address"));
    let mut program = project.program();
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "https_proxy"] {
        program = program.env(name, &address);
    }
    let done = program.args(["doctor"]).run();
    assert!(done.stdout.contains("logged in (chatgpt)"), "{}", done.stdout);
    assert!(!done.stdout.contains("planted") && !done.stdout.contains("example.org"), "{}", done.stdout);
    assert_eq!(proxy.accept().expect_err("nobody asks").kind(), std::io::ErrorKind::WouldBlock);
}
