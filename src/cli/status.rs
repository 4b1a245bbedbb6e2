//! The status line: what runs, on the terminal, while a script waits for it.
//!
//! A step of an install takes the same place. A thread of its own draws; whoever tells it something stores that and
//! goes on. It is hand-made, since the libraries for this take the start of a line for theirs, and here a script may
//! have left an answer in the middle of one.

use std::fmt::Write as _;
use std::io::IsTerminal;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::{Duration, Instant};

use super::screen::Screen;
use super::width::Line;
use super::{terminal, visible};
use crate::notice::{Activity, Doing};
use crate::repl::Above;
use crate::sys::stdio::{self, Stream};

/// The shortest time between two drawings.
const REDRAW: Duration = Duration::from_millis(100);
/// How often the seconds change.
const SECOND: Duration = Duration::from_secs(1);

/// How long a step is shown: one that failed is not told of as over.
const STEP: Duration = Duration::from_secs(5);

static SCREEN: OnceLock<Arc<Screen>> = OnceLock::new();

/// The terminal, when there is a status line on it.
pub fn screen() -> Option<&'static Screen> {
    SCREEN.get().map(Arc::as_ref)
}

/// There is no status line any more.
pub fn close() {
    screen().inspect(|screen| stdio::Screen::close(*screen));
}

/// Stops the process, as Ctrl-Z does, and goes on when it is continued.
pub fn suspend() {
    let lent = screen().is_some_and(Screen::lend_if_free);
    // Not by SIGTSTP, which is what is being answered.
    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::STOP);
    if let Some(screen) = screen().filter(|_| lent) {
        // A shell says on a line of its own what it continues.
        stdio::Screen::take_back(screen, true);
    }
}

/// What the status line says.
pub struct Status {
    told: Mutex<Told>,
    changed: Condvar,
}

#[derive(Default)]
struct Told {
    activity: Option<Activity>,
    step: Option<(String, Instant)>,
    /// Something is new since it was last looked at.
    news: bool,
    /// There is a thread that draws.
    drawn: bool,
}

impl Status {
    /// Begins to share the terminal; `None` where there is none, or where what is drawn could end up among what a
    /// script prints. Once in a process.
    pub fn start() -> Option<Arc<Self>> {
        if !std::io::stderr().is_terminal() || goes_through_a_pipe() {
            None
        } else {
            Self::share(Above::default())
        }
    }

    /// As [`Status::start`], for a prompt: what is printed while a line is read goes to `above`. `None` where nothing
    /// can be drawn.
    pub fn share(above: Above) -> Option<Arc<Self>> {
        if std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb") {
            return None;
        }
        let status = Arc::new(Self { told: Mutex::default(), changed: Condvar::new() });
        let told: Weak<Self> = Arc::downgrade(&status);
        let screen = Arc::new(Screen::new(terminal::faint(), above, move || {
            told.upgrade().inspect(|status| status.tell(|_| {}));
        }));
        let mut streams = vec![];
        streams.extend(std::io::stdout().is_terminal().then_some(Stream::Out));
        streams.extend(std::io::stderr().is_terminal().then_some(Stream::Err));
        if SCREEN.set(screen.clone()).is_err() || !stdio::route(screen, &streams) {
            return None;
        }
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let lent = self::screen().filter(|screen| screen.lend_if_free());
            report(panic);
            lent.inspect(|screen| stdio::Screen::take_back(*screen, true));
        }));
        Some(status)
    }

    /// Says what runs.
    pub fn activity(self: &Arc<Self>, activity: Option<Activity>) {
        self.change(|told| told.activity = activity);
    }

    /// Says how far something is that takes long, or that it is over.
    pub fn step(self: &Arc<Self>, step: Option<String>) {
        let now = Instant::now();
        self.change(|told| told.step = step.map(|step| (step, now)));
    }

    fn change(self: &Arc<Self>, change: impl FnOnce(&mut Told)) {
        let begins = self.tell(|told| {
            change(told);
            !std::mem::replace(&mut told.drawn, true)
        });
        if begins {
            let status = self.clone();
            // Without a thread there is no line.
            let _ = std::thread::Builder::new().name("status".into()).spawn(move || status.work());
        }
    }

    fn tell<T>(&self, change: impl FnOnce(&mut Told) -> T) -> T {
        let mut told = self.lock();
        let changed = change(&mut told);
        told.news = true;
        self.changed.notify_one();
        changed
    }

    fn lock(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        let Some(screen) = screen() else { return };
        loop {
            let line = {
                let mut told = self.lock();
                told.news = false;
                told.line(Instant::now())
            };
            let again = line.as_ref().map(|line| screen.draw(line).unwrap_or(SECOND));
            if again.is_none() {
                screen.hide();
            }
            std::thread::sleep(REDRAW);
            let told = self.lock();
            let old = |told: &mut Told| !told.news;
            match again.map(|again| again.saturating_sub(REDRAW)) {
                Some(again) => drop(self.changed.wait_timeout_while(told, again, old)),
                None => drop(self.changed.wait_while(told, old)),
            }
        }
    }
}

