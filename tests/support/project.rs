//! A folder of its own for one test.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Program, codex, processes};

/// A project with a home beside it. Below `target/`, since the server skips its helpers below TMPDIR.
pub struct Project {
    root: tempfile::TempDir,
}

impl Project {
    pub fn new() -> Self {
        let root = tempfile::Builder::new().prefix("t").tempdir_in(env!("CARGO_TARGET_TMPDIR"));
        let root = root.expect("target/tmp can be written to");
        for name in ["home", "state", "tmp", "work"] {
            fs::create_dir(root.path().join(name)).expect("a new folder");
        }
        Self { root }
    }

    /// All of it: its `home`, `state`, `tmp` and `work`.
    pub fn root(&self) -> &Path {
        self.root.path()
    }

    /// The working folder.
    pub fn work(&self) -> PathBuf {
        self.root.path().join("work")
    }

    /// Codex's home under `--offline`.
    pub fn offline_home(&self) -> PathBuf {
        self.root.path().join("state/codex-lua/offline")
    }

    /// Writes a file in the working folder.
    pub fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.work().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, text).expect("a file");
        path
    }

    /// Writes a file in the working folder that can be run.
    pub fn executable(&self, name: &str, text: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let path = self.file(name, text);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a mode");
        path
    }

    /// Reads a file of the working folder; `None` when it is not there.
    pub fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.work().join(name)).ok()
    }

    /// `codex-lua` in this project, with the pinned Codex.
    pub fn program(&self) -> Program {
        self.other_program(Path::new(env!("CARGO_BIN_EXE_codex-lua")))
    }

    /// Another program that embeds it, in this project, with the pinned Codex.
    pub fn other_program(&self, program: &Path) -> Program {
        codex::pinned_codex();
        Program::new(self, program).env("XDG_DATA_HOME", codex::data_home())
    }

    /// `codex-lua` in this project, where no Codex is installed.
    pub fn program_without_codex(&self) -> Program {
        Program::new(self, Path::new(env!("CARGO_BIN_EXE_codex-lua")))
    }

    /// Every file below it, and every empty folder, from there.
    pub fn files(&self) -> Vec<String> {
        fn find(folder: &Path, root: &Path, found: &mut Vec<String>) {
            for entry in fs::read_dir(folder).expect("a folder").flatten() {
                let path = entry.path();
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    let before = found.len();
                    find(&path, root, found);
                    if found.len() > before || path.parent() == Some(root) {
                        continue;
                    }
                }
                found.push(path.strip_prefix(root).expect("below it").to_string_lossy().into_owned());
            }
        }
        let mut found = Vec::new();
        find(self.root(), self.root(), &mut found);
        found.sort();
        found
    }

    /// Processes that were started in this project and still live.
    pub fn processes(&self) -> Vec<String> {
        processes::of(self.root()).into_iter().map(|process| process.to_string()).collect()
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        processes::of(self.root()).iter().for_each(processes::Process::kill);
    }
}
