//! Who answers what Codex asks: the script, where it has nobody the host, and else nobody says yes.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use codex_lua::codex::{Answer, Answerer, Ask, Decision, Kind};
use codex_lua::notice::Notice;
use codex_lua::{Host, HostBuilder, Offline, Outcome};

use crate::OBEDIENT;
use crate::support::{Project, pinned_codex};

fn host(project: &Project) -> HostBuilder {
    std::fs::create_dir_all(project.offline_home()).expect("a folder");
    let replies = Some(project.file("replies.lua", OBEDIENT));
    let offline = Offline { replies, home: Some(project.offline_home()), ..Offline::default() };
    Host::builder().offline(offline).codex_bin(pinned_codex()).cwd(project.work())
}

/// Says yes to commands, and counts.
#[derive(Debug, Clone, Default)]
struct Person(Arc<Mutex<Vec<String>>>);

impl Answerer for Person {
    fn patience(&self, kind: Kind) -> Option<Duration> {
        (kind == Kind::Command).then_some(Duration::MAX)
    }

    fn ask(&self, ask: Ask) {
        self.0.lock().expect("no panic").push(ask.words());
        ask.answer(&Answer::Decided(Decision::Accept));
    }
}

const START: &str = "options = { sandbox = 'read-only', approval = 'on-request' }
    function run(thread) return thread:run('$! touch asked').items[2].status end ";

#[test]
fn the_host_answers_only_where_the_script_does_not() {
    let (project, person) = (Project::new(), Person::default());
    let host = host(&project).answerer(person.clone()).build().expect("a host");
    let asks = |script: &str| {
        assert_eq!(host.run_text("script", &format!("{START}{script}")), Outcome::Done);
        person.0.lock().expect("no panic").drain(..).collect::<Vec<_>>()
    };
    let asked = asks("assert(run(codex.thread_start(options)) == 'completed')");
    assert_eq!(asked, ["to run `/bin/bash -c 'touch asked'` (it says: for the test)"]);
    let own = "options.on_approval = function() return 'decline' end
        assert(run(codex.thread_start(options)) == 'declined')";
    assert_eq!(asks(own), Vec::<String>::new());
    let failing = "codex.defaults { on_approval = error }
        assert(run(codex.thread_start(options)) == 'declined')";
    assert_eq!(asks(failing), Vec::<String>::new(), "nor where it fails");
}

#[test]
fn a_handler_serves_its_thread_in_a_later_script_of_the_same_host_and_nobody_elses() {
    let project = Project::new();
    let told = Arc::new(Mutex::new(Vec::new()));
    let hears = told.clone();
    let notices = move |notice| {
        if let Notice::Warning(text) = notice {
            hears.lock().expect("no panic").push(text);
        }
    };
    let host = host(&project).notices(notices).build().expect("a host");
    let first = "options.on_approval = function() calls = (calls or 0) + 1 return 'accept' end
        held = codex.thread_start(options) held:run 'echo saved'";
    assert_eq!(host.run_text("first", &format!("{START}{first}")), Outcome::Done);
    let second = "assert(run(held) == 'completed' and calls == 1)
        assert(run(codex.thread_start { sandbox = 'read-only', approval = 'on-request' }) == 'declined')
        assert(calls == 1)";
    assert_eq!(host.run_text("second", &format!("{START}{second}")), Outcome::Done);
    let told = told.lock().expect("no panic");
    assert!(told.len() == 1 && told[0].starts_with("declined: the agent asked to run"), "{told:?}");
}
