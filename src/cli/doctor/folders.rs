//! Codex's home, and our two folders.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::check::{Check, Finding};
use super::look;
use crate::codex::{self, binary::Finder};
use crate::host;
use crate::notice::Notices;
use crate::sys::folder::{self, Folder};
use crate::sys::private::{self, NotPrivate};

/// Less than this on its disk, in bytes, and sessions may not be saved.
const LITTLE_SPACE: u64 = 100_000_000;

pub async fn checks(deadline: Duration) -> Vec<Check> {
    let (home, data, state) = tokio::join!(
        look("home", deadline, home),
        look("data", deadline, data),
        look("state", deadline, state)
    );
    vec![home, data, state]
}

/// Codex's, which it makes itself where it has its usual name.
fn home() -> Finding {
    let Some(home) = codex::home() else {
        return Finding::fail("there is no home folder", "set HOME");
    };
    let place = home.display().to_string();
    if !home.is_absolute() {
        let found = format!("CODEX_HOME is {place}, which is another folder wherever you stand");
        return Finding::fail(found, "give CODEX_HOME an absolute path").with("path", place);
    }
    if codex::home_is_named() && !home.exists() {
        let found = format!("{place} (CODEX_HOME) does not exist");
        return Finding::fail(found, format!("mkdir -m 700 {place}")).with("path", place);
    }
    looked_at(&home, |found| {
        if found.free.is_some_and(|free| free < LITTLE_SPACE) {
            let free = found.free.unwrap_or(0) / 1_000_000;
            Some((
                format!("{place} has {free} MB left on its disk"),
                "make room: sessions are saved there".into(),
            ))
        } else if folder::others_may_enter(&home) {
            let who = format!("{place} can be entered by other users (mode {:04o})", found.mode);
            Some((who, format!("chmod 700 {place}: your sessions are there")))
        } else if below_tmpdir(&home) {
            let advice = "Codex then does without its helpers; give it a folder elsewhere";
            Some((format!("{place} lies below TMPDIR"), advice.into()))
        } else {
            None
        }
    })
}

/// Our Codex.
fn data() -> Finding {
    let finder = match Finder::from_env(None, false, Notices::none()) {
        Ok(finder) => finder,
        Err(error) => return Finding::fail(error.to_string(), "set HOME"),
    };
    let data = finder.data_folder();
    let place = data.path.display().to_string();
    let finding = match data.state {
        Err(error) => Finding::fail(error.to_string(), "nothing in it is run until that is mended"),
        Ok(false) => Finding::ok(format!("{place} does not exist yet")),
        Ok(true) if !data.stale.is_empty() => Finding::warn(
            format!(
                "{} unfinished by installs that were killed in {place}",
                count(data.stale.len(), "folder")
            ),
            "codex-lua install removes what they left",
        ),
        Ok(true) => Finding::ok(place.clone()),
    };
    let stale: Vec<_> = data.stale.iter().map(|path| path.display().to_string()).collect();
    finding.with("path", place).with("unfinished", stale)
}

/// Where the offline home lies.
fn state() -> Finding {
    let state = match host::state_folder() {
        Ok(state) => state,
        Err(error) => return Finding::fail(error.to_string(), "set HOME"),
    };
    looked_at(&state, |_| {
        let advice = "under --offline Codex then does without its helpers; set XDG_STATE_HOME or TMPDIR";
        below_tmpdir(&state).then(|| (format!("{} lies below TMPDIR", state.display()), advice.into()))
    })
}

/// A folder that need not be there yet; `doubt` is what is less than well with one that can be used, and what to do.
fn looked_at(path: &Path, doubt: impl FnOnce(&Folder) -> Option<(String, String)>) -> Finding {
    let place = path.display().to_string();
    let found = match folder::look(path) {
        Ok(Some(found)) => found,
        Ok(None) => return Finding::ok(format!("{place} does not exist yet")).with("path", place),
        Err(error) => return Finding::fail(format!("{place}: {error}"), "move it away").with("path", place),
    };
    let finding = match private::check(path) {
        Err(NotPrivate::Untrusted { reason, remedy, .. }) => {
            Finding::fail(format!("{place} {reason}"), remedy)
        }
        Err(error) => Finding::fail(error.to_string(), "look at its rights"),
        Ok(()) if !found.writable => Finding::fail(
            format!("{place} cannot be written"),
            format!("chown it to you, or chmod u+wx {place}"),
        ),
        Ok(()) => match doubt(&found) {
            Some((what, advice)) => Finding::warn(what, advice),
            None => Finding::ok(place.clone()),
        },
    };
    finding.with("path", place).with("mode", format!("{:04o}", found.mode)).with("free_bytes", found.free)
}

fn below_tmpdir(path: &Path) -> bool {
    let tmpdir = std::env::var_os("TMPDIR").filter(|dir| !dir.is_empty()).map(PathBuf::from);
    let tmpdir = tmpdir.unwrap_or_else(|| PathBuf::from("/tmp"));
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    real(path).starts_with(real(&tmpdir))
}

fn count(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}
