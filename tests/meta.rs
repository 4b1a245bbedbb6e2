//! The type definitions name exactly what scripts see.
//!
//! Names are read from `stdlib/meta` and compared, in both directions, with what a script finds by walking the
//! modules and, with `pairs`, the handles. Options, error kinds, event types and reply keys have no such list in
//! the VM: each that is defined is tried, and each that the source names is looked for in the definitions.
#[path = "meta/cases.rs"]
mod cases;
#[path = "meta/options.rs"]
mod options;
mod support;
#[path = "meta/types.rs"]
mod types;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use codex_lua::codex::names;
use codex_lua::stdlib::META;
use options::{OPTIONS, RETURNED};
use support::Project;

type Names = BTreeSet<String>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

fn names<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Names {
    names.into_iter().map(Into::into).collect()
}

/// What `stdlib/meta` declares.
#[derive(Default)]
struct Meta {
    /// Fields of each class, and those of its functions that the file gives the class's table.
    classes: BTreeMap<String, Names>,
    /// The classes that each class names as its parents.
    parents: BTreeMap<String, Vec<String>>,
    /// The literals of each alias.
    aliases: BTreeMap<String, Names>,
    /// The literal of each class's field `type`.
    types: BTreeMap<String, Names>,
    /// Functions of tables that are no class: `os.exit`.
    functions: Names,
}

impl Meta {
    fn read() -> Self {
        let mut meta = Self::default();
        for (_, text) in META {
            meta.read_file(text);
        }
        meta
    }

    fn read_file(&mut self, text: &str) {
        let mut tables = BTreeMap::new();
        let (mut class, mut alias) = (String::new(), None);
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("---@class ") {
                let (name, parents) = rest.split_once(" : ").unwrap_or((rest, ""));
                name.clone_into(&mut class);
                self.classes.entry(class.clone()).or_default();
                let parents = parents.split("table<").next().unwrap_or_default();
                let parents = parents.split(", ").filter(|parent| !parent.is_empty());
                self.parents.insert(class.clone(), parents.map(str::to_owned).collect());
                if let Some((_, keys)) = rest.split_once("table<") {
                    self.aliases.insert(format!("keys of {name}"), literals(keys));
                    if let Some(named) = keys.split([',', '|']).next().filter(|key| !key.starts_with('"')) {
                        self.aliases.insert(format!("named keys of {name}"), names([named.trim()]));
                    }
                }
            } else if let Some(rest) = line.strip_prefix("---@field ") {
                let name = rest.split([' ', '?']).next().unwrap_or_default();
                if !name.starts_with('[') {
                    self.classes.entry(class.clone()).or_default().insert(name.to_owned());
                }
                if name == "type" {
                    self.types.insert(class.clone(), literals(rest));
                }
            } else if let Some(rest) = line.strip_prefix("---@alias ") {
                let name = rest.split(' ').next().unwrap_or_default().to_owned();
                self.aliases.insert(name.clone(), literals(rest));
                alias = Some(name);
            } else if let Some(name) = alias.as_ref().filter(|_| line.starts_with("---| ")) {
                self.aliases.entry(name.clone()).or_default().extend(literals(line));
            } else if line.starts_with("local ") || line.ends_with(" = {}") {
                let table = line.trim_start_matches("local ").split(' ').next().unwrap_or_default();
                tables.insert(table.to_owned(), class.clone());
            } else if let Some(rest) = line.strip_prefix("function ") {
                let (path, _) = rest.split_once('(').expect("a function");
                let (table, name) = path.split_once([':', '.']).expect("a function of a table");
                match tables.get(table) {
                    Some(class) => drop(self.classes.entry(class.clone()).or_default().insert(name.into())),
                    None => drop(self.functions.insert(path.into())),
                }
            }
        }
    }

    /// The fields of a class, its parents' too.
    fn fields(&self, class: &str) -> Names {
        let mut fields = self.classes.get(class).unwrap_or_else(|| panic!("no class {class}")).clone();
        for parent in self.parents.get(class).into_iter().flatten() {
            fields.extend(self.fields(parent));
        }
        fields
    }
}

