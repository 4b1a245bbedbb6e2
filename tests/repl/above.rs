//! What is printed while somebody types.

use crate::person::Person;
use crate::support::Project;

/// Rows above a line that is being typed.
fn expect_above(person: &Person, rows: &[&str], typed: &str) {
    person.terminal.wait_until(&format!("{rows:?} is above {typed:?}"), |seen| {
        let all = seen.rows();
        let wanted: Vec<String> =
            rows.iter().map(ToString::to_string).chain([format!("> {typed}")]).collect();
        all.ends_with(&wanted)
    });
}

#[test]
fn tasks_print_above_the_line_that_is_typed() {
    let project = Project::new();
    let person = Person::at(&project);
    person.gets("function go() for n = 1, 3 do io.write('beat ', n) task.yield() print ' ends' end end", &[]);
    person.enters("task.spawn(function() while not ready do task.sleep(0.001) end go() end);").waits();
    // The task goes on when a file is there: nothing at the prompt runs meanwhile.
    person.gets(
        "task.spawn(function() while not fs.stat 'ready' do task.sleep(0.001) end ready = true end);",
        &[],
    );
    person.types("print 'half");
    project.file("ready", "");
    expect_above(&person, &["beat 1 ends", "beat 2 ends", "beat 3 ends"], "print 'half");
    person.presses("way'\r").sees("halfway").waits();
    person.leaves();
}

#[test]
fn the_error_of_a_task_comes_above_and_the_others_go_on() {
    let project = Project::new();
    let person = Person::at(&project);
    person.gets(
        "task.spawn(function() while not fs.stat 'ready' do task.sleep(0.001) end error 'lost' end);",
        &[],
    );
    person.types("1 +");
    project.file("ready", "");
    person.sees_start("error: entry 1:1: lost");
    person.is_at("> 1 +").presses(" 1\r").sees("2").waits();
    person.leaves();
}

#[test]
fn a_flood_holds_up_nobody_who_types() {
    let project = Project::new();
    let person = Person::at(&project);
    let flood = "task.spawn(function() for n = 1, 20000 do print('flood ' .. n) if n % 5 == 0 then task.sleep(0.001) end end end);";
    person.enters(flood);
    person.sees_start("flood");
    for part in ["1", " +", " 2"] {
        person.presses(part);
    }
    person.terminal.wait_until("it is typed below the flood", |seen| {
        let rows = seen.rows();
        rows.last().is_some_and(|row| row == "> 1 + 2")
            && rows[..rows.len() - 1].iter().all(|row| row.starts_with("flood"))
    });
    person.presses("\r").sees("3");
    // The flood goes on until it has ended.
    person.enters(".reset").sees("all variables are forgotten, and nothing runs").waits();
    person.leaves();
}

#[test]
fn a_line_is_drawn_anew_when_the_window_changes() {
    let project = Project::new();
    let person = Person::at(&project);
    let long = format!("'{}'", "word ".repeat(20).trim_end());
    person.presses(&long);
    person.sees(&format!("> {long}"));
    for (columns, typed, whole) in [(40, " .. 'x'", " .. 'x'"), (100, "y", " .. 'x'y")] {
        person.terminal.resize(24, columns);
        person.presses(typed);
        // Wrapped rows are one line. A key may come before the news of the size, which are two.
        person.terminal.wait_until("the line is drawn as a whole", |seen| {
            seen.rows().last().is_some_and(|row| row.ends_with(&format!("> {long}{whole}")))
        });
    }
    person.presses("\x03").waits();
    person.leaves();
}
