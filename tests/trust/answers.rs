//! An answer that is to fit a schema, and means harm.

use std::time::{Duration, Instant};

use crate::support::{Done, Project};

/// What a turn with this schema gives when the model answers what the Lua expression says.
#[track_caller]
fn ask(project: &Project, answer: &str, schema: &str) -> Done {
    let replies = format!("return {{ {answer} }}");
    let script = format!("print(#codex.run('hi', {{ schema = {schema} }}).output)");
    project.program().offline(&replies).args(["-e", &script]).run()
}

#[test]
fn its_names_steer_no_terminal_and_forge_no_line() {
    let done = ask(
        &Project::new(),
        r#"'{"a\\u001b[2J\\u202e": 1, "b\\nerror: forged": 1, "sk-proj-abcdefghijklmnopqrstuvwx0123456789": 1}'"#,
        "{ properties = { x = {} }, additionalProperties = false }",
    );
    assert_eq!(done.code(), 3);
    assert!(!done.stderr.contains(['\u{1b}', '\u{202e}']), "{:?}", done.stderr);
    assert!(done.stderr.contains("\\u{1b}[2J\\u{202e}"), "{:?}", done.stderr);
    assert!(!done.stderr.lines().skip(1).any(|line| line.starts_with("error:")), "{}", done.stderr);
    assert!(!done.stderr.contains("sk-proj-abcdef"), "{}", done.stderr);
}

#[test]
fn a_huge_or_deep_one_is_judged_in_time_and_told_in_a_few_words() {
    const IN_TWO_WAYS: &str = "{ ['$defs'] = { node = { anyOf = {
        { properties = { a = { ['$ref'] = '#/$defs/node' } }, required = { 'x' } },
        { properties = { a = { ['$ref'] = '#/$defs/node' } }, required = { 'y' } } } } },
        ['$ref'] = '#/$defs/node' }";
    let project = Project::new();
    let begun = Instant::now();
    for (answer, schema, told) in [
        (
            "'[' .. ('1,'):rep(1 << 20) .. '1]'",
            "{ type = 'array', items = { type = 'string' } }",
            "too large",
        ),
        ("'\"' .. ('a'):rep(1 << 20) .. '!\"'", "{ pattern = '^(a+)+$' }", "too large to tell where"),
        ("('{\"a\":'):rep(100) .. '1' .. ('}'):rep(100)", IN_TWO_WAYS, "too large to tell where"),
        ("('['):rep(1 << 20)", "{}", "it is not JSON: recursion limit exceeded"),
        (
            "'{\"' .. ('k'):rep(1 << 20) .. '\":1}'",
            "{ properties = { x = {} }, additionalProperties = false }",
            "too large to tell where",
        ),
        (
            "'{\"' .. ('k'):rep(1 << 16) .. '\":1}'",
            "{ properties = { x = {} }, additionalProperties = false }",
            "kkk…",
        ),
    ] {
        let done = ask(&project, answer, schema);
        assert_eq!(done.code(), 3, "{:.300}", done.stderr);
        assert!(done.stderr.contains(told), "{told}: {:.600}", done.stderr);
        assert!(done.stderr.len() < 2000, "{}", done.stderr.len());
    }
    let fits = ask(&project, "'[' .. ('1,'):rep(1 << 20) .. '1]'", "{ uniqueItems = false }");
    assert_eq!((fits.code(), &*fits.stdout), (0, "1048577\n"), "{:.300}", fits.stderr);
    assert!(begun.elapsed() < Duration::from_mins(1), "{:?}", begun.elapsed());
}
