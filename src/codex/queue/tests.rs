use std::collections::{BTreeSet, VecDeque};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::entry::unescaped;
use super::*;

/// As they are used, but that little makes them bite.
const SMALL: Bounds = Bounds { join_past: 400, joined: 150, drop_past: 2000 };

fn delta(item: usize, text: &str) -> Event {
    let params = json!({ "threadId": "t", "itemId": item.to_string(), "delta": text });
    Event::new("item/agentMessage/delta", params.to_string().into())
}

fn whole(n: usize) -> Event {
    Event::new("item/completed", json!({ "n": n }).to_string().into())
}

/// What was pushed and what was popped, in one form.
#[derive(Debug, Clone, PartialEq)]
enum Seen {
    Whole(usize),
    Delta(usize, String),
    Lagged(usize),
}

fn pop(queue: &Queue) -> Option<Seen> {
    Some(match queue.pop()? {
        Item::Lagged(bytes) => Seen::Lagged(bytes),
        Item::Event(event) => {
            let params: Value = serde_json::from_slice(&event.params).unwrap();
            match params["n"].as_u64() {
                Some(n) => Seen::Whole(usize::try_from(n).unwrap()),
                None => Seen::Delta(
                    params["itemId"].as_str().unwrap().parse().unwrap(),
                    params["delta"].as_str().unwrap().to_owned(),
                ),
            }
        }
    })
}

fn all(queue: &Queue) -> Vec<Seen> {
    std::iter::from_fn(|| pop(queue)).collect()
}

fn text(seen: &[Seen]) -> String {
    let text = |seen: &Seen| if let Seen::Delta(_, text) = seen { text.clone() } else { String::new() };
    seen.iter().map(text).collect()
}

#[test]
fn deltas_stay_single_until_a_mebibyte_waits_and_then_are_joined_in_pieces() {
    let queue = Queue::new(&Backlog::default());
    let words: Vec<_> = (0..20_000).map(|n| format!("wörd \"{n}\"\n").repeat(10)).collect();
    for word in &words {
        queue.push_delta(delta(1, word));
    }
    let seen = all(&queue);
    assert_eq!(text(&seen), words.concat());
    let is_single = |seen: &Seen| matches!(seen, Seen::Delta(_, text) if text.len() < 200);
    let singles = seen.iter().take_while(|seen| is_single(seen)).count();
    let size = delta(1, &words[singles / 2]).params.len();
    assert!(
        (BOUNDS.join_past..BOUNDS.join_past * 11 / 10).contains(&(singles * size)),
        "{singles} of {size}"
    );
    let pieces = &seen[singles..];
    assert!((30..80).contains(&pieces.len()), "{}", pieces.len());
}

#[test]
fn deltas_of_two_items_never_join() {
    let queue = Queue::new(&Backlog::default());
    queue.push_delta(delta(0, &"x".repeat(BOUNDS.join_past)));
    for item in [1, 2, 2, 1] {
        queue.push_delta(delta(item, "a"));
    }
    let seen = all(&queue);
    assert_eq!(seen[1..], [(1, "a"), (2, "aa"), (1, "a")].map(|(item, text)| Seen::Delta(item, text.into())));
}

#[test]
fn a_turn_that_is_read_loses_nothing_to_one_that_is_not() {
    let bounds = Bounds { drop_past: 64 << 10, ..SMALL };
    let backlog = Backlog::new(bounds);
    let (asleep, awake) = (Queue::new(&backlog), Queue::new(&backlog));
    let chunk = "y".repeat(1 << 10);
    for n in 0..200 {
        asleep.push_delta(delta(n, &chunk));
        asleep.push(whole(n));
        awake.push_delta(delta(n, "quick"));
        awake.push_delta(delta(n, "er"));
        assert_eq!(text(&all(&awake)), "quicker", "{n}");
        assert!(backlog.bytes() <= bounds.drop_past);
    }
    let seen = all(&asleep);
    let lagged: Vec<_> = seen.iter().filter(|seen| matches!(seen, Seen::Lagged(_))).collect();
    assert_eq!(lagged, [&Seen::Lagged(200 * chunk.len() - text(&seen).len())]);
    assert_eq!(seen.iter().filter(|seen| matches!(seen, Seen::Whole(_))).count(), 200);
    assert!(text(&seen).len() > bounds.drop_past / 8 * 6, "no more is dropped than is needed");
}

#[test]
fn one_delta_past_the_bound_is_kept_while_it_is_the_newest() {
    let backlog = Backlog::new(SMALL);
    let queue = Queue::new(&backlog);
    let huge = "z".repeat(SMALL.drop_past + 1);
    queue.push_delta(delta(1, "before"));
    queue.push_delta(delta(1, &huge));
    assert_eq!(all(&queue), [Seen::Lagged(6), Seen::Delta(1, huge.clone())]);
    queue.push_delta(delta(1, &huge));
    queue.push_delta(delta(1, "after"));
    assert_eq!(all(&queue), [Seen::Lagged(huge.len()), Seen::Delta(1, "after".into())]);
}

