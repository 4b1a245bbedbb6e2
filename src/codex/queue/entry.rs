//! What waits: an event, a delta, several deltas as one, or the mark of those that were dropped.

use std::ops::Range;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::Item;
use crate::codex::event::Event;

/// One thing that waits.
#[derive(Debug)]
pub(super) enum Entry {
    Whole(Event),
    /// With its age.
    Delta(u64, Event),
    /// With the age of the first.
    Joined(u64, Box<Joined>),
    /// Bytes of text.
    Lagged(usize),
}

/// Deltas that differ in their text alone: the JSON before and after the text, and all the texts.
#[derive(Debug)]
pub(super) struct Joined {
    like: Event,
    text: Range<usize>,
    texts: Vec<u8>,
}

impl Entry {
    /// The age of what may be dropped.
    pub fn age(&self) -> Option<u64> {
        match self {
            Self::Delta(age, _) | Self::Joined(age, _) => Some(*age),
            Self::Whole(_) | Self::Lagged(_) => None,
        }
    }

    /// Bytes that count as waiting.
    pub fn size(&self) -> usize {
        match self {
            Self::Whole(_) | Self::Lagged(_) => 0,
            Self::Delta(_, event) => event.params.len(),
            Self::Joined(_, joined) => joined.like.params.len() - joined.text.len() + joined.texts.len(),
        }
    }

    /// Bytes of text that are lost with it.
    pub fn lost(&self) -> usize {
        match self {
            Self::Whole(_) => 0,
            Self::Delta(_, event) => match text_of(&event.params) {
                Some(text) => unescaped(&event.params[text]),
                None => event.params.len(),
            },
            Self::Joined(_, joined) => unescaped(&joined.texts),
            Self::Lagged(bytes) => *bytes,
        }
    }

    pub fn into_item(self) -> Item {
        match self {
            Self::Whole(event) | Self::Delta(_, event) => Item::Event(event),
            Self::Joined(_, joined) => Item::Event(joined.into_event()),
            Self::Lagged(bytes) => Item::Lagged(bytes),
        }
    }

    /// Takes in a later delta when only their texts differ and it does not become more than `most` bytes of text;
    /// tells the bytes that it adds.
    pub fn join(&mut self, event: &Event, most: usize) -> Option<usize> {
        let text = text_of(&event.params)?;
        match self {
            Self::Joined(_, joined) => joined.take(event, &text, most),
            Self::Delta(age, first) => {
                let mut joined = Joined::new(first)?;
                let added = joined.take(event, &text, most)?;
                *self = Self::Joined(*age, Box::new(joined));
                Some(added)
            }
            _ => None,
        }
    }
}

impl Joined {
    fn new(first: &Event) -> Option<Self> {
        let text = text_of(&first.params)?;
        let texts = first.params[text.clone()].to_vec();
        Some(Self { like: first.clone(), text, texts })
    }

    fn take(&mut self, event: &Event, text: &Range<usize>, most: usize) -> Option<usize> {
        let (mine, other) = (&self.like.params, &event.params);
        let is_like = self.like.name() == event.name()
            && mine[..self.text.start] == other[..text.start]
            && mine[self.text.end..] == other[text.end..];
        let after = self.texts.len() + text.len();
        if !is_like || after > most {
            return None;
        }
        if after > self.texts.capacity() {
            // Doubled as usual, but not past what it may become.
            let goal = (2 * self.texts.capacity()).clamp(after, most);
            self.texts.reserve_exact(goal - self.texts.len());
        }
        self.texts.extend_from_slice(&other[text.clone()]);
        Some(text.len())
    }

    fn into_event(self) -> Event {
        let params = &self.like.params;
        let whole = [&params[..self.text.start], &self.texts, &params[self.text.end..]].concat();
        Event { method: self.like.method, params: whole.into() }
    }
}

#[derive(Deserialize)]
struct Params<'a> {
    #[serde(borrow)]
    delta: &'a RawValue,
}

/// Where the text of a delta stands in its parameters, without its quotes.
fn text_of(params: &Bytes) -> Option<Range<usize>> {
    let raw = serde_json::from_slice::<Params<'_>>(params).ok()?.delta.get();
    let start = raw.as_ptr() as usize - params.as_ptr() as usize;
    (raw.len() >= 2 && raw.starts_with('"')).then(|| start + 1..start + raw.len() - 1)
}

/// Bytes of the text that the inside of a JSON string stands for.
pub(super) fn unescaped(inside: &[u8]) -> usize {
    let mut bytes = inside.len();
    let mut rest = inside;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        let (escape, of) = match rest.get(at + 1) {
            Some(b'u') => match rest.get(at + 2..at + 6) {
                Some([b'0', b'0', b'0'..=b'7', _]) => (6, 1),
                // The latter are halves of what takes four bytes.
                Some(
                    [b'0', b'0'..=b'7', _, _] | [b'd' | b'D', b'8'..=b'9' | b'a'..=b'f' | b'A'..=b'F', _, _],
                ) => (6, 2),
                _ => (6, 3),
            },
            _ => (2, 1),
        };
        bytes -= escape - of;
        rest = rest.get(at + escape..).unwrap_or_default();
    }
    bytes
}