/// The texts in double quotes.
fn literals(line: &str) -> Names {
    names(line.split('"').skip(1).step_by(2))
}

/// Runs a script that prints lines `what<TAB>name`, and gathers the names.
#[track_caller]
fn seen(project: &Project, options: &[&str], script: &str) -> BTreeMap<String, Names> {
    let done = project.program().args(["run"]).args(options).script(script).run();
    assert_eq!(done.code(), 0, "{}", done.stderr);
    let mut seen: BTreeMap<String, Names> = BTreeMap::new();
    for line in done.stdout.lines() {
        let (what, name) = line.split_once('\t').expect("two words");
        seen.entry(what.to_owned()).or_default().insert(name.to_owned());
    }
    seen
}

#[test]
fn every_definition_is_embedded() {
    let folder = root().join("stdlib/meta");
    let mut found = vec![];
    files(&folder, &mut found);
    let on_disk: BTreeMap<_, _> = found
        .iter()
        .map(|path| {
            let name = path.strip_prefix(&folder).expect("below it").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).expect("a text"))
        })
        .collect();
    let embedded = META.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    assert_eq!(on_disk, embedded, "src/stdlib.rs lists the files of stdlib/meta");
}

#[test]
fn modules_and_handles_have_exactly_the_members_that_are_defined() {
    let script = r#"
        local function show(what, members)
          for name in pairs(members) do print(what .. "\t" .. name) end
        end
        for _, name in ipairs { "codex", "std.env", "std.fs", "std.inspect", "std.json", "std.log", "std.path", "std.process", "std.retry", "std.signal", "std.task", "std.test", "std.time", "std.watch" } do show(name, require(name)) end
        assert(require "codex" == codex)
        local thread = codex.thread_start()
        show("codex.Thread", thread)
        local turn = thread:turn "hello"
        show("codex.Turn", turn)
        show("codex.Events", (turn:events()))
        show("codex.Events", (codex.events()))
        show("codex.Subscription", codex.on("*", function() end))
        show("codex.Pages", (codex.threads()))
        show("codex.Pages", (thread:turns()))
        for name in pairs(turn:result()) do print("some of codex.Result\t" .. name) end
        for name in pairs(turn:result().usage) do print("codex.Usage\t" .. name) end
        show("codex.Info", codex.info())
        local tool = codex.tool { name = "x", description = "x", run = print }
        show("codex.Tool", tool)
        show("codex.Tool", codex.tools { name = "x", description = "x", tools = { tool } })
        show("std.Watcher", (require "std.watch".files(".")))
        show("std.Walk", (require "std.fs".walk(".")))
        show("std.TempDir", (require "std.fs".temp_dir()))
        local process = require "std.process".spawn({ "true" }, { stderr = "pipe" })
        show("std.Process", process)
        show("std.process.Reader", process.stderr)
        for name in pairs(require "std.process".run { "true" }) do print("some of std.process.Result\t" .. name) end
        show("std.Signals", (require "std.signal".on "USR2"))
        show("std.Logger", require "std.log".open())
        local clock, ticks = require "std.time".fake(), (require "std.time".every(1))
        clock:advance(1)
        show("std.Clock", clock)
        show("std.Timer", ticks)
        show("std.time.Tick", ticks())
        show("std.fs.Stat", require "std.fs".stat("/proc/self", { follow = false }))
        show("std.fs.Entry", require "std.fs".list("/")[1])
        show("std.Task", require "std.task".spawn(function() end))
        show("std.Channel", require "std.task".channel()) show("std.Select", (require "std.task".select {}))
        for name, value in pairs(_G) do
          if type(value) ~= "table" then print("globals\t" .. name) end
          if type(value) == "table" then for key in pairs(value) do print("globals\t" .. name .. "." .. tostring(key)) end end
        end
        for name in pairs(package.preload) do print("modules\t" .. name) end"#;
    let (meta, seen) = (Meta::read(), seen(&Project::new(), &["--offline"], script));
    for (class, members) in seen.iter().filter(|(class, _)| class.contains('.') && !class.contains(' ')) {
        assert_eq!(meta.fields(class), *members, "{class}: defined, and seen");
    }
    assert!(meta.fields("codex.Result").is_superset(&seen["some of codex.Result"]));
    assert!(meta.fields("std.process.Result").is_superset(&seen["some of std.process.Result"]));
    for function in &meta.functions {
        assert!(seen["globals"].contains(function), "{function} is defined and not there");
    }
    // Modules that were required above have left `preload` in no case: what is there has a definition.
    for module in &seen["modules"] {
        let file = format!("{}.lua", module.replace('.', "/"));
        assert!(META.iter().any(|(name, _)| **name == file), "{module} has no definitions");
    }
}

