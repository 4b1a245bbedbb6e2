//! A task that computes and lets nobody else run.

use crate::support::Project;

#[test]
fn a_task_that_computes_for_a_second_is_told_of_once_with_its_place() {
    let script = r#"local task = require "std.task"
        local function compute(seconds)
          local start = os.clock()
          while os.clock() - start < seconds do end
        end
        -- Each is short.
        for _ = 1, 4 do
          compute(0.3)
          task.yield()
        end
        compute(1.7)
        task.yield()
        compute(1.7)"#;
    let done = Project::new().program_without_codex().script(script).run();
    let told = "codex-lua: script.lua:4: a task has computed for a second without awaiting anything: \
                nothing else of the script runs meanwhile\n";
    assert_eq!((done.code(), &*done.stderr), (0, told));
}
