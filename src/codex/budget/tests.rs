//! Laws of budgets, over random sessions of turns, copies, subagents and scopes.

use proptest::prelude::*;

use super::*;

/// What happens next; turns and budgets by number.
#[derive(Debug, Clone, Copy)]
enum Step {
    Admit { own: usize, scope: Option<usize> },
    Run(usize),
    Tokens(usize, u64),
    Command(usize),
    Untold(usize, bool),
    End(usize),
    Pass(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..3_usize, prop::option::of(0..3_usize)).prop_map(|(own, scope)| Step::Admit { own, scope }),
        3 => (0..9_usize).prop_map(Step::Run),
        3 => (0..9_usize, prop_oneof![9 => 0..60_u64, 1 => Just(u64::MAX)]).prop_map(|(t, n)| Step::Tokens(t, n)),
        2 => (0..9_usize).prop_map(Step::Command),
        1 => (0..9_usize, any::<bool>()).prop_map(|(turn, whole)| Step::Untold(turn, whole)),
        3 => (0..9_usize).prop_map(Step::End),
        2 => (0..40_u64).prop_map(Step::Pass),
    ]
}

fn allowance() -> impl Strategy<Value = Allowance> {
    let limit = |most: u64| prop::option::of(1..most);
    (limit(200), limit(6), limit(100), prop::option::of(0..5_u64)).prop_map(
        |(tokens, turns, time, commands)| Allowance {
            tokens,
            turns,
            time: time.map(Duration::from_millis),
            commands,
        },
    )
}

/// What a budget should have counted.
#[derive(Debug, Default, Clone)]
struct Expected {
    tokens: u64,
    whole: u64,
    untold: u64,
    turns: u64,
    commands: u64,
    time: u64,
    exceeded: bool,
}

impl Expected {
    fn is_over(&self, allowed: &Allowance) -> bool {
        allowed.tokens.is_some_and(|most| self.tokens > most)
            || allowed.commands.is_some_and(|most| self.commands > most)
    }

    fn spent(&self) -> Spent {
        Spent {
            tokens: (self.whole == 0).then_some(self.tokens),
            untold: self.untold,
            turns: self.turns,
            time: Duration::from_millis(self.time),
            commands: self.commands,
        }
    }

    fn has_room(&self, allowed: &Allowance) -> bool {
        !self.exceeded
            && allowed.tokens.is_none_or(|most| self.tokens < most)
            && allowed.turns.is_none_or(|most| self.turns < most)
            && allowed.time.is_none_or(|most| u128::from(self.time) < most.as_millis())
    }
}

struct Turn {
    of: Vec<usize>,
    share: Share,
    ran: bool,
    ended: bool,
}

/// What is, and what should be.
struct Session {
    allowed: Vec<Allowance>,
    budgets: Vec<Budget>,
    expected: Vec<Expected>,
    turns: Vec<Turn>,
}

impl Session {
    fn new(allowed: Vec<Allowance>) -> Self {
        let budgets: Vec<_> = allowed.iter().copied().map(Budget::new).collect();
        let expected = vec![Expected::default(); budgets.len()];
        Self { allowed, budgets, expected, turns: vec![] }
    }

    /// A turn by number, and what is expected of the budgets that it counts for.
    fn turn(&mut self, n: usize) -> Option<(&mut Turn, Vec<&mut Expected>)> {
        let place = n % self.turns.len().max(1);
        let turn = self.turns.get_mut(place)?;
        let of = self.expected.iter_mut().enumerate();
        let of = of.filter(|(place, _)| turn.of.contains(place)).map(|(_, expected)| expected).collect();
        Some((turn, of))
    }

    fn admit(&mut self, own: usize, scope: Option<usize>) {
        let mut of: Vec<_> = std::iter::once(own).chain(scope).collect();
        of.dedup();
        let mut all = Budgets::default();
        all.add(of.iter().map(|of| self.budgets[*of].clone()));
        let has_room = of.iter().all(|of| self.expected[*of].has_room(&self.allowed[*of]));
        let admitted = all.admit();
        assert_eq!(admitted.is_ok(), has_room, "a turn begins when all have room");
        if let Ok(share) = admitted {
            for of in &of {
                self.expected[*of].turns += 1;
            }
            self.turns.push(Turn { of, share, ran: false, ended: false });
        }
    }

    fn end(&mut self, n: usize) {
        let Some((turn, of)) = self.turn(n) else { return };
        turn.share.end(Instant::now());
        let never_ran = !turn.ended && !turn.ran;
        turn.ended = true;
        for expected in of.into_iter().filter(|_| never_ran) {
            expected.turns -= 1;
        }
    }

