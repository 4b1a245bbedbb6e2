//! Signals, on the main thread, while a script runs on its own.

use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{status, terminal};
use crate::host::Reason;
use crate::{Chunk, Host, Outcome, repl, sys};

/// What ends, stops or interrupts the program.
pub struct Signals {
    interrupt: Signal,
    terminate: Signal,
    /// `nohup` has it ignored, and so it stays.
    hangup: Option<Signal>,
    pipe: Signal,
    child: Signal,
    /// Only whoever draws has something to take away first, where a shell can stop us at all.
    suspend: Option<Signal>,
}

/// How long a script, and then its host, may take to end: many times what they need, however Codex hangs. What takes
/// longer is in a call that does not return.
pub const LONGEST_END: Duration = Duration::from_secs(30);

/// Runs a script, once signals are heard, and ends its host. The first Ctrl-C, SIGTERM or SIGHUP stops the script, as
/// does a reader of its output who goes away; another one, and one while the host ends, ends the process, as does
/// [`LONGEST_END`] after a stop.
pub fn run(host: Host, chunk: Chunk, report: impl FnOnce(&Outcome)) -> std::io::Result<Outcome> {
    hearing(async |signals| {
        let stopper = host.stopper();
        let mut running = host.start(chunk);
        let mut asked = false;
        let outcome = loop {
            let reason = tokio::select! {
                outcome = running.outcome() => break outcome,
                reason = signals.next(asked) => reason,
                reason = stopper.overdue(LONGEST_END) => give_up("the script", reason),
            };
            if asked {
                exit_now(reason);
            }
            asked = true;
            stopper.stop(reason);
        };
        report(&outcome);
        signals.end(host).await;
        outcome
    })
}

/// Does this on the main thread, once signals are heard.
pub fn hearing<T>(work: impl AsyncFnOnce(&mut Signals) -> T) -> std::io::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let done = runtime.block_on(async { Ok(work(&mut Signals::listen()?).await) });
    runtime.shutdown_background();
    done
}

/// Hears signals for a prompt, on a thread of its own: Ctrl-C interrupts what runs there, the others end it.
pub fn attend(control: repl::Control) -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut signals = {
        let _inside = runtime.enter();
        // Ctrl-Z is the terminal's: the editor lets go of it first.
        Signals { suspend: None, ..Signals::listen()? }
    };
    std::thread::Builder::new().name("signals".into()).spawn(move || {
        runtime.block_on(async {
            loop {
                match signals.next(true).await {
                    Reason::Interrupt if control.interrupt() => exit_now(Reason::Interrupt),
                    Reason::Interrupt => {}
                    reason => control.end(reason),
                }
            }
        })
    })?;
    Ok(())
}

/// Ends the process: something is in a call that does not return.
pub fn give_up(who: &str, reason: Reason) -> ! {
    terminal::error(&format!(
        "{who} did not end within {LONGEST_END:?}, in a call that does not return: ended"
    ));
    exit_now(reason)
}

/// Ends the process, and what it started, at once.
pub fn exit_now(reason: Reason) -> ! {
    sys::processes::end_all();
    sys::stdio::exit_now(Outcome::Stopped(reason).exit_code().into())
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        let hangup = unless_ignored(SignalKind::hangup())?;
        if hangup.is_some() {
            sys::signals::will_hand_on();
        }
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup,
            pipe: signal(SignalKind::pipe())?,
            child: signal(SignalKind::child())?,
            suspend: match status::screen() {
                Some(_) if sys::processes::has_shell() => {
                    unless_ignored(SignalKind::from_raw(libc::SIGTSTP))?
                }
                _ => None,
            },
        })
    }

    /// Ends a host whose script has ended.
    pub async fn end(&mut self, host: Host) {
        tokio::select! {
            _ = tokio::task::spawn_blocking(|| drop(host)) => {}
            reason = self.next(true) => exit_now(reason),
            () = tokio::time::sleep(LONGEST_END) => give_up("the host", Reason::Stopped),
        }
    }

    /// Why the script is to stop, or, when it was `asked` before, the process to end.
    pub async fn next(&mut self, asked: bool) -> Reason {
        loop {
            return tokio::select! {
                _ = self.interrupt.recv() => Reason::Interrupt,
                _ = self.terminate.recv() => Reason::Terminate,
                () = next(&mut self.hangup) => {
                    // While it ends nobody else has a say.
                    if !asked && sys::signals::hand_on() {
                        continue;
                    }
                    Reason::Hangup
                }
                _ = self.child.recv() => {
                    sys::processes::collect();
                    continue;
                }
                () = next(&mut self.suspend) => {
                    status::suspend();
                    continue;
                }
                // A server that died is another pipe, and not the end of the script.
                _ = self.pipe.recv(), if !asked => {
                    if !sys::stdio::reader_is_gone() {
                        continue;
                    }
                    Reason::BrokenPipe
                }
            };
        }
    }
}

/// Listens to a signal, unless whoever started this process had it ignore that.
fn unless_ignored(kind: SignalKind) -> std::io::Result<Option<Signal>> {
    if sys::signals::is_ignored(kind.as_raw_value()) { Ok(None) } else { signal(kind).map(Some) }
}

/// The next of a signal, if it is listened to.
async fn next(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => {
            signal.recv().await;
        }
        None => std::future::pending().await,
    }
}

/// Waits for a signal that ends the program, where no script runs; gives the exit status that says so.
pub async fn ended() -> std::io::Result<u8> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = unless_ignored(SignalKind::hangup())?;
    let reason = tokio::select! {
        _ = interrupt.recv() => Reason::Interrupt,
        _ = terminate.recv() => Reason::Terminate,
        () = next(&mut hangup) => Reason::Hangup,
    };
    Ok(Outcome::Stopped(reason).exit_code())
}
