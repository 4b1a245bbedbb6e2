//! `nightly.lua`.

use crate::repository;
use crate::run;
use crate::support::Project;

#[test]
fn nightly_goes_on_in_one_conversation_over_nights_and_restarts() {
    let project = repository();
    let nights = |count: &str| {
        let args = ["* * * * * *", "state/thread", "UTC", count];
        let done = run(&project, &["--offline"], "nightly.lua", &args);
        assert_eq!((done.code(), &*done.stderr), (0, ""), "{}", done.stdout);
        done.stdout
    };
    std::fs::create_dir(project.work().join("state")).expect("a folder");
    let first = nights("1");
    assert!(
        first.contains("Today these commits came.") && first.contains("(turn 1 of this thread;"),
        "{first}"
    );
    let id = project.read("state/thread").expect("an id");
    let second = nights("1");
    assert!(
        second.contains("Since your last report") && second.contains("(turn 2 of this thread;"),
        "{second}"
    );
    assert_eq!(project.read("state/thread"), Some(id));
}

#[test]
fn nightly_tells_of_a_night_that_failed_and_goes_on() {
    let project = repository();
    let replies = project.file("replies.lua", r#"return { { error = 400 }, "Two commits." }"#);
    let offline = format!("--offline={}", replies.display());
    let done = run(&project, &[&offline], "nightly.lua", &["* * * * * *", "thread", "UTC", "2"]);
    assert_eq!((done.code(), &*done.stdout), (0, "Two commits.\n"), "{}", done.stderr);
    assert!(done.stderr.contains(" error "), "{}", done.stderr);
    let wrong = run(&Project::new(), &["--offline"], "nightly.lua", &["every night"]);
    assert!(wrong.code() == 1 && wrong.stderr.contains("is no pattern"), "{}", wrong.stderr);
}
