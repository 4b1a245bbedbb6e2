//! One ending in one state, and what is left after it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::OnceLock;

use crate::ending::{Ending, Killed};
use crate::state::State;
use crate::support::{Live, Program, Project};
use crate::{embedder, support};

const REPLIES: &str = include_str!("../lua/lib/obedient.replies.lua");

/// Empty folders that a sandbox is made with, and that its maker removes when it is not killed.
const MOUNTED_ON: &[&str] = &[
    "tmp/.agents",
    "tmp/.aws",
    "tmp/.codex",
    "tmp/.git",
    "work/.agents",
    "work/.aws",
    "work/.codex",
    "work/.git",
];

/// Some go on for as long as the script has tasks; and only the program adopts what hides, a library does not.
pub fn is_possible(ending: &Ending, state: &State) -> bool {
    !(ending.is_natural && state.keeps_the_script || ending.is_embedded && state.hides)
}

pub fn run(ending: &Ending, state: &State) {
    let project = Project::new();
    let script = project.file("script.lua", ending.prelude.to_owned() + &state.script());
    let replies = project.file("replies.lua", REPLIES);
    let mut live = start(ending, &project, &replies, &script);
    let (thread, command) = state.wait(&live, &project);
    ending.bring_about(&mut live);

    let is_killed = ending.kills == Killed::Program;
    let left = is_killed && state.hides;
    let done = if is_killed { live.finish_after_kill() } else { live.finish() };
    let promised = (ending.promised)();
    assert_eq!(done.code().to_string(), promised.word(1), "{done:?}");
    if let Some(command) = command {
        assert_eq!(support::processes::lives(command), left, "its command {command}");
        if left {
            support::processes::kill(command);
        }
    }
    let again = format!("local thread = codex.resume '{thread}' print(thread:run('echo again').text)");
    let done = offline(project.program(), &replies).args(["-e", &again]).run();
    done.expect(0, "again\n");
    // What a killed server left for the next one to take over is gone, too.
    let mut strays: Vec<_> = files(&project).difference(&files_of_a_run()).cloned().collect();
    // Each server makes itself a folder, and removes those of dead ones when it comes to it.
    strays.retain(|file| !file.starts_with("state/codex-lua/offline/tmp/arg0"));
    strays.retain(|file| !(ending.kills != Killed::Nobody && MOUNTED_ON.contains(&file.as_str())));
    assert!(strays.is_empty(), "it left files: {strays:#?}");
}

fn start(ending: &Ending, project: &Project, replies: &Path, script: &Path) -> Live {
    let program = if ending.is_embedded {
        embedder::program(project, replies, script)
    } else {
        offline(project.program(), replies).args([script])
    };
    program.keep_stdin().start()
}

fn offline(program: Program, replies: &Path) -> Program {
    program.args([format!("--offline={}", replies.display())])
}

/// What there is after a run that did all that a state does, and ended by itself.
fn files_of_a_run() -> BTreeSet<String> {
    static FILES: OnceLock<BTreeSet<String>> = OnceLock::new();
    let find = || {
        let project = Project::new();
        let replies = project.file("replies.lua", REPLIES);
        let script = project.file(
            "script.lua",
            "local thread = codex.thread_start { sandbox = 'workspace-write', approval = 'never' }
            thread:run '$ echo > pid'",
        );
        offline(project.program(), &replies).args([script]).run().expect(0, "");
        files(&project)
    };
    FILES.get_or_init(find).clone()
}

/// The files of a project, those alike under one name.
fn files(project: &Project) -> BTreeSet<String> {
    let name = |file: String| {
        let folder = |folder: &str| file.starts_with(folder).then(|| folder.to_owned());
        // A database has a journal beside it, which the next run takes over.
        let registry = "tmp/codex-bwrap-synthetic-mount-targets-";
        let whole = file.trim_end_matches("-wal").trim_end_matches("-shm").to_owned();
        folder("state/codex-lua/offline/sessions").or_else(|| folder(registry)).unwrap_or(whole)
    };
    project.files().into_iter().map(name).collect()
}
