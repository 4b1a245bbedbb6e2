//! What a run is doing when it ends.

use crate::support::{Live, Project};

/// A state, and how it is reached: by a piece of Lua that has `thread`, and, where a command runs, by that command.
pub struct State {
    pub name: &'static str,
    sandbox: &'static str,
    /// Codex's configuration for the thread, as Lua.
    config: &'static str,
    /// With `$COMMAND` for the command.
    lua: &'static str,
    /// It writes the number of its process to `pid` once it runs.
    command: Option<&'static str>,
    /// The number that it writes is that of the machine, not of a sandbox.
    pub tells_its_number: bool,
    /// It hides from those who look for it by its environment, and has no parent of its own.
    pub hides: bool,
    /// A task of the script waits for it.
    pub keeps_the_script: bool,
}

const RUN: &str = "turn = thread:turn('$ ' .. [==[$COMMAND]==])";

/// Until the server has it among its terminals it kills the sandbox itself when it is interrupted, and with it what
/// would clean up after it.
const RUN_AND_SETTLE: &str = "turn = thread:turn('$ ' .. [==[$COMMAND]==])
    repeat
      require('std.task').yield()
    until #codex.request('thread/backgroundTerminals/list', { threadId = thread.id }).data > 0";

const NONE: State = State {
    name: "",
    sandbox: "full-access",
    config: "{}",
    lua: RUN,
    command: None,
    tells_its_number: true,
    hides: false,
    keeps_the_script: false,
};

pub const ALL: &[State] = &[
    State { name: "idle", lua: "", tells_its_number: false, ..NONE },
    State {
        name: "text_streams",
        lua: "turn = thread:turn('slowly: ' .. ('word '):rep(1000))
            for event in turn:events() do if event.text then break end end",
        tells_its_number: false,
        ..NONE
    },
    State {
        name: "sandboxed_command",
        sandbox: "workspace-write",
        lua: RUN_AND_SETTLE,
        command: Some("echo $$ > pid; sleep 1000"),
        tells_its_number: false,
        ..NONE
    },
    State { name: "full_access_command", command: Some("echo $$ > pid; sleep 1000"), ..NONE },
    State {
        name: "command_that_ignores_sigterm",
        command: Some("trap '' TERM HUP INT; echo $$ > pid; while :; do sleep 1000; done"),
        ..NONE
    },
    State {
        name: "command_in_its_own_session",
        command: Some("setsid sh -c 'echo $$ > pid; sleep 1000; :'"),
        ..NONE
    },
    State {
        name: "command_left_by_its_parents",
        command: Some("setsid -f sh -c 'setsid -f sh -c \"echo \\$\\$ > pid; sleep 1000; :\"'; sleep 1000"),
        ..NONE
    },
    State {
        name: "command_without_our_environment",
        config: "{ ['shell_environment_policy.inherit'] = 'none' }",
        command: Some("/usr/bin/setsid -f /bin/sh -c 'echo $$ > pid; /bin/sleep 1000; :'; /bin/sleep 1000"),
        ..NONE
    },
    State {
        name: "command_that_hides",
        command: Some("env -i setsid -f sh -c 'echo $$ > pid; exec env -i sleep 1000'; sleep 1000"),
        hides: true,
        ..NONE
    },
    State {
        name: "text_of_a_subagent_streams",
        lua: "turn = thread:turn('agent: slowly: ' .. ('word '):rep(1000), { subagents = true })
            for event in turn:events() do if event.text and event.thread_id ~= thread.id then break end end",
        tells_its_number: false,
        ..NONE
    },
    State {
        name: "command_of_a_subagent",
        lua: "turn = thread:turn('agent: $ ' .. [==[$COMMAND]==])",
        command: Some("trap '' TERM HUP INT; setsid -f sleep 1000; echo $$ > pid; (sleep 1000; :); :"),
        ..NONE
    },
    State {
        name: "approval_waits",
        lua: "codex.defaults { on_approval = function() asked = true require('std.task').sleep '1h' end }
            turn = thread:turn('$! touch asked', { sandbox = 'read-only', approval = 'on-request' })
            repeat
              require('std.task').yield()
            until asked",
        tells_its_number: false,
        ..NONE
    },
    State {
        name: "command_of_the_script",
        lua: "require('std.task').spawn(os.execute, [==[$COMMAND]==])",
        command: Some("trap '' TERM HUP INT; echo $$ > pid; (sleep 1000; :); :"),
        keeps_the_script: true,
        ..NONE
    },
    State {
        name: "command_of_a_tool",
        lua: "tool = codex.tool { name = 'work', description = 'x', run = function() os.execute [==[$COMMAND]==] end }
            turn = codex.thread_start({ tools = { tool } }):turn 'tool: work {}'",
        command: Some("trap '' TERM HUP INT; echo $$ > pid; (sleep 1000; :); :"),
        ..NONE
    },
    State {
        name: "commands_left_by_the_script",
        lua: "pipe = io.popen 'sleep 1000; :' os.execute [==[$COMMAND]==]",
        command: Some("setsid -f sh -c 'echo $$ > pid; sleep 1000; :'; sleep 1000 &"),
        ..NONE
    },
];

impl State {
    /// A script that reaches it on a thread whose id it prints first, prints `ready`, and then does what it reads.
    pub fn script(&self) -> String {
        let reach = self.lua.replace("$COMMAND", self.command.unwrap_or_default());
        format!(
            "thread = codex.thread_start {{ sandbox = '{}', approval = 'never', config = {} }}
            print(thread.id)
            thread:run 'echo saved'
            {reach}
            print 'ready'
            load(io.read())()",
            self.sandbox, self.config
        )
    }

    /// Waits until it is reached; tells the thread's id, and the command's number where there is one.
    #[track_caller]
    pub fn wait(&self, live: &Live, project: &Project) -> (String, Option<i32>) {
        live.wait_for("ready\n");
        let id = live.printed().lines().next().expect("an id").to_owned();
        let number = self.command.map(|_| live.wait_for_file(project, "pid"));
        (id, number.and_then(|number| number.trim().parse().ok()).filter(|_| self.tells_its_number))
    }
}
