//! The layering that the crate's doc promises, read from the source: which room names which, and what is absent.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Each room, and the rooms that it may name. `notice` is the bottom; nothing runs upwards.
const ROOMS: &[(&str, &[&str])] = &[
    ("cli", &["codex", "host", "lua", "model", "notice", "repl", "rpc", "stdlib", "sys"]),
    ("repl", &["codex", "host", "lua", "stdlib", "sys"]),
    ("host", &["api", "codex", "error", "lua", "model", "notice", "rpc", "sys", "watch"]),
    ("api", &["codex", "lua", "model", "notice", "rpc", "stdlib", "sys", "watch"]),
    ("error", &["codex", "lua", "sys"]),
    ("codex", &["notice", "rpc", "sys"]),
    ("rpc", &["notice", "sys"]),
    ("lua", &["notice", "sys"]),
    ("model", &["notice"]),
    ("watch", &["notice", "sys"]),
    ("sys", &["notice"]),
    ("stdlib", &[]),
    ("notice", &[]),
];

/// Rooms that may name `mlua`; `lib.rs` hands it to embedders.
const LUA: &[&str] = &["lua", "api", "host", "lib.rs"];

/// Files that may have unsafe code.
const UNSAFE: &[&str] = &[
    "lua/interrupt/busy.rs",
    "lua/interrupt/coroutine.rs",
    "lua/interrupt/finalizer.rs",
    "lua/interrupt/hook.rs",
    "lua/interrupt/mod.rs",
    "lua/interrupt/task.rs",
    "lua/interrupt/wanted.rs",
    "lua/json/build.rs",
    "sys/stdio/mod.rs",
    "sys/stdio/stream.rs",
];

/// Files that start processes: the server's command line, npm and version probes, what scripts run, and the
/// program itself for tests.
const STARTS: &[&str] = &[
    "api/command.rs",
    "cli/test/pool.rs",
    "codex/binary/npm.rs",
    "codex/binary/probe.rs",
    "codex/launch.rs",
    "sys/processes/guard.rs",
];

/// Lines of the longest file; a longer one is two things.
const LONGEST: usize = 400;
/// Generated.
const LONG: &[&str] = &["src/codex/names/table.rs"];

struct File {
    /// From the folder that was asked for.
    path: String,
    /// Without comments.
    code: String,
    lines: usize,
}

impl File {
    /// `codex` for `codex/client.rs`, `error` for `error.rs`.
    fn room(&self) -> &str {
        self.path.split('/').next().map_or("", |first| first.trim_end_matches(".rs"))
    }

    /// Without its tests, which may look where the code may not.
    fn body(&self) -> &str {
        self.code.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default()
    }

    fn names(&self, word: &str) -> bool {
        words(&self.code).contains(&word)
    }
}

fn words(code: &str) -> BTreeSet<&str> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_').collect()
}

fn files(folder: &str) -> Vec<File> {
    fn find(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                find(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut paths = Vec::new();
    find(&root, &mut paths);
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("UTF-8");
        let is_code = |line: &&str| !line.trim_start().starts_with("//");
        let code = text.lines().filter(is_code).fold(String::new(), |code, line| code + line + "\n");
        let path = path.strip_prefix(&root).expect("below it").to_string_lossy().into_owned();
        File { path, code, lines: text.lines().count() }
    };
    let mut files: Vec<_> = paths.into_iter().map(read).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!files.is_empty(), "no files in {folder}");
    files
}

/// What follows each `crate::` up to the next sign: a room, an item, or a brace with several.
fn named_of_the_crate(code: &str) -> Vec<String> {
    let one = |rest: &str| -> Vec<String> {
        let first = |text: &str| {
            let text = text.trim();
            text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default().to_owned()
        };
        match rest.strip_prefix('{') {
            Some(list) => top_level(list).iter().map(|item| first(item)).collect(),
            None => vec![first(rest)],
        }
    };
    code.match_indices("crate::").flat_map(|(at, found)| one(&code[at + found.len()..])).collect()
}

/// The items of a `{…}` list, without splitting the lists inside it.
fn top_level(list: &str) -> Vec<String> {
    let (mut items, mut depth) = (vec![String::new()], 0);
    for c in list.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => items.push(String::new()),
            _ => {}
        }
        items.last_mut().expect("one").push(c);
    }
    items.into_iter().map(|item| item.trim_start_matches(',').to_owned()).collect()
}

fn broken(rule: &str, broken: &[String]) {
    assert!(broken.is_empty(), "{rule}:\n{}", broken.join("\n"));
}

#[test]
fn a_list_of_names_is_read() {
    let code = "use crate::{Chunk, codex::{a, b}, sys};\nuse crate::lua::Raise; crate::Error";
    assert_eq!(named_of_the_crate(code), ["Chunk", "codex", "sys", "lua", "Error"]);
}

#[test]
fn every_room_is_known() {
    let known: BTreeSet<_> = ROOMS.iter().map(|(room, _)| *room).chain(["lib", "main"]).collect();
    let found: BTreeSet<_> = files("src").iter().map(|file| file.room().to_owned()).collect();
    assert_eq!(found.iter().map(String::as_str).collect::<BTreeSet<_>>(), known);
}

