//! `std.test`: what a case has, and what it is held to.

use crate::support::{Done, Project};

fn run(project: &Project, cases: &str) -> Done {
    project.file("a_test.lua", format!("local test = require 'std.test'\n{cases}"));
    project.program().args(["test"]).run()
}

#[track_caller]
fn passes(cases: &str) {
    let done = run(&Project::new(), cases);
    assert_eq!((done.code(), &*done.stderr), (0, ""), "{}", done.stdout);
}

/// A case of this body, and what is told of its failure.
fn failure(body: &str) -> String {
    let done = run(&Project::new(), &format!("test.case('it', function(t) {body}\nend)"));
    assert_eq!((done.code(), &*done.stderr), (1, ""), "{}", done.stdout);
    done.stdout.replace("\n      ", "\n")
}

#[test]
fn each_case_has_a_state_a_home_and_a_project_of_its_own() {
    let project = Project::new();
    project.file("beside.txt", "beside");
    project.file("lib.lua", "return { n = 0 }");
    let done = run(
        &project,
        "local lib, fs = require 'lib', require 'std.fs'
        for n = 1, 3 do
          test.case('case ' .. n, function(t)
            t:equal({ lib.n, seen, t.name }, { 0, nil, 'case ' .. n })
            lib.n, seen = 1, true
            t:equal(fs.list '.', {})
            fs.write('mine', '')
            t:equal(fs.read(t.dir .. '/beside.txt'), 'beside')
            t:equal({ fs.exists(t.project .. '/mine'), tostring(t) }, { true, 'Test \"case ' .. n .. '\"' })
            t.model:reply 'hi'
            local thread = codex.thread_start()
            t:equal(thread.cwd, t.project)
            thread:run 'hello'
            local saved = 0
            for _ in codex.threads() do saved = saved + 1 end
            t:equal(saved, 1)
          end)
        end",
    );
    assert_eq!((done.code(), &*done.stderr), (0, ""), "{}", done.stdout);
    assert_eq!(project.files().iter().filter(|file| file.contains("mine")).count(), 0);
}

#[test]
fn assertions_say_what_was_there_and_what_should_have_been() {
    for (body, message) in [
        ("t:equal({ 1, { a = 'x' } }, { 1, { a = 'y' } })", "t:equal: [2].a: got \"x\", want \"y\""),
        ("t:equal(nil, 1, 'the sum')", "the sum: got nil, want 1"),
        ("t:truthy(false)", "t:truthy: got false, want neither nil nor false"),
        ("t:matches('abc', '^b')", "t:matches: got \"abc\", want a text with \"^b\" in it"),
        ("t:matches(nil, 'b')", "t:matches: got nil, want a text with \"b\" in it"),
        (
            "t:raises('usage', function() end)",
            "t:raises: nothing was raised, want an error of the kind \"usage\"",
        ),
        ("t:raises('usage', codex.run, '')", "t:raises: got one of the kind \"turn_failed\": "),
        ("t:raises('usage', error, 'text')", "t:raises: got \"text\"\nwant an error of the kind \"usage\""),
        ("t.model:expect 'x'", "model:expect: the model was asked 0 times, and this looks at request 1"),
        ("t.equal(1, 1)", "t.equal got 1 as its handle; call it with a colon: t:equal(…) [usage]"),
        ("t:equal(1, 1, {})", "t.equal: what it is about must be a string, got a table [usage]"),
        (
            "t:matches('a', '%')",
            "t.matches: \"%\" is no pattern of Lua; % makes a sign stand for itself [usage]",
        ),
        ("t:raises(print)", "t.raises: the kind of the error must be a string, got a function [usage]"),
        ("t:raises('usage')", "t.raises: what is to raise it must be a function, got nil [usage]"),
        ("t.model:reply()", "model.reply: there must be a reply [usage]"),
        (
            "t.model:reply('a', { txt = 'b' })",
            "model.reply: reply 2: unknown key \"txt\", did you mean \"text\"?",
        ),
        (
            "t.model:reply(print, 'a')",
            "model.reply: reply 2: a function makes all replies that come after it",
        ),
        (
            "t.model:expect { txt = 'x' }",
            "model:expect has no option \"txt\"; the nearest is \"text\" [usage]",
        ),
        ("t:run('gone.lua')t:equal(t:run('gone.lua').code, 0)", "t:equal: got 1, want 0"),
        (
            "t:run('x', { 1 })",
            "t.run: the arguments of the script must be a list of strings, got a table [usage]",
        ),
        (
            "t:run('x', {}, { std_in = '' })",
            "t.run has no option \"std_in\"; the nearest is \"stdin\" [usage]",
        ),
        (
            "test.case('late', print)",
            "test.case: cases are made while the file is loaded, not by one that runs",
        ),
    ] {
        let told = failure(body);
        let expected = format!("a_test.lua:2: {message}");
        assert!(told.contains(&expected), "{expected:?} in {told}");
    }
}

