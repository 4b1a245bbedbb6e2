//! What only a case has.

use std::collections::BTreeSet;

use crate::Meta;
use crate::support::Project;

/// Prints what it finds where the test can read it.
const TEST: &str = r#"
local out <close> = assert(io.open(t.dir .. "/seen", "w"))
local function show(what, members)
  for name in pairs(members) do out:write(what, "\t", name, "\n") end
end
show("std.Test", t)
show("std.test.Model", t.model)
show("std.test.Ended", t:run("none.lua"))
t.model:reply "hi"
codex.run "hello"
show("codex.ModelRequest", t.model:expect "hello")
for _, option in ipairs { "stdin", "env" } do
  local error = t:raises("usage", t.run, t, "none.lua", {}, { [option] = coroutine.create(print) })
  t:matches(error.message, option .. " must be")
  out:write("std.test.RunOptions\t", option, "\n")
end"#;

#[test]
fn what_a_case_has_is_what_is_defined() {
    let project = Project::new();
    project.file("a_test.lua", format!("require 'std.test'.case('has', function(t) {TEST}\nend)"));
    let done = project.program().args(["test"]).run();
    assert_eq!(done.code(), 0, "{}", done.stdout);
    let (meta, seen) = (Meta::read(), project.read("seen").expect("what was seen"));
    let seen: BTreeSet<_> = seen.lines().filter_map(|line| line.split_once('\t')).collect();
    let classes: BTreeSet<_> = seen.iter().map(|(class, _)| *class).collect();
    assert_eq!(classes.len(), 5);
    for class in classes {
        let members = seen.iter().filter(|(of, _)| *of == class).map(|(_, name)| (*name).to_owned());
        assert!(members.clone().all(|name| meta.fields(class).contains(&name)), "{class}: {seen:?}");
        // Of a request only what there is.
        if class != "codex.ModelRequest" {
            assert_eq!(members.collect::<BTreeSet<_>>(), meta.fields(class), "{class}: seen, and defined");
        }
    }
}
