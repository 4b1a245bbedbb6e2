//! What of a tree is looked at: globs and ignore files, by the rules of git.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder, gitconfig_excludes_path};

/// Never watched: what version control keeps for itself.
const OWN: &[&str] = &[".git", ".hg", ".jj", ".svn"];

/// Files of rules for the folder they lie in; a later one outweighs the ones before it.
const FILES: &[&str] = &[".gitignore", ".ignore"];

/// What the ignore files of one folder say.
#[derive(Debug)]
pub struct Rules(Gitignore);

/// What is watched below one root.
#[derive(Debug)]
pub struct Filter {
    /// The caller's globs: they outweigh all files.
    ignore: Gitignore,
    /// Of files only those that match, if there are any such globs.
    keep: Gitignore,
    /// Those of the user, of the repository, and of the folders above the root.
    above: Vec<Gitignore>,
}

/// A glob that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the glob {glob:?} is wrong: {error}")]
pub struct GlobError {
    /// As it was given.
    pub glob: String,
    /// What is wrong with it.
    pub error: String,
}

/// Why a path is watched, or is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// No rule says anything about it.
    Watched,
    /// It is watched since a rule says so against another.
    Kept(Rule),
    /// It is not watched, nor is anything below it.
    Ignored(Rule),
    /// Likewise, since it is version control's own.
    Own(Rule),
    /// There are globs for what is watched, and it matches none.
    NotMatched,
}

/// A line that decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// As it is written.
    pub glob: String,
    /// The file it stands in; the caller's own stand in none.
    pub file: Option<PathBuf>,
}

impl Verdict {
    /// Whether it is watched.
    pub fn is_watched(&self) -> bool {
        matches!(self, Self::Watched | Self::Kept(_))
    }
}

impl Rules {
    /// Those of a folder, of which `has` tells whether a file is in it.
    pub fn read(folder: &Path, has: impl Fn(&OsStr) -> bool) -> Option<Arc<Self>> {
        let files: Vec<_> = FILES.iter().filter(|name| has(OsStr::new(name))).collect();
        if files.is_empty() {
            return None;
        }
        let mut builder = GitignoreBuilder::new(folder);
        for name in files {
            // A line that cannot be read is no rule, for git too.
            let _ = builder.add(folder.join(name));
        }
        builder.build().ok().filter(|rules| !rules.is_empty()).map(|rules| Arc::new(Self(rules)))
    }

    /// Whether a file of this name has rules.
    pub fn are_in(name: &OsStr) -> bool {
        FILES.iter().any(|file| *file == name)
    }
}

impl Filter {
    /// For what is below `root`: without what `ignore` names, and if `keep` is not empty, of the files only those
    /// that it names.
    pub fn new(root: &Path, ignore: &[String], keep: &[String]) -> Result<Self, GlobError> {
        Ok(Self { ignore: globs(root, ignore)?, keep: globs(root, keep)?, above: above(root) })
    }

    /// Judges one path; `rules` are those of the folders from the root to it. A folder above it that is ignored is
    /// not looked at here.
    pub fn judge(&self, rules: &[Arc<Rules>], path: &Path, is_folder: bool) -> Verdict {
        let files = rules.iter().rev().map(|rules| &rules.0).chain(self.above.iter().rev());
        let decided = match decide(&self.ignore, path, is_folder) {
            Some(verdict) => Some(verdict),
            None if is_own(path) => {
                let glob = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                Some(Verdict::Own(Rule { glob, file: None }))
            }
            None => files.filter(|rules| !rules.is_empty()).find_map(|rules| decide(rules, path, is_folder)),
        };
        match decided.unwrap_or(Verdict::Watched) {
            verdict if !verdict.is_watched() || is_folder || self.keep.is_empty() => verdict,
            verdict if self.keep.matched(path, false).is_ignore() => verdict,
            _ => Verdict::NotMatched,
        }
    }

    /// Judges a path below `root` by all that is above it too.
    pub fn explain(&self, root: &Path, path: &Path, is_folder: bool) -> Verdict {
        let Ok(below) = path.strip_prefix(root) else { return Verdict::Watched };
        let (mut at, mut rules) = (root.to_owned(), vec![]);
        let mut verdict = Verdict::Watched;
        let mut names = below.iter().peekable();
        while let Some(name) = names.next() {
            rules.extend(Rules::read(&at, |file| at.join(file).is_file()));
            at.push(name);
            verdict = self.judge(&rules, &at, is_folder || names.peek().is_some());
            if !verdict.is_watched() {
                break;
            }
        }
        verdict
    }
}

fn decide(rules: &Gitignore, path: &Path, is_folder: bool) -> Option<Verdict> {
    let rule = |glob: &ignore::gitignore::Glob| Rule {
        glob: glob.original().to_owned(),
        file: glob.from().map(Path::to_owned),
    };
    match rules.matched(path, is_folder) {
        Match::None => None,
        Match::Ignore(glob) => Some(Verdict::Ignored(rule(glob))),
        Match::Whitelist(glob) => Some(Verdict::Kept(rule(glob))),
    }
}

