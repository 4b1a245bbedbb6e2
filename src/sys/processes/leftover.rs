//! What outlived its host.

use super::mark::Mark;
use super::table::{Process, Table};

/// A process that a host started, or something that it started, and whose host is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftover {
    /// Its number.
    pub pid: i32,
    /// Its command line, words apart by spaces; empty when it may not be read.
    pub command: String,
    /// The number that its host had.
    pub host: i32,
}

/// The processes of this user that outlived their host; where there is no `/proc` none are found.
///
/// A host in another PID namespace cannot be told from one that is gone, so leftovers are for people to look at.
pub fn leftovers() -> Vec<Leftover> {
    let table = Table::read();
    let left = |process: &Process| {
        let host = Mark::of(process.id.pid)?.host()?;
        let lives = table.living().any(|other| other.id == host);
        (!lives).then(|| Leftover {
            pid: process.id.pid,
            command: command_line(process.id.pid),
            host: host.pid,
        })
    };
    table.living().filter_map(left).collect()
}

fn command_line(pid: i32) -> String {
    let words = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&words).trim_end_matches('\0').replace('\0', " ")
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::super::NAME;
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn a_process_whose_host_is_gone_is_left() {
        let start = |mark: &str| Command::new("/bin/sleep").arg("1000").env(NAME, mark).spawn().unwrap();
        let me = i32::try_from(std::process::id()).unwrap();
        // The number of a host that lives, and was there before or after.
        let (mut left, mut ours) = (start(&format!("{me}:1:x")), start(Mark::new().value()));
        let found = leftovers();
        let pid = |child: &std::process::Child| i32::try_from(child.id()).unwrap();
        let of = |child| found.iter().find(|leftover| leftover.pid == pid(child));
        let expected = Leftover { pid: pid(&left), command: "/bin/sleep 1000".into(), host: me };
        let seen = (of(&left).cloned(), of(&ours).cloned());
        for child in [&mut left, &mut ours] {
            child.kill().unwrap();
            child.wait().unwrap();
        }
        assert_eq!(seen, (Some(expected), None));
    }
}