impl Told {
    fn line(&self, now: Instant) -> Option<Line> {
        let step = self.step.as_ref().filter(|(_, told)| now.duration_since(*told) < STEP);
        step.map(|(step, _)| one_line(step).into())
            .or_else(|| self.activity.as_ref().map(|activity| line(activity, now)))
    }
}

/// `turn 3 · running cargo test · 12s · 3.4k tokens · 2 tasks`; a long command leaves room for the figures, which are
/// the signs of life.
fn line(activity: &Activity, now: Instant) -> Line {
    let turn = match activity.turns {
        0 | 1 => format!("turn {}", activity.number),
        turns => format!("{turns} turns"),
    };
    let doing = match (&activity.retry, &activity.doing) {
        (Some(retry), _) => retry.clone(),
        (None, Some(doing)) => self::doing(doing),
        (None, None) => "waiting for the model".into(),
    };
    let mut end = format!(" · {}", seconds(now.duration_since(activity.since)));
    if activity.tokens > 0 {
        let _ = write!(end, " · {} tokens", tokens(activity.tokens));
    }
    match activity.tasks.get() {
        0 => {}
        1 => end += " · 1 task",
        tasks => {
            let _ = write!(end, " · {tasks} tasks");
        }
    }
    Line { text: format!("{turn} · {}", one_line(&doing)), end }
}

fn doing(doing: &Doing) -> String {
    let verb = match &*doing.kind {
        "agent_message" => "writing",
        "reasoning" => "thinking",
        "command_execution" => "running",
        "file_change" => "changing",
        "mcp_tool_call" | "dynamic_tool_call" => "calling",
        "web_search" => "searching",
        kind => &kind.replace('_', " "),
    };
    if doing.what.is_empty() { verb.to_owned() } else { format!("{verb} {}", doing.what) }
}

/// What the agent or the server wrote, in one line, and without anything that steers the terminal.
fn one_line(text: &str) -> String {
    visible::line(text).replace('\t', "\\t")
}

fn seconds(time: Duration) -> String {
    let seconds = time.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, seconds) => format!("{minutes}m{seconds:02}s"),
        (hours, minutes, _) => format!("{hours}h{minutes:02}m"),
    }
}

#[allow(clippy::cast_precision_loss, reason = "two digits are shown")]
fn tokens(tokens: u64) -> String {
    match tokens {
        0..1_000 => tokens.to_string(),
        1_000..1_000_000 => format!("{:.1}k", tokens as f64 / 1e3),
        _ => format!("{:.1}M", tokens as f64 / 1e6),
    }
}

/// Whether something else prints what the script prints, perhaps on this terminal.
fn goes_through_a_pipe() -> bool {
    let out = rustix::fs::fstat(rustix::stdio::stdout());
    out.is_ok_and(|out| {
        let kind = rustix::fs::FileType::from_raw_mode(out.st_mode);
        kind.is_fifo() || kind.is_socket()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notice::Count;

    #[test]
    fn it_says_what_runs() {
        let now = Instant::now();
        let doing = Some(Doing { kind: "command_execution".into(), what: "make\n\u{1b}[2J".into() });
        let mut activity = Activity {
            turns: 1,
            number: 3,
            since: now,
            doing,
            tokens: 3_449,
            tasks: Count::default(),
            retry: None,
        };
        let at = now + Duration::from_secs(192);
        let text = |activity: &Activity, now| line(activity, now).fit(200);
        assert_eq!(text(&activity, at), "turn 3 · running make\\n\\u{1b}[2J · 3m12s · 3.4k tokens");
        let _task = activity.tasks.one_more();
        (activity.turns, activity.tokens, activity.doing) = (2, 0, None);
        assert_eq!(text(&activity, now), "2 turns · waiting for the model · 0s · 1 task");
        activity.retry = Some("Reconnecting... 1/2".into());
        assert_eq!(text(&activity, now), "2 turns · Reconnecting... 1/2 · 0s · 1 task");
    }
}
