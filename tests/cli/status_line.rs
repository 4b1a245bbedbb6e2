//! The status line, as a person sees it.

use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Instant;

use rustix::process::Signal;

use crate::OBEDIENT;
use crate::support::terminal::{Terminal, rendered};
use crate::support::{DEADLINE, Program, Project};

/// Begins a turn whose command runs until [`Gates::open`] says so, and goes on when it runs.
const RUNNING: &str = "local thread = codex.thread_start { sandbox = 'full-access' }
    local turn = thread:turn '$ cat go'
    for event in turn:events() do
      if event.type == 'item.started' and event.item.type == 'command_execution' then break end
    end\n";
/// Waits, without telling anyone, until the gate `on` is opened.
const GATE: &str = "io.open('on'):read 'a'\n";
const LINE: &str = "turn 1 · running cat go · ";

/// Pipes that hold up whoever reads them until they are opened.
struct Gates(PathBuf);

impl Gates {
    fn new(project: &Project) -> Self {
        use rustix::fs::{CWD, FileType, Mode, mknodat};
        for name in ["go", "on"] {
            mknodat(CWD, project.work().join(name), FileType::Fifo, Mode::RWXU, 0).expect("a pipe");
        }
        Self(project.work())
    }

    fn open(&self, name: &str) {
        drop(self.hold(name));
    }

    /// Waits for whoever reads it, and goes on holding that up until what this gives is dropped.
    fn hold(&self, name: &str) -> OwnedFd {
        use rustix::fs::{Mode, OFlags, open};
        let until = Instant::now() + DEADLINE;
        // An open that waits could wait for ever, for a program that has ended.
        loop {
            match open(self.0.join(name), OFlags::WRONLY | OFlags::NONBLOCK, Mode::empty()) {
                Ok(pipe) => return pipe,
                Err(error) => assert!(Instant::now() < until, "nobody reads {name}: {error}"),
            }
            std::thread::yield_now();
        }
    }
}

fn started(program: Program, script: &str) -> Terminal {
    program.offline(OBEDIENT).script(&format!("{RUNNING}{script}")).on_terminal(|command| command)
}

#[test]
fn it_shows_the_command_that_runs_and_leaves_the_screen_to_the_script() {
    let project = Project::new();
    let gates = Gates::new(&project);
    let script = "print 'before' require 'std.task'.spawn(turn.result, turn):await() print 'after'";
    let terminal = started(project.program(), script);
    terminal.wait_until("both are there", |seen| {
        let rows = seen.rows();
        rows.first().is_some_and(|row| row == "before")
            && rows.get(1).is_some_and(|row| row.starts_with(LINE) && row.ends_with("s · 1 task"))
    });
    gates.open("go");
    let left = terminal.finish();
    left.expect(0, &["before", "after"]);
    assert!(left.had("\x1b[2m"), "it is faint");
}

#[test]
fn a_streaming_script_has_exactly_what_it_prints() {
    let words = "one two three\nfour five ".repeat(6);
    let script = format!(
        "print 'first'
        for event in codex.stream('slowly: ' .. [[{words}]]) do
          io.write(event.text or '')
          if event.type == 'item.started' then io.stderr:write('[', event.item.type, ']\\n') end
        end
        print() print 'last'"
    );
    let project = Project::new();
    let program = || project.program().offline(OBEDIENT).script(&script);
    let printed = program().run();
    let left = program().on_terminal(|command| command).finish();
    let shown = printed.stdout.replace("first\n", &format!("first\n{}", printed.stderr));
    assert_eq!((left.code, left.rows), (0, rendered(&shown)));
}

#[test]
fn a_line_that_is_not_finished_is_never_written_over() {
    for above in [0, 30] {
        let project = Project::new();
        let gates = Gates::new(&project);
        let script = format!(
            "for n = 1, {above} do print(n) end
            io.write '\\27[31mpart\\27[m of' turn:result() print ' a line'"
        );
        let terminal = started(project.program(), &script);
        terminal.wait_until("the status line is below", |seen| {
            let rows = seen.rows();
            let part = rows.iter().position(|row| row == "part of");
            part.is_some_and(|part| rows.get(part + 1).is_some_and(|row| row.starts_with(LINE)))
        });
        gates.open("go");
        let left = terminal.finish();
        assert_eq!(left.rows.last().map(String::as_str), Some("part of a line"));
        assert!(!left.rows.iter().any(|row| row.contains("turn 1")), "{:#?}", left.rows);
    }
}

#[test]
fn where_the_cursor_is_not_certain_nothing_is_drawn() {
    for text in ["x".repeat(80), "50%\\r".into(), "\\27[5;5Hthere".into()] {
        let project = Project::new();
        let gates = Gates::new(&project);
        let script = format!("io.write '{text}' {GATE} print '' print 'end'");
        let terminal = started(project.program(), &script);
        gates.open("on");
        terminal.wait_for("end");
        drop(gates);
        terminal.signal(Signal::TERM);
        let left = terminal.finish();
        let written = String::from_utf8_lossy(&left.bytes).into_owned();
        let between = written.split("end").next().expect("a part");
        let from = between.rfind(['x', '%', 'H']).expect("what was written");
        assert!(!between[from..].contains("turn 1"), "{written:?}");
    }
}

