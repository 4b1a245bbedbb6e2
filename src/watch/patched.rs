//! What a patch has left in a file: its content, where that shows the patch.

use std::path::Path;

use super::call::real;
use super::content::{self, Part};
use super::deeds::{Edit, Patch};
use super::left::Left;
use super::own::Own;

/// Takes note of what patches wrote where it `matters`. What a file holds that does not show its patch is somebody else's.
pub fn learn(own: &mut Own, patches: &[Patch], matters: impl Fn(&Path) -> bool) {
    for patch in patches {
        let real = |path: &Path| real(path).filter(|path| matters(path));
        let is_gone = patch.edit == Edit::Delete || patch.moved_to.is_some();
        if is_gone && let Some(path) = real(&patch.path) {
            own.patched(path, Left::Gone);
        }
        let Some(target) = real(patch.moved_to.as_ref().unwrap_or(&patch.path)) else { continue };
        if let Some(content) = content::bytes(&target).filter(|content| shows(content, &patch.edit)) {
            own.patched(target, Left::whole(Part::of(&content)));
        }
    }
}

/// Whether a content is what the edit left.
fn shows(content: &[u8], edit: &Edit) -> bool {
    match edit {
        Edit::Add(text) => content == text.as_bytes(),
        Edit::Update(diff) => shows_diff(content, diff),
        Edit::Delete => false,
    }
}

/// Whether the lines that a unified diff leaves stand where it says.
fn shows_diff(content: &[u8], diff: &str) -> bool {
    let lines: Vec<&[u8]> = content.split(|byte| *byte == b'\n').collect();
    let mut at = None;
    for line in diff.lines() {
        if line.starts_with("@@") {
            let Some(first) = first_line(line) else { return false };
            at = Some(first);
        } else if let Some(next) = at.as_mut()
            && let Some(text) = line.strip_prefix(['+', ' '])
        {
            if lines.get(*next).map(|line| line.strip_suffix(b"\r").unwrap_or(line)) != Some(text.as_bytes())
            {
                return false;
            }
            *next += 1;
        }
    }
    true
}

/// The first line that a hunk leaves, counted from 0.
fn first_line(head: &str) -> Option<usize> {
    let (_, new) = head.split_once(" +")?;
    let first = new.split([',', ' ']).next()?;
    // A file that becomes empty has no first line.
    first.parse().ok().map(|first: usize| first.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_shows_the_patch_that_made_it() {
        let diff = Edit::Update("@@ -1,2 +1,3 @@\n a\n-b\n+B\n+c\n@@ -8 +9 @@\n-x\n+y\n".into());
        assert!(shows(b"a\nB\nc\n4\n5\n6\n7\n8\ny\n", &diff));
        assert!(!shows(b"a\nb\nc\n4\n5\n6\n7\n8\ny\n", &diff), "it is not applied");
        assert!(!shows(b"a\nB\nc\n4\n5\n6\n7\ny\n", &diff), "a line went since");
        assert!(shows(b"", &Edit::Update("@@ -1 +0,0 @@\n-a\n".into())));
        assert!(!shows(b"a", &Edit::Update("@@ nonsense\n".into())));
        assert!(shows(b"a\n", &Edit::Add("a\n".into())));
        assert!(!shows(b"a\nb\n", &Edit::Add("a\n".into())));
    }
}