#[test]
fn what_is_dropped_unread_waits_no_more() {
    let backlog = Backlog::default();
    let (left, kept) = (Queue::new(&backlog), Queue::new(&backlog));
    left.push_delta(delta(1, "gone"));
    kept.push_delta(delta(1, "here"));
    drop(left);
    assert_eq!(backlog.bytes(), delta(1, "here").params.len());
}

#[derive(Debug, Clone)]
enum Step {
    Push(usize, usize, String),
    Whole(usize),
    Pop(usize),
}

const TURNS: usize = 3;

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let text = prop_oneof!["[a-z]{1,60}", "[\"\\\\\n\u{1}é漢🦀]{1,20}"];
    let turn = || 0..TURNS;
    let step = prop_oneof![
        8 => (turn(), 0..2usize, text).prop_map(|(turn, item, text)| Step::Push(turn, item, text)),
        1 => turn().prop_map(Step::Whole),
        // The last turn is hardly ever read.
        3 => (0..TURNS - 1).prop_map(Step::Pop),
    ];
    prop::collection::vec(step, 0..300)
}

fn ages(backlog: &[Queue]) -> BTreeSet<u64> {
    let of = |queue: &Queue| lock(&queue.entries).list.iter().filter_map(Entry::age).collect::<Vec<_>>();
    backlog.iter().flat_map(of).collect()
}

/// What was seen is what was sent, in order: wholes as they are, deltas joined within an item at most, and where text
/// is missing the next mark says how much.
fn check(sent: &[Seen], seen: &[Seen]) -> Result<(), TestCaseError> {
    let (mut sent, mut missing) = (sent.iter().cloned().collect::<VecDeque<_>>(), 0);
    for seen in seen {
        match seen {
            Seen::Whole(_) => {
                while let Some(Seen::Delta(_, text)) = sent.front() {
                    missing += text.len();
                    sent.pop_front();
                }
                let next = sent.pop_front();
                prop_assert_eq!(next.as_ref(), Some(seen));
            }
            Seen::Lagged(bytes) => {
                while missing < *bytes
                    && let Some(Seen::Delta(_, text)) = sent.front()
                {
                    missing += text.len();
                    sent.pop_front();
                }
                prop_assert_eq!(missing, *bytes);
                missing = 0;
            }
            Seen::Delta(item, text) => {
                prop_assert_eq!(missing, 0, "a gap before {} without a mark", text);
                let mut rest = text.as_str();
                while !rest.is_empty() {
                    let Some(Seen::Delta(of, part)) = sent.pop_front() else {
                        panic!("{rest:?} was not sent")
                    };
                    prop_assert_eq!(of, *item);
                    rest = rest.strip_prefix(part.as_str()).expect("the next text of the item");
                }
            }
        }
    }
    prop_assert_eq!((sent.len(), missing), (0, 0), "all of it was seen or said to be lost");
    Ok(())
}

proptest! {
    #[test]
    fn what_is_read_is_what_was_sent_or_is_said_to_be_lost_and_the_oldest_are_lost_first(steps in steps()) {
        let backlog = Backlog::new(SMALL);
        let queues: Vec<_> = (0..TURNS).map(|_| Queue::new(&backlog)).collect();
        let (mut sent, mut seen) = (vec![vec![]; TURNS], vec![vec![]; TURNS]);
        for (number, step) in steps.into_iter().enumerate() {
            let before = ages(&queues);
            match step {
                Step::Push(turn, item, text) => {
                    let was_empty = lock(&queues[turn].entries).list.is_empty();
                    prop_assert_eq!(queues[turn].push_delta(delta(item, &text)), was_empty);
                    sent[turn].push(Seen::Delta(item, text));
                    let after = ages(&queues);
                    let lost = before.difference(&after).max();
                    prop_assert!(lost <= after.first().filter(|_| lost.is_some()), "{:?} {:?}", before, after);
                }
                Step::Whole(turn) => {
                    queues[turn].push(whole(number));
                    sent[turn].push(Seen::Whole(number));
                }
                Step::Pop(turn) => seen[turn].extend(pop(&queues[turn])),
            }
            let waiting: usize =
                queues.iter().flat_map(|queue| lock(&queue.entries).list.iter().map(Entry::size).collect::<Vec<_>>()).sum();
            prop_assert_eq!(backlog.bytes(), waiting);
            prop_assert!(waiting <= SMALL.drop_past);
        }
        for turn in 0..TURNS {
            seen[turn].extend(all(&queues[turn]));
            check(&sent[turn], &seen[turn])?;
        }
        drop(queues);
        prop_assert_eq!(backlog.bytes(), 0);
    }

    #[test]
    fn the_length_of_a_json_string_is_that_of_its_text(text in any::<String>()) {
        let plain = serde_json::to_string(&text).unwrap();
        prop_assert_eq!(unescaped(&plain.as_bytes()[1..plain.len() - 1]), text.len());
        let units = text.encode_utf16().fold(String::new(), |all, unit| all + &format!("\\u{unit:04x}"));
        prop_assert_eq!(unescaped(units.as_bytes()), text.len());
    }

    #[test]
    fn no_bytes_have_no_length(bytes in any::<Vec<u8>>()) {
        prop_assert!(unescaped(&bytes) <= bytes.len());
    }
}
