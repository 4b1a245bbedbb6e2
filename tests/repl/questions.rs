//! What the agent asks of whoever sits there.

use crate::person::Person;
use crate::support::Project;

const THREAD: &str = "local t = codex.thread_start { sandbox = 'read-only', approval = 'on-request' }";
const ALLOW: &str = "allow it? [y]es, [a]lways in this session, [N]o:";

#[test]
fn a_command_is_shown_and_runs_only_after_a_yes() {
    let project = Project::new();
    let person = Person::with_model(&project);
    person.gets(THREAD, &[]);
    person.starts("t:run('$! touch made').status").sees_start("The agent asks to run `").is_at(ALLOW);
    assert!(project.read("made").is_none());
    person.presses("y\r").sees("\"completed\"").waits();
    assert!(project.read("made").is_some());
    person.leaves();
}

#[test]
fn nothing_no_and_ctrl_c_decline() {
    let project = Project::new();
    let person = Person::with_model(&project);
    person.gets(THREAD, &[]);
    for answer in ["\r", "what\r", "\x03"] {
        person.clears().starts("t:run('$! touch made').status").is_at(ALLOW);
        person.presses(answer).sees("\"completed\"").waits();
        assert!(project.read("made").is_none(), "{answer:?}");
    }
    person.leaves();
}

#[test]
fn the_line_that_is_typed_is_there_again_after_a_question() {
    let project = Project::new();
    let person = Person::with_model(&project);
    person.gets(THREAD, &[]);
    person.gets("task.spawn(function() while not fs.stat 'ready' do task.sleep(0.001) end t:run '$! touch made' done = true end);", &[]);
    person.types("1 +");
    project.file("ready", "");
    person.is_at(ALLOW).presses("y\r").is_at("> 1 +");
    person.presses(" 1\r").sees("2").waits();
    person.gets("while not done do task.sleep(0.001) end", &[]);
    assert!(project.read("made").is_some());
    person.leaves();
}
