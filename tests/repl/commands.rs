//! Commands, the script that runs first, and `-i`.

use crate::person::Person;
use crate::support::Project;

#[test]
fn doc_tells_what_the_definitions_say() {
    let project = Project::new();
    let person = Person::with_model(&project);
    person.enters(".doc task.sleep").sees("task.sleep(time: codex.Duration)").waits();
    person.clears().gets("local t = codex.thread_start()", &[]);
    person.enters("t:interrupt?").sees("Thread:interrupt()").waits();
    person.gets(".doc nonsense", &["nothing is known of nonsense"]);
    person.gets(".nonsense", &["there is no command .nonsense; .help lists them"]);
    person.leaves();
}

#[test]
fn load_and_save_make_a_script_of_what_worked() {
    let project = Project::new();
    project.file("lib.lua", "local hidden = 1 shown = hidden + 1");
    let person = Person::at(&project);
    person
        .gets(".load lib.lua", &[])
        .gets("hidden, shown", &["1", "2"])
        .gets("local words = {}", &[])
        .gets("error 'not this'", &["error: entry 4:1: not this", "     1 | error 'not this'"])
        .gets("words[1] = json.encode { 1 }", &[])
        .gets("print(words[1])", &["[1]"])
        .gets(".save made.lua", &["made.lua: 5 entries"]);
    person.leaves();
    assert!(project.read("made.lua").is_some_and(|text| !text.contains("not this")));
    let done = project.program().args(["made.lua"]).run();
    assert_eq!((done.status.code(), &*done.stdout, &*done.stderr), (Some(0), "[1]\n", ""));
}

#[test]
fn what_runs_is_listed_and_reset_ends_it() {
    let project = Project::new();
    let person = Person::with_model(&project);
    person
        .gets(".tasks", &["no task runs"])
        .gets("task.spawn(function() task.sleep(1000) end);", &[])
        .gets(".tasks", &["entry 1:1"])
        .gets("local t = codex.thread_start()", &[])
        .enters(".handles")
        .sees_start("t = Thread ")
        .waits();
    person.enters(".threads").waits();
    person.gets(".reset", &["all variables are forgotten, and nothing runs"]);
    person
        .gets(".tasks", &["no task runs"])
        .gets(".handles", &["no variable holds a handle"])
        .gets("t", &["nil"]);
    person.leaves();
}

#[test]
fn a_script_of_the_user_runs_first_and_never_one_of_the_folder() {
    let project = Project::new();
    let config = project.root().join("config/codex-lua");
    std::fs::create_dir_all(&config).expect("a folder");
    std::fs::write(config.join("init.lua"), "local greeting = 'hello' function mine() return greeting end")
        .expect("a file");
    project.file("init.lua", "print 'not me'");
    let program =
        project.program().env("NO_COLOR", "1").env("XDG_CONFIG_HOME", project.root().join("config"));
    let person = Person::before(program.args(["--quiet"]));
    person.gets("mine(), greeting", &["\"hello\"", "\"hello\""]);
    let left = person.leaves();
    assert!(!left.had("not me"));
}

#[test]
fn i_stays_after_a_script_with_its_variables() {
    let project = Project::new();
    project.file("script.lua", "local n = ... function f() return n end print('ran', arg[1])");
    let program = project.program().env("NO_COLOR", "1").args(["--quiet", "-i", "script.lua", "word"]);
    let person = Person::before(program);
    person.sees("ran\tword".replace('\t', "     ").as_str());
    person.gets("f(), n", &["\"word\"", "\"word\""]);
    person.leaves();
    project.file("fails.lua", "error 'no'");
    let person = Person::before(project.program().env("NO_COLOR", "1").args(["--quiet", "-i", "fails.lua"]));
    person.sees("error: fails.lua:1: no");
    person.gets("1", &["1"]);
    person.leaves();
}

#[test]
fn times_are_told_where_they_are_asked_for() {
    let project = Project::new();
    let person = Person::at(&project);
    person.enters(".time 1 + 1").sees("2");
    person.terminal.wait_until("a time is told", |seen| {
        seen.rows().iter().any(|row| row.ends_with("ms") && row.len() < 10)
    });
    person.waits();
    person.leaves();
}
