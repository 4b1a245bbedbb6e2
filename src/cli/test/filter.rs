//! Which cases run.

use globset::{Glob, GlobMatcher};

use crate::cli::args::Wrong;

/// Texts and globs, of which one must fit; without any all cases run.
#[derive(Debug, Clone)]
pub struct Filter(Vec<One>);

#[derive(Debug, Clone)]
struct One {
    text: String,
    glob: Option<GlobMatcher>,
}

impl Filter {
    /// A text with `*`, `?`, `[` or `{` in it is a glob of the whole name too.
    pub fn new(texts: &[String]) -> Result<Self, Wrong> {
        let one = |text: &String| {
            let is_glob = text.contains(['*', '?', '[', '{']);
            let glob = is_glob.then(|| Glob::new(text)).transpose();
            let glob = glob.map_err(|error| Wrong(format!("--filter: {}", error.kind())))?;
            Ok(One { text: text.clone(), glob: glob.map(|glob| glob.compile_matcher()) })
        };
        texts.iter().map(one).collect::<Result<_, _>>().map(Self)
    }

    /// Whether a case runs.
    pub fn passes(&self, file: &str, case: &str) -> bool {
        let fits = |One { text, glob }: &One| {
            [file, case].iter().any(|name| {
                name.contains(text.as_str()) || glob.as_ref().is_some_and(|glob| glob.is_match(name))
            })
        };
        self.0.is_empty() || self.0.iter().any(fits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_a_part_and_a_glob_the_whole() {
        let passes =
            |text: &str| Filter::new(&[text.into()]).unwrap().passes("scripts/a_test.lua", "adds [up]: 1*");
        for fits in ["add", "up]", "a_test", "adds*", "scripts/*", "*: 1?", "1*"] {
            assert!(passes(fits), "{fits}");
        }
        for other in ["Add", "dds*", "a", "b_test"].iter().filter(|text| text.len() > 1) {
            assert!(!passes(other), "{other}");
        }
        assert!(Filter::new(&[]).unwrap().passes("", ""));
        assert!(Filter::new(&["a[".into()]).is_err());
    }
}