#[test]
fn whoever_is_asked_sees_the_question_alone() {
    let project = Project::new();
    let gates = Gates::new(&project);
    let script = "io.write 'name? ' local name = io.read() io.write('hello ', name, '\\n') turn:result()";
    let terminal = started(project.program(), script);
    terminal.wait_for("name?");
    terminal.enter("you\n");
    terminal.wait_for("hello you");
    terminal.wait_for(LINE);
    gates.open("go");
    let left = terminal.finish();
    left.expect(0, &["name? you", "hello you"]);
    let bytes = String::from_utf8_lossy(&left.bytes).into_owned();
    let asked = bytes.split("name? ").nth(1).and_then(|rest| rest.split("hello").next()).expect("a question");
    assert_eq!(asked, "you\r\n");
}

#[test]
fn commands_of_the_script_have_the_terminal() {
    let project = Project::new();
    let gates = Gates::new(&project);
    let script = "os.execute 'printf begun; cat on; echo; echo ended' turn:result()";
    let terminal = started(project.program(), script);
    terminal.wait_for("begun");
    gates.open("on");
    terminal.wait_for(LINE);
    gates.open("go");
    let left = terminal.finish();
    assert_eq!((left.code, &left.rows[..]), (0, &["begun".to_owned(), "ended".to_owned()][..]));
    let bytes = String::from_utf8_lossy(&left.bytes).into_owned();
    let theirs =
        bytes.split("begun").nth(1).and_then(|rest| rest.split("ended").next()).expect("their output");
    assert_eq!(theirs, "\r\n");
}

#[test]
fn it_fits_into_every_window() {
    let project = Project::new();
    let gates = Gates::new(&project);
    let terminal = started(project.program(), "turn:result()");
    terminal.wait_for(LINE);
    terminal.resize(24, 25);
    terminal.wait_for("turn 1 · running c… · ");
    terminal.resize(24, 60);
    terminal.wait_for(LINE);
    gates.open("go");
    terminal.finish().expect(0, &[]);
}

#[test]
fn every_ending_leaves_a_clean_screen() {
    let failed = "error: script.lua:7: boom [mine]";
    for (ending, code, first) in [
        ("os.exit(3)", 3, None),
        ("error { kind = 'mine', message = 'boom' }", 1, Some(failed)),
        ("print 'done' turn:interrupt()", 0, Some("done")),
    ] {
        let project = Project::new();
        let gates = Gates::new(&project);
        let terminal = started(project.program(), &format!("{GATE}{ending}"));
        terminal.wait_for(LINE);
        gates.open("on");
        let left = terminal.finish();
        assert_eq!(left.code, code);
        assert!(first.is_none_or(|first| left.rows.iter().any(|row| row == first)), "{:#?}", left.rows);
        assert!(!left.rows.iter().any(|row| row.contains("turn 1")), "{:#?}", left.rows);
        assert_eq!((left.cursor.1, left.cursor_is_hidden), (0, false));
    }
}

#[test]
fn every_signal_leaves_a_clean_screen() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129)] {
        let project = Project::new();
        let _gates = Gates::new(&project);
        let terminal = started(project.program(), "turn:result()");
        terminal.wait_for(LINE);
        terminal.signal(signal);
        terminal.finish().expect(code, &[]);
    }
}

#[test]
fn ctrl_c_leaves_a_clean_screen_the_first_time_and_the_second() {
    let project = Project::new();
    let _gates = Gates::new(&project);
    let terminal = started(project.program(), "turn:result()");
    terminal.wait_for(LINE);
    terminal.enter("\u{3}");
    terminal.finish().expect(130, &[]);

    let closer = "local x <close> = setmetatable({}, { __close = function() io.open('on'):read 'a' end })";
    let project = Project::new();
    let gates = Gates::new(&project);
    let script = format!("{closer} {RUNNING} turn:result()");
    // Before the turn: the line may show what runs before the script goes on.
    let terminal = project.program().offline(OBEDIENT).script(&script).on_terminal(|command| command);
    terminal.wait_for(LINE);
    terminal.enter("\u{3}");
    // Somebody reads it: the closer has begun, and it has no end.
    let _held = gates.hold("on");
    terminal.enter("\u{3}");
    terminal.finish().expect(130, &[]);
}

#[test]
fn ctrl_z_takes_it_away_until_the_program_goes_on() {
    let project = Project::new();
    let gates = Gates::new(&project);
    let script = format!("{RUNNING} turn:result() print 'after'");
    let program = project.program().offline(OBEDIENT).script(&script);
    let terminal = program
        .in_shell("set -m; \"$0\" \"$@\"; echo stopped; read -r _; fg > fg")
        .on_terminal(|command| command);
    terminal.wait_for(LINE);
    terminal.enter("\u{1a}");
    terminal.wait_for("stopped");
    terminal.wait_until("it is gone", |seen| !seen.rows().iter().any(|row| row.contains("turn 1")));
    terminal.enter("\n");
    terminal.wait_for(LINE);
    gates.open("go");
    terminal.finish().expect(0, &["stopped", "", "after"]);
}

