//! Programs that are no Codex, or one that goes wrong: what a script sees of them.

use rustix::process::Signal;

use crate::support::{Done, Project, outcome};

/// A server in a shell: answers `initialize`, and all else by `{}` unless `other` has an arm for it. `say` says a
/// line, and `$id` is the request's.
fn server(other: &str) -> String {
    format!(
        r#"#!/bin/sh
say() {{ printf '%s\n' "$1"; }}
while read -r line; do
  id=${{line#*'"id":'}}; id=${{id%%,*}}
  case $line in
    *'"method":"initialize"'*) say "{{\"id\":$id,\"result\":{{\"userAgent\":\"codex_lua/0.169.0 (x)\"}}}}" ;;
    *'"method":"initialized"'*) ;;
    {other}
    *) say "{{\"id\":$id,\"result\":{{}}}}" ;;
  esac
done
"#
    )
}

fn run(project: &Project, codex: &str, script: &str) -> Done {
    let codex = project.executable("bin/codex", codex);
    project.program_without_codex().args(["--codex-bin".as_ref(), codex.as_os_str()]).script(script).run()
}

const TELL: &str =
    "local _, err = pcall(codex.request, 'x/y') print(err.kind, err.message, err.stderr and #err.stderr)";

#[test]
fn what_is_no_codex_is_told_with_its_last_words() {
    let row = outcome("the server ends before it is ready, or is no Codex");
    for (program, words) in [
        ("#!/bin/sh\necho 'no such option' >&2\nexit 2\n", "its last words: no such option\t1"),
        ("#!/bin/sh\nexec cat\n", "initialize was refused"),
        ("#!/no/such/interpreter\n", "cannot start"),
        (
            "#!/bin/sh\nread -r line; echo '{\"id\":1,\"result\":{\"hello\":1}}'; cat\n",
            "does not read as it should",
        ),
        ("#!/bin/sh\nread -r line; printf '{\"id\":1,\"resu'\n", "ended while it was asked initialize"),
    ] {
        let done = run(&Project::new(), program, TELL);
        assert!(done.stdout.starts_with(&format!("{}\t", row.word(1))), "{program}: {done:?}");
        assert!(done.stdout.contains(words), "{program}: {done:?}");
        assert_eq!(done.code(), 0, "{done:?}");
    }
}

