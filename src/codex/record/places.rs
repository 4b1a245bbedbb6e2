//! Folders that are elsewhere on another machine.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// Stands for the folder that the run worked in.
const CWD: &str = "‹cwd›";
/// Stands for the user's home.
const HOME: &str = "‹home›";
/// Stands for where temporary files are kept.
pub const TMP: &str = "‹tmp›";

/// Folders, with what stands for each.
#[derive(Debug, Clone)]
pub struct Places {
    /// The longest first: one may lie in another.
    hidden: Vec<(String, &'static str)>,
    shown: Vec<(&'static str, String)>,
}

impl Places {
    /// Those of this process, which works in `cwd`.
    pub fn of(cwd: &Path) -> Self {
        let home = etcetera::home_dir().ok();
        Self::new(&[(CWD, Some(cwd.to_owned())), (HOME, home), (TMP, Some(std::env::temp_dir()))])
    }

    fn new(folders: &[(&'static str, Option<PathBuf>)]) -> Self {
        let text = |path: &Path| path.to_str().map(|path| path.trim_end_matches('/').to_owned());
        let (mut hidden, mut shown) = (vec![], vec![]);
        for (mark, folder) in folders {
            let Some(folder) = folder else { continue };
            shown.extend(text(folder).map(|path| (*mark, path)));
            // A server tells where links lead.
            let real = folder.canonicalize().ok();
            for path in [Some(folder.clone()), real].iter().flatten().filter_map(|path| text(path)) {
                let is_new = !hidden.iter().any(|(other, _): &(String, _)| *other == path);
                if path.starts_with('/') && is_new {
                    hidden.push((path, *mark));
                }
            }
        }
        hidden.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
        Self { hidden, shown }
    }

    /// The text with the marks.
    pub fn hide<'t>(&self, text: Cow<'t, str>) -> Cow<'t, str> {
        self.hidden.iter().fold(text, |text, (path, mark)| match replaced(&text, path, mark) {
            Some(hidden) => hidden.into(),
            None => text,
        })
    }

    /// The text with the folders of now.
    pub fn show<'t>(&self, text: Cow<'t, str>) -> Cow<'t, str> {
        if !text.contains('‹') {
            return text;
        }
        self.shown.iter().fold(text, |text, (mark, path)| text.replace(mark, path).into())
    }
}

/// `text` with `mark` for `path`, where that is a whole path or its beginning.
fn replaced(text: &str, path: &str, mark: &str) -> Option<String> {
    let is_part = |c: char| c.is_alphanumeric() || "_-~".contains(c);
    let mut left = String::new();
    let mut copied = 0;
    for (at, _) in text.match_indices(path) {
        let (before, after) = (&text[..at], &text[at + path.len()..]);
        let goes_on = after.starts_with(is_part)
            || after.strip_prefix('.').is_some_and(|after| after.starts_with(is_part));
        if !before.ends_with(|c| is_part(c) || c == '.') && !goes_on {
            left += &text[copied..at];
            left += mark;
            copied = at + path.len();
        }
    }
    (copied > 0).then(|| left + &text[copied..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(cwd: &str, home: &str) -> Places {
        Places::new(&[(CWD, Some(cwd.into())), (HOME, Some(home.into())), (TMP, Some("/t".into()))])
    }

    #[test]
    fn whole_folders_have_marks_and_come_back_as_those_of_now() {
        let then = places("/home/me/work", "/home/me");
        let said = "in /home/me/work/a.rs, not /home/me/work.old or /x/home/me; /home/me. '/t/x' /tt";
        let kept = then.hide(said.into()).into_owned();
        assert_eq!(kept, "in ‹cwd›/a.rs, not ‹home›/work.old or /x/home/me; ‹home›. '‹tmp›/x' /tt");
        let now = places("/w", "/root").show(kept.into()).into_owned();
        assert_eq!(now, "in /w/a.rs, not /root/work.old or /x/home/me; /root. '/t/x' /tt");
    }

    #[test]
    fn the_root_has_no_mark() {
        assert_eq!(places("/", "/home/me").hide("/bin / x".into()), "/bin / x");
    }
}
