//! Job control.

use rustix::process::{Pid, getpgid, getpgrp, getppid, getsid};

use super::table::Process;

/// Whether somebody can continue this process group once it has stopped: above it, in its session, is a shell with a
/// group of its own. The system stops no other group on Ctrl-Z, since it would stay so (`ssh -t`, `docker run -it`).
pub fn has_shell() -> bool {
    let session = getsid(None).ok();
    let mut above = getppid();
    while let Some(pid) = above {
        if session.is_none() || getsid(Some(pid)).ok() != session {
            return false;
        }
        if getpgid(Some(pid)) != Ok(getpgrp()) {
            return true;
        }
        above = Process::read(pid.as_raw_nonzero().get()).and_then(|process| Pid::from_raw(process.parent));
    }
    false
}
