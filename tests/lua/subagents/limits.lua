-- A limit stops subagents with the turn; while one shows life the turn is not idle.
--@ replies: obedient
local agents, check = require "agents", require "check"

local thread = codex.thread_start { sandbox = "full-access" }
local err = check.raises(
  "timeout",
  "did not end within",
  thread.run,
  thread,
  "agent: $ echo $$ > pid; sleep 1000",
  { timeout = "5s" }
)
assert(err.may_have_run)
agents.ended(thread, 1, { tonumber(check.read "pid") })

thread = codex.thread_start { sandbox = "full-access" }
check.raises("timeout", "did nothing for", thread.run, thread, "agent: silent", { idle_timeout = "2s" })
agents.ended(thread, 1, {})

-- It talks for longer than that.
local result = codex.run("agent: slowly: " .. ("word "):rep(150), { idle_timeout = "2s" })
assert(result.duration > 2, result.duration)
check.has(result.text, "word word")
