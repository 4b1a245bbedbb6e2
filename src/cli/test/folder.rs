//! Where cases live: below the user's state folder, since Codex skips its helpers below TMPDIR.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::host::state_folder;
use crate::sys::files::remove_tree;
use crate::sys::private;

/// The folder of one run of `codex-lua test`; removed when it is dropped.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Result<Self> {
        let state = state_folder()?;
        private::create(&state)?;
        let path = state.join(format!("tests-{:016x}", fastrand::u64(..)));
        private::create(&path).context("cannot make a folder for the tests")?;
        Ok(Self(path))
    }

    /// One for a case, with an empty project.
    pub fn part(&self, number: usize) -> io::Result<PathBuf> {
        let path = self.0.join(number.to_string());
        fs::create_dir_all(project(&path))?;
        Ok(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Who has ended all that runs there can do no more.
        let _ = remove_tree(&self.0);
    }
}

/// The project of a case.
pub fn project(folder: &Path) -> PathBuf {
    folder.join("project")
}
