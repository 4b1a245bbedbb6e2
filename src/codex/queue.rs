//! The events of a turn that its script has not read yet; pure.
//!
//! Every delta is kept by itself until [`JOIN_PAST`] bytes of them wait; from then on a delta is joined to the one
//! before it when they differ in their text alone. Past [`DROP_PAST`] bytes in all turns of a client the oldest
//! deltas of the turn give way to one [`Item::Lagged`]. All else is never dropped.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::event::Event;

/// Bytes of waiting deltas in one turn.
const JOIN_PAST: usize = 1 << 20;
/// Bytes of waiting deltas in all turns of a client.
const DROP_PAST: usize = 64 << 20;

/// What a script reads next.
#[derive(Debug)]
pub enum Item {
    /// An event.
    Event(Event),
    /// So many bytes of deltas were dropped here, since nobody read them.
    Lagged(usize),
}

/// Bytes of deltas that wait in all turns of a client.
#[derive(Debug, Clone, Default)]
pub(super) struct Waiting(Arc<AtomicUsize>);

#[derive(Debug)]
enum Entry {
    Whole(Event),
    Delta(Event),
    Joined(Joined),
    Lagged(usize),
}

/// Deltas that differ in their text alone: the JSON before and after the text, and all the texts.
#[derive(Debug)]
struct Joined {
    like: Event,
    text: std::ops::Range<usize>,
    texts: Vec<u8>,
}

#[derive(Debug)]
pub(super) struct Queue {
    entries: VecDeque<Entry>,
    bytes: usize,
    waiting: Waiting,
}

impl Queue {
    pub fn new(waiting: Waiting) -> Self {
        Self { entries: VecDeque::new(), bytes: 0, waiting }
    }

    /// Adds what must not be lost.
    pub fn push(&mut self, event: Event) {
        self.entries.push_back(Entry::Whole(event));
    }

    /// Adds a piece of text.
    pub fn push_delta(&mut self, event: Event) {
        let size = event.params.len();
        if self.bytes >= JOIN_PAST
            && let Some(added) = self.entries.back_mut().and_then(|last| join(last, &event))
        {
            self.count(added);
        } else {
            self.entries.push_back(Entry::Delta(event));
            self.count(size);
        }
        if self.waiting.0.load(Ordering::Relaxed) > DROP_PAST {
            self.drop_oldest();
        }
    }

    /// Takes the next.
    pub fn pop(&mut self) -> Option<Item> {
        let entry = self.entries.pop_front()?;
        self.uncount(size(&entry));
        Some(match entry {
            Entry::Whole(event) | Entry::Delta(event) => Item::Event(event),
            Entry::Joined(joined) => Item::Event(joined.into_event()),
            Entry::Lagged(bytes) => Item::Lagged(bytes),
        })
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn count(&mut self, bytes: usize) {
        self.bytes += bytes;
        self.waiting.0.fetch_add(bytes, Ordering::Relaxed);
    }

    fn uncount(&mut self, bytes: usize) {
        self.bytes -= bytes;
        self.waiting.0.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Drops the older half of what waits here, so that the work is not done again for each further delta.
    fn drop_oldest(&mut self) {
        let (mut freed, mut lost, goal) = (0, 0, self.bytes / 2);
        self.entries.retain(|entry| {
            if freed >= goal || matches!(entry, Entry::Whole(_)) {
                return true;
            }
            freed += size(entry);
            lost += if let Entry::Lagged(before) = entry { *before } else { size(entry) };
            false
        });
        if lost > 0 {
            let is_delta = |entry: &Entry| !matches!(entry, Entry::Whole(_));
            let place = self.entries.iter().position(is_delta).unwrap_or(self.entries.len());
            self.entries.insert(place, Entry::Lagged(lost));
        }
        self.uncount(freed);
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        self.uncount(self.bytes);
    }
}

fn size(entry: &Entry) -> usize {
    match entry {
        Entry::Whole(_) | Entry::Lagged(_) => 0,
        Entry::Delta(event) => event.params.len(),
        Entry::Joined(joined) => joined.like.params.len() - joined.text.len() + joined.texts.len(),
    }
}

#[derive(Deserialize)]
struct DeltaParams<'a> {
    #[serde(borrow)]
    delta: &'a RawValue,
}

/// Where the text of a delta stands in its parameters, without its quotes.
fn text_of(params: &Bytes) -> Option<std::ops::Range<usize>> {
    let raw = serde_json::from_slice::<DeltaParams<'_>>(params).ok()?.delta.get();
    let start = raw.as_ptr() as usize - params.as_ptr() as usize;
    (raw.len() >= 2 && raw.starts_with('"')).then(|| start + 1..start + raw.len() - 1)
}

/// Joins `event` to `last` when only their texts differ; tells the bytes that were added.
fn join(last: &mut Entry, event: &Event) -> Option<usize> {
    let text = text_of(&event.params)?;
    if let Entry::Delta(before) = last {
        let joined = Joined { text: text_of(&before.params)?, texts: Vec::new(), like: before.clone() };
        if !joined.takes(event, &text) {
            return None;
        }
        let texts = joined.like.params[joined.text.clone()].to_vec();
        *last = Entry::Joined(Joined { texts, ..joined });
    }
    match last {
        Entry::Joined(joined) if joined.takes(event, &text) => {
            joined.texts.extend_from_slice(&event.params[text.clone()]);
            Some(text.len())
        }
        _ => None,
    }
}

impl Joined {
    fn takes(&self, event: &Event, text: &std::ops::Range<usize>) -> bool {
        let (mine, other) = (&self.like.params, &event.params);
        self.like.name() == event.name()
            && mine[..self.text.start] == other[..text.start]
            && mine[self.text.end..] == other[text.end..]
    }

