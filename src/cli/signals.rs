//! Signals, on the main thread, while a script runs on its own.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::host::{Reason, Running, Stopper};
use crate::{Outcome, sys};

/// Starts a script, once signals are heard, and waits for its outcome. The first Ctrl-C, SIGTERM or SIGHUP stops the
/// script, as does a reader of its output who goes away; a second signal ends the process.
pub fn watch(stopper: &Stopper, start: impl FnOnce() -> Running) -> std::io::Result<Outcome> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let mut hangup = signal(SignalKind::hangup())?;
        let mut pipe = signal(SignalKind::pipe())?;
        // Only whoever draws has something to take away first.
        let mut suspend =
            super::status::screen().map(|_| signal(SignalKind::from_raw(libc::SIGTSTP))).transpose()?;
        let mut running = start();
        let mut asked = false;
        loop {
            let reason = tokio::select! {
                outcome = running.outcome() => return Ok(outcome),
                _ = interrupt.recv() => Reason::Interrupt,
                () = next(&mut suspend) => {
                    super::status::suspend();
                    continue;
                }
                _ = terminate.recv() => Reason::Terminate,
                _ = hangup.recv() => Reason::Hangup,
                // A server that died is another pipe, and not the end of the script.
                _ = pipe.recv(), if !asked => {
                    if !sys::stdio::reader_is_gone() {
                        continue;
                    }
                    Reason::BrokenPipe
                }
            };
            if asked {
                sys::stdio::exit_now(Outcome::Stopped(reason).exit_code().into());
            }
            asked = true;
            stopper.stop(reason);
        }
    })
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
    let mut hangup = signal(SignalKind::hangup())?;
    let reason = tokio::select! {
        _ = interrupt.recv() => Reason::Interrupt,
        _ = terminate.recv() => Reason::Terminate,
        _ = hangup.recv() => Reason::Hangup,
    };
    Ok(Outcome::Stopped(reason).exit_code())
}
