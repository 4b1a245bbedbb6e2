//! A recording instead of a server: what was asked then may be asked again, and nothing else.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use serde_json::{Value, json};
use tokio::runtime::Handle;

use super::error::Error;
use super::launch::{BoxRead, BoxWrite};
use super::record::{BadRecording, Places, Recording, Scrub, TMP};
use super::redact::REDACTED;
use super::wire::Address;
use crate::rpc::replay::{self, Call, Mismatch, Player, Rules};

/// A recording that is replayed.
pub struct Replay {
    path: PathBuf,
    host: String,
    servers: Vec<Arc<Mutex<Player>>>,
    /// The lines at which scripts ended.
    ends: Vec<usize>,
    started: AtomicUsize,
    divergence: OnceLock<Divergence>,
}

/// How a script asks something else than was recorded.
#[derive(Debug, Clone)]
pub struct Divergence {
    /// In words, with both sides.
    pub what: String,
    /// The recording.
    pub path: PathBuf,
    /// The line in it that the script should have come to.
    pub line: Option<usize>,
    /// What was recorded: JSON.
    pub recorded: Option<Value>,
    /// What the script asks: JSON.
    pub asked: Option<Value>,
}

impl Replay {
    /// Reads a recording for a run that works in `cwd`.
    pub fn open(path: &Path, cwd: &Path) -> Result<Arc<Self>, BadRecording> {
        let Recording { host, servers, ends } = Recording::read(path)?;
        let rules = Arc::new(Meaning::new(Places::of(cwd)));
        let player = |heard| Arc::new(Mutex::new(Player::new(heard, rules.clone())));
        Ok(Arc::new(Self {
            path: path.to_owned(),
            host,
            servers: servers.into_iter().map(player).collect(),
            ends,
            started: AtomicUsize::new(0),
            divergence: OnceLock::new(),
        }))
    }

    /// The next server.
    pub(super) fn start(self: &Arc<Self>, runtime: &Handle) -> Result<(BoxRead, BoxWrite), Error> {
        if let Some(divergence) = self.divergence() {
            return Err(Error::Replay(Box::new(divergence)));
        }
        let Some(player) = self.servers.get(self.started.fetch_add(1, Ordering::Relaxed)) else {
            let count = self.servers.len();
            let what = format!("the script needs a server more than the {count} that were recorded");
            return Err(Error::Replay(Box::new(self.diverges(&what))));
        };
        let replay = self.clone();
        let (reader, writer) =
            replay::serve(runtime, player.clone(), move |mismatch| replay.differs(mismatch));
        Ok((Box::new(reader), Box::new(writer)))
    }

    /// How the script asked something else, if it did.
    pub fn divergence(&self) -> Option<Divergence> {
        self.divergence.get().cloned()
    }

    /// What the scripts up to this one, from 1, asked when they were recorded and have not asked now.
    pub fn left(&self, scripts: usize) -> Option<Divergence> {
        let up_to = *self.ends.get(scripts.checked_sub(1)?)?;
        let left: Vec<_> = self.servers.iter().map(|player| lock(player).left(up_to)).collect();
        let count: usize = left.iter().map(|(count, _)| count).sum();
        let (line, call) = left.into_iter().find_map(|(_, first)| first)?;
        let requests = if count == 1 { "a request".to_owned() } else { format!("{count} requests") };
        let what =
            format!("the script ended without {requests} that it was recorded with; line {line}: {call}");
        Some(Divergence { line: Some(line), recorded: Some(of(call)), ..self.diverges(&what) })
    }

    fn differs(&self, mismatch: Mismatch) {
        let what = mismatch.to_string();
        let Mismatch { asked, recorded, .. } = mismatch;
        let (line, recorded) = recorded.map(|(line, call)| (line, of(call))).unzip();
        let divergence = Divergence { line, recorded, asked: Some(of(asked)), ..self.diverges(&what) };
        let _ = self.divergence.set(divergence);
    }

