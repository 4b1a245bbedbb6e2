//! How a run ends.

use rustix::process::{Pid, Signal, kill_process};

use crate::support::outcomes::Outcome;
use crate::support::{Live, outcome, processes};

/// An ending: what it is in the README, and how it is brought about.
pub struct Ending {
    pub name: &'static str,
    pub promised: fn() -> Outcome,
    /// Lua that stands before the script.
    pub prelude: &'static str,
    bring_about: fn(&mut Live),
    /// Only a host that a test makes can do it.
    pub is_embedded: bool,
    /// It waits for all tasks of the script.
    pub is_natural: bool,
    pub kills: Killed,
}

/// Who is killed by it, and has no time for anything.
#[derive(PartialEq, Eq)]
pub enum Killed {
    Nobody,
    /// Its sandboxes are killed with it, not ended.
    Server,
    /// And nobody is left to wait for what ends.
    Program,
}

const NONE: Ending = Ending {
    name: "",
    promised: || outcome("the script ends"),
    prelude: "",
    bring_about: |_| {},
    is_embedded: false,
    is_natural: false,
    kills: Killed::Nobody,
};

/// A closer that never comes back from C: only a second signal ends it.
const STUCK: &str = "local closer <close> = setmetatable({}, { __close = function()
    io.stderr:write 'closing\\n'
    string.find(('a'):rep(60), ('a-'):rep(12) .. 'b')
end }) ";

pub const ALL: &[Ending] = &[
    Ending { name: "script_ends", bring_about: |live| live.type_in("return\n"), is_natural: true, ..NONE },
    Ending {
        name: "script_raises",
        promised: || outcome("the script raises"),
        bring_about: |live| live.type_in("error 'raised'\n"),
        ..NONE
    },
    Ending {
        name: "os_exit",
        promised: || outcome("the script calls `os.exit(7)`"),
        bring_about: |live| live.type_in("os.exit(7)\n"),
        ..NONE
    },
    Ending {
        name: "ctrl_c",
        promised: || outcome("Ctrl-C"),
        bring_about: |live| live.signal(Signal::INT),
        ..NONE
    },
    Ending {
        name: "ctrl_c_twice",
        promised: || outcome("Ctrl-C twice"),
        prelude: STUCK,
        bring_about: |live| {
            live.signal(Signal::INT);
            live.wait_for_error("closing\n");
            live.signal(Signal::INT);
        },
        ..NONE
    },
    Ending {
        name: "sigterm",
        promised: || outcome("SIGTERM"),
        bring_about: |live| live.signal(Signal::TERM),
        ..NONE
    },
    Ending {
        name: "sighup",
        promised: || outcome("SIGHUP"),
        bring_about: |live| live.signal(Signal::HUP),
        ..NONE
    },
    Ending {
        name: "sigkill",
        promised: || outcome("SIGKILL"),
        bring_about: |live| {
            let server = live.server();
            live.signal(Signal::KILL);
            // It has no environment any more before it has let go of its files.
            live.wait_for_death(server);
        },
        kills: Killed::Program,
        ..NONE
    },
    Ending {
        name: "server_killed",
        promised: || outcome("the server is killed, and the script ends"),
        bring_about: |live| {
            let mark = signal_server(live, Signal::KILL);
            // Its commands end with it, not with the script.
            live.wait_for_end_of(&mark);
            live.type_in("return\n");
        },
        is_natural: true,
        kills: Killed::Server,
        ..NONE
    },
    Ending {
        name: "server_hangs_and_ctrl_c",
        promised: || outcome("the server hangs, and Ctrl-C"),
        bring_about: |live| {
            let _ = signal_server(live, Signal::STOP);
            live.signal(Signal::INT);
        },
        ..NONE
    },
    Ending {
        name: "server_hangs_and_script_ends",
        promised: || outcome("the server hangs, and the script ends"),
        bring_about: |live| {
            let _ = signal_server(live, Signal::STOP);
            live.type_in("return\n");
        },
        is_natural: true,
        ..NONE
    },
    Ending {
        name: "host_panics",
        promised: || outcome("the program itself fails"),
        bring_about: |live| live.type_in("require('test').panic()\n"),
        is_embedded: true,
        ..NONE
    },
];

impl Ending {
    pub fn bring_about(&self, live: &mut Live) {
        (self.bring_about)(live);
    }
}

/// Tells the mark of what it started.
fn signal_server(live: &Live, signal: Signal) -> String {
    let server = live.server();
    let mark = processes::mark(server).expect("its own");
    kill_process(Pid::from_raw(server).expect("a number"), signal).expect("it runs");
    mark
}