#[test]
fn every_option_that_is_defined_is_read() {
    let meta = Meta::read();
    let mut script = r#"
        local thread = codex.thread_start()
        local options
        local function check(call, option, ok, error)
          local read = not ok and error.kind == "usage" and error.message:find(option .. " must be", 1, true)
          print(call .. "\t" .. option .. ": " .. (read and "read" or tostring(error):gsub("\n", " ")))
        end
        "#
    .to_owned();
    for (class, call) in OPTIONS {
        for option in meta.fields(class) {
            // A coroutine is no option's value, so that it is refused where it is read: by its name.
            let mode = *class == "codex.SandboxDetails" && option != "mode";
            let mode = if mode { "mode = 'read-only'" } else { "" };
            let test = writeln!(
                script,
                "options = {{ {option} = coroutine.create(print), {mode} }}\n\
                 check(\"{class} in {call}\", \"{option}\", pcall(function() return {call} end))",
            );
            test.expect("a String takes it");
        }
    }
    for (call, options) in seen(&Project::new(), &["--offline"], &script) {
        for option in options {
            assert!(option.ends_with(": read"), "{call}: {option}");
        }
    }
}

#[test]
fn every_option_that_the_source_reads_is_defined() {
    let meta = Meta::read();
    let options = OPTIONS.iter().map(|(class, _)| class).chain(RETURNED);
    let defined: Names = options.flat_map(|class| meta.fields(class)).collect();
    let mut sources = vec![];
    files(&root().join("src/api"), &mut sources);
    let mut read = Names::new();
    for path in sources {
        let text = std::fs::read_to_string(path).expect("a text");
        for reader in [".get(\"", ".word(\"", ".value(\"", "named(\""] {
            read.extend(
                text.split(reader).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned),
            );
        }
        for rest in text.split(".get::<").skip(1) {
            let key = rest.split_once(">(\"").and_then(|(_, rest)| rest.split('"').next());
            read.extend(key.map(str::to_owned));
        }
    }
    // What Rust gets by name and no script gives.
    for other in ["nextCursor", "data", "package", "require", "os"] {
        read.remove(other);
    }
    assert!(read.len() > 30, "the source reads options in another way than this test knows: {read:?}");
    let missing: Vec<_> = read.difference(&defined).collect();
    assert!(missing.is_empty(), "read and not defined: {missing:?}");
}

#[test]
fn the_keys_that_the_checker_knows_are_the_fields() {
    let meta = Meta::read();
    for class in meta.aliases.keys().filter_map(|name| name.strip_prefix("keys of ")) {
        let mut keys = meta.aliases[&format!("keys of {class}")].clone();
        for named in meta.aliases.get(&format!("named keys of {class}")).into_iter().flatten() {
            keys.extend(meta.aliases.get(named).into_iter().flatten().cloned());
        }
        if !keys.is_empty() {
            assert_eq!(meta.fields(class), keys, "{class}");
        }
    }
}

