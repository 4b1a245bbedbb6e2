//! The paths that a pattern names, as a shell finds them: ignore files say nothing here.

use std::path::{Path, PathBuf};

use globset::GlobBuilder;

use super::filter::GlobError;
use super::look::{Kind, below};
use super::walk::{Walk, Walking};
use super::{FileError, Stop, failed, present};

/// All that match, by name, from `cwd`. `*` and `?` stop at a slash, `**` does not; names that begin with a dot match
/// where the pattern has a part that does. Links are not followed below the first part that is a pattern.
pub fn glob(pattern: &str, cwd: &Path, stop: &Stop) -> Result<Vec<PathBuf>, FileError> {
    let is_plain = |part: &str| !part.contains(['*', '?', '[', ']', '{', '}', '\\']);
    let (pattern, only_folders) = match pattern.trim_end_matches('/') {
        "" => (pattern, false),
        trimmed => (trimmed, trimmed.len() < pattern.len()),
    };
    let plain: usize = pattern.split_inclusive('/').take_while(|part| is_plain(part)).map(str::len).sum();
    let (start, rest) = pattern.split_at(plain);
    let root = cwd.join(start);
    if rest.is_empty() {
        let found = present(root.symlink_metadata()).map_err(failed("look at", &root))?;
        let found = found.filter(|found| found.is_dir() || !only_folders);
        return Ok(found.map(|_| PathBuf::from(start)).into_iter().collect());
    }
    let wrong = |error: &globset::Error| GlobError { glob: pattern.into(), error: error.kind().to_string() };
    let matcher = GlobBuilder::new(rest).literal_separator(true).build().map_err(|error| wrong(&error))?;
    let matcher = matcher.compile_matcher();
    let any_depth = rest.contains("**") || rest.contains('{');
    let how = Walking {
        hidden: rest.split('/').any(|part| part.starts_with('.')),
        depth: if any_depth { None } else { Some(rest.split('/').count()) },
        ..Walking::default()
    };
    let root = if root.as_os_str().is_empty() { PathBuf::from(".") } else { root };
    if !root.is_dir() {
        return Ok(vec![]);
    }
    let mut walk = Walk::new(&root, how)?;
    let mut found = vec![];
    loop {
        stop.check("walk", &root)?;
        let entries = walk.some()?;
        if entries.is_empty() {
            return Ok(found);
        }
        for entry in entries {
            let path =
                if root == Path::new(".") { Some(&*entry.path) } else { entry.path.strip_prefix(&root).ok() };
            let fits = entry.kind == Kind::Directory || !only_folders;
            found.extend(
                path.filter(|path| fits && matcher.is_match(path)).map(|path| {
                    if start.is_empty() { path.to_owned() } else { below(Path::new(start), path) }
                }),
            );
        }
    }
}
