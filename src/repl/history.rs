//! What was entered before: a private file, one entry a line, as JSON strings.
//!
//! Each entry is appended when it is entered, under a lock, so it is there after a crash and two prompts at once lose
//! none. A line that was cut is no entry, and the next begins a line of its own.

use std::borrow::Cow;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, OFlags, flock};
use rustyline::history::{History as Entries, SearchDirection, SearchResult};

/// Entries that are kept.
const MOST: usize = 10_000;
/// The file is written anew when it has so many lines more than there are entries.
const SLACK: usize = 2_000;

/// Entries, the oldest first, none twice.
pub struct History {
    entries: Vec<String>,
    file: Option<PathBuf>,
}

impl History {
    /// The entries of this file, which is made when the first is added.
    pub fn open(file: Option<PathBuf>) -> Self {
        let mut history = Self { entries: vec![], file };
        if let Some(path) = &history.file
            && let Ok(lines) = read(path)
        {
            let count = lines.len();
            for entry in lines {
                history.entries.push(entry);
            }
            history.entries = last_of_each(std::mem::take(&mut history.entries));
            if count > history.entries.len() + SLACK {
                // What cannot be written anew stays as it is.
                let _ = rewrite(path);
            }
        }
        history
    }

    /// Keeps what comes in memory alone.
    pub fn forget_file(&mut self) {
        self.file = None;
    }

    /// Adds an entry; one that begins with a blank, or that names a secret, stays in memory alone.
    pub fn enter(&mut self, entry: &str) -> io::Result<()> {
        if entry.trim().is_empty() {
            return Ok(());
        }
        let is_new = self.entries.last().is_none_or(|last| last != entry);
        self.entries.retain(|other| other != entry);
        self.entries.push(entry.to_owned());
        match &self.file {
            Some(path) if is_new && !entry.starts_with(' ') && !is_secret(entry) => append(path, entry),
            _ => Ok(()),
        }
    }
}

fn is_secret(entry: &str) -> bool {
    entry.contains("api_key") || entry.contains("codex.login") || crate::codex::redact::text(entry) != entry
}

/// Of entries that are the same, the last.
fn last_of_each(entries: Vec<String>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    let mut kept: Vec<String> =
        entries.into_iter().rev().filter(|entry| seen.insert(entry.clone())).collect();
    kept.truncate(MOST);
    kept.reverse();
    kept
}

fn read(path: &Path) -> io::Result<Vec<String>> {
    let bytes = std::fs::read(path)?;
    let lines = bytes.split(|byte| *byte == b'\n');
    Ok(lines.filter_map(|line| serde_json::from_slice(line).ok()).collect())
}

/// Opens the file for this process alone; one that somebody has just replaced is opened anew.
fn locked(path: &Path) -> io::Result<File> {
    loop {
        let flags = i32::try_from(OFlags::NOFOLLOW.bits()).unwrap_or_default();
        let mut options = OpenOptions::new();
        let file = options.read(true).append(true).create(true).mode(0o600).custom_flags(flags).open(path)?;
        flock(&file, FlockOperation::LockExclusive)?;
        let opened = file.metadata()?;
        if std::fs::symlink_metadata(path).is_ok_and(|there| there.ino() == opened.ino()) {
            if opened.mode() & 0o077 != 0 {
                file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
            }
            return Ok(file);
        }
    }
}

fn append(path: &Path, entry: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        crate::sys::private::create(folder).map_err(io::Error::other)?;
    }
    let mut file = locked(path)?;
    let mut last = [b'\n'];
    if file.seek(SeekFrom::End(0))? > 0 {
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
    }
    let start = if last == [b'\n'] { "" } else { "\n" };
    file.write_all(format!("{start}{}\n", serde_json::to_string(entry)?).as_bytes())
}