#[test]
fn a_failure_shows_its_line_the_way_there_and_what_was_said() {
    let told = failure(
        "t.model:reply({ call = 'exec_command', input = { cmd = 'echo ran' } }, 'done')
          local function check(text) t:equal(text, 'other') end
          print 'printed'
          io.stderr:write 'said'
          check(codex.run('go', { sandbox = 'full-access' }).text)",
    );
    for expected in [
        "a_test.lua:3: t:equal: got \"done\", want \"other\"\n",
        "     3 |           local function check(text)",
        "    at a_test.lua:3: in ",
        "    at a_test.lua:6: in ",
        "what was said:\n  thread 1: the model is asked \"go\"\n",
        "  thread 1: the model calls exec_command with \"{\\\"cmd\\\":\\\"echo ran\\\"}\"\n",
        "  thread 1: a command is completed, exit 0: ",
        "  thread 1: the model is told what exec_command gave: ",
        "  thread 1: the model says \"done\"\n  thread 1: the turn ends: completed\n",
        "it printed:\n  printed\n",
        "on standard error:\n  said\n",
    ] {
        assert!(told.contains(expected), "{expected:?} in {told}");
    }
}

#[test]
fn replies_are_consumed_by_each_thread_and_none_may_be_left() {
    passes(
        "test.case('each thread begins at the start', function(t)
          t.model:reply('one', { text = 'two' })
          local a, b = codex.thread_start(), codex.thread_start()
          t:equal({ a:run('x').text, b:run('y').text, a:run('z').text }, { 'one', 'one', 'two' })
          t.model:expect 'x'
          t:equal(t.model:expect({ text = 'y', number = 1 }).thread_id, b.id)
          t:equal(t.model:requests()[3].text, 'z')
        end)
        test.case('a function makes the rest', function(t)
          local asked, task = {}, require 'std.task'
          t.model:reply('first', function(request)
            asked[#asked + 1] = request.text
            task.sleep '1ms'
            if request.text == 'bad' then error 'my own' end
            return request.text ~= 'none' and 'about ' .. request.text or nil
          end)
          local thread = codex.thread_start()
          thread:run 'x'
          t:equal(thread:run('y').text, 'about y')
          t:matches(t:raises('turn_failed', thread.run, thread, 'bad').message, 'a_test.lua:%d+: my own')
          t:matches(t:raises('turn_failed', thread.run, thread, 'none').message, 'returned no reply')
          t:equal(asked, { 'y', 'bad', 'none' })
        end)",
    );
    let told = failure("t.model:reply('one', 'two', 'three') codex.run 'x'");
    assert!(told.contains("2 of 3 replies are left that no thread has asked for"), "{told}");
}

#[test]
fn a_case_ends_as_a_script_does() {
    let told = failure("require('std.task').spawn(function() error 'in a task' end)");
    assert!(told.contains("a_test.lua:2: in a task"), "{told}");
    let told = failure("os.exit(0)");
    assert!(told.contains("it called os.exit, with 0: a case returns or raises"), "{told}");
    let told = failure("io.popen('kill -9 ' .. io.open('/proc/self/stat'):read('n')):close()");
    assert!(told.contains("its process ended with signal: 9"), "{told}");
    let told = failure("t.model:reply { silent = true } codex.thread_start():turn 'x' error 'over'");
    assert!(told.contains("a_test.lua:2: over") && told.contains("was still running"), "{told}");
}

#[test]
fn a_script_is_run_against_the_same_model() {
    let project = Project::new();
    project.file(
        "s.lua",
        "print(arg[1], os.getenv 'X', io.read 'a', codex.run('hi').text) io.stderr:write 'e' os.exit(3)",
    );
    project.file("f.lua", "error 'no'");
    let done = run(
        &project,
        "test.case('runs', function(t)
          t.model:reply 'from the model'
          local ended = t:run('s.lua', { '--arg' }, { stdin = 'typed', env = { X = 'y' } })
          t:equal(ended, { code = 3, stdout = '--arg\\ty\\ttyped\\tfrom the model\\n', stderr = 'e' })
          t.model:expect 'hi'
          local failed = t:run(t.dir .. '/f.lua')
          t:equal(failed.code, 1)
          t:matches(failed.stderr, 'f.lua:1: no')
        end)",
    );
    assert_eq!((done.code(), &*done.stderr), (0, ""), "{}", done.stdout);
}

#[test]
fn outside_of_a_test_there_are_no_cases() {
    let done = Project::new().program().script("require 'std.test'.case('x', print)").run();
    let message = "error: script.lua:1: test.case: nobody runs tests here; `codex-lua test FILE` does, and \
        `codex-lua run` does not [usage]\n";
    assert!(done.stderr.starts_with(message) && done.code() == 1, "{}", done.stderr);
}
