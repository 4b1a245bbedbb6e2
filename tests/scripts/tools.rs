//! tools.lua: what the agent looks up, what it gets wrong, and what is not there.

use crate::support::Project;
use crate::{run, scripts};

#[test]
fn tools_looks_tickets_up_and_tells_what_fails() {
    let replies = format!("--offline={}", scripts().join("replies").join("tickets.lua").display());
    let done = run(&Project::new(), &[&replies], "tools.lua", &[]);
    assert_eq!((done.code(), &*done.stderr), (0, ""), "{}", done.stdout);
    let lines: Vec<_> = done.stdout.lines().collect();
    let found = r#"tickets.search completed: [{"id":7,"title":"Login fails after a password reset"}]"#;
    assert_eq!(lines[0], found);
    // The two calls of one answer may end in either order.
    let misfit =
        "tickets.look_up failed: tickets.look_up was not run, since its arguments do not fit its input:";
    for line in [misfit, "/id: it is not of type \"integer\"", "tickets.look_up failed: there is no ticket 9"]
    {
        assert!(lines[1..4].contains(&line), "{line} in\n{}", done.stdout);
    }
    assert!(
        lines[4].starts_with("tickets.look_up completed: {") && lines[4].contains("\"reporter\":\"ana\"")
    );
    assert_eq!(lines[5..], ["The login fails after a password reset (ticket 7, reported by ana)."]);
}
