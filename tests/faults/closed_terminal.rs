//! The window is closed: nothing can be written any more, and SIGHUP comes.

use crate::support::{Project, outcome};

const REPLIES: &str = include_str!("../lua/lib/obedient.replies.lua");

pub const ALL: &[(&str, fn())] = &[
    ("while_text_streams", || closed("slowly: word word word word word word", "item.agent_message.delta")),
    ("while_a_command_runs", || closed("$ trap '' HUP; echo $$; sleep 1000; :", "command_execution")),
    ("while_the_model_is_silent", || closed("silent", "turn.started")),
];

/// Closes it when a turn has come this far, which prints all that it hears of, as do its closers.
fn closed(prompt: &str, state: &str) {
    let project = Project::new();
    let script = format!(
        "local closer <close> = setmetatable({{}}, {{ __close = function()
           print 'closing' io.stderr:write 'closing' io.stdout:flush()
         end }})
        local thread = codex.thread_start {{ sandbox = 'full-access', approval = 'never' }}
        for event in thread:stream [==[{prompt}]==] do
          print(event.type, event.item and event.item.type)
        end
        require('std.task').sleep '1h'"
    );
    let terminal = project.program().offline(REPLIES).script(&script).on_terminal(|command| command);
    terminal.wait_until("the state is reached", |seen| {
        memchr::memmem::find(&seen.bytes, state.as_bytes()).is_some()
    });
    let code = terminal.close();
    assert_eq!(code.map(|code| code.to_string()).as_deref(), Some(outcome("SIGHUP").word(1)));
    assert_eq!(project.processes(), Vec::<String>::new());
}
