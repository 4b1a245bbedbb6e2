//! Tools: what the agent calls them with is untrusted, and what they raise is told without secrets.

use std::path::PathBuf;

use crate::OBEDIENT;
use crate::secrets::files_with;
use crate::support::Project;

#[test]
fn what_a_tool_raises_tells_the_agent_no_secret_and_no_path() {
    let project = Project::new();
    let script = "local function tool(name, run)
          return codex.tool { name = name, description = 'x', run = run }
        end
        local token = os.getenv 'GITHUB_TOKEN'
        local thread = codex.thread_start { tools = {
          tool('raise', function() error('401 for Bearer ' .. token .. ' and sk-planted-in-a-message') end),
          tool('tell', function() return nil, 'it was ' .. token end),
          tool('break', function() return { token = token, [token] = print } end),
        } }
        print(thread:run('tool: raise {}\\ntell {}\\nbreak {}').text)";
    let program = project.program().env("GITHUB_TOKEN", "planted-token").offline(OBEDIENT);
    let done = program.args(["--events", "events.jsonl"]).script(script).run();
    assert_eq!(done.code(), 0, "{}", done.stderr);
    let told = "raise failed: 401 for Bearer [redacted] and [redacted]\nit was [redacted]\nbreak failed: it returned what \
                is no JSON: at [\"[redacted]\"]: a function is no JSON value, which are tables, strings, numbers, \
                booleans and json.null\n";
    assert_eq!(done.stdout, told);
    assert!(done.stderr.contains("script.lua:6: 401 for Bearer [redacted]"), "{}", done.stderr);
    assert!(!done.stderr.contains("planted"), "{}", done.stderr);
    assert!(!project.read("events.jsonl").expect("events").contains("planted"));
    assert_eq!(files_with(&project.offline_home(), "planted"), Vec::<PathBuf>::new());
}

#[test]
fn what_the_agent_calls_a_tool_with_is_data_and_nothing_else() {
    let project = Project::new();
    let script = r#"local seen
        local thread = codex.thread_start { tools = { codex.tool {
          name = "take", description = "x", input = { type = "object" },
          run = function(args)
            seen = args
            error("no " .. args.name)
          end,
        } } }
        thread:run [[tool: take {"name":"\u001b[2J\u202e","__index":{"name":"x"},"__gc":"x","__close":"x","__metatable":1}]]
        assert(getmetatable(seen) == nil and rawget(seen, "__index").name == "x" and seen.other == nil)
        do local closes <close> = nil end
        -- Neither are schemas that the arguments bring, nor the longest of texts.
        local text = thread:run('tool: take {"name":"' .. ("x"):rep(100000) .. '","$ref":"file:///etc/passwd"}').text
        assert(#text < 110000)"#;
    let done = project.program().offline(OBEDIENT).script(script).run();
    assert_eq!((done.code(), &*done.stdout), (0, ""), "{}", done.stderr);
    assert!(done.stderr.contains(r"no \u{1b}[2J\u{202e}; thread"), "{}", done.stderr);
    assert!(!done.stderr.contains('\u{1b}') && !done.stderr.contains('\u{202e}'), "{:?}", done.stderr);
    assert!(done.stderr.len() < 2000, "{}", done.stderr.len());
}