#[test]
fn ctrl_z_stops_nothing_that_no_shell_could_continue() {
    let project = Project::new();
    let gates = Gates::new(&project);
    let terminal = started(project.program(), "turn:result() print 'after'");
    terminal.wait_for(LINE);
    terminal.enter("\u{1a}");
    gates.open("go");
    terminal.finish().expect(0, &["after"]);
}

#[test]
fn there_is_none_where_nobody_looks_or_wants_it() {
    let quiet = |project: &Project| project.program().args(["--quiet"]);
    let dumb = |project: &Project| project.program().env("TERM", "dumb");
    let programs: [fn(&Project) -> Program; 2] = [quiet, dumb];
    for program in programs {
        let project = Project::new();
        let gates = Gates::new(&project);
        let terminal = started(program(&project), &format!("{GATE} print 'x' turn:result() print 'y'"));
        gates.open("on");
        terminal.wait_for("x");
        gates.open("go");
        assert_eq!(String::from_utf8_lossy(&terminal.finish().bytes), "x\r\ny\r\n");
    }
    // Through a pipe, which another program may show on the same terminal.
    let project = Project::new();
    let gates = Gates::new(&project);
    let script = format!("{RUNNING}{GATE} turn:result() print 'y'");
    let program = project.program().offline(OBEDIENT).script(&script);
    let terminal = program.on_terminal(|command| command.stdout(Stdio::piped()));
    gates.open("on");
    gates.open("go");
    assert_eq!(String::from_utf8_lossy(&terminal.finish().bytes), "");
}

#[test]
fn a_file_for_the_output_is_no_pipe() {
    let project = Project::new();
    let gates = Gates::new(&project);
    let output = std::fs::File::create(project.work().join("output")).expect("a file");
    let script = format!("{RUNNING} io.write 'part' turn:result()");
    let program = project.program().offline(OBEDIENT).script(&script).env("NO_COLOR", "1");
    let terminal = program.on_terminal(|command| command.stdout(output));
    terminal.wait_for(LINE);
    gates.open("go");
    let left = terminal.finish();
    left.expect(0, &[]);
    assert_eq!(project.read("output").as_deref(), Some("part"));
    assert!(!left.had("\x1b[2m") && !left.had("\x1b[0m"), "NO_COLOR leaves out all colours");
}

#[test]
fn what_is_said_to_people_stands_above_it() {
    let project = Project::new();
    let gates = Gates::new(&project);
    let script = "io.write 'part' codex.run '$! echo x' print ' end' turn:result()";
    let terminal = started(project.program(), script);
    terminal.wait_for("codex-lua: declined: the agent asked to run `");
    terminal.wait_for(" end");
    terminal.wait_for(LINE);
    gates.open("go");
    let left = terminal.finish();
    assert_eq!((left.code, &*left.rows[0]), (0, "part"));
    assert!(!left.rows.iter().any(|row| row.contains("turn 1")), "{:#?}", left.rows);
}

#[test]
fn a_command_cannot_steer_the_terminal() {
    let project = Project::new();
    let gates = Gates::new(&project);
    let script = "local thread = codex.thread_start { sandbox = 'full-access' }
        thread:run '$ : \\27[31m\\27]0;title\\7; cat go'";
    let terminal = project.program().offline(OBEDIENT).script(script).on_terminal(|command| command);
    terminal.wait_for("turn 1 · running : \\u{1b}[31m\\u{1b}]0;title\\u{7}; cat go");
    gates.open("go");
    let left = terminal.finish();
    left.expect(0, &[]);
    assert!(!left.had("\x1b[31m") && !left.had("\x1b]"));
}

#[test]
fn a_model_that_cannot_be_reached_is_said() {
    let project = Project::new();
    let closed =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|bound| bound.local_addr()).expect("a port");
    let config = format!(
        "model = \"m\"\nmodel_provider = \"closed\"\n[model_providers.closed]\nname = \"closed\"\n\
        base_url = \"http://{closed}/v1\"\nwire_api = \"responses\"\nrequires_openai_auth = false\n"
    );
    std::fs::create_dir(project.root().join("home/.codex")).expect("a folder");
    std::fs::write(project.root().join("home/.codex/config.toml"), config).expect("a file");
    let terminal = project.program().script("codex.run 'hi'").on_terminal(|command| command);
    terminal.wait_for("turn 1 · Reconnecting");
    terminal.enter("\u{3}");
    let left = terminal.finish();
    assert_eq!(left.code, 130);
    assert!(!left.rows.iter().any(|row| row.contains("turn 1")), "{:#?}", left.rows);
}
