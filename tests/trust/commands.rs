//! Which names of the environment the agent's commands see.

use crate::OBEDIENT;
use crate::support::{Program, Project};

/// What a command of such a thread sees of three names.
fn seen(program: Program, options: &str) -> String {
    let script = format!(
        "local thread = codex.thread_start {{ sandbox = 'full-access', {options} }}
        local items = thread:run('$ echo \"[$GITHUB_TOKEN|$MY_PASSWORD|$PLAIN]\"').items
        for _, item in ipairs(items) do
          if item.type == 'command_execution' then io.write(item.aggregated_output) end
        end"
    );
    let program = program.env("GITHUB_TOKEN", "t").env("MY_PASSWORD", "p").env("PLAIN", "x");
    let done = program.offline(OBEDIENT).args(["-e", &script]).run();
    assert_eq!((done.code(), done.stderr.as_str()), (0, ""));
    done.stdout
}

#[test]
fn secrets_are_withheld_unless_they_are_passed() {
    let project = Project::new();
    assert_eq!(seen(project.program(), ""), "[||x]\n");
    assert_eq!(seen(project.program(), "env_pass = { 'GITHUB_TOKEN' }"), "[t||x]\n");
    assert_eq!(seen(project.program(), "env_pass = { 'GITHUB_TOKEN', 'MY_PASSWORD' }"), "[t|p|x]\n");
}

#[test]
fn the_users_own_policy_wins() {
    let project = Project::new();
    let policy = "shell_environment_policy.exclude=[\"PLAIN\"]";
    assert_eq!(seen(project.program().args(["-c", policy]), ""), "[t|p|]\n");
    let config = "config = { shell_environment_policy = { exclude = { 'MY_*' } } }";
    assert_eq!(seen(project.program(), config), "[t||x]\n");
    let home = project.offline_home();
    std::fs::create_dir_all(&home).expect("a folder");
    std::fs::write(home.join("config.toml"), "[shell_environment_policy]\nexclude = [\"PLAIN\"]\n")
        .expect("a file");
    assert_eq!(seen(project.program(), ""), "[t|p|]\n");
}

#[test]
fn a_turn_after_a_resume_and_in_a_fork_does_not_see_them_either() {
    let project = Project::new();
    let script = "local thread = codex.thread_start { sandbox = 'full-access' }
        local function see(thread)
          for _, item in ipairs(thread:run('$ echo \"[$GITHUB_TOKEN]\"').items) do
            if item.type == 'command_execution' then io.write(item.aggregated_output) end
          end
        end
        see(thread) see(codex.fork(thread)) thread:close() see(codex.resume(thread.id))";
    let program = project.program().env("GITHUB_TOKEN", "t").offline(OBEDIENT);
    program.args(["-e", script]).run().expect(0, "[]\n[]\n[]\n");
}
