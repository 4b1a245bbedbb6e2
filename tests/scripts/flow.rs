//! `fanout.lua`, `best_of.lua`, `flow.lua`: several things at once.

use rustix::process::Signal;

use super::{Project, run, scripts};

#[test]
fn fanout_answers_for_each_file_and_says_what_failed() {
    let project = Project::new();
    let replies = project.file(
        "replies.lua",
        r#"return function(request)
          assert(request.text:find("What is it?", 1, true))
          local name = request.text:match "the file (%S+):"
          return name == "bad.txt" and { error = 400 } or "It is " .. request.text:match "%-%-%-\n(.*)\n" .. ".\n"
        end"#,
    );
    let offline = format!("--offline={}", replies.display());
    for (name, text) in [("a.txt", "A\n"), ("b.txt", "B\nor not\n"), ("bad.txt", "C\n")] {
        project.file(name, text);
    }
    let done = run(&project, &[&offline], "fanout.lua", &["--limit=2", "What is it?", "a.txt", "b.txt"]);
    assert_eq!((done.code(), &*done.stderr), (0, ""));
    assert_eq!(done.stdout, "a.txt: It is A. \nb.txt: It is B or not. \n");
    let files = ["What is it?", "bad.txt", "none.txt", "a.txt"];
    let done = run(&project, &[&offline], "fanout.lua", &files);
    assert_eq!((done.code(), &*done.stdout), (1, "a.txt: It is A. \n"), "{}", done.stderr);
    let failed: Vec<_> = done.stderr.lines().collect();
    assert!(failed[0].starts_with("fanout: bad.txt: ") && failed[0].contains("400"), "{failed:?}");
    assert_eq!(failed[1..], ["fanout: none.txt: there is no such file"]);
    assert_eq!(run(&project, &["--offline"], "fanout.lua", &["What is it?"]).code(), 2);
}

#[test]
fn best_of_copies_a_thread_and_prints_the_attempt_that_is_chosen() {
    let project = Project::new();
    let replies = project.file(
        "replies.lua",
        r#"return function(request)
          local attempt = request.text:match "^Attempt (%d)"
          if attempt and request.text:find("Fail.", 1, true) then
            return attempt == "2" and { error = 400 } or { silent = true }
          elseif attempt then
            local before = {}
            for _, item in ipairs(request.body.input) do
              before[#before + 1] = item.role == "assistant" and item.content[1].text or nil
            end
            assert(before[1] == "I have read it.", "a copy goes on where the first turn ended")
            return "attempt " .. attempt
          elseif request.text:find("Which is best?", 1, true) then
            for n = 1, 3 do
              assert(request.text:find(('number="%d">\nattempt %d\n'):format(n, n), 1, true))
            end
            return '{"best": 2, "why": "It is\\nthe second."}'
          end
          return "I have read it."
        end"#,
    );
    let offline = format!("--offline={}", replies.display());
    let done = run(&project, &[&offline], "best_of.lua", &["3", "Do it."]);
    assert_eq!((done.code(), &*done.stdout), (0, "attempt 2\n"), "{}", done.stderr);
    assert!(done.stderr.ends_with("best of 3: 2. It is the second.\n"), "{}", done.stderr);
    // One that fails ends the others, whose turns are over before the script is.
    let done = run(&project, &[&offline], "best_of.lua", &["3", "Fail."]);
    assert_eq!(done.code(), 3, "{}", done.stderr);
    assert!(!done.stderr.contains("still running"), "{}", done.stderr);
    assert_eq!(run(&project, &["--offline"], "best_of.lua", &[]).code(), 0);
    assert_eq!(run(&project, &["--offline"], "best_of.lua", &["1"]).code(), 2);
}

#[test]
fn flow_answers_what_is_typed_and_tells_what_changed() {
    let project = Project::new();
    project.file("src/a.txt", "1\n");
    let replies = project.file(
        "replies.lua",
        r#"return function(request)
          return request.text:find("have changed", 1, true) and "Changed: " .. request.text:match "\n%- (.*)"
            or "You typed " .. request.text
        end"#,
    );
    let offline = format!("--offline={}", replies.display());
    let flow = |input: &str| {
        let program = project.program().args(["run", &offline]).args([scripts().join("flow.lua")]);
        program.args(["50ms", "src"]).stdin(input).start()
    };
    let live = flow("hello\n");
    // Its input has ended by then; the rest goes on.
    live.wait_for("You typed hello\n");
    project.file("src/a.txt", "2\n");
    live.wait_for("1 changed\nChanged: src/a.txt\n");
    project.file("src/b.txt", "1\n");
    live.wait_for("1 changed\nChanged: src/b.txt\n");
    live.signal(Signal::INT);
    let done = live.finish();
    assert_eq!((done.code(), &*done.stderr), (130, ""));
    let done = flow("quit\nnever\n").finish();
    assert_eq!((done.code(), &*done.stdout, &*done.stderr), (0, "watching src\n", ""));
    assert_eq!(run(&project, &["--offline"], "flow.lua", &["1m"]).code(), 2);
}
