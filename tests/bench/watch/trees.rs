//! Trees to watch, and what happens in them.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A folder with `files` files, a hundred in each folder below it.
pub fn tree(files: usize) -> std::io::Result<TempDir> {
    let root = tempfile::tempdir()?;
    for file in 0..files {
        let folder = root.path().join(format!("folder{}", file / 100));
        if file % 100 == 0 {
            fs::create_dir(&folder)?;
        }
        fs::write(folder.join(format!("file{file}")), "a file\n")?;
    }
    Ok(root)
}

/// Folders of such a tree, its root with them.
pub fn folders(files: usize) -> usize {
    files.div_ceil(100) + 1
}

/// Random writes, `mkdir -p`, deletions and renames of folders, with a pause after each: files alive at the end, and
/// when each of them began to change last.
pub fn storm(root: &Path, deeds: usize, pause: Duration, seed: u64) -> HashMap<PathBuf, Instant> {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut alive: HashMap<PathBuf, Instant> = HashMap::new();
    for deed in 0..deeds {
        let folder = |random: &mut fastrand::Rng| root.join(format!("s{}", random.u8(..20)));
        let (text, now) = (format!("{deed}"), Instant::now());
        match random.u8(..10) {
            0..=5 => {
                let path = folder(&mut random).join(format!("f{}", random.u8(..10)));
                if fs::write(&path, text).is_ok() {
                    alive.insert(path, now);
                }
            }
            6 | 7 => {
                let path = folder(&mut random).join(format!("a{}/b{}", random.u8(..3), random.u8(..3)));
                let file = path.join("deep");
                if fs::create_dir_all(&path).and_then(|()| fs::write(&file, text)).is_ok() {
                    alive.insert(file, now);
                }
            }
            8 => {
                let path = folder(&mut random);
                if fs::remove_dir_all(&path).is_ok() {
                    alive.retain(|file, _| !file.starts_with(&path));
                }
            }
            _ => {
                let (from, to) = (folder(&mut random), folder(&mut random));
                if from != to && !to.exists() && fs::rename(&from, &to).is_ok() {
                    let inside: Vec<_> =
                        alive.keys().filter(|file| file.starts_with(&from)).cloned().collect();
                    for file in inside {
                        alive.remove(&file);
                        if let Ok(below) = file.strip_prefix(&from) {
                            alive.insert(to.join(below), now);
                        }
                    }
                }
            }
        }
        if !pause.is_zero() {
            std::thread::sleep(pause);
        }
    }
    alive
}

type Save = fn(&Path, &str) -> std::io::Result<()>;

/// How editors save.
pub const SAVES: &[(&str, Save)] = &[
    ("in place", |path, text| fs::write(path, text)),
    ("rename over", |path, text| {
        fs::write(path.with_extension("tmp"), text)?;
        fs::rename(path.with_extension("tmp"), path)
    }),
    ("backup", |path, text| {
        fs::rename(path, path.with_extension("bak"))?;
        fs::write(path, text)
    }),
    ("truncate", |path, text| {
        fs::write(path, "")?;
        std::thread::sleep(std::time::Duration::from_millis(2));
        fs::write(path, text)
    }),
    ("unlink", |path, text| {
        fs::remove_file(path)?;
        fs::write(path, text)
    }),
];
