//! The line editor: history, completion, pastes.

use crate::person::Person;
use crate::support::Project;

const UP: &str = "\x1b[A";

#[test]
fn what_was_entered_is_there_the_next_time() {
    let project = Project::new();
    let person = Person::at(&project);
    person.gets("first = 1", &[]).gets("for n = 1, 1 do\rend", &[]).gets("first = 1", &[]);
    person.leaves();
    let mode = {
        use std::os::unix::fs::PermissionsExt;
        std::fs::metadata(project.root().join("state/codex-lua/history"))
            .expect("a file")
            .permissions()
            .mode()
    };
    assert_eq!(mode & 0o777, 0o600);
    let person = Person::at(&project);
    person.presses(UP).sees("> first = 1").presses(UP).sees("> for n = 1, 1 do");
    person.presses("\x03").waits();
    // Ctrl-R.
    person.presses("\x12fir").sees("(reverse-i-search)`fir': first = 1").presses("\x03").waits();
    person.leaves();
}

#[test]
fn two_prompts_at_once_keep_both_their_entries() {
    let project = Project::new();
    let (one, two) = (Person::at(&project), Person::at(&project));
    one.gets("'of one'", &["\"of one\""]);
    two.gets("'of two'", &["\"of two\""]);
    one.gets("'again'", &["\"again\""]);
    // As a crash leaves it.
    one.terminal.signal(rustix::process::Signal::KILL);
    two.leaves();
    let history = std::fs::read_to_string(project.root().join("state/codex-lua/history")).expect("a file");
    assert_eq!(history, "\"'of one'\"\n\"'of two'\"\n\"'again'\"\n");
}

#[test]
fn names_fields_methods_options_and_files_are_completed() {
    let project = Project::new();
    project.file("notes/one.txt", "");
    let person = Person::with_model(&project);
    let completes = |typed: &str, whole: &str| {
        person.presses(typed).presses("\t");
        person.sees(&format!("> {whole}")).presses("\x03").waits();
    };
    completes("codex.thread_st", "codex.thread_start");
    completes("string.rep", "string.rep");
    completes("fs.temp_d", "fs.temp_dir");
    completes("codex.thread_start { sandb", "codex.thread_start { sandbox =");
    completes("fs.read 'no", "fs.read 'notes/");
    completes("fs.read 'notes/o", "fs.read 'notes/one.txt");
    person.gets("local thread = codex.thread_start()", &[]);
    completes("thread:inter", "thread:interrupt");
    completes("thread.forked", "thread.forked_from_id");
    person.gets("local object = setmetatable({}, { __index = { method_of_class = print } })", &[]);
    completes("object:meth", "object:method_of_class");
    person.gets("local trap = setmetatable({}, { __index = function() ran = true end })", &[]);
    person.types("trap.").presses("\t\x03").waits();
    person.gets("ran", &["nil"]);
    completes(".thr", ".threads");
    person.leaves();
}

#[test]
fn an_open_bracket_shows_what_goes_into_it() {
    let project = Project::new();
    let person = Person::at(&project);
    person.presses("codex.resume(").sees("> codex.resume(id, options?)").presses("\x03").waits();
    person.leaves();
}

#[test]
fn code_has_colours_only_where_they_are_wanted() {
    let project = Project::new();
    let person = Person::before(project.program().args(["--quiet"]));
    person.gets("'text'", &["\"text\""]);
    let left = person.leaves();
    assert!(left.had("\x1b[32m"), "a string is green");
    let person = Person::at(&project);
    person.gets("'text'", &["\"text\""]);
    let left = person.leaves();
    assert!(!left.had("\x1b[32m") && !left.had("\x1b[1m"), "nothing has a colour");
}

#[test]
fn five_hundred_lines_are_pasted() {
    let project = Project::new();
    let lines: String = (1..=500).fold(String::new(), |lines, n| lines + &format!("local v{n} = {n}\r"));
    // By a terminal that brackets a paste: one entry.
    let person = Person::at(&project);
    person.presses(&format!("\x1b[200~{lines}\x1b[201~")).sees("local v500 = 500").presses("\r").waits();
    person.gets("v1 + v250 + v500", &["751"]);
    person.leaves();
    // By one that does not: one entry a line.
    let person = Person::at(&project);
    person.presses(&lines).sees("> local v500 = 500").waits();
    person.gets("v1 + v250 + v500", &["751"]);
    person.leaves();
}

#[test]
fn what_is_typed_ahead_is_not_lost() {
    let project = Project::new();
    let person = Person::at(&project);
    person.enters("task.sleep(0.1) print 'slept'").presses("1 + 1\r");
    person.sees("slept").sees("2");
    person.leaves();
}

#[test]
fn a_dumb_terminal_has_a_plain_prompt() {
    let project = Project::new();
    let person = Person {
        terminal: project.program().env("TERM", "dumb").args(["--quiet"]).on_terminal(|command| command),
    };
    person.terminal.wait_for(">");
    person.enters("1 + 1").sees_start("2");
    person.terminal.enter("\x04");
    assert_eq!(person.terminal.finish().code, 0);
}
