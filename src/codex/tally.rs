//! Saying a thing that may happen ten thousand times in five lines.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// How often things of each kind have happened.
#[derive(Default)]
pub struct Tally(Mutex<HashMap<&'static str, u64>>);

impl Tally {
    /// Counts one more; says it when it is the first, the tenth, the hundredth and so on.
    pub fn say(&self, kind: &'static str, text: String) -> Option<String> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(kind).or_default();
        *count += 1;
        match *count {
            1 => Some(text),
            n if 10u64.pow(n.ilog10()) == n => Some(format!("{text} (the {n}th of this kind)")),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_a_few_lines_with_a_count() {
        let tally = Tally::default();
        let said: Vec<_> = (0..12_345).filter_map(|n| tally.say("a", n.to_string())).collect();
        let mark = |n: u64| format!("{} (the {n}th of this kind)", n - 1);
        assert_eq!(said, ["0".to_owned(), mark(10), mark(100), mark(1000), mark(10_000)]);
        assert_eq!(tally.say("b", "other".into()).as_deref(), Some("other"));
    }
}