    fn diverges(&self, what: &str) -> Divergence {
        let ours = env!("CARGO_PKG_VERSION");
        let by = if self.host == ours { String::new() } else { format!(" (by codex-lua {})", self.host) };
        let what = format!("{}{by}: {what}", self.path.display());
        Divergence { what, path: self.path.clone(), line: None, recorded: None, asked: None }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn of(Call { method, params }: Call) -> Value {
    json!({ "method": method, "params": params })
}

/// What methods and parameters of Codex mean for a replay.
struct Meaning {
    scrub: Scrub,
    places: Places,
    /// What each of our ids and temporary folders of then is now.
    now: Mutex<HashMap<String, String>>,
}

/// The parameter that holds an id of ours; the server repeats it.
const OUR_ID: &str = "clientUserMessageId";
/// Parameters that are the machine's and not the script's.
const IGNORED: [&str; 2] = ["clientInfo.version", "config.shell_environment_policy.exclude"];
/// How folders and files begin that are made anew in each run, where temporary files are kept.
const MADE_ANEW: [&str; 2] = ["codex-lua-", "lua_"];

impl Meaning {
    fn new(places: Places) -> Self {
        Self { scrub: Scrub::new(places.clone()), places, now: Mutex::default() }
    }

    /// The text without names that are made anew in each run, and those.
    fn without_new(text: &str) -> (String, Vec<&str>) {
        let (mut left, mut names) = (String::new(), vec![]);
        let below = format!("{TMP}/");
        let mut parts = text.split(&below[..]);
        left += parts.next().unwrap_or_default();
        for part in parts {
            let end = part.find(|c: char| !c.is_alphanumeric() && c != '-' && c != '_').unwrap_or(part.len());
            let is_new = MADE_ANEW.iter().any(|start| part.starts_with(start));
            let end = if is_new { end } else { 0 };
            names.extend(Some(&part[..end]).filter(|name| !name.is_empty()));
            left = left + &below + if is_new { "\0" } else { "" } + &part[end..];
        }
        (left, names)
    }

    fn stands_for(&self, then: &str, now: &str, learn: bool) -> bool {
        let mut known = lock(&self.now);
        if let Some(known) = known.get(then) {
            return known == now;
        }
        if learn {
            known.insert(then.to_owned(), now.to_owned());
        }
        true
    }
}

impl Rules for Meaning {
    fn lane(&self, params: &str) -> Option<String> {
        Address::read(params).thread().map(str::to_owned)
    }

    /// What we ask by ourselves when it happens that a turn or a thread has to be ended.
    fn chance(&self, method: &str) -> Option<Value> {
        match method {
            "turn/interrupt"
            | "thread/unsubscribe"
            | "thread/queue/start"
            | "thread/backgroundTerminals/terminate"
            | "thread/backgroundTerminals/clean" => Some(json!({})),
            "thread/backgroundTerminals/list" | "thread/loaded/list" | "thread/queue/list" => {
                Some(json!({ "data": [] }))
            }
            _ => None,
        }
    }

    fn told<'l>(&self, line: &'l str) -> Cow<'l, str> {
        self.scrub.told(line)
    }

    fn said<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let now = lock(&self.now);
        if let Some(now) = now.get(text) {
            return now.clone().into();
        }
        let mut said = Cow::from(text);
        if text.contains(TMP) {
            for name in Self::without_new(text).1 {
                if let Some(now) = now.get(name) {
                    said = said.replace(name, now).into();
                }
            }
        }
        self.places.show(said)
    }

    fn ignores(&self, path: &str) -> bool {
        IGNORED.iter().any(|ignored| path.starts_with(ignored))
    }

    fn same(&self, path: &str, then: &str, now: &str, learn: bool) -> bool {
        if path == OUR_ID {
            return self.stands_for(then, now, learn);
        }
        if then == now {
            return true;
        }
        let ((then, then_made), (now, now_made)) = (Self::without_new(then), Self::without_new(now));
        then_made.len() == now_made.len()
            && then_made.iter().zip(&now_made).all(|(then, now)| self.stands_for(then, now, learn))
            && fits(&then, &now)
    }
}

/// Whether `now` is `then` with anything for what was redacted there.
fn fits(then: &str, now: &str) -> bool {
    let mut parts = then.split(REDACTED);
    let Some(mut rest) = now.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_redacted_may_be_anything() {
        assert!(fits("a [redacted] b", "a 12345 b") && fits("[redacted]", "x") && fits("a", "a"));
        assert!(fits("[redacted]-[redacted]", "x-y") && fits("a [redacted] b", "a [redacted] b"));
        assert!(!fits("a [redacted] b", "a 12345 c") && !fits("a", "ab") && !fits("x[redacted]", "y"));
    }

    #[test]
    fn names_that_are_made_anew_stand_for_each_other_and_for_no_second_one() {
        let meaning = Meaning::new(Places::of(Path::new("/w")));
        let (a, b) = ("in ‹tmp›/codex-lua-0a/x and ‹tmp›/fixed", "in ‹tmp›/codex-lua-0b/x and ‹tmp›/fixed");
        assert!(meaning.same("cwd", a, b, true));
        assert_eq!(meaning.said("‹tmp›/codex-lua-0a/y").rsplit('/').nth(1), Some("codex-lua-0b"));
        assert!(!meaning.same("cwd", a, "in ‹tmp›/codex-lua-0c/x and ‹tmp›/fixed", false));
        assert!(!meaning.same("cwd", "‹tmp›/one", "‹tmp›/two", false));
    }
}
