//! `extract.lua`.

use crate::run;
use crate::support::Project;

#[test]
fn extract_makes_a_row_of_each_file_and_says_which_gave_none() {
    let project = Project::new();
    for (name, text) in
        [("a.md", "A, 1999"), ("b.md", "=B \"quoted\""), ("c.md", "Let us chat."), ("d.md", "\u{e9}")]
    {
        project.file(name, text);
    }
    std::fs::write(project.work().join("e.md"), b"\xff").expect("a file");
    let replies = r#"return function(request)
      local schema = request.body.text.format.schema
      assert(schema.properties.year.type[1] == "integer" and schema.required[2] == "year")
      if request.text:find("A, 1999", 1, true) then return '{"title": "A", "year": 1999, "draft": true}' end
      if request.text:find("=B", 1, true) then
        return '{"title": "=B \\"\\u001b[2Jquoted\\"", "year": null, "draft": false}'
      end
      if require("std.json").encode(request.body.input):find("chat", 1, true) then return "I would chat." end
      if request.number == 1 then return '{"title": "D", "year": "2001", "draft": null}' end
      assert(request.text:find("/year: it is not of type", 1, true))
      return '{"title": "D", "year": 2001, "draft": null}'
    end"#;
    let offline = format!("--offline={}", project.file("replies.lua", replies).display());
    let extract = |args: &[&str]| run(&project, &[&offline], "extract.lua", args);
    let fields = "title,year:integer,draft:boolean";
    let done = extract(&[fields, "a.md", "b.md", "c.md", "d.md", "e.md", "none.md"]);
    let rows =
        "file,title,year,draft\na.md,A,1999,true\nb.md,\"'=B \"\" [2Jquoted\"\"\",,false\nd.md,D,2001,\n";
    assert_eq!((done.code(), &*done.stdout), (1, rows), "{}", done.stderr);
    let missing: Vec<_> = done.stderr.lines().map(|line| line.split(": ").nth(1)).collect();
    assert_eq!(missing, [Some("c.md"), Some("e.md"), Some("none.md")], "{}", done.stderr);
    assert!(done.stderr.contains("c.md: the agent's answer does not fit the schema: it is not JSON"));
    assert_eq!(extract(&[fields, "a.md"]).code(), 0);
    for (args, says) in [
        (&[][..], "fields and a file are needed"),
        (&["title"], "fields and a file are needed"),
        (&["year:date", "a.md"], "\"year:date\" is no field"),
        (&["a b", "a.md"], "\"a b\" is no field"),
        (&["a,a:number", "a.md"], "the field a comes twice"),
    ] {
        let refused = extract(args);
        assert_eq!((refused.code(), refused.stdout.as_str()), (2, ""), "{args:?}");
        assert!(refused.stderr.contains(says), "{}", refused.stderr);
    }
}
