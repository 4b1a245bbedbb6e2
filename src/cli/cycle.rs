//! What a run that is watched comes to: when it is stopped, run again, or ended for good; pure.

use crate::Reason;

/// One run, from its start to the change or the signal after it.
#[derive(Debug, Default)]
pub struct Cycle {
    ended: bool,
    stale: bool,
    signal: Option<Reason>,
}

/// What is to be done now.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing: it goes on, or is being stopped.
    GoOn,
    /// Stop it.
    Stop(Reason),
    /// It has ended by itself: wait for a change.
    Wait,
    /// It has ended, and is to be run again.
    Again,
    /// All has ended, and ends with this.
    End(Reason),
    /// End all at once, whatever still runs.
    EndNow(Reason),
}

impl Cycle {
    /// What it is made of has changed.
    pub fn changed(&mut self) -> Step {
        self.stale = true;
        match (self.ended, self.signal) {
            (true, _) => Step::Again,
            (false, Some(_)) => Step::GoOn,
            (false, None) => Step::Stop(Reason::Stopped),
        }
    }

    /// A signal that ends the program has come.
    pub fn signalled(&mut self, reason: Reason) -> Step {
        match (self.signal.replace(reason), self.ended) {
            (Some(_), _) => Step::EndNow(reason),
            (None, true) => Step::End(reason),
            (None, false) => Step::Stop(reason),
        }
    }

    /// It has ended, by itself or since it was stopped.
    pub fn ended(&mut self) -> Step {
        self.ended = true;
        match self.signal {
            Some(reason) => Step::End(reason),
            None if self.stale => Step::Again,
            None => Step::Wait,
        }
    }

    /// Whether a change is known already: further ones come to the same.
    pub fn is_stale(&self) -> bool {
        self.stale
    }

    /// Whether a signal has come: another one does not wait.
    pub fn is_signalled(&self) -> bool {
        self.signal.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Reason::{Interrupt, Stopped, Terminate};
    use Step::{Again, End, EndNow, GoOn, Stop, Wait};

    enum Event {
        Changed,
        Ended,
        Signal(Reason),
    }
    use Event::{Changed, Ended, Signal};

    #[track_caller]
    fn expect(events: &[(Event, Step)]) {
        let mut cycle = Cycle::default();
        for (event, step) in events {
            let taken = match event {
                Changed => cycle.changed(),
                Ended => cycle.ended(),
                Signal(reason) => cycle.signalled(*reason),
            };
            assert_eq!(taken, *step);
        }
    }

    #[test]
    fn it_runs_again_after_its_end_and_a_change() {
        expect(&[(Changed, Stop(Stopped)), (Ended, Again)]);
        expect(&[(Ended, Wait), (Changed, Again)]);
    }

    #[test]
    fn a_signal_ends_all_once_the_run_has_ended() {
        expect(&[(Signal(Interrupt), Stop(Interrupt)), (Ended, End(Interrupt))]);
        expect(&[(Ended, Wait), (Signal(Terminate), End(Terminate))]);
    }

    #[test]
    fn a_signal_outweighs_a_change() {
        expect(&[(Changed, Stop(Stopped)), (Signal(Terminate), Stop(Terminate)), (Ended, End(Terminate))]);
        expect(&[(Signal(Terminate), Stop(Terminate)), (Changed, GoOn), (Ended, End(Terminate))]);
    }

    #[test]
    fn a_second_signal_does_not_wait() {
        expect(&[
            (Changed, Stop(Stopped)),
            (Signal(Interrupt), Stop(Interrupt)),
            (Signal(Interrupt), EndNow(Interrupt)),
        ]);
    }
}
