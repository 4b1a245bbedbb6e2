//! Which events are wanted, by their type.

use globset::{GlobBuilder, GlobMatcher};

use crate::codex::names;

/// Characters that make a glob of a name.
const SPECIAL: [char; 6] = ['*', '?', '[', ']', '{', '}'];
/// How like a name that is not known must be to one that is, to be taken for it.
const ALIKE: f64 = 0.8;

/// Types of events, as scripts name them: one, or those that a glob matches.
#[derive(Debug, Clone)]
pub struct Kinds {
    /// For each event of the table.
    known: Vec<bool>,
    /// For those that are not in the table.
    glob: Option<GlobMatcher>,
}

/// Why a text names no events.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum KindError {
    /// It is one name, and that of no event.
    #[error("no event is called {name:?}{}; one that only a later Codex has is reached by a glob, as with \"*\"",
        .nearest.map(|nearest| format!("; the nearest is {nearest:?}")).unwrap_or_default())]
    Unknown {
        /// As it was given.
        name: String,
        /// The event that was most likely meant.
        nearest: Option<&'static str>,
    },
    /// It is no glob.
    #[error("{glob:?} is no glob: {error}")]
    Glob {
        /// As it was given.
        glob: String,
        /// What is wrong with it.
        error: String,
    },
}

/// The kind of something that a server tells.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind<'a> {
    /// Its number in the table.
    Known(usize),
    /// Its method, which the table does not have.
    Other(&'a str),
}

impl<'a> Kind<'a> {
    pub fn of(method: &'a str) -> Self {
        names::event_number(method).map_or(Self::Other(method), Self::Known)
    }
}

impl Kinds {
    /// Those of a name, or of a glob: `*` stands for any characters, dots too, `?` for one, `[…]` for one of several,
    /// `{a,b}` for either.
    ///
    /// # Errors
    /// When it is a name that no event has, or a glob that cannot be read.
    pub fn named(text: &str) -> Result<Self, KindError> {
        if text.contains(SPECIAL) {
            let glob = GlobBuilder::new(text).backslash_escape(false).build();
            let wrong = |error: globset::Error| KindError::Glob {
                glob: text.into(),
                error: error.kind().to_string(),
            };
            let glob = glob.map_err(wrong)?.compile_matcher();
            let known = names::events().iter().map(|event| glob.is_match(event.name)).collect();
            return Ok(Self { known, glob: Some(glob) });
        }
        let known: Vec<_> = names::events().iter().map(|event| event.name == text).collect();
        if known.contains(&true) {
            return Ok(Self { known, glob: None });
        }
        Err(KindError::Unknown { name: text.into(), nearest: nearest(text) })
    }

    /// Whether the pinned Codex has any of them.
    pub fn are_known(&self) -> bool {
        self.known.contains(&true)
    }

    pub(super) fn none() -> Self {
        Self { known: vec![false; names::events().len()], glob: None }
    }

    pub(super) fn has(&self, kind: Kind<'_>) -> bool {
        match kind {
            Kind::Known(number) => self.known[number],
            Kind::Other(method) => {
                self.glob.as_ref().is_some_and(|glob| glob.is_match(&*names::event_name(method)))
            }
        }
    }

    /// Whether it may have some that are not in the table.
    pub(super) fn has_others(&self) -> bool {
        self.glob.is_some()
    }

    /// Adds those of the table that `other` has.
    pub(super) fn add_known(&mut self, other: &Self) {
        self.known.iter_mut().zip(&other.known).for_each(|(mine, other)| *mine |= other);
    }
}

/// The event that is called most like it, if one is; by the name on the wire too.
fn nearest(text: &str) -> Option<&'static str> {
    let name = names::event_name(text);
    let likeness = |known: &str| strsim::jaro_winkler(known, &name);
    let names = names::events().iter().map(|event| event.name);
    let nearest = names.max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(nearest) >= ALIKE).then_some(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Vec<&'static str> {
        let kinds = Kinds::named(text).unwrap();
        let all = names::events().iter();
        all.filter(|event| kinds.has(Kind::of(event.method()))).map(|event| event.name).collect()
    }

    #[test]
    fn a_star_stands_for_dots_too() {
        assert_eq!(named("item.started"), ["item.started"]);
        assert!(named("item.*").contains(&"item.agent_message.delta"));
        assert!(named("item.*").iter().all(|name| name.starts_with("item.")));
        assert!(named("*.delta").contains(&"item.plan.delta"));
        assert_eq!(named("*").len(), names::events().len());
        assert_eq!(named("{turn.started,error}").len(), 2);
        assert_eq!(named("turn.[s]tarted"), ["turn.started"]);
    }

    #[test]
    fn only_globs_reach_what_is_not_known() {
        let has = |text: &str, method: &str| Kinds::named(text).unwrap().has(Kind::of(method));
        assert!(has("*", "moon/hasRisen"));
        assert!(has("moon.*", "moon/hasRisen"));
        assert!(has("moon.has_risen*", "moon/hasRisen"));
        assert!(!has("item.*", "moon/hasRisen"));
        assert!(!has("item.started", "moon/hasRisen"));
        assert!(!Kinds::named("moon.*").unwrap().are_known());
    }

    #[test]
    fn a_name_of_no_event_names_the_nearest() {
        let error = |text: &str| Kinds::named(text).unwrap_err();
        let unknown = |name: &str, nearest| KindError::Unknown { name: name.into(), nearest };
        assert_eq!(error("item.strated"), unknown("item.strated", Some("item.started")));
        assert_eq!(
            error("item/agentMessage/delta"),
            unknown("item/agentMessage/delta", Some("item.agent_message.delta"))
        );
        assert_eq!(error("zzz"), unknown("zzz", None));
        assert_eq!(error(""), unknown("", None));
        for wrong in ["item.[", "{a", "a}", "]["] {
            assert!(matches!(error(wrong), KindError::Glob { .. }), "{wrong}");
        }
    }
}