#[test]
fn every_kind_of_error_is_defined() {
    let mut sources = vec![];
    files(&root().join("src"), &mut sources);
    let mut raised = names(["memory"]); // chosen where an mlua error becomes one
    for path in sources {
        let text = std::fs::read_to_string(path).expect("a text");
        for call in ["Raise::new(\"", "Self::new(\"", "kind: Some(\"", "of_message(Some(\""] {
            let kinds = text.split(call).skip(1).filter_map(|rest| rest.split('"').next());
            raised.extend(kinds.filter(|kind| !kind.contains(' ')).map(str::to_owned));
        }
    }
    assert_eq!(raised, Meta::read().aliases["codex.ErrorKind"]);
}

#[test]
fn every_event_and_item_is_defined() {
    let meta = Meta::read();
    let members = |alias: &str| -> Names {
        let text = META.iter().find(|(name, _)| *name == "events.lua").expect("it").1;
        let rest = text.split_once(&format!("---@alias {alias}\n")).expect("it").1;
        names(rest.lines().map_while(|line| line.strip_prefix("---| codex.")))
    };
    let mut events: Names = meta.aliases["codex.OtherEventType"].clone();
    for class in members("codex.Event").iter().filter(|class| *class != "OtherEvent") {
        let types = &meta.types[&format!("codex.{class}")];
        assert!(types.is_disjoint(&events), "{types:?} is defined twice");
        events.extend(types.iter().cloned());
    }
    let mut known: Names = names::events().iter().map(|event| event.name.to_owned()).collect();
    known.insert("stream.lagged".into());
    assert_eq!(events, known);

    let items: Names = members("codex.Item")
        .iter()
        .flat_map(|class| meta.types[&format!("codex.{class}")].clone())
        .collect();
    for item in ["user_message", "agent_message", "context_compaction", "sub_agent_activity"] {
        assert!(items.contains(item), "{item}");
    }
}

#[test]
fn real_events_have_the_fields_that_are_defined() {
    let project = Project::new();
    let replies = project.file(
        "replies.lua",
        r#"return {
          { reasoning = "Hm.", call = "exec_command", input = { cmd = "echo seen; sleep 0.1" } },
          { patch = "*** Begin Patch\n*** Add File: new.txt\n+new\n*** End Patch" },
          { text = "Done." },
          { error = 500 },
        }"#,
    );
    let script = r#"
        local thread = codex.thread_start { sandbox = "workspace-write" }
        local function show(what, value)
          for name in pairs(value) do print(what .. "\t" .. name) end
        end
        local function each(turn)
          for event in turn do
            show(event.type, event)
            if event.item then show("item " .. event.item.type, event.item) end
            for _, change in ipairs(event.item and event.item.changes or {}) do show("codex.FileChange", change) end
            if event.turn then show("codex.SavedTurn", event.turn) end
            if event.error then show("codex.TurnError", event.error) end
          end
        end
        each(thread:turn "one")
        local ok, error = pcall(each, thread:turn "two")
        assert(not ok and error.kind == "turn_failed")
        show("codex.Error", error)
        show("codex.CodexError", error.codex_error)"#;
    let offline = format!("--offline={}", replies.display());
    let (meta, seen) = (Meta::read(), seen(&project, &[&offline], script));
    let class_of = |what: &str| -> Option<String> {
        let (items, what) = what.strip_prefix("item ").map_or((false, what), |what| (true, what));
        let is_item = |class: &str| meta.classes[class].contains("id");
        let found = meta.types.iter().find(|(class, types)| types.contains(what) && is_item(class) == items);
        found.map(|(class, _)| class.clone()).filter(|class| class != "codex.OtherItem")
    };
    let mut checked = 0;
    for (what, fields) in &seen {
        let class = if what.starts_with("codex.") { Some(what.clone()) } else { class_of(what) };
        let Some(class) = class else { continue };
        let unknown: Vec<_> = fields.difference(&meta.fields(&class)).cloned().collect();
        assert!(unknown.is_empty(), "{what} has {unknown:?}, which {class} does not define");
        checked += 1;
    }
    assert!(checked >= 17, "only {checked} of {:?}", seen.keys());
    for item in ["user_message", "reasoning", "command_execution", "file_change", "agent_message"] {
        assert!(seen.contains_key(&format!("item {item}")), "{item}: {:?}", seen.keys());
    }
}