    fn into_event(self) -> Event {
        let params = &self.like.params;
        let whole = [&params[..self.text.start], &self.texts, &params[self.text.end..]].concat();
        Event { method: self.like.method, params: whole.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn delta(item: &str, text: &str) -> Event {
        Event::new("item/agentMessage/delta", json!({ "itemId": item, "delta": text }).to_string().into())
    }

    fn whole(n: usize) -> Event {
        Event::new("item/completed", json!({ "n": n }).to_string().into())
    }

    fn read(event: &Event) -> Value {
        serde_json::from_slice(&event.params).unwrap()
    }

    fn texts(queue: &mut Queue) -> (String, usize) {
        let (mut text, mut events) = (String::new(), 0);
        while let Some(item) = queue.pop() {
            let Item::Event(event) = item else { panic!("lagged") };
            events += 1;
            text += read(&event)["delta"].as_str().unwrap_or("");
        }
        (text, events)
    }

    #[test]
    fn deltas_stay_single_until_a_mebibyte_waits() {
        let mut queue = Queue::new(Waiting::default());
        for _ in 0..100 {
            queue.push_delta(delta("a", "x"));
        }
        assert_eq!(texts(&mut queue), ("x".repeat(100), 100));
    }

    #[test]
    fn past_it_adjacent_deltas_of_an_item_join_and_nothing_is_lost() {
        let mut queue = Queue::new(Waiting::default());
        let word = "wörd \"\n".repeat(100);
        for n in 0..10_000 {
            queue.push_delta(delta("a", &word));
            if n % 5_000 == 4_999 {
                queue.push(whole(n));
            }
        }
        let (text, events) = texts(&mut queue);
        assert_eq!(text, word.repeat(10_000));
        assert!(events < 3_000, "{events}");
        assert_eq!(queue.waiting.0.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn deltas_of_two_items_never_join() {
        let mut queue = Queue::new(Waiting::default());
        queue.push_delta(delta("big", &"x".repeat(JOIN_PAST)));
        for item in ["a", "b", "b", "a"] {
            queue.push_delta(delta(item, "1"));
        }
        queue.pop();
        let items: Vec<_> = std::iter::from_fn(|| queue.pop())
            .map(|item| match item {
                Item::Event(event) => read(&event)["delta"].as_str().unwrap().to_owned(),
                Item::Lagged(_) => panic!("lagged"),
            })
            .collect();
        assert_eq!(items, ["1", "11", "1"]);
    }

    #[test]
    fn past_the_bound_of_the_client_the_oldest_give_way_to_one_mark_and_ends_survive() {
        let waiting = Waiting::default();
        let mut queue = Queue::new(waiting.clone());
        let text = "y".repeat(1 << 20);
        for n in 0..100 {
            queue.push_delta(delta(&n.to_string(), &text));
            queue.push(whole(n));
            assert!(waiting.0.load(Ordering::Relaxed) <= DROP_PAST);
        }
        let (mut wholes, mut bytes, mut marks) = (0, 0, 0);
        while let Some(item) = queue.pop() {
            match item {
                Item::Lagged(lost) => {
                    marks += 1;
                    bytes += lost;
                }
                Item::Event(event) if read(&event).get("n").is_some() => wholes += 1,
                Item::Event(event) => bytes += event.params.len(),
            }
        }
        assert_eq!((wholes, marks), (100, 1));
        assert!(bytes >= 100 << 20);
    }
}
