//! Signals: their names, who hears them, and how whoever started this process left them.

use std::io;
use std::pin::Pin;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio_stream::Stream;
use tokio_stream::wrappers::WatchStream;

/// What signals are called, without `SIG`.
const NAMES: &[(&str, i32)] = &[
    ("HUP", libc::SIGHUP),
    ("INT", libc::SIGINT),
    ("QUIT", libc::SIGQUIT),
    ("ILL", libc::SIGILL),
    ("TRAP", libc::SIGTRAP),
    ("ABRT", libc::SIGABRT),
    ("BUS", libc::SIGBUS),
    ("FPE", libc::SIGFPE),
    ("KILL", libc::SIGKILL),
    ("USR1", libc::SIGUSR1),
    ("SEGV", libc::SIGSEGV),
    ("USR2", libc::SIGUSR2),
    ("PIPE", libc::SIGPIPE),
    ("ALRM", libc::SIGALRM),
    ("TERM", libc::SIGTERM),
    ("CHLD", libc::SIGCHLD),
    ("CONT", libc::SIGCONT),
    ("STOP", libc::SIGSTOP),
    ("TSTP", libc::SIGTSTP),
    ("TTIN", libc::SIGTTIN),
    ("TTOU", libc::SIGTTOU),
    ("URG", libc::SIGURG),
    ("XCPU", libc::SIGXCPU),
    ("XFSZ", libc::SIGXFSZ),
    ("VTALRM", libc::SIGVTALRM),
    ("PROF", libc::SIGPROF),
    ("WINCH", libc::SIGWINCH),
    ("IO", libc::SIGIO),
    ("SYS", libc::SIGSYS),
];

/// The number of a signal that is called this.
pub fn number(name: &str) -> Option<i32> {
    NAMES.iter().find(|(known, _)| *known == name).map(|(_, number)| *number)
}

/// What a signal is called; one without a name, as those for real time, by its number.
pub fn name(number: i32) -> String {
    let known = NAMES.iter().find(|(_, known)| *known == number);
    known.map_or_else(|| number.to_string(), |(name, _)| (*name).to_owned())
}

/// Hangups that scripts are to have, handed on by whoever would end the program by them.
static HANGUPS: LazyLock<watch::Sender<()>> = LazyLock::new(watch::Sender::default);
static HANDED_ON: AtomicBool = AtomicBool::new(false);

/// Says that this process hands hangups on.
pub fn will_hand_on() {
    HANDED_ON.store(true, Ordering::Relaxed);
}

/// Lets those have a hangup who listen to it; tells whether there are any.
pub fn hand_on() -> bool {
    HANGUPS.send(()).is_ok()
}

/// One signal that is listened to. What comes while nobody asks is kept, as one.
pub enum Incoming {
    /// By the system.
    Heard(Signal),
    /// By [`hand_on`].
    HandedOn(WatchStream<()>),
}

impl Incoming {
    /// Listens from now on. What the signal did by itself it does no more in this process, for good.
    pub fn listen(number: i32) -> io::Result<Self> {
        if number == libc::SIGHUP && HANDED_ON.load(Ordering::Relaxed) {
            return Ok(Self::HandedOn(WatchStream::from_changes(HANGUPS.subscribe())));
        }
        signal(SignalKind::from_raw(number)).map(Self::Heard)
    }

    /// Ready when one has come.
    pub fn poll_next(&mut self, context: &mut Context) -> Poll<()> {
        match self {
            Self::Heard(signal) => signal.poll_recv(context).map(|_| ()),
            Self::HandedOn(hangups) => Pin::new(hangups).poll_next(context).map(|_| ()),
        }
    }
}

/// Whether this process was started with a signal ignored, as `nohup` does it; where there is no `/proc` it was not.
/// To be asked before the signal is listened to, which ends that.
pub fn is_ignored(signal: i32) -> bool {
    std::fs::read_to_string("/proc/self/status").is_ok_and(|status| ignores(&status, signal))
}

fn ignores(status: &str, signal: i32) -> bool {
    let set = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let set = set.and_then(|set| u64::from_str_radix(set.trim(), 16).ok()).unwrap_or(0);
    u32::try_from(signal - 1).is_ok_and(|bit| set.checked_shr(bit).unwrap_or(0) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_set_is_read() {
        let status = "Name:\tx\nSigBlk:\t0000000000000002\nSigIgn:\t0000000000001001\n";
        assert!(ignores(status, libc::SIGHUP) && ignores(status, libc::SIGPIPE));
        assert!(!ignores(status, libc::SIGINT) && !ignores(status, 0) && !ignores(status, 65));
        assert!(!ignores("", libc::SIGHUP));
    }
}