    /// Gives the budget of which it was told that it is exceeded.
    fn spend(&mut self, n: usize, tokens: u64, commands: u64) -> Option<Budget> {
        let (turn, of) = self.turn(n)?;
        for expected in of {
            expected.tokens = expected.tokens.saturating_add(tokens);
            expected.commands += commands;
        }
        let budgets = turn.share.budgets();
        if commands > 0 {
            budgets.command()
        } else {
            budgets.tokens(&Usage { total_tokens: tokens, ..Usage::default() })
        }
    }

    fn untold(&mut self, n: usize, untold: Untold) {
        let allowed = self.allowed.clone();
        let Some((turn, of)) = self.turn(n) else { return };
        let warns = turn.share.budgets().untold(untold);
        let limits = turn.of.iter().map(|of| allowed[*of].tokens.is_some());
        let whole = u64::from(untold == Untold::Whole);
        let mut first = false;
        // Both in the order of their numbers, or only one.
        let mut limits: Vec<_> = limits.zip(&turn.of).map(|(limit, of)| (*of, limit)).collect();
        limits.sort_unstable();
        for (expected, (_, is_limited)) in of.into_iter().zip(limits) {
            first |= whole == 1 && expected.whole == 0 && is_limited;
            expected.whole += whole;
            expected.untold += 1;
        }
        assert_eq!(warns, first, "once a budget");
    }

    async fn pass(&mut self, millis: u64) {
        tokio::time::advance(Duration::from_millis(millis)).await;
        for (of, expected) in self.expected.iter_mut().enumerate() {
            let runs = self.turns.iter().any(|turn| turn.ran && !turn.ended && turn.of.contains(&of));
            expected.time += if runs { millis } else { 0 };
        }
    }

    async fn step(&mut self, step: Step) {
        let told = match step {
            Step::Tokens(n, tokens) => self.spend(n, tokens, 0),
            Step::Command(n) => self.spend(n, 0, 1),
            Step::Admit { own, scope } => {
                self.admit(own, scope);
                None
            }
            Step::Run(n) => {
                if let Some((turn, _)) = self.turn(n).filter(|(turn, _)| !turn.ended) {
                    turn.ran = true;
                    turn.share.run(Instant::now());
                }
                None
            }
            Step::End(n) => {
                self.end(n);
                None
            }
            Step::Untold(n, whole) => {
                self.untold(n, if whole { Untold::Whole } else { Untold::Cut });
                None
            }
            Step::Pass(millis) => {
                self.pass(millis).await;
                None
            }
        };
        let mut now = vec![];
        for (of, expected) in self.expected.iter_mut().enumerate() {
            if expected.is_over(&self.allowed[of]) && !std::mem::replace(&mut expected.exceeded, true) {
                now.push(&self.budgets[of]);
            }
        }
        assert_eq!(told.is_some(), !now.is_empty(), "told once, when it happens");
        assert!(told.iter().all(|told| now.contains(&told)));
        for (budget, expected) in self.budgets.iter().zip(&self.expected) {
            assert_eq!(budget.spent(), expected.spent());
        }
    }

    fn finish(self) {
        drop(self.turns);
        for (budget, allowed) in self.budgets.iter().zip(&self.allowed) {
            assert!(allowed.turns.is_none_or(|most| budget.spent().turns <= most));
            assert!(budget.ledger().due(allowed).is_none(), "no clock runs on");
        }
    }
}

proptest! {
    #[test]
    fn sums_are_right_and_too_much_is_told_once(
        allowed in prop::collection::vec(allowance(), 3),
        steps in prop::collection::vec(step(), 0..60),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()?;
        runtime.block_on(async {
            let mut session = Session::new(allowed);
            for step in steps {
                session.step(step).await;
            }
            session.finish();
        });
    }
}

#[tokio::test(start_paused = true)]
async fn time_is_due_when_turns_go_on() {
    let time = Some(Duration::from_secs(10));
    let budget = Budget::new(Allowance { time, ..Allowance::default() });
    let mut budgets = Budgets::default();
    budgets.add([budget.clone(), budget.clone()]);
    let [mut one, mut two] = [(); 2].map(|()| budgets.admit().expect("room"));
    assert_eq!(one.due(), None, "none runs");
    let begun = Instant::now();
    one.run(begun);
    tokio::time::advance(Duration::from_secs(4)).await;
    two.run(Instant::now());
    assert_eq!(two.due().map(|(at, _)| at), Some(begun + Duration::from_secs(10)), "two at once count once");
    drop((one, two));
    tokio::time::advance(Duration::from_secs(100)).await;
    let mut three = budgets.admit().expect("room");
    let begun = Instant::now();
    three.run(begun);
    assert_eq!(three.due().map(|(at, _)| at), Some(begun + Duration::from_secs(6)));
    tokio::time::advance(Duration::from_secs(6)).await;
    assert!(matches!(budgets.admit(), Err(Error::Budget { result: None, .. })));
    assert_eq!(budget.to_string(), "10 of 10 seconds");
}
