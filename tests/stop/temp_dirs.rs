//! Temporary directories: they go with their script, however it ends.

use std::path::PathBuf;

use codex_lua::{Host, Reason};

use crate::{Listening, PATIENCE};

#[test]
fn they_go_with_their_script_however_it_ends() {
    let endings = ["", "error 'x'", "os.exit(3)", "while true do end", "task.sleep '1h'"];
    for ending in endings {
        let listening = Listening::new(Host::builder().use_sigusr1());
        let text = format!(
            "local fs = require 'std.fs'
             local path = fs.temp_dir().path
             fs.write(path .. '/closed/file', 'x', {{ parents = true }})
             os.execute(\"chmod 500 '\" .. path .. \"/closed'\")
             note(path) started() {ending}"
        );
        let running = listening.start(&text);
        let path = PathBuf::from(listening.said.recv_timeout(PATIENCE).expect("a path"));
        listening.started();
        if ending.contains("end") || ending.contains("sleep") {
            listening.host.stopper().stop(Reason::Interrupt);
        }
        assert_eq!(listening.end(running).warnings, [""; 0], "{ending}");
        assert!(path.is_absolute() && !path.exists(), "{ending}");
    }
}
