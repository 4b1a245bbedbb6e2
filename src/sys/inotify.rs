//! How many files may be watched, and how many are.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Numbers of watches and of instances, which each watcher has one of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// Files and folders.
    pub watches: u64,
    /// Watchers.
    pub instances: u64,
}

/// What one user may have, from a `/proc`; `None` where there is no inotify.
pub fn limits(proc: &Path) -> Option<Count> {
    let read = |name: &str| {
        let text = fs::read_to_string(proc.join("sys/fs/inotify").join(name)).ok()?;
        text.trim().parse().ok()
    };
    Some(Count { watches: read("max_user_watches")?, instances: read("max_user_instances")? })
}

/// What this user has, as far as a `/proc` shows it.
pub fn used(proc: &Path) -> Count {
    let me = rustix::process::geteuid().as_raw();
    let mut count = Count { watches: 0, instances: 0 };
    let processes = fs::read_dir(proc).into_iter().flatten().flatten().filter(|entry| {
        let is_process = entry.file_name().to_str().is_some_and(|name| name.parse::<u32>().is_ok());
        is_process && entry.metadata().is_ok_and(|found| found.uid() == me)
    });
    for process in processes {
        for file in fs::read_dir(process.path().join("fd")).into_iter().flatten().flatten() {
            if fs::read_link(file.path()).is_ok_and(|target| target.as_os_str() == "anon_inode:inotify") {
                let info = process.path().join("fdinfo").join(file.file_name());
                let info = fs::read_to_string(info).unwrap_or_default();
                count.instances += 1;
                count.watches += info.lines().filter(|line| line.starts_with("inotify ")).count() as u64;
            }
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_and_use_are_read() {
        let proc = tempfile::tempdir().unwrap();
        assert_eq!(limits(proc.path()), None);
        let at = |name: &str| proc.path().join(name);
        for folder in ["sys/fs/inotify", "7/fd", "7/fdinfo", "self/fd"] {
            fs::create_dir_all(at(folder)).unwrap();
        }
        fs::write(at("sys/fs/inotify/max_user_watches"), "8192\n").unwrap();
        fs::write(at("sys/fs/inotify/max_user_instances"), "128\n").unwrap();
        for (number, target) in [("3", "anon_inode:inotify"), ("4", "/dev/null"), ("5", "anon_inode:inotify")]
        {
            std::os::unix::fs::symlink(target, at("7/fd").join(number)).unwrap();
        }
        fs::write(at("7/fdinfo/3"), "pos:\t0\ninotify wd:1 ino:2\ninotify wd:2 ino:3\n").unwrap();
        assert_eq!(limits(proc.path()), Some(Count { watches: 8192, instances: 128 }));
        assert_eq!(used(proc.path()), Count { watches: 2, instances: 2 });
    }
}