#[test]
fn no_room_names_one_to_its_left() {
    let mut upwards = Vec::new();
    for file in files("src") {
        let Some((room, allowed)) = ROOMS.iter().find(|(room, _)| *room == file.room()) else { continue };
        for name in named_of_the_crate(file.body()) {
            let is_room = ROOMS.iter().any(|(other, _)| *other == name);
            // What the crate re-exports is the host's, so only those above it name it.
            let fine = if is_room {
                name == *room || allowed.contains(&&*name)
            } else {
                name == "Error" || *room == "cli"
            };
            if !fine {
                upwards.push(format!("src/{} names crate::{name}", file.path));
            }
        }
        // The root, as a room's `mod.rs` sees it: there is no reason to go that way.
        if file.path.ends_with("/mod.rs")
            && file.path.matches('/').count() == 1
            && file.body().contains("super::")
        {
            upwards.push(format!("src/{} names super::", file.path));
        }
    }
    broken("a room names what it must not", &upwards);
}

#[test]
fn lua_is_named_where_it_belongs() {
    let files = files("src");
    let strays = files.iter().filter(|file| !LUA.contains(&file.room()) && file.path != "lib.rs");
    let strays: Vec<_> = strays.filter(|file| file.names("mlua")).map(|file| file.path.clone()).collect();
    broken("these name mlua", &strays);
}

#[test]
fn notify_is_named_in_one_file() {
    // The crate, not inotify.
    let has = |file: &&File| {
        file.code.match_indices("notify::").any(|(at, _)| !file.code[..at].ends_with(char::is_alphanumeric))
    };
    let files = files("src");
    let named = files.iter().filter(has);
    assert_eq!(named.map(|file| file.path.as_str()).collect::<Vec<_>>(), ["watch/source.rs"]);
}

#[test]
fn errors_without_a_type_stay_in_the_program() {
    let files = files("src");
    let strays = files.iter().filter(|file| !["cli", "main"].contains(&file.room()) && file.names("anyhow"));
    broken("these name anyhow", &strays.map(|file| file.path.clone()).collect::<Vec<_>>());
}

#[test]
fn only_the_program_speaks_to_people() {
    let speaks = |file: &&File| {
        ["println!", "print!(", "eprint", "dbg!", "io::stdout()", "io::stderr()", "anstream::std", "anstyle"]
            .iter()
            .any(|word| file.body().contains(word))
    };
    let files = files("src");
    let strays = files.iter().filter(|file| !["cli", "repl"].contains(&file.room())).filter(speaks);
    broken("these print", &strays.map(|file| file.path.clone()).collect::<Vec<_>>());
    let terminal = files.iter().filter(|file| file.body().contains("io::stderr().write_all"));
    let terminal: Vec<_> = terminal.map(|file| file.path.as_str()).collect();
    assert_eq!(terminal, ["cli/terminal.rs"], "one file writes to standard error");
}

#[test]
fn unsafe_code_is_where_it_is_known_to_be() {
    let files = files("src");
    let has = |file: &&File| file.names("unsafe") || file.code.contains("allow(unsafe_code");
    let found: Vec<_> = files.iter().filter(has).map(|file| file.path.as_str()).collect();
    assert_eq!(found, UNSAFE);
}

#[test]
fn processes_start_where_it_is_known() {
    let files = files("src");
    let starts = |file: &&File| file.body().contains("Command::new") && !file.path.contains("/tests/");
    let found: Vec<_> = files.iter().filter(starts).map(|file| file.path.as_str()).collect();
    assert_eq!(found, STARTS);
}

#[test]
fn what_is_started_belongs_to_a_tree() {
    let files = files("src");
    let starts = |file: &&File| file.body().contains(".spawn()") || file.body().contains(".output()");
    let found: Vec<_> = files.iter().filter(starts).map(|file| file.path.as_str()).collect();
    assert_eq!(found, ["sys/processes/guard.rs", "sys/processes/tree.rs"]);
}

#[test]
fn rpc_knows_no_method() {
    let is_method = |text: &&str| {
        text.contains('/')
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '/')
            && !text.starts_with('/')
    };
    let mut strays = Vec::new();
    for file in files("src").iter().filter(|file| file.room() == "rpc") {
        let quoted: Vec<_> = file.body().split('"').skip(1).step_by(2).filter(is_method).collect();
        strays.extend(quoted.iter().map(|method| format!("{}: {method}", file.path)));
    }
    broken("rpc names methods", &strays);
}

#[test]
fn files_stay_short() {
    let mut long = Vec::new();
    for folder in ["src", "tests"] {
        for file in files(folder).iter().filter(|file| file.lines > LONGEST) {
            let path = format!("{folder}/{}", file.path);
            if !LONG.contains(&&*path) {
                long.push(format!("{path}: {} lines", file.lines));
            }
        }
    }
    broken("these are too long", &long);
}

#[test]
fn no_test_is_ignored_and_none_sleeps() {
    let mut strays = Vec::new();
    for folder in ["src", "tests"] {
        for file in files(folder) {
            let test_code =
                if folder == "tests" { file.code.as_str() } else { &file.code[file.body().len()..] };
            let path = format!("{folder}/{}", file.path);
            if file.code.contains(concat!("#[", "ignore")) {
                strays.push(format!("{path} ignores a test"));
            }
            // The harness looks at processes, which nothing announces; it waits for them, not for the clock. The
            // clock of the client's tests is paused: nobody waits there, whatever they say. A bench measures time.
            let is_paused =
                path.starts_with("tests/client/") && !file.code.contains(concat!("#[tokio::", "test]"));
            let sleeps = [concat!("thread::", "sleep"), concat!("time::", "sleep")];
            if sleeps.iter().any(|sleep| test_code.contains(sleep))
                && path != "tests/support/live.rs"
                && !is_paused
                && !path.starts_with("tests/bench/")
            {
                strays.push(format!("{path} sleeps"));
            }
        }
    }
    broken("tests that do not test, or wait for a time", &strays);
}
