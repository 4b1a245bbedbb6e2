//! Paths as text: nothing here looks at the disk, so `..` goes back over a link as over a directory.

use std::path::{Component, Path, PathBuf};

/// Without `.`, doubled slashes, and `..` after a name; what is empty is `.`.
pub fn normalize(path: &Path) -> PathBuf {
    let mut parts: Vec<Component> = Vec::new();
    for part in path.components() {
        match (part, parts.last()) {
            (Component::CurDir, _) | (Component::ParentDir, Some(Component::RootDir)) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    if parts.is_empty() { PathBuf::from(".") } else { parts.into_iter().collect() }
}

/// From the root, normalized; a relative path is one below `base`.
pub fn absolute(path: &Path, base: &Path) -> PathBuf {
    normalize(&base.join(path))
}

/// The way from `base` to `path`, both absolute and normalized.
pub fn relative(path: &Path, base: &Path) -> PathBuf {
    let (mut there, mut here) = (path.components().peekable(), base.components().peekable());
    while there.peek().is_some() && there.peek() == here.peek() {
        there.next();
        here.next();
    }
    let way: PathBuf = here.map(|_| Component::ParentDir).chain(there).collect();
    if way.as_os_str().is_empty() { PathBuf::from(".") } else { way }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    /// Any bytes but NUL, mostly those that mean something.
    fn path() -> impl Strategy<Value = PathBuf> {
        let byte = prop_oneof![4 => Just(b'/'), 4 => Just(b'.'), 2 => Just(b'a'), 1 => 1..=255u8];
        prop::collection::vec(byte, 0..24).prop_map(|bytes| PathBuf::from(OsStr::from_bytes(&bytes)))
    }

    proptest! {
        #[test]
        fn what_is_normal_stays_as_it_is(path in path()) {
            let normal = normalize(&path);
            let again = normalize(&normal);
            prop_assert_eq!(again.as_os_str(), normal.as_os_str());
            prop_assert_eq!(normal.is_absolute(), path.is_absolute());
            let names = normal.components().skip_while(|part| !matches!(part, Component::Normal(_)));
            prop_assert!(names.into_iter().all(|part| matches!(part, Component::Normal(_))));
        }

        #[test]
        fn the_way_to_a_path_leads_to_it(path in path(), base in path()) {
            let root = Path::new("/work");
            let (path, base) = (absolute(&path, root), absolute(&base, root));
            let way = relative(&path, &base);
            prop_assert!(way.is_relative());
            let arrived = absolute(&way, &base);
            prop_assert_eq!(arrived.as_os_str(), path.as_os_str());
        }

        #[test]
        fn what_was_joined_is_relative_again(path in path(), base in path()) {
            let base = absolute(&base, Path::new("/work"));
            let below = normalize(&path);
            prop_assume!(below.is_relative() && !below.starts_with(".."));
            prop_assert_eq!(relative(&absolute(&below, &base), &base), below);
        }
    }
}
