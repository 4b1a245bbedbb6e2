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

async fn session(allowed: Vec<Allowance>, steps: Vec<Step>) {
    let budgets: Vec<_> = allowed.iter().copied().map(Budget::new).collect();
    let mut expected = vec![Expected::default(); budgets.len()];
    let mut turns: Vec<Turn> = vec![];
    for step in steps {
        let turn = |n: usize, turns: &[Turn]| if turns.is_empty() { None } else { Some(n % turns.len()) };
        let mut told = None;
        match step {
            Step::Admit { own, scope } => {
                let mut of: Vec<_> = std::iter::once(own).chain(scope).collect();
                of.dedup();
                let mut all = Budgets::default();
                all.add(of.iter().map(|of| budgets[*of].clone()));
                let admitted = all.admit();
                assert_eq!(
                    admitted.is_ok(),
                    of.iter().all(|of| expected[*of].has_room(&allowed[*of])),
                    "a turn begins when all have room"
                );
                if let Ok(share) = admitted {
                    of.iter().for_each(|of| expected[*of].turns += 1);
                    turns.push(Turn { of, share, ran: false, ended: false });
                }
            }
            Step::Run(n) => {
                if let Some(n) = turn(n, &turns).filter(|n| !turns[*n].ended) {
                    turns[n].ran = true;
                    turns[n].share.run(Instant::now());
                }
            }
            Step::End(n) => {
                if let Some(n) = turn(n, &turns) {
                    turns[n].share.end(Instant::now());
                    if !turns[n].ended && !turns[n].ran {
                        turns[n].of.iter().for_each(|of| expected[*of].turns -= 1);
                    }
                    turns[n].ended = true;
                }
            }
            Step::Tokens(n, tokens) => {
                if let Some(n) = turn(n, &turns) {
                    let usage = Usage { total_tokens: tokens, ..Usage::default() };
                    told = Some((n, turns[n].share.budgets().tokens(&usage)));
                    for of in &turns[n].of {
                        expected[*of].tokens = expected[*of].tokens.saturating_add(tokens);
                    }
                }
            }
            Step::Command(n) => {
                if let Some(n) = turn(n, &turns) {
                    told = Some((n, turns[n].share.budgets().command()));
                    turns[n].of.iter().for_each(|of| expected[*of].commands += 1);
                }
            }
            Step::Untold(n, whole) => {
                if let Some(n) = turn(n, &turns) {
                    let warns =
                        turns[n].share.budgets().untold(if whole { Untold::Whole } else { Untold::Cut });
                    let is_first =
                        |of: &usize| whole && expected[*of].whole == 0 && allowed[*of].tokens.is_some();
                    assert_eq!(warns, turns[n].of.iter().any(is_first), "once a budget");
                    for of in &turns[n].of {
                        expected[*of].whole += u64::from(whole);
                        expected[*of].untold += 1;
                    }
                }
            }
            Step::Pass(millis) => {
                tokio::time::advance(Duration::from_millis(millis)).await;
                for (of, expected) in expected.iter_mut().enumerate() {
                    let runs = turns.iter().any(|turn| turn.ran && !turn.ended && turn.of.contains(&of));
                    expected.time += if runs { millis } else { 0 };
                }
            }
        }
        let mut first = None;
        for (of, expected) in expected.iter_mut().enumerate() {
            if expected.is_over(&allowed[of]) && !std::mem::replace(&mut expected.exceeded, true) {
                first.get_or_insert(of);
            }
        }
        if let Some((n, exceeded)) = told {
            assert_eq!(exceeded.is_some(), first.is_some(), "told once, when it happens");
            assert!(exceeded.is_none_or(|budget| turns[n].of.iter().any(|of| budgets[*of] == budget)));
        }
        for (budget, expected) in budgets.iter().zip(&expected) {
            let spent = Spent {
                tokens: (expected.whole == 0).then_some(expected.tokens),
                untold: expected.untold,
                turns: expected.turns,
                time: Duration::from_millis(expected.time),
                commands: expected.commands,
            };
            assert_eq!(budget.spent(), spent);
        }
    }
    drop(turns);
    let begun: Vec<_> = budgets.iter().map(|budget| budget.spent().turns).collect();
    assert!(
        begun.iter().zip(&allowed).all(|(turns, allowed)| allowed.turns.is_none_or(|most| *turns <= most))
    );
    assert!(
        budgets.iter().all(|budget| budget.ledger().due(&budget.allowed()).is_none()),
        "no clock runs on"
    );
}

proptest! {
    #[test]
    fn sums_are_right_and_too_much_is_told_once(
        allowed in prop::collection::vec(allowance(), 3),
        steps in prop::collection::vec(step(), 0..60),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()?;
        runtime.block_on(session(allowed, steps));
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
