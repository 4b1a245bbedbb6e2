//! What is entered, and what comes of it.

use crate::person::Person;
use crate::support::Project;

#[test]
fn expressions_show_their_values_and_statements_do_not() {
    let project = Project::new();
    let person = Person::at(&project);
    person
        .gets("1 + 1", &["2"])
        .gets("=3", &["3"])
        .gets("x = 5", &[])
        .gets("x, 'a', nil", &["5", "\"a\"", "nil"])
        .gets("x;", &[])
        .gets("_", &["5"])
        .gets("{ 1, { y = 'z' } }", &["{ 1, { y = \"z\" } }"])
        .gets("(function() end)()", &[])
        .gets("return 7", &["7"])
        .gets("'\\27[2J'", &["\"\\u{1b}[2J\""]);
    person.leaves();
}

#[test]
fn a_local_is_kept_for_the_next_lines() {
    let project = Project::new();
    let person = Person::at(&project);
    person
        .gets("local a, b <const> = 1, 2", &[])
        .gets("a + b", &["3"])
        .gets("local function f() a = a + 1 return a end", &[])
        .gets("f(), f()", &["2", "3"])
        .gets("a", &["3"])
        .gets("_G.a, _G.f", &["nil", "nil"])
        .gets("do local hidden = 1 end", &[])
        .gets("hidden", &["nil"])
        .gets("local c <close> = setmetatable({}, { __close = function() print 'closed' end })", &[])
        .gets("type(c)", &["\"table\""]);
    let left = person.leaves();
    assert_eq!(left.rows.last().map(String::as_str), Some("closed"), "at the end of the session");
}

#[test]
fn an_entry_goes_on_until_it_is_whole() {
    let project = Project::new();
    let person = Person::at(&project);
    person.gets("for n = 1, 2 do\rprint(n)\rend", &["1", "2"]).gets("f = function()\rreturn 1 +\r2 end", &[]);
    person.gets("f()", &["3"]).gets("[[a\rb]]", &["\"a\\nb\""]);
    // One entry, not one a line.
    person.clears().presses("\x1b[A").sees("> [[a").sees("b]]").presses("\x03").waits();
    person.leaves();
}

#[test]
fn an_error_is_shown_with_its_lines_and_the_prompt_goes_on() {
    let project = Project::new();
    let person = Person::at(&project);
    person
        .gets("error 'no'", &["error: entry 1:1: no", "     1 | error 'no'"])
        .gets("x y", &["error: entry 2:1: syntax error near 'y' [parse]", "     1 | x y"])
        .gets(
            "codex.run { nonsense = 1 }",
            &[
                "error: entry 3:1: codex.run has no option \"nonsense\"; it has text, image, local_image, audio, path, \
             skill, mention [usage]",
                "     1 | codex.run { nonsense = 1 }",
            ],
        )
        .gets("pcall(error, 'x')", &["false", "\"x\""])
        .gets("1", &["1"]);
    person.leaves();
}

#[test]
fn what_is_wide_has_a_field_a_line_and_what_is_narrow_too() {
    let project = Project::new();
    let person = Person::at(&project);
    person.terminal.resize(24, 30);
    person.gets(
        "{ first = 'aaaaaaaaa', second = 'b' }",
        &["{", "  first = \"aaaaaaaaa\",", "  second = \"b\"", "}"],
    );
    person.leaves();
}

#[test]
fn input_that_is_no_text_does_no_harm() {
    let project = Project::new();
    let person = Person::at(&project);
    person.types("1 +");
    person.terminal.types_bytes(b"\xff\xfe");
    person.waits();
    person.gets("2", &["2"]);
    person.leaves();
}

#[test]
fn top_level_calls_await_and_a_loop_prints_as_it_comes() {
    let project = Project::new();
    let person = Person::with_model(&project);
    person
        .gets("task.sleep(0.001)", &[])
        .gets("local t = codex.thread_start()", &[])
        .gets("t:run('hello').text;", &["ok"])
        .gets("t:run('hello').text", &["ok", "\"ok\""])
        .gets("for e in t:stream 'again' do io.write(e.text or '') end", &["ok"]);
    person.leaves();
}

#[test]
fn without_a_terminal_it_reads_a_script() {
    let project = Project::new();
    let done = project.program().stdin("print(1 + 1)").run();
    assert_eq!((done.status.code(), &*done.stdout), (Some(0), "2\n"));
    let done = project.program().args(["-i"]).stdin("print(1 + 1)").run();
    assert_eq!(done.status.code(), Some(2));
}