fn is_own(path: &Path) -> bool {
    path.file_name().is_some_and(|name| OWN.iter().any(|own| *own == name))
}

fn globs(root: &Path, globs: &[String]) -> Result<Gitignore, GlobError> {
    let mut builder = GitignoreBuilder::new(root);
    builder.allow_unclosed_class(false);
    for glob in globs {
        let wrong = |error: ignore::Error| GlobError { glob: glob.clone(), error: words(&error) };
        builder.add_line(None, glob).map_err(wrong)?;
    }
    let all = || globs.join(" ");
    builder.build().map_err(|error| GlobError { glob: all(), error: words(&error) })
}

/// What is wrong with a glob, without the glob.
fn words(error: &ignore::Error) -> String {
    match error {
        ignore::Error::Glob { err, .. } => err.clone(),
        other => other.to_string(),
    }
}

/// Rules of the user, then of the repository, then of each folder from its top to the one above `root`.
fn above(root: &Path) -> Vec<Gitignore> {
    let Some(top) = root.ancestors().find(|folder| folder.join(".git").exists()) else { return vec![] };
    let read = |folder: &Path, file: &Path| {
        let mut builder = GitignoreBuilder::new(folder);
        let _ = builder.add(file);
        builder.build().ok().filter(|rules| !rules.is_empty())
    };
    let mut above: Vec<_> = gitconfig_excludes_path().iter().filter_map(|file| read(top, file)).collect();
    above.extend(read(top, &top.join(".git/info/exclude")));
    let mut folders: Vec<_> = root.ancestors().skip(1).take_while(|folder| folder.starts_with(top)).collect();
    folders.reverse();
    for folder in folders {
        above.extend(
            Rules::read(folder, |name| folder.join(name).is_file()).and_then(Arc::into_inner).map(|r| r.0),
        );
    }
    above
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        folder
    }

    fn strings(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    /// `-` and the glob, `+` and the glob, `?` or nothing.
    fn explain(root: &Path, ignore: &[&str], keep: &[&str], path: &str) -> String {
        let filter = Filter::new(root, &strings(ignore), &strings(keep)).expect("globs");
        match filter.explain(root, &root.join(path), false) {
            Verdict::Watched => String::new(),
            Verdict::Kept(rule) => format!("+{}", rule.glob),
            Verdict::Ignored(rule) | Verdict::Own(rule) => format!("-{}", rule.glob),
            Verdict::NotMatched => "?".into(),
        }
    }

    #[test]
    fn the_rule_that_decides_is_named() {
        let tree = tree(&[
            (".gitignore", "*.log\n/target\n"),
            (".ignore", "!loud.log\n"),
            ("sub/.gitignore", "made\n!keep.log\n"),
        ]);
        let explain = |path| explain(tree.path(), &[], &[], path);
        assert_eq!(explain("a.rs"), "");
        assert_eq!(explain("a.log"), "-*.log");
        assert_eq!(explain("sub/a.log"), "-*.log");
        assert_eq!(explain("sub/keep.log"), "+!keep.log");
        assert_eq!(explain("keep.log"), "-*.log");
        assert_eq!(explain("loud.log"), "+!loud.log", ".ignore outweighs .gitignore");
        assert_eq!(explain("sub/made/deep/file"), "-made");
        assert_eq!(explain("target/debug/x"), "-/target");
        assert_eq!(explain("sub/target/x"), "");
        assert_eq!(explain(".git/HEAD"), "-.git");
        assert_eq!(explain(".github/x.yml"), "");
    }

    #[test]
    fn the_callers_globs_outweigh_files() {
        let tree = tree(&[(".gitignore", "*.log\n")]);
        let explain = |path| explain(tree.path(), &["!a.log", "tmp/"], &["*.log", "src/**"], path);
        assert_eq!(explain("a.log"), "+!a.log");
        assert_eq!(explain("b.log"), "-*.log");
        assert_eq!(explain("tmp/a.log"), "-tmp/");
        assert_eq!(explain("c.txt"), "?");
        assert_eq!(explain("src/deep/c.txt"), "");
    }

    #[test]
    fn rules_above_the_root_hold_within_the_repository() {
        let tree = tree(&[
            (".gitignore", "*.outside\n"),
            ("repo/.git/info/exclude", "*.mine\n"),
            ("repo/.gitignore", "*.log\n/a/made\n"),
            ("repo/a/b/x", ""),
        ]);
        let explain = |path| explain(&tree.path().join("repo/a"), &[], &[], path);
        assert_eq!(explain("b/x.log"), "-*.log");
        assert_eq!(explain("made/x"), "-/a/made");
        assert_eq!(explain("x.mine"), "-*.mine");
        assert_eq!(explain("x.outside"), "");
    }

    #[test]
    fn a_wrong_glob_is_named() {
        for wrong in ["a[", "{a", "a{b"] {
            let error = Filter::new(Path::new("/"), &strings(&["fine", wrong]), &[]).unwrap_err().to_string();
            assert!(error.contains(&format!("{wrong:?}")), "{error}");
        }
    }
}
