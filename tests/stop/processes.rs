//! Commands of scripts end with them.

use codex_lua::{Host, Reason};

use crate::support::processes;
use crate::{Listening, PATIENCE};

#[test]
fn they_end_with_their_script_however_it_ends() {
    for ending in ["", "error 'x'", "os.exit(3)", "while true do end", "task.sleep '1h'"] {
        let listening = Listening::new(Host::builder().use_sigusr1());
        let text = format!(
            "local process = require 'std.process'
             local left = process.spawn {{ 'sh', '-c', 'setsid sleep 1000 & echo $!' }}
             local talking = process.spawn {{ 'sh', '-c', 'setsid sleep 1000 & echo $!; cat' }}
             note(left:read() .. ' ' .. talking:read() .. ' ' .. talking.pid)
             left:wait()
             task.spawn(process.run, {{ 'sleep', '1000' }})
             started() {ending}"
        );
        let running = listening.start(&text);
        let pids = listening.said.recv_timeout(PATIENCE).expect("numbers");
        listening.started();
        if !ending.starts_with("error") && !ending.starts_with("os") {
            listening.host.stopper().stop(Reason::Interrupt);
        }
        listening.end(running);
        for pid in pids.split(' ') {
            assert!(!processes::lives(pid.parse().expect("a number")), "{ending}");
        }
    }
}
