//! Why a path is watched, or is not.

use std::path::{Component, Path, PathBuf};

use super::error::WatchError;
use crate::sys::files::filter::{Filter, Rule, Verdict};

/// Why a path is watched, or is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// Whether it is.
    pub watched: bool,
    /// In words.
    pub why: String,
    /// The rule that decided, where one did.
    pub rule: Option<Rule>,
    /// The line of the rule in its file.
    pub line: Option<usize>,
}

/// Explains a path, which need not be there, below the folder `root`; `ignore` and `keep` are those of
/// [`Options`](super::Options).
pub fn explain(
    path: &Path,
    root: &Path,
    ignore: &[String],
    keep: &[String],
) -> Result<Explanation, WatchError> {
    let missing = |_| WatchError::Missing(root.to_owned());
    let top = root.canonicalize().map_err(missing)?;
    let outside = || WatchError::Outside { path: path.to_owned(), root: root.to_owned() };
    let below = below(path, root, &top).ok_or_else(outside)?;
    let filter = Filter::new(&top, ignore, keep)?;
    let mut behind = top.clone();
    for name in below.parent().into_iter().flat_map(Path::iter) {
        behind.push(name);
        if behind.is_symlink() {
            let why = format!("it lies behind the link {}, and links are not followed", behind.display());
            return Ok(Explanation { watched: false, why, rule: None, line: None });
        }
    }
    let whole = top.join(&below);
    let is_folder = path.as_os_str().to_string_lossy().ends_with('/')
        || whole.symlink_metadata().is_ok_and(|metadata| metadata.is_dir());
    Ok(words(filter.explain(&top, &whole, is_folder)))
}

/// The path below the root, whether it is given with the root's links or without.
fn below(path: &Path, root: &Path, top: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(path).ok()?;
    let is_below = |below: &Path| below.components().all(|part| matches!(part, Component::Normal(_)));
    let within =
        |root: &Path| absolute.strip_prefix(root).ok().filter(|below| is_below(below)).map(Path::to_owned);
    within(top).or_else(|| within(&std::path::absolute(root).ok()?)).or_else(|| {
        let parent = absolute.parent()?.canonicalize().ok()?;
        parent.join(absolute.file_name()?).strip_prefix(top).map(Path::to_owned).ok()
    })
}

fn words(verdict: Verdict) -> Explanation {
    let watched = verdict.is_watched();
    let (why, rule) = match verdict {
        Verdict::Watched => {
            return Explanation { watched, why: "no rule is against it".into(), rule: None, line: None };
        }
        Verdict::NotMatched => {
            let why = "it matches no glob of filter".into();
            return Explanation { watched, why, rule: None, line: None };
        }
        Verdict::Own(rule) => ("version control keeps it for itself".to_owned(), rule),
        Verdict::Kept(rule) => (format!("{:?} says so", rule.glob), rule),
        Verdict::Ignored(rule) => (format!("{:?} is against it", rule.glob), rule),
    };
    let line = rule.file.as_ref().and_then(|file| line(file, &rule.glob));
    let place = match (&rule.file, line) {
        (Some(file), Some(line)) => format!(", in {}, line {line}", file.display()),
        (Some(file), None) => format!(", in {}", file.display()),
        (None, _) => String::new(),
    };
    Explanation { watched, why: why + &place, rule: Some(rule), line }
}

/// Where a rule stands; the last of its kind counts.
fn line(file: &Path, glob: &str) -> Option<usize> {
    let text = std::fs::read_to_string(file).ok()?;
    let lines = text.lines().zip(1..).filter(|(line, _)| line.trim_end() == glob);
    lines.last().map(|(_, number)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_that_decides_is_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        std::fs::create_dir_all(root.join("sub/made")).expect("a folder");
        std::fs::write(root.join("sub/.gitignore"), "# made by the build\n\nmade/\n!x.log\n")
            .expect("a file");
        std::os::unix::fs::symlink("sub", root.join("link")).expect("a link");
        let explain = |path: &str| {
            let ignore = ["own.*".to_owned()];
            super::explain(&root.join(path), root, &ignore, &[]).map(|explained| explained.why)
        };
        let rules = root.canonicalize().unwrap().join("sub/.gitignore");
        let place = |line| format!(", in {}, line {line}", rules.display());
        assert_eq!(explain("sub/made/a").unwrap(), format!("\"made/\" is against it{}", place(3)));
        assert_eq!(explain("sub/made/").unwrap(), format!("\"made/\" is against it{}", place(3)));
        assert_eq!(explain("sub/x.log").unwrap(), format!("\"!x.log\" says so{}", place(4)));
        assert_eq!(explain("own.txt").unwrap(), "\"own.*\" is against it");
        assert_eq!(explain("sub/a").unwrap(), "no rule is against it");
        assert_eq!(explain(".git/HEAD").unwrap(), "version control keeps it for itself");
        assert!(explain("link/a").unwrap().ends_with("/link, and links are not followed"));
        assert_eq!(explain("link").unwrap(), "no rule is against it");
        assert!(matches!(explain("../elsewhere"), Err(WatchError::Outside { .. })));
    }
}