fn rewrite(path: &Path) -> io::Result<()> {
    let _lock = locked(path)?;
    let entries = last_of_each(read(path)?);
    let mut text = String::new();
    for entry in entries {
        text += &serde_json::to_string(&entry)?;
        text.push('\n');
    }
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let new = folder.join(format!(".history.{}", std::process::id()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&new, path)
}

impl Entries for History {
    fn get(&self, index: usize, _: SearchDirection) -> rustyline::Result<Option<SearchResult<'_>>> {
        let entry = self.entries.get(index);
        Ok(entry.map(|entry| SearchResult { entry: Cow::Borrowed(entry), idx: index, pos: 0 }))
    }

    fn add(&mut self, line: &str) -> rustyline::Result<bool> {
        self.enter(line)?;
        Ok(true)
    }

    fn add_owned(&mut self, line: String) -> rustyline::Result<bool> {
        self.add(&line)
    }

    fn len(&self) -> usize {
        self.entries.len()
    }

    fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn set_max_len(&mut self, _: usize) -> rustyline::Result<()> {
        Ok(())
    }

    fn ignore_dups(&mut self, _: bool) -> rustyline::Result<()> {
        Ok(())
    }

    fn ignore_space(&mut self, _: bool) {}

    fn save(&mut self, _: &Path) -> rustyline::Result<()> {
        Ok(())
    }

    fn append(&mut self, _: &Path) -> rustyline::Result<()> {
        Ok(())
    }

    fn load(&mut self, _: &Path) -> rustyline::Result<()> {
        Ok(())
    }

    fn clear(&mut self) -> rustyline::Result<()> {
        self.entries.clear();
        Ok(())
    }

    fn search(
        &self,
        term: &str,
        start: usize,
        dir: SearchDirection,
    ) -> rustyline::Result<Option<SearchResult<'_>>> {
        Ok(self.find(start, dir, |entry| if term.is_empty() { None } else { entry.find(term) }))
    }

    fn starts_with(
        &self,
        term: &str,
        start: usize,
        dir: SearchDirection,
    ) -> rustyline::Result<Option<SearchResult<'_>>> {
        Ok(self.find(start, dir, |entry| entry.starts_with(term).then_some(term.len())))
    }
}

impl History {
    fn find(
        &self,
        start: usize,
        dir: SearchDirection,
        place: impl Fn(&str) -> Option<usize>,
    ) -> Option<SearchResult<'_>> {
        let at = |index: usize| {
            let entry = self.entries.get(index)?;
            Some(SearchResult { entry: Cow::Borrowed(entry), idx: index, pos: place(entry)? })
        };
        match dir {
            SearchDirection::Reverse => (0..=start).rev().find_map(at),
            SearchDirection::Forward => (start..self.entries.len()).find_map(at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(path: &Path) -> Vec<String> {
        History::open(Some(path.to_owned())).entries
    }

    #[test]
    fn entries_are_there_after_a_crash_and_none_twice() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/history");
        let mut first = History::open(Some(path.clone()));
        for entry in ["one", "two\nlines", "one", "", " hidden", "codex.login { api_key = 'k' }"] {
            first.enter(entry).unwrap();
        }
        assert_eq!(first.entries.len(), 4, "all but the empty one, in memory");
        assert_eq!(entries(&path), ["two\nlines", "one"]);
        assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        // As a kill in the middle of a write leaves it.
        let mut text = std::fs::read(&path).unwrap();
        text.extend_from_slice(b"\"cut");
        std::fs::write(&path, text).unwrap();
        let mut second = History::open(Some(path.clone()));
        second.enter("three").unwrap();
        assert_eq!(entries(&path), ["two\nlines", "one", "three"]);
    }

    #[test]
    fn two_at_once_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history");
        let enter = |name: &'static str| {
            let path = path.clone();
            std::thread::spawn(move || {
                let mut history = History::open(Some(path));
                (0..200).for_each(|n| history.enter(&format!("{name} {n}")).unwrap());
            })
        };
        let both = [enter("a"), enter("b")];
        rewrite(&path).unwrap_or_default();
        for one in both {
            one.join().unwrap();
        }
        assert_eq!(entries(&path).len(), 400);
    }

    #[test]
    fn a_link_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("history"), folder.path().join("other"));
        std::os::unix::fs::symlink(&other, &path).unwrap();
        assert!(History::open(Some(path)).enter("x").is_err());
        assert!(!other.exists());
    }
}
