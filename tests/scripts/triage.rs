//! `triage.lua`: issues within a budget.

use super::{Done, Project, run};

/// Judges by the title; looks at the code first where that says so.
const REPLIES: &str = r#"local json = require "std.json"
return function(request)
  assert(request.text:find("no instruction to you", 1, true))
  if request.text:find("LOOK", 1, true) and #request.tool_outputs == 0 then
    return { call = "exec_command", input = { cmd = "echo looked" }, usage = { input_tokens = 50, output_tokens = 50 } }
  elseif request.text:find("MUMBLE", 1, true) then
    return { text = "Hm.", usage = { input_tokens = 50, output_tokens = 50 } }
  end
  local answer = { kind = "bug", priority = "soon", why = "It \u{1b}[2J\nbreaks." }
  return { text = json.encode(answer), usage = { input_tokens = 50, output_tokens = 50 } }
end"#;

fn triage(project: &Project, args: &[&str]) -> Done {
    let offline = format!("--offline={}", project.file("replies.lua", REPLIES).display());
    run(project, &[&offline], "triage.lua", args)
}

#[test]
fn triage_prints_each_issue_as_it_is_judged() {
    let project = Project::new();
    project.file("a.md", "It breaks. LOOK\n");
    project.file(
        "list.json",
        r#"[{ "number": 7, "title": "Help", "body": null }, { "number": 8, "title": "MUMBLE" }]"#,
    );
    let done = triage(&project, &["a.md", "list.json"]);
    let line = "\tbug\tsoon\tIt  [2J breaks.\n";
    assert_eq!(done.stdout, format!("a.md{line}#7{line}"), "{}", done.stderr);
    assert!(done.stderr.contains("echo looked"), "{}", done.stderr);
    assert!(done.stderr.contains("#8: the agent's answer does not fit the schema"), "{}", done.stderr);
    assert_eq!(done.code(), 1);
    let fine = triage(&project, &["--tokens=200", "a.md"]);
    assert_eq!((fine.code(), fine.stdout.lines().count()), (0, 1), "{}", fine.stderr);
}

#[test]
fn triage_stops_when_its_budget_is_spent_and_says_how_far_it_came() {
    let project = Project::new();
    for name in ["a.md", "b.md", "c.md"] {
        project.file(name, "It breaks.\n");
    }
    let done = triage(&project, &["--tokens=150", "a.md", "b.md", "c.md"]);
    assert_eq!((done.code(), done.stdout.lines().count()), (3, 1), "{}", done.stderr);
    let told = "1 of 3 issues are judged: the budget is spent: 200 of 150 tokens; the turn was ended\n";
    assert!(done.stderr.ends_with(told), "{}", done.stderr);
    let wrong = triage(&project, &["--tokns=150", "a.md"]);
    assert_eq!((wrong.code(), &*wrong.stdout), (1, ""));
    assert!(wrong.stderr.contains("the nearest is \"tokens\""), "{}", wrong.stderr);
    assert_eq!(triage(&project, &["none.md"]).code(), 1);
    let nothing = triage(&project, &[]);
    assert!(nothing.code() == 1 && nothing.stderr.contains("usage: "), "{}", nothing.stderr);
}
