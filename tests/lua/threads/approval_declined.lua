-- An approval that nobody is there to give is declined: the model is told, and one line says so, with control
-- characters escaped.
--@ replies: obedient
--@ stderr: codex-lua: declined: the agent asked to run `
--@ stderr: \u{1b}[2J
--@ stderr: (it says: for the test)
local check = require "check"

local outside = os.getenv("HOME")
local thread = codex.thread_start { sandbox = "read-only", approval = "on-request" }
local result = thread:run(("$! echo '\27[2J' > %s/escaped"):format(outside))
assert(not check.exists(outside .. "/escaped"))
check.equal(check.items(result.items, "command_execution")[1].status, "declined")
check.has(result.text:lower(), "reject")

-- A patch that leaves the workspace is asked for too.
local patch = ("patch: *** Begin Patch\n*** Add File: %s/patched\n+x\n*** End Patch\n"):format(outside)
check.equal(check.items(thread:run(patch).items, "file_change")[1].status, "declined")
assert(not check.exists(outside .. "/patched"))

-- Untrusted asks for what is not known to be harmless; never asks nothing.
local wary = codex.thread_start { sandbox = "workspace-write", approval = "untrusted" }
wary:run("$ touch wary")
assert(not check.exists("wary"))
local never = codex.thread_start { sandbox = "workspace-write", approval = "never" }
never:run("$ touch never")
assert(check.exists("never"))
