//! Job control.

use std::os::fd::AsFd;

use super::table::Process;

/// Where a process stands. A group or a session that began outside of this pid namespace is zero, as a container's or a
/// CI's sandbox has it; `rustix::process` takes such a zero for impossible.
#[derive(Debug, Clone, Copy)]
struct Place {
    parent: i32,
    group: i32,
    session: i32,
}

/// Whether somebody can continue this process group once it has stopped: above it, in its session, is a shell with a
/// group of its own. The system stops no other group on Ctrl-Z, since it would stay so (`ssh -t`, `docker run -it`).
pub fn has_shell() -> bool {
    own_pid().and_then(place).is_some_and(|me| is_below_a_shell(me, place))
}

fn is_below_a_shell(me: Place, place: impl Fn(i32) -> Option<Place>) -> bool {
    let mut above = place(me.parent);
    while let Some(process) = above.filter(|above| above.session == me.session) {
        if process.group != me.group {
            return true;
        }
        above = place(process.parent);
    }
    false
}

/// Whether this process is in the group that owns `terminal`.
pub fn in_foreground(terminal: impl AsFd) -> bool {
    let owner = rustix::termios::tcgetpgrp(terminal).map(|group| group.as_raw_nonzero().get());
    owner.is_ok_and(|owner| own_pid().and_then(place).is_some_and(|me| me.group == owner))
}

fn own_pid() -> Option<i32> {
    i32::try_from(std::process::id()).ok()
}

#[cfg(target_os = "linux")]
fn place(pid: i32) -> Option<Place> {
    let Process { parent, group, session, .. } = Process::read(pid)?;
    Some(Place { parent, group, session })
}

/// Only of this process is the parent known, so a shell is found that is the parent.
#[cfg(not(target_os = "linux"))]
fn place(pid: i32) -> Option<Place> {
    use rustix::process::{Pid, getpgid, getppid, getsid};
    let id = Pid::from_raw(pid)?;
    let parent =
        getppid().filter(|_| own_pid() == Some(pid)).map_or(0, |parent| parent.as_raw_nonzero().get());
    let group = getpgid(Some(id)).ok()?.as_raw_nonzero().get();
    let session = getsid(Some(id)).ok()?.as_raw_nonzero().get();
    Some(Place { parent, group, session })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(rows: &[(i32, i32, i32, i32)], pid: i32) -> bool {
        let place = |pid| {
            let &(_, parent, group, session) = rows.iter().find(|row| row.0 == pid)?;
            Some(Place { parent, group, session })
        };
        place(pid).is_some_and(|me| is_below_a_shell(me, place))
    }

    #[test]
    fn a_shell_with_job_control_has_a_group_of_its_own() {
        assert!(found(&[(2, 1, 2, 2), (3, 2, 3, 2)], 3), "started from an interactive shell");
        assert!(
            found(&[(2, 1, 2, 2), (3, 2, 3, 2), (4, 3, 3, 2)], 4),
            "by a script that such a shell started"
        );
        assert!(!found(&[(2, 1, 2, 2), (3, 2, 2, 2)], 3), "by a shell without");
        assert!(!found(&[(2, 1, 2, 2), (3, 2, 3, 3)], 3), "in a session of its own");
    }

    #[test]
    fn a_session_from_outside_of_the_namespace_is_one() {
        assert!(!found(&[(1, 0, 0, 0), (2, 1, 0, 0)], 2), "nobody with a group of its own is to be seen");
        assert!(found(&[(1, 0, 0, 0), (2, 1, 2, 0)], 2), "the first process has one");
        assert!(!found(&[(1, 0, 0, 0), (2, 1, 2, 2)], 2), "the session is ours alone");
    }
}