#[test]
fn a_flood_on_standard_error_is_read_and_its_end_is_kept() {
    let row = outcome("floods on the server's standard error");
    let flood = "yes \"$(head -c 200 /dev/zero | tr '\\0' e)\" | head -c 104857600 >&2";
    let arm = format!("*x/y*) {flood}; head -c 104857600 /dev/zero >&2; echo ' the end' >&2; exit 3 ;;");
    let script = "codex.request 'x/z'
        local _, err = pcall(codex.request, 'x/y')
        print(err.kind, err.exit, #err.stderr, err.stderr[#err.stderr]:match ' the end$')
        for line in io.lines '/proc/self/status' do
          local peak = line:match 'VmHWM:%s*(%d+)'
          if peak then print(tonumber(peak) < 64 * 1024) end
        end";
    let done = run(&Project::new(), &server(&arm), script);
    let lines = row.cell(1).split(' ').find(|word| word.parse::<u32>().is_ok()).expect("a number");
    done.expect(0, &format!("server_gone\t3\t{lines}\t the end\ntrue\n"));
}

#[test]
fn a_line_of_100_mb_is_read_and_its_memory_given_back() {
    let row = outcome("a line of more than 256 MiB (100 MB are fine)");
    let zeros = |bytes: u64| format!("head -c {bytes} /dev/zero | tr '\\0' x");
    let long =
        format!("*x/long*) printf '{{\"id\":%s,\"result\":\"' $id; {}; say '\"}}' ;;", zeros(100 << 20));
    let endless = format!("*x/endless*) {} ;;", zeros(300 << 20));
    let script = "local function resident()
          for line in io.lines '/proc/self/status' do
            local size = line:match 'VmRSS:%s*(%d+)'
            if size then return tonumber(size) end
          end
        end
        codex.request 'x/y'
        local before = resident()
        print(#codex.request 'x/long')
        collectgarbage() collectgarbage()
        codex.request 'x/y'
        print(resident() - before < 16 * 1024)
        print(select(2, pcall(codex.request, 'x/endless')).kind)
        codex.request 'x/y'";
    let done = run(&Project::new(), &server(&format!("{long}\n{endless}")), script);
    let expected = format!("{}\ntrue\n{}\n", 100 << 20, row.word(1));
    done.expect_error(0, &expected, &["a line of more than 268435456 bytes"]);
}

#[test]
fn a_server_that_stops_reading_does_not_hold_up_the_end() {
    let arm = "*x/y*) exec sleep 1000 ;;";
    let script = "local task = require 'std.task'
        task.spawn(function() codex.request('x/y') end)
        for i = 1, 20 do
          task.spawn(function() codex.request('x/z', { text = ('x'):rep(1 << 20) }) end)
        end
        task.yield()
        print 'sent'";
    let project = Project::new();
    let codex = project.executable("bin/codex", &server(arm));
    let program = project.program_without_codex().args(["--codex-bin".as_ref(), codex.as_os_str()]);
    let live = program.script(script).start();
    live.wait_for("sent");
    live.signal(Signal::INT);
    live.finish().expect_error(130, "sent\n", &[]);
}

#[test]
fn a_server_that_ignores_its_end_is_ended() {
    let stubborn =
        server("").replace("say() {", "trap '' TERM HUP INT\nsay() {") + "while :; do sleep 1000; done\n";
    let done = run(&Project::new(), &stubborn, "codex.request 'x/y' print 'done'");
    done.expect(0, "done\n");
}

#[test]
fn a_server_that_closes_its_output_and_lives_is_ended_before_the_next_one() {
    let row = outcome("the server is killed in mid-turn");
    let arm = "*x/y*) echo $$ >> pids; exec >&-; while :; do sleep 1000; done ;;\n*x/z*) echo $$ >> pids; say \"{\\\"id\\\":$id,\\\"result\\\":{}}\" ;;";
    let script = format!(
        "{TELL}
        codex.request 'x/z'
        local pids = {{}}
        for pid in io.lines 'pids' do pids[#pids + 1] = pid end
        print(#pids, io.open('/proc/' .. pids[1] .. '/stat'))"
    );
    let done = run(&Project::new(), &server(arm), &script);
    assert!(done.stdout.starts_with(&format!("{}\t", row.word(1))), "{done:?}");
    assert!(done.stdout.contains("\n2\tnil\t"), "{done:?}");
}

#[test]
fn a_server_whose_pipes_others_hold_is_gone_when_it_is_gone() {
    let row = outcome("the server is killed in mid-turn");
    let arm = "*x/y*) setsid sleep 1000 2>&- & exit 7 ;;";
    let project = Project::new();
    let codex = project.executable("bin/codex", &server(arm));
    let program = project.program_without_codex().args(["--timeout", "20s", "--codex-bin"]).args([codex]);
    let done = program.script(TELL).start().beside_others().finish();
    assert!(done.stdout.starts_with(&format!("{}\t", row.word(1))), "{done:?}");
}

#[test]
fn another_version_is_told_and_works() {
    let newer = server("").replace("0.169.0", "0.200.1");
    let done = run(&Project::new(), &newer, "codex.request 'x/y' print 'done'");
    done.expect_error(0, "done\n", &["this Codex is 0.200.1; codex-lua is made for 0.169.0"]);
}

#[test]
fn an_event_that_cannot_be_read_is_handed_on_as_text() {
    let row = outcome("new events, fields, questions and values of a later Codex");
    let turn = r#"*turn/start*)
      say "{\"id\":$id,\"result\":{\"turn\":{\"id\":\"u\"}}}"
      for event in '"method":"turn/started"' '"method":"fresh/event"' '"method":"turn/diff/updated"'; do
        say "{$event,\"params\":{\"threadId\":\"t\",\"turnId\":\"u\",\"a\":1e999}}"
      done
      item='"item":{"type":"agentMessage","id":"m","text":"\ud800"}'
      say "{\"method\":\"item/completed\",\"params\":{\"threadId\":\"t\",\"turnId\":\"u\",$item}}"
      say '{"method":"turn/completed","params":{"threadId":"t","turn":{"id":"u","status":"completed"}}}' ;;
    *thread/start*)
      say "{\"id\":$id,\"result\":{\"thread\":{\"id\":\"t\"},\"model\":\"m\",\"cwd\":\"/\"}}" ;;
    *config/read*) say "{\"id\":$id,\"result\":{\"config\":{}}}" ;;"#;
    let script = "local thread = codex.thread_start()
        local turn = thread:turn 'hi'
        for event in turn do print(event.type, type(event.params)) end
        print(#turn:result().items, type(turn:result().items[1]))";
    let done = run(&Project::new(), &server(turn), script);
    assert!(row.cell(1).contains("`params`"));
    let text = ["turn.started", "fresh.event", "turn.diff.updated", "item.completed"]
        .map(|name| format!("{name}\tstring\n"));
    done.expect(0, &format!("{}turn.completed\tnil\n1\tstring\n", text.concat()));
}
